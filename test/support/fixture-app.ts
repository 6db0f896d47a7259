import {
  createEndpoint, csrfField, html, liveSession, liveView, logIn, logOut, onMount, putFlash, redirect, refuse, sessionOf, topic,
  userSocket, type Endpoint, type EndpointOptions, type RootLayout,
} from "holdfast";
import { serve } from "holdfast/node";
import { z } from "zod";
import { all } from "./all-events.js";
import { Browsers, type Browser } from "./browser.js";
import { Gate } from "./wait.js";

/** A user of the fixture. Tests change them while pages are open. */
export interface User {
  readonly id: number;
  role: "reader" | "editor";
  confirmed: boolean;
  banned: boolean;
}

/** Counts which code ran, and how often. */
export class Calls {
  readonly log: string[] = [];

  hit(name: string): void {
    this.log.push(name);
  }

  of(name: string): number {
    return this.log.filter((entry) => entry === name).length;
  }

  clear(): void {
    this.log.length = 0;
  }
}

/** A running application with counters in each of its hooks, mounts and handlers. */
export interface Fixture {
  readonly endpoint: Endpoint;
  readonly base: string;
  readonly calls: Calls;
  readonly users: Map<number, User>;
  /** What the endpoint logged. */
  readonly logged: string[];
  /** A gate at which `name` waits from now on: `mount`, `hook` or `slow`. */
  gate(name: string): Gate;
  /** A browser without a session. */
  browser(): Browser;
  /** A browser that is logged in. */
  loggedIn(userId: number): Promise<Browser>;
  /** Opens all gates, and cuts all sockets of all browsers. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** The typed topic that the post page listens to. */
export const postUpdated = topic<string>("post:updated");
/** The id that `endpoint.disconnect` is called with. */
export const socketId = (userId: number): string => `users_socket:${userId}`;

declare module "hono" {
  interface ContextVariableMap {
    currentUser: User | undefined;
  }
}

const rootLayout: RootLayout = ({ inner, csrfToken, flash }) => html`
  <html><head><meta name="csrf-token" content=${csrfToken}></head>
  <body><p id="root-flash">${flash.error ?? ""}${flash.info ?? ""}</p>${inner}</body></html>`;

/** Builds the fixture and listens on a free port of 127.0.0.1. */
export async function startFixture(options: Partial<EndpointOptions> = {}): Promise<Fixture> {
  const calls = new Calls();
  const logged: string[] = [];
  const gates = new Map<string, Gate>();
  const users = new Map<number, User>([
    [1, { id: 1, role: "reader", confirmed: true, banned: false }],
    [2, { id: 2, role: "editor", confirmed: true, banned: false }],
    [3, { id: 3, role: "reader", confirmed: false, banned: false }],
    [4, { id: 4, role: "reader", confirmed: true, banned: false }],
  ]);
  const find = (session: object): User | undefined => {
    calls.hit("getUser");
    const { userId } = session as { userId?: number };
    const user = userId === undefined ? undefined : users.get(userId);
    return user?.banned ? undefined : user;
  };
  const pass = async (name: string): Promise<void> => {
    await gates.get(name)?.wait();
  };

  const confirmedUser = onMount(async (socket, { session }) => {
    calls.hit("hook");
    const currentUser = await socket.assignNew("currentUser", () => find(session));
    if (socket.connected) await pass("hook");
    if (currentUser === undefined || !currentUser.confirmed) {
      socket.putFlash("error", "Log in first.");
      return redirect("/login");
    }
    return { currentUser };
  });
  const userView = liveView.use(confirmedUser);

  const Home = liveView.define({
    name: "Home",
    authorize: "public",
    async mount(socket) {
      calls.hit("Home.mount");
      if (socket.connected) await pass("mount");
      return { count: 0, last: "" };
    },
    handleParams: () => calls.hit("Home.handleParams"),
    events: {
      inc: {
        handle(socket) {
          calls.hit("inc");
          socket.update("count", (count) => count + 1);
        },
      },
      note: {
        params: z.object({ text: z.string().max(20) }),
        handle(socket, { text }) {
          calls.hit("note");
          socket.assign({ last: text });
        },
      },
      anything: { handle: () => calls.hit("anything") },
      slow: {
        async handle(socket) {
          calls.hit("slow");
          await pass("slow");
          socket.assign({ last: "slow done" });
        },
      },
    },
    render: ({ count, last }, on) => html`<b>${count}</b><p>${last}</p><button phx-click=${on.inc}>+1</button><i phx-click=${all(on)}></i>`,
  });

  const Other = liveView.define({
    name: "Other",
    authorize: "public",
    mount: () => calls.hit("Other.mount"),
    render: () => html`<p>other</p>`,
  });

  /** Redirects to the path in the query. */
  const Go = liveView.define({
    name: "Go",
    params: z.object({ to: z.string().optional(), later: z.string().optional() }),
    authorize: "public",
    mount(_socket, { params: { to } }) {
      calls.hit("Go.mount");
      if (to !== undefined) return redirect(to);
      return {};
    },
    events: {
      go: {
        params: z.object({ to: z.string() }),
        handle(_socket, { to }) {
          calls.hit("go");
          return redirect(to);
        },
      },
    },
    render: (_assigns, on) => html`<p>still here</p><a phx-click=${on.go}></a>`,
  });

  const ShowPost = userView.define({
    name: "ShowPost",
    params: z.object({ postId: z.coerce.number().int() }),
    authorize: ({ currentUser }) => users.get(currentUser.id)?.banned !== true,
    topics: () => ({ updated: postUpdated }),
    mount(socket) {
      calls.hit("ShowPost.mount");
      if (socket.connected) socket.onTerminate(() => calls.hit("ShowPost.terminated"));
      return { title: "First", likes: 0 };
    },
    handleParams: () => calls.hit("ShowPost.handleParams"),
    messages: {
      updated(socket, title) {
        calls.hit(`ShowPost.updated for ${socket.assigns.currentUser.id}`);
        socket.assign({ title });
      },
    },
    events: {
      like: {
        async handle(socket) {
          calls.hit("like");
          await pass("like");
          socket.update("likes", (likes) => likes + 1);
        },
      },
      updatePost: {
        params: z.object({ title: z.string() }),
        authorize: ({ currentUser }) => currentUser.role === "editor",
        handle(socket, { title }) {
          calls.hit("updatePost");
          socket.assign({ title });
        },
      },
      deletePost: {
        authorize: ({ currentUser }) => currentUser.role === "editor",
        handle: () => calls.hit("deletePost"),
      },
    },
    render: ({ title, likes, currentUser }, on) => html`
      <h1>${title}</h1><button phx-click=${on.like}>${likes}</button>
      ${currentUser.role === "editor" && html`<button phx-click=${on.deletePost}>Delete</button>`}<i phx-click=${all(on)}></i>`,
  });

  const EditPost = userView.define({
    name: "EditPost",
    params: z.object({ postId: z.coerce.number().int() }),
    authorize: ({ currentUser }) => currentUser.role === "editor",
    mount: () => {
      calls.hit("EditPost.mount");
      return { title: "First" };
    },
    handleParams: () => calls.hit("EditPost.handleParams"),
    events: {
      save: {
        params: z.object({ title: z.string() }),
        handle(socket, { title }) {
          calls.hit("save");
          socket.assign({ title });
        },
      },
    },
    render: ({ title }, on) => html`<form phx-submit=${on.save}><input name="title" value=${title}></form>`,
  });

  const chat = userSocket({
    async connect({ session }) {
      calls.hit("chat.connect");
      await pass("connect");
      const user = find(session);
      return user === undefined ? refuse("log in") : { user };
    },
    id: ({ user }) => socketId(user.id),
    channels: (channel) => ({
      "room:*": channel({
        join(_socket, { topic: name }) {
          calls.hit("room.join");
          return name === "room:locked" ? refuse("locked") : {};
        },
        handleIn: {
          ping: {
            handle: () => {
              calls.hit("ping");
              return { pong: true };
            },
          },
        },
      }),
    }),
  });

  const endpoint = createEndpoint({
    secret: "a secret of the fixture, long enough to be one",
    rootLayout,
    live: [
      liveSession("public", {}, (live) => {
        live("/", Home);
        live("/other", Other);
        live("/go", Go);
      }),
      liveSession("user", {}, (live) => {
        live("/posts/:postId", ShowPost);
        live("/posts/:postId/edit", EditPost);
      }),
    ],
    sockets: { "/chat": chat },
    log: (message) => logged.push(message),
    routes(app) {
      // Middleware that loads the user: the hook's assignNew takes it from there.
      app.use("/posts/*", async (c, next) => {
        c.set("currentUser", find(sessionOf(c).values));
        await next();
      });
      app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post" action="/login">${csrfField(c)}</form>`));
      app.get("/me", (c) => c.text(String(find(sessionOf(c).values)?.id ?? "nobody")));
      app.post("/login", async (c) => {
        calls.hit("login");
        const userId = Number((await c.req.parseBody())["userId"]);
        const values = { userId, liveSocketId: socketId(userId) };
        await logIn(c, values);
        putFlash(c, "info", "Welcome back.");
        return c.redirect("/");
      });
      app.post("/logout", async (c) => {
        calls.hit("logout");
        await logOut(c);
        return c.redirect("/");
      });
    },
    ...options,
  });

  const { url: base } = await serve(endpoint, { port: 0, host: "127.0.0.1" });
  const browsers = new Browsers(endpoint, base);
  const browser = (): Browser => browsers.open();
  const cut = async (): Promise<void> => {
    for (const gate of gates.values()) gate.open();
    gates.clear();
    await browsers.cut();
  };
  return {
    endpoint, base, calls, users, logged, browser,
    gate(name) {
      const gate = new Gate();
      gates.set(name, gate);
      return gate;
    },
    async loggedIn(userId) {
      const made = browser();
      await made.get("/login");
      const response = await made.post("/login", { userId: String(userId) });
      if (response.status !== 302) throw new Error(`log-in answered ${response.status}`);
      await made.get("/"); // the page after the log-in has the new session's token
      calls.clear();
      return made;
    },
    cut,
    async close() {
      await cut();
      await endpoint.close();
    },
  };
}
