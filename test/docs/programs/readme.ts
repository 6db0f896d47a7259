// The programs of the README below the first; test/readme.test.ts runs them.
import { assignAsync, asyncResult, html, liveComponent, liveRender, liveView, logIn, onMount, redirect, stream, topic, type Endpoint } from "holdfast";
import type { Context } from "hono";
import { z } from "zod";

interface User {
  readonly id: number;
  readonly role: "reader" | "editor";
  readonly confirmedAt: Date | null;
}
interface Post {
  readonly id: number;
  readonly title: string;
}
const users: readonly User[] = [{ id: 1, role: "reader", confirmedAt: new Date() }, { id: 2, role: "editor", confirmedAt: new Date() }];
const accounts = { getUser: (id: number | undefined) => users.find((user) => user.id === id) };
const PostForm = z.object({ title: z.string() });
let stored: Post = { id: 1, title: "Hello" };
const blog = {
  getPostForUser: (_user: User, id: number): Post => ({ ...stored, id }),
  updatePost: (_user: User, post: Post, input: z.infer<typeof PostForm>): Promise<Post> => Promise.resolve((stored = { ...post, ...input })),
};
export const published = topic<Post>("published");
const forecast = ({ signal }: { signal: AbortSignal }): Promise<{ degrees: number }> => {
  signal.throwIfAborted();
  return Promise.resolve({ degrees: 21 });
};
const Player = liveView.define({ name: "Player", authorize: "public", render: () => html`<audio controls></audio>` });

// #region hook
export const confirmedUser = onMount(async (socket, { session }) => {
  const currentUser = await socket.assignNew("currentUser", () => accounts.getUser(session.userId));
  if (!currentUser?.confirmedAt) return redirect("/login");
  return { currentUser };
});

export const userView = liveView.use(confirmedUser); // the base of every view that needs a user: none can forget the hook
// #endregion

// #region view
export const EditPost = userView.define({
  params: z.object({ postId: z.coerce.number().int() }),
  authorize: ({ currentUser }) => currentUser.role === "editor", // at mount, at every patch, before every event
  mount: async (socket, { params }) => ({ post: await blog.getPostForUser(socket.assigns.currentUser, params.postId) }),
  events: {
    updatePost: {
      params: PostForm,
      async handle(socket, params) {
        const { currentUser, post } = socket.assigns;
        socket.assign({ post: await blog.updatePost(currentUser, post, params) });
      },
    },
  },
  render: ({ post }, on) => html`
    <form id="post" phx-submit=${on.updatePost}><input name="title" value=${post.title} aria-label="Title"></form>`,
});
// #endregion

export async function inAndOut(c: Context, endpoint: Endpoint, user: User): Promise<void> {
  // #region log-in
  // in the route that takes the log-in form's POST; the form has ${csrfField(c)} in it, or its POST is a 403
  await logIn(c, { userId: user.id, liveSocketId: `users_socket:${user.id}` });

  await endpoint.disconnect(`users_socket:${user.id}`); // once it resolves, none of their handlers starts
  await endpoint.endSessions(`users_socket:${user.id}`); // and their cookies, and log-ins in progress, are worthless
  endpoint.broadcast(`users_socket:${user.id}`, "disconnect", {}); // fire and forget
  // #endregion
}

// #region parts
const Like = liveComponent<{ post: Post }>().define({
  mount: () => ({ liked: false }),
  events: { toggle: { handle: (socket) => socket.update("liked", (liked) => !liked) } },
  render: ({ post, liked }, on) => html`<button phx-click=${on.toggle}>${liked ? "♥" : "♡"} ${post.title}</button>`,
});

export const Feed = userView.define({
  authorize: () => true,
  topics: () => ({ published }),
  mount: () => ({
    posts: stream<Post>(),
    weather: assignAsync((signal) => forecast({ signal })),
  }),
  messages: {
    published: (socket, post) => socket.streamInsert("posts", post, { at: 0, limit: 50 }),
  },
  render: ({ posts, weather }) => html`
    ${asyncResult(weather, { loading: "…", failed: () => "no forecast", ok: ({ degrees }) => html`<p>${degrees}°</p>` })}
    <ul id="posts" phx-update="stream">
      ${posts.map((post, id) => html`<li id=${id}>${Like({ id: `like-${post.id}`, post })}</li>`)}
    </ul>
    ${liveRender(Player, { id: "player", sticky: true })}`,
});
// #endregion
