// Checked by the compiler and never run: components, streams, tasks, nested views, hooks.
import { z } from "zod";
import {
  assignAsync, asyncResult, halt, html, JS, link, liveComponent, liveRender, liveView, stream, streamAsync, temporaryAssign,
  type AsyncOutcome, type AsyncResult, type AsyncStream, type ConnectInfo, type LiveView, type NavigationType, type Socket, type Stream,
} from "holdfast";

interface Post { id: number; title: string }
interface User { name: string }

/** Fails to compile unless the two types are the same, `any` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

declare const api: { user(id: number, options: { signal: AbortSignal }): Promise<User>; posts(signal: AbortSignal): Promise<Post[]> };

// ---- live components ----

export const Like = liveComponent<{ post: Post; big?: boolean }>().define({
  mount(socket, props) {
    same<typeof props.post, Post>(true);
    same<typeof socket.assigns.post, Post>(true);
    same<typeof socket.assigns.id, string>(true);
    return { liked: false };
  },
  update(socket, { post }) {
    same<typeof socket.assigns.liked, boolean>(true);
    socket.assign({ liked: post.id > 1 });
    // @ts-expect-error -- no such assign
    socket.assign({ likes: 1 });
  },
  events: {
    toggle: {
      params: z.object({ by: z.coerce.number() }),
      authorize: ({ post }, { by }) => post.id === by,
      handle: (socket, { by }) => {
        same<typeof by, number>(true);
        socket.update("liked", (liked) => !liked);
      },
    },
  },
  render: ({ post, liked, id, myself }, on) => {
    same<typeof liked, boolean>(true);
    same<typeof id, string>(true);
    same<typeof myself, number>(true);
    // @ts-expect-error -- no such event
    void on.like;
    return html`<button phx-click=${on.toggle}>${post.title}${liked}</button>`;
  },
});

liveComponent<{ post: Post }>().define({
  updateMany(updates) {
    for (const { socket, props } of updates) {
      same<typeof props.post, Post>(true);
      socket.assign({ post: props.post });
    }
  },
  render: ({ post }) => html`<p>${post.title}</p>`,
});

const post: Post = { id: 1, title: "" };
Like({ id: "a", post });
Like({ id: "a", post, big: true });
// @ts-expect-error -- without its id
Like({ post });
// @ts-expect-error -- without a prop
Like({ id: "a" });
// @ts-expect-error -- a prop of another type
Like({ id: "a", post: "first" });
// @ts-expect-error -- no such prop
Like({ id: "a", post, small: true });
// @ts-expect-error -- a component has a template
liveComponent().define({ mount: () => ({ n: 1 }) });

// ---- views ----

export const Posts = liveView.define({
  authorize: "public",
  container: { tag: "section", attrs: { class: "posts", "phx-remove": JS.hide() } },
  mount(socket) {
    const info: ConnectInfo = socket.connectInfo;
    same<typeof socket.staticChanged, boolean>(true);
    return {
      peer: info.peer,
      posts: stream<Post>([], { limit: -20 }),
      seen: 0,
      user: assignAsync((signal) => api.user(1, { signal })),
      ...assignAsync(["left", "right"], async () => ({ left: 1, right: "two" })),
      archive: streamAsync((signal) => api.posts(signal), { at: 0 }),
      report: temporaryAssign({ text: "long" }),
    };
  },
  handleParams(socket) {
    const type: NavigationType = socket.navigationType("/posts");
    void type;
    socket.attachHook("audit", "handleEvent", (event, params) => {
      same<typeof event, string>(true);
      same<typeof params, unknown>(true);
      return event === "add" ? halt({ refused: true }) : undefined;
    });
    // @ts-expect-error -- no such stage
    socket.attachHook("audit", "handleInfo", () => undefined);
    socket.attachHook("seen", "afterRender", () => undefined);
  },
  events: {
    add: {
      handle(socket) {
        same<typeof socket.assigns.posts, Stream<Post>>(true);
        same<typeof socket.assigns.user, AsyncResult<User>>(true);
        same<typeof socket.assigns.archive, AsyncStream<Post>>(true);
        same<typeof socket.assigns.left, AsyncResult<number>>(true);
        same<typeof socket.assigns.right, AsyncResult<string>>(true);
        socket.update("seen", (seen) => seen + 1);
        // @ts-expect-error -- changed into another type
        socket.update("seen", (seen) => String(seen));
        socket.assignAsync("user", (signal) => api.user(2, { signal }));
        // @ts-expect-error -- a task that gives another value than the assign has
        socket.assignAsync("user", () => Promise.resolve(1));
        // @ts-expect-error -- an assign that no task loads
        socket.assignAsync("seen", () => Promise.resolve(1));
        socket.streamAsync("archive", (signal) => api.posts(signal), { reset: true });
        // @ts-expect-error -- a stream that no task fills
        socket.streamAsync("posts", (signal) => api.posts(signal));
        socket.streamInsert("posts", post, { at: 0, limit: 20, updateOnly: true });
        socket.streamInsert("archive", post);
        socket.stream("posts", [post], { reset: true });
        socket.streamDelete("posts", post);
        socket.streamDeleteByDomId("posts", "posts-1");
        // @ts-expect-error -- an assign that is no stream
        socket.streamInsert("user", post);
        // @ts-expect-error -- no such assign
        socket.streamInsert("post", post);
        // @ts-expect-error -- an item of another type
        socket.streamInsert("posts", { id: "1" });
        socket.startAsync("count", () => Promise.resolve(3), (outcome) => {
          same<typeof outcome, AsyncOutcome<number>>(true);
          // @ts-expect-error -- only a success has a value
          void outcome.value;
          if (outcome.ok) same<typeof outcome.value, number>(true);
        });
        socket.sendUpdate(Like, { id: "a", big: true });
        socket.sendUpdateAfter(10, Like, { id: "a", post })();
        // @ts-expect-error -- whose?
        socket.sendUpdate(Like, { big: true });
        // @ts-expect-error -- no such prop
        socket.sendUpdate(Like, { id: "a", small: true });
        // @ts-expect-error -- a prop of another type
        socket.sendUpdate(Like, { id: "a", post: 1 });
      },
    },
  },
  render: ({ posts, user, archive, report }) => {
    // @ts-expect-error -- there is a result only when it is ok
    void user.result.name;
    if (user.ok) same<typeof user.result, User>(true);
    return html`
      ${asyncResult(user, { loading: () => "…", failed: () => "—", ok: (found) => found.name })}
      <ul id="posts" phx-update="stream">${posts.map((item, domId) => {
        same<typeof item, Post>(true);
        same<typeof domId, string>(true);
        return html`<li id=${domId}>${Like({ id: domId, post: item })}</li>`;
      })}</ul>
      ${archive.status.ok && archive.status.result}
      ${report.map(({ text }) => html`<pre>${text}</pre>`)}
      ${link({ navigate: "/", inner: "Home" })}
      ${liveRender(Clock, { id: "clock", sticky: true, session: { zone: "UTC" } })}
    `;
  },
});

const Clock = liveView.define({
  name: "clock",
  params: z.object({ zone: z.string() }),
  authorize: "public",
  mount: (_socket, { params }) => {
    same<typeof params, { zone: string }>(true);
    return { zone: params.zone };
  },
  render: ({ zone }) => html`<time>${zone}</time>`,
});

// The actions that a view declares are the ones that it sees.
type Action = "new" | "edit" | undefined;
const shared = (socket: Socket<{ n: number }>): string | undefined => socket.assigns.liveAction;
export const Editor = liveView.define({
  actions: ["new", "edit"],
  authorize: ({ liveAction }) => same<typeof liveAction, Action>(true) === undefined,
  topics: ({ assigns }) => (same<typeof assigns.liveAction, Action>(true), {}),
  mount(socket) {
    same<typeof socket.assigns.liveAction, Action>(true);
    return { n: 1 };
  },
  handleParams(socket) {
    same<typeof socket.assigns.liveAction, Action>(true);
    // @ts-expect-error -- no such action
    void (socket.assigns.liveAction === "show");
  },
  events: {
    save: {
      authorize: ({ liveAction }) => same<typeof liveAction, Action>(true) === undefined,
      handle: (socket) => void same<typeof socket.assigns.liveAction, Action>(true),
    },
    share: { handle: (socket) => void shared(socket) },
  },
  render: ({ liveAction }, on) => (same<typeof liveAction, Action>(true), html`<b phx-click=${on.save} phx-focus=${on.share}></b>`),
  terminate: (socket) => void same<typeof socket.assigns.liveAction, Action>(true),
});
export const Plain = liveView.define({
  authorize: "public",
  mount: (socket) => ({ n: Number(socket.connected) }),
  handleParams: (socket) => void (shared(socket), same<typeof socket.assigns.liveAction, undefined>(true)),
  events: { share: { handle: (socket: Socket<{ n: number }>) => void shared(socket) } },
  render: ({ liveAction }) => (same<typeof liveAction, undefined>(true), html`<p></p>`),
});
// A handler that stands elsewhere does not give the view actions.
same<typeof Plain, LiveView<{}, Readonly<Record<string, unknown>>>>(true);

// @ts-expect-error -- without its id
liveRender(Clock, { sticky: true });
// @ts-expect-error -- a component is no view
liveRender(Like, { id: "like" });
