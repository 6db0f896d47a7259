// Checked by the compiler and never run: what must infer, and what must not compile.
import { z } from "zod";
import * as v from "valibot";
import { html, liveView, onMount, redirect, topic, userSocket, refuse, type Rendered } from "holdfast";

interface Post { id: number; title: string }
interface User { id: number; role: "reader" | "editor" }

/** Fails to compile unless the two types are the same, `any` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

const postUpdated = (id: number) => topic<Post>(`post:${id}`);

const currentUser = onMount(async (socket) => {
  const user = await socket.assignNew("currentUser", (): User | undefined => undefined);
  if (!user) return redirect("/login");
  return { currentUser: user };
});
const userView = liveView.use(currentUser);

export const EditPost = userView.define({
  params: z.object({ postId: z.coerce.number().int() }),
  authorize: (assigns, { params }) => {
    same<typeof assigns.currentUser, User>(true);
    same<typeof params.postId, number>(true);
    return assigns.currentUser.role === "editor";
  },
  topics: ({ params, assigns }) => {
    same<typeof params.postId, number>(true);
    same<typeof assigns.currentUser, User>(true);
    return { updated: postUpdated(params.postId) };
  },
  async mount(socket, { params }) {
    same<typeof socket.assigns.currentUser, User>(true);
    const post: Post = { id: params.postId, title: "" };
    return { post };
  },
  messages: {
    updated(socket, updated) {
      same<typeof updated, Post>(true);
      same<typeof socket.assigns.post, Post>(true);
      socket.assign({ post: updated });
    },
  },
  events: {
    updatePost: {
      params: v.object({ title: v.string() }),
      authorize: ({ currentUser: user }, params) => user.role === "editor" && params.title !== "",
      async handle(socket, params) {
        same<typeof params, { title: string }>(true);
        same<typeof socket.assigns.post, Post>(true);
        socket.assign({ post: { ...socket.assigns.post, title: params.title } });
        // @ts-expect-error -- no such assign
        socket.assign({ pots: socket.assigns.post });
        // @ts-expect-error -- of another type
        socket.assign({ post: 1 });
      },
    },
    untyped: {
      handle(_socket, params) {
        same<typeof params, {} | null | undefined>(true);
      },
    },
  },
  render: (assigns, on): Rendered => {
    same<typeof assigns.post, Post>(true);
    same<typeof assigns.currentUser, User>(true);
    // @ts-expect-error -- no such event
    void on.deletePost;
    return html`<form phx-submit=${on.updatePost}>${assigns.post.title}</form>`;
  },
});

// @ts-expect-error -- a view without a policy does not compile
liveView.define({ render: () => html`<p></p>` });

// @ts-expect-error -- a policy decides, it does not describe
liveView.define({ authorize: "private", render: () => html`<p></p>` });

liveView.define({
  authorize: "public",
  // @ts-expect-error -- an assign that nobody gives
  render: ({ missing }) => html`<p>${missing}</p>`,
});

userSocket({
  connect: ({ params }) => (params["token"] ? { user: { id: 1 } } : refuse("log in")),
  id: ({ user }) => `users_socket:${user.id}`,
  channels: (channel) => ({
    "room:*": channel({
      join: ({ assigns }) => ({ room: assigns.user.id }),
      handleIn: {
        say: {
          params: z.object({ text: z.string() }),
          handle(socket, params) {
            same<typeof params.text, string>(true);
            same<typeof socket.assigns.room, number>(true);
            // @ts-expect-error -- no such assign
            void socket.assigns.nope;
            return { heard: params.text };
          },
        },
      },
    }),
  }),
});

// The references are there also when no event has a schema.
liveView.define({
  authorize: "public",
  mount: () => ({ n: 0 }),
  events: {
    add: {
      handle(socket, params) {
        same<typeof params, {} | null | undefined>(true);
        same<typeof socket.assigns.n, number>(true);
      },
    },
  },
  // @ts-expect-error -- no such event
  render: ({ n }, on) => html`<b phx-click=${on.add} phx-focus=${on.remove}>${n}</b>`,
});
liveView.define({
  authorize: "public",
  events: {
    // @ts-expect-error -- an event without a handler
    broken: { params: z.object({}) },
  },
  render: (_assigns, on) => html`<b phx-click=${on.broken}></b>`,
});

liveView.define({
  authorize: "public",
  events: {
    // @ts-expect-error -- a handler that wants more than its schema gives
    more: { params: z.object({ a: z.string() }), handle: (_socket, _params: { a: string; b: number }) => {} },
  },
  render: () => html`<p></p>`,
});
