// The programs of docs/security.md: each region is one of its code blocks, and test/docs/security-guide.test.ts runs them.
import { createEndpoint, csrfField, Forbidden, html, liveSession, liveView, logIn, logOut, onMount, redirect, topic, type Endpoint, type RootLayout } from "holdfast";
import { accessMatrix, attack, openBrowser, type Browser } from "holdfast/testing";
import { z } from "zod";

export interface User {
  readonly id: number;
  role: "reader" | "editor";
  confirmedAt: Date | null;
}
export interface Post {
  readonly id: number;
  title: string;
}

export const users = new Map<number, User>([
  [1, { id: 1, role: "reader", confirmedAt: new Date() }],
  [2, { id: 2, role: "editor", confirmedAt: new Date() }],
  [3, { id: 3, role: "editor", confirmedAt: null }],
]);
export const posts = new Map<number, Post>([[1, { id: 1, title: "Hello" }]]);
export const lookups: number[] = [];
const accounts = {
  getUser: (id: number | undefined): User | undefined => {
    lookups.push(id ?? 0);
    return id === undefined ? undefined : users.get(id);
  },
};

declare module "holdfast" {
  interface SessionValues {
    userId?: number;
  }
}

// #region context
const blog = {
  getPostForUser(user: User, id: number): Post {
    const post = posts.get(id);
    if (user.confirmedAt === null || post === undefined) throw new Forbidden("no such post for this user");
    return post;
  },
  updatePost(user: User, post: Post, input: { title: string }): Post {
    if (user.role !== "editor") throw new Forbidden("only editors change posts");
    posts.set(post.id, { ...post, ...input });
    return posts.get(post.id)!;
  },
};
// #endregion

// #region mount-hook
export const userChanged = (id: number) => topic<null>(`user:${id}:changed`);

export const confirmedUser = onMount(async (socket, { session }) => {
  const currentUser = await socket.assignNew("currentUser", () => accounts.getUser(session.userId));
  if (!currentUser?.confirmedAt) return redirect("/login");
  return { currentUser };
}, { topic: ({ currentUser }) => userChanged(currentUser.id) });
// #endregion

// #region base
export const userView = liveView.use(confirmedUser);
// #endregion

// #region topics
export const postUpdated = (id: number) => topic<Post>(`post:${id}:updated`);
// #endregion

// #region view
export const EditPost = userView.define({
  name: "EditPost",
  params: z.object({ postId: z.coerce.number().int() }),
  authorize: ({ currentUser }) => currentUser.role === "editor",
  topics: ({ params }) => ({ saved: postUpdated(params.postId) }),
  mount: (socket, { params }) => ({ post: blog.getPostForUser(socket.assigns.currentUser, params.postId) }),
  messages: { saved: (socket, post) => socket.assign({ post }) },
  events: {
    updatePost: {
      params: z.object({ title: z.string().min(1).max(120) }),
      handle(socket, input) {
        const { currentUser, post } = socket.assigns;
        socket.assign({ post: blog.updatePost(currentUser, post, input) });
      },
    },
    deletePost: {
      bind: z.object({ id: z.number() }),
      strict: true,
      handle: (socket, { id }) => void posts.delete(id),
    },
  },
  render: ({ post }, on) => html`
    <form id="post" phx-submit=${on.updatePost}><input name="title" value=${post.title}><button>Save</button></form>
    <button id="delete" phx-click=${on.deletePost({ id: post.id })}>Delete</button>`,
});
// #endregion

const rootLayout: RootLayout = ({ inner, csrfToken }) => html`
  <html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`;

/** Puts it together. */
export function startGuide(): Endpoint {
  const endpoint: Endpoint = createEndpoint({
    secret: "a secret of the guide, long enough to be one", rootLayout, log: () => {},
    // #region live-session
    live: [liveSession("user", { onMount: confirmedUser }, (live) => live("/posts/:postId/edit", EditPost))],
    // #endregion
    routes(app) {
      app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post" action="/login">${csrfField(c)}</form>`));
      app.post("/login", async (c) => {
        const user = users.get(Number((await c.req.parseBody())["id"]))!;
        // #region log-in
        await logIn(c, { userId: user.id, liveSocketId: `users_socket:${user.id}` });
        // #endregion
        return c.redirect("/");
      });
      app.post("/logout", async (c) => {
        await logOut(c);
        return c.redirect("/login");
      });
    },
  });
  return endpoint;
}

/** What a suspended account means. */
export async function suspend(endpoint: Endpoint, user: User): Promise<void> {
  // #region disconnect
  // Every page of the user, on every node: the clients reconnect, and mount decides again.
  await endpoint.disconnect(`users_socket:${user.id}`);
  // Their sessions as well: copies of their cookies are worthless from now on.
  await endpoint.endSessions(`users_socket:${user.id}`);
  // #endregion
}

/** What an application says of itself in a test. */
export async function check(endpoint: Endpoint, reader: Browser, editor: Browser): Promise<string> {
  // #region attack
  const principals = { nobody: openBrowser(endpoint), reader, editor };
  const matrix = await accessMatrix(endpoint, { principals, paths: ["/posts/1/edit"] });
  const report = await attack(endpoint, { principals, paths: ["/login", "/posts/1/edit"] });
  report.expectHeld();
  // #endregion
  return matrix;
}
