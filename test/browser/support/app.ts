import { randomBytes } from "node:crypto";
import {
  createEndpoint, csrfField, type Endpoint, type EndpointOptions, html, keyed, type Layout, liveSession, liveView, logIn, navigate, onMount, putFlash,
  redirect, topic,
} from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { z } from "zod";

declare module "holdfast" {
  interface SessionValues {
    fixtureUser?: string;
  }
}

/** The list's items, in order. */
export const reordered = topic<readonly string[]>("fixture:order");
/** A text written by another user. */
export const written = topic<string>("fixture:text");

const Live = liveView.define({
  name: "Live",
  authorize: "public",
  topics: () => ({ reordered }),
  mount(socket) {
    socket.pageTitle("Fixture");
    return { count: 0, items: ["a", "b", "c"] as readonly string[], title: "Fixture" };
  },
  messages: { reordered: (socket, items) => socket.assign({ items }) },
  events: {
    inc: { handle: (socket) => socket.update("count", (n) => n + 1) },
    rename: { handle: (socket) => socket.pageTitle(`Count ${socket.assigns.count}`) },
    notice: { handle: (socket) => socket.putFlash("info", "Noted") },
    shout: { handle: (socket) => socket.pushEvent(pageEvent<{ count: number }>("shout"), { count: socket.assigns.count }) },
    leave: {
      handle(socket) {
        socket.putFlash("info", "Came from the counter");
        return navigate("/form");
      },
    },
    leaveFully: { handle: () => redirect("/elsewhere") },
    crash: {
      handle() {
        throw new Error("the handler throws");
      },
    },
    crashLater: {
      handle(socket) {
        socket.sendAfter(1, () => {
          throw new Error("the timer throws");
        });
      },
    },
    crashRawTimer: {
      handle() {
        setTimeout(() => {
          throw new Error("a timer of Node's own throws");
        }, 1);
      },
    },
    crashUnawaited: {
      handle() {
        void Promise.reject(new Error("nobody awaits this"));
      },
    },
  },
  render: ({ count, items }, on) => html`
    <h1>Counter</h1>
    <output id="count">${count}</output>
    <button id="inc" phx-click=${on.inc}>Add one</button>
    <button id="rename" phx-click=${on.rename}>Rename</button>
    <button id="notice" phx-click=${on.notice}>Notice</button>
    <button id="shout" phx-click=${on.shout}>Shout</button>
    <button id="leave" phx-click=${on.leave}>Leave</button>
    <button id="leave-fully" phx-click=${on.leaveFully}>Leave fully</button>
    <button id="crash" phx-click=${on.crash}>Crash</button>
    <button id="crash-later" phx-click=${on.crashLater}>Crash later</button>
    <button id="crash-raw-timer" phx-click=${on.crashRawTimer}>Crash in a timer</button>
    <button id="crash-unawaited" phx-click=${on.crashUnawaited}>Crash unawaited</button>
    <ul id="list">${keyed(items, (item) => item, (item) => html`
      <li id="item-${item}">
        <b>${item}</b> <input id="input-${item}"> <span id="own-${item}" phx-update="ignore"><input></span>
      </li>`)}</ul>`,
});

const Form = liveView.define({
  name: "Form",
  authorize: "public",
  mount: () => ({ name: "", saved: [] as string[] }),
  events: {
    change: { params: z.object({ name: z.string() }), handle: (socket, { name }) => socket.assign({ name }) },
    save: {
      params: z.object({ name: z.string() }),
      handle: (socket, { name }) => socket.assign({ name: "", saved: [...socket.assigns.saved, name] }),
    },
  },
  render: ({ name, saved }, on) => html`
    <h1>Form</h1>
    <form id="form" phx-change=${on.change} phx-submit=${on.save}>
      <input name="name" id="name" value=${name} autocomplete="off">
      <button id="save">Save</button>
    </form>
    <p id="echo">${name}</p>
    <ul id="saved">${saved.map((entry) => html`<li>${entry}</li>`)}</ul>`,
});

const Paged = liveView.define({
  name: "Paged",
  params: z.object({ page: z.coerce.number().int().default(1) }),
  authorize: "public",
  mount: () => ({ page: 0, patches: 0 }),
  handleParams(socket, { params }) {
    socket.assign({ page: params.page, patches: socket.assigns.patches + 1 });
  },
  events: { third: { handle: (socket) => socket.pushPatch("/paged?page=3") } },
  render: ({ page, patches }, on) => html`
    <h1>Paged</h1>
    <p>Page <b id="page">${page}</b>, set <i id="patches">${patches}</i> times</p>
    <a id="second" href="/paged?page=2" data-phx-link="patch" data-phx-link-state="push">Second</a>
    <button id="third" phx-click=${on.third}>Third</button>`,
});

/** Shows a user's text as text, as an attribute and as a link. */
const Texts = liveView.define({
  name: "Texts",
  params: z.object({ text: z.string().default("") }),
  authorize: "public",
  topics: () => ({ written }),
  mount: (_socket, { params }) => ({ text: params.text }),
  messages: { written: (socket, text) => socket.assign({ text }) },
  render: ({ text }) => html`
    <h1>Texts</h1>
    <p id="text">${text}</p>
    <input id="attribute" value=${text}>
    <p id="quoted" title="He said: ${text}">Quoted</p>
    <p id="part"><a id="link" href=${text}>Link</a></p>`,
});

const Elsewhere = liveView.define({
  name: "Elsewhere",
  authorize: "public",
  mount: () => ({}),
  render: () => html`<h1>Elsewhere</h1>`,
});

/** How often each user's page was mounted over a socket. */
export type Mounts = Map<string, number>;

const layout: Layout = ({ inner, flash }) => html`
  <nav>
    <a id="to-counter" href="/" data-phx-link="redirect" data-phx-link-state="push">Counter</a>
    <a id="to-form" href="/form" data-phx-link="redirect" data-phx-link-state="push">Form</a>
    <a id="to-paged" href="/paged" data-phx-link="redirect" data-phx-link-state="push">Paged</a>
    <a id="to-elsewhere" href="/elsewhere" data-phx-link="redirect" data-phx-link-state="push">Elsewhere</a>
  </nav>
  <p id="flash">${flash.info}</p>
  <main>${inner}</main>`;

export interface Fixture {
  readonly endpoint: Endpoint;
  readonly mounts: Mounts;
  /** What the endpoint logged of crashes and refusals. */
  readonly logged: string[];
}

/** A secret, for an endpoint that is restarted with the same one. */
export const newSecret = (): string => randomBytes(32).toString("hex");

/** The application that the browser tests drive. */
export function fixture(secret: string = newSecret(), limits: EndpointOptions["limits"] = {}): Fixture {
  const mounts: Mounts = new Map();
  const logged: string[] = [];
  const signedIn = onMount((socket, { session }) => {
    const user = session.fixtureUser;
    if (user === undefined) return redirect("/login");
    if (socket.connected) mounts.set(user, (mounts.get(user) ?? 0) + 1);
    return { user };
  });
  const Account = liveView.use(signedIn).define({
    name: "Account",
    authorize: ({ user }) => user !== "",
    mount: () => ({ count: 0 }),
    events: { inc: { handle: (socket) => socket.update("count", (n) => n + 1) } },
    render: ({ user, count }, on) => html`
      <h1>Account of <span id="user">${user}</span></h1>
      <output id="count">${count}</output>
      <button id="inc" phx-click=${on.inc}>Add one</button>
      <a id="more" href="/account/more" data-phx-link="redirect" data-phx-link-state="push">More</a>`,
  });
  const endpoint = createEndpoint({
    secret,
    limits,
    log: (message) => void logged.push(message),
    live: [
      liveSession("public", { layout }, (live) => {
        live("/", Live);
        live("/form", Form);
        live("/paged", Paged);
        live("/texts", Texts);
      }),
      liveSession("other", { layout }, (live) => live("/elsewhere", Elsewhere)),
      liveSession("user", { layout }, (live) => {
        live("/account", Account);
        live("/account/more", Account);
      }),
    ],
    routes(app) {
      app.get("/login", (c) => endpoint.renderPage(c, html`
        <h1>Log in</h1>
        <form method="post" action="/login">
          ${csrfField(c)}
          <input name="user" id="user" autocomplete="off">
          <button id="log-in">Log in</button>
        </form>`, { title: "Log in" }));
      app.post("/login", async (c) => {
        const { user } = await c.req.parseBody();
        const name = typeof user === "string" ? user : "";
        await logIn(c, { fixtureUser: name, liveSocketId: `users_socket:${name}` });
        putFlash(c, "info", `Welcome, ${name}`);
        return c.redirect("/account");
      });
      // Browsers request it by themselves, and a 404 would appear on the console.
      app.get("/favicon.ico", (c) => c.body(null, 204));
    },
  });
  return { endpoint, mounts, logged };
}
