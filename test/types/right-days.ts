// Checked by the compiler and never run: right programs of some size, as they are written, with nothing annotated that can be inferred.
import { assignAsync, asyncResult, callMessage, childMessage, createEndpoint, createPubSub, definePaths, html, JS, keyed, liveComponent, liveRender, liveSession, liveView, onMount, patch, presence, redirect, reply, spread, stream, topic, upload, userSocket, allow, refuse, type AsyncResult, type Content, type EventRef, type EventRefs, type Layout, type LiveView, type MountSocket, type Socket, type Topic, type Commands } from "holdfast";
import { button, table, type Column } from "holdfast/components";
import { defineHook, message, push } from "holdfast/hooks";
import { openBrowser } from "holdfast/testing";
import { z } from "zod";
interface User { readonly id: number; readonly name: string; readonly role: "admin" | "user" }
interface Post { readonly id: number; readonly title: string }
declare module "holdfast" { interface SessionValues { userId?: number } }
declare const accounts: { get(id: number | undefined): Promise<User | undefined> };
declare const db: { posts(page: number): Promise<Post[]>; post(id: number): Promise<Post | undefined> };
const signedIn = onMount(async (socket, { session }) => {
  const user = await socket.assignNew("user", () => accounts.get(session.userId));
  return user === undefined ? redirect("/login") : { user };
});
const userView = liveView.use(signedIn);
const paths = definePaths({ home: "/", posts: "/posts", post: "/posts/:id" });
// a factory of guards
const requireRole = (role: User["role"]) => onMount(signedIn, (socket) => (socket.assigns.user.role === role ? {} : redirect("/")));
export const adminView = userView.use(requireRole("admin"));
export const A = adminView.define({ authorize: ({ user }) => user.role === "admin", mount: (socket) => ({ name: socket.assigns.user.name }), render: ({ name, user }) => html`${name}${user.id}` });
// policies that are combined
const any = <A extends object>(...policies: ((assigns: A) => boolean)[]) => (assigns: A): boolean => policies.some((p) => p(assigns));
const isAdmin = ({ user }: { readonly user: User }) => user.role === "admin";
const isNamed = ({ user }: { readonly user: User }) => user.name !== "";
export const B = userView.define({ authorize: any(isAdmin, isNamed), mount: () => ({ n: 0 }), events: { inc: { authorize: any(isAdmin), handle: (socket) => socket.update("n", (n) => n + 1) } }, render: ({ n }, on) => html`<b phx-click=${on.inc}>${n}</b>` });
// a discriminated union as an assign
type State = { kind: "list" } | { kind: "editing"; post: Post } | { kind: "failed"; why: string };
export const C = userView.define({
  authorize: "public",
  mount: (): { state: State } => ({ state: { kind: "list" } }),
  events: { edit: { bind: z.object({ id: z.number() }), async handle(socket, { id }) { const post = await db.post(id); socket.assign({ state: post ? { kind: "editing", post } : { kind: "failed", why: "gone" } }); } } },
  render: ({ state }, on) => { switch (state.kind) { case "list": return html`<b phx-click=${on.edit({ id: 1 })}></b>`; case "editing": return html`${state.post.title}`; case "failed": return html`${state.why}`; } },
});
// a factory of views, generic over its items
function listView<T extends { readonly id: number }>(load: () => Promise<T[]>, row: (item: T) => Content) {
  return userView.define({ authorize: "public", mount: async () => ({ items: await load() }), events: { drop: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.update("items", (items) => items.filter((i) => i.id !== id)) } }, render: ({ items }, on) => html`${items.map((i) => html`<li phx-click=${on.drop({ id: i.id })}>${row(i)}</li>`)}` });
}
export const D = listView(() => db.posts(1), (p) => p.title);
// the same with a stream
function feedView<T extends { readonly id: number; readonly title: string }>(load: () => Promise<T[]>) {
  return liveView.define({ authorize: "public", mount: async () => ({ feed: stream(await load()) }), events: { add: { handle: async (socket) => { const [first] = await load(); if (first) socket.streamInsert("feed", first); } } }, render: ({ feed }, on) => html`<ul id="f" phx-update="stream" phx-click=${on.add}>${feed.map((i, id) => html`<li id=${id}>${i.title}</li>`)}</ul>` });
}
export const E = feedView(() => db.posts(1));
// helpers that take a socket
const title = (socket: MountSocket<object>, text: string) => socket.pageTitle(text);
const flashAll = (socket: Socket<object>, texts: readonly string[]) => { for (const t of texts) socket.putFlash("info", t); };
function toggled<K extends string>(name: K) { return (socket: Socket<Record<K, boolean>>) => { void socket.assigns[name]; void name; }; }
export const H = userView.define({ authorize: "public", mount: (socket) => { title(socket, "x"); return { open: false, dark: true }; }, events: { a: { handle: (socket) => flashAll(socket, ["a"]) }, b: { handle: toggled("open") } }, render: ({ open }, on) => html`<b phx-click=${on.a}>${open}</b><i phx-click=${on.b}></i>` });
// a part that takes references
type ListRefs = EventRefs<"add" | "remove", { remove: { id: number } }>;
const row = (p: Post, on: ListRefs) => html`<li>${p.title}<button phx-click=${on.remove({ id: p.id })}>x</button></li>`;
export const I = userView.define({ authorize: "public", mount: () => ({ posts: [] as Post[] }), events: { add: { handle: (s) => s.update("posts", (p) => [...p, { id: p.length, title: "" }]) }, remove: { bind: z.object({ id: z.number() }), handle: (s, { id }) => s.update("posts", (p) => p.filter((x) => x.id !== id)) }, other: { handle: () => {} } }, render: ({ posts }, on) => html`${posts.map((p) => row(p, on))}<b phx-click=${on.add}></b><b phx-click=${on.other}></b>` });
// a record of views
const pages = { "/a": A, "/b": B, "/c": C } as const;
export const s1 = liveSession("pages", {}, (live) => { live("/a", pages["/a"]); for (const [path, view] of Object.entries(pages)) live(path, view); });
// hooks composed in a live session, with its layout
const team = onMount(signedIn, (socket) => ({ team: { id: 1, name: socket.assigns.user.name } }));
const locale = onMount((_s, { session }) => ({ locale: session.userId === undefined ? "en" : "de" } as const));
const layout: Layout<{ user: User; team: { name: string }; locale: "en" | "de" }> = ({ user, team: t, locale: l, inner, flash }) => html`${user.name}${t.name}${l}${flash.info}${inner}`;
const member = liveView.expects(signedIn).expects(team).define({ authorize: ({ team: t }) => t.id === 1, mount: (s) => ({ mine: s.assigns.team.id }), render: ({ mine }) => html`${mine}` });
export const s2 = liveSession("team", { onMount: [signedIn, team, locale], layout }, (live) => { live("/team", member); live(paths.posts, A); });
// a generic broadcast
const changed = (id: number) => topic<{ post: Post }>(`post:${id}`);
const pub = createPubSub(); const announce = async <T,>(t: Topic<T>, payload: T) => { await pub.broadcast(t, payload); }; void announce(changed(1), { post: { id: 1, title: "" } });
// topics that depend on parameters
export const J = userView.define({ params: z.object({ room: z.string().optional() }), authorize: "public", topics: ({ params, assigns }) => ({ mine: changed(assigns.user.id), ...(params.room !== undefined && { room: topic<string>(`room:${params.room}`) }) }), mount: () => ({ last: "" }), messages: { mine: (s, { post }) => s.assign({ last: post.title }), room: (s, text) => s.assign({ last: text }) }, render: ({ last }) => html`${last}` });
// generic helpers of tasks
const load = <T,>(task: () => Promise<T>) => assignAsync(async (signal) => { signal.throwIfAborted(); return task(); });
const show = <T,>(r: AsyncResult<T>, ok: (value: T) => Content) => asyncResult(r, { loading: "…", failed: (e) => String(e), ok });
export const K = userView.define({ authorize: "public", mount: (s) => ({ post: load(() => db.post(s.assigns.user.id)), many: load(async () => [1, 2]) }), events: { again: { handle: (s) => s.assignAsync("many", async () => [3]) } }, render: ({ post, many }, on) => html`${show(post, (p) => p?.title)}${show(many, (m) => m.map((n) => html`<i>${n}</i>`))}<b phx-click=${on.again}></b>` });
// several assigns of one task
export const L = userView.define({ authorize: "public", mount: () => ({ ...assignAsync(["a", "b"], async () => ({ a: 1, b: "x" })), n: 0 }), render: ({ a, b }) => html`${a.ok && a.result.toFixed()}${b.ok ? b.result.trim() : ""}` });
// optional props
const card = ({ title: t, footer, tone = "calm" }: { title: Content; footer?: Content; tone?: "calm" | "loud" }) => html`<section class=${tone}>${t}${footer !== undefined && html`<footer>${footer}</footer>`}</section>`;
export const c1 = [card({ title: "x" }), card({ title: html`<b></b>`, footer: "x" }), card({ title: 1, ...(Math.random() > 1 && { tone: "loud" as const }) })];
const Card = liveComponent<{ title: string; subtitle?: string | undefined; onClose?: EventRef }>().define({ mount: (_s, { subtitle }) => ({ sub: subtitle ?? "" }), events: { t: { handle: (s) => s.assign({ sub: s.assigns.subtitle ?? "" }) } }, render: ({ title: t, sub, subtitle, onClose }, on) => html`<div phx-click=${on.t}>${t}${sub}${subtitle}${onClose && html`<b phx-click=${onClose}></b>`}</div>` });
export const M = userView.define({ authorize: "public", events: { close: { handle: () => {} } }, render: ({ user }, on) => html`${Card({ id: "1", title: "x" })}${Card({ id: "2", title: "x", subtitle: undefined, onClose: on.close })}${Card({ id: "3", title: "y", ...(user.id > 1 && { subtitle: "z" }) })}` });
// entries that may be missing
export const N = userView.define({ authorize: "public", mount: () => ({ names: ["a"], byId: {} as Record<number, Post>, at: new Map<number, Post>() }), render: ({ names, byId, at }) => html`${names[0]}${byId[1]?.title}${at.get(1)?.title}${names.at(-1) ?? "none"}` });
// events of their own object
interface Cart { items: readonly Post[]; total: number }
const cartEvents = { add: { bind: z.object({ id: z.number() }), handle: async (socket: Socket<Cart>, { id }: { id: number }) => { const p = await db.post(id); if (p) socket.assign({ items: [...socket.assigns.items, p], total: socket.assigns.total + 1 }); } }, clear: { handle: (socket: Socket<Cart>) => socket.assign({ items: [], total: 0 }) } };
export const O = userView.define({ authorize: "public", mount: (): Cart & { query: string } => ({ items: [], total: 0, query: "" }), events: { ...cartEvents, search: { params: z.object({ q: z.string() }), handle: (s, { q }) => s.assign({ query: q }) } }, render: ({ items, query }, on) => html`${items.length}${query}<b phx-click=${on.add({ id: 1 })}></b><b phx-click=${on.clear}></b><form phx-change=${on.search}></form>` });
// a handler of a view and of a component
const toggle = (socket: Socket<{ open: boolean }>) => socket.update("open", (o) => !o);
export const P = [liveView.define({ authorize: "public", mount: () => ({ open: false }), events: { toggle: { handle: toggle } }, render: (_a, on) => html`<b phx-click=${on.toggle}></b>` }), liveComponent<{ x: number }>().define({ mount: () => ({ open: true, more: 1 }), events: { toggle: { handle: toggle } }, render: ({ x, more }, on) => html`<b phx-click=${on.toggle}>${x}${more}</b>` })];
// mount with a redirect, and two shapes
export const Q = userView.define({ params: z.object({ id: z.coerce.number() }), authorize: "public", async mount(socket, { params }) { const post = await db.post(params.id); if (!post) return redirect(paths.posts()); if (!socket.connected) return { post, editors: 0 }; return { post, editors: 1 }; }, handleParams: async (s, { params, uri }) => { if (params.id < 0) return patch(paths.post({ id: 1 })); return s.pageTitle(uri.pathname); }, render: ({ post, editors }) => html`${post.title}${editors}` });
// presence in a helper
const who = (room: string, user: User) => presence(`room:${room}`, { key: user.id, meta: { name: user.name, typing: false } });
const people = (p: ReturnType<typeof who>) => html`${keyed(p.list, ({ key }) => key, ({ metas }) => html`<li>${metas[0]?.name}</li>`)}`;
export const R = userView.define({ params: z.object({ room: z.string() }), authorize: "public", mount: (s, { params }) => ({ online: who(params.room, s.assigns.user) }), events: { type: { handle: (s) => s.updatePresence("online", (m) => ({ ...m, typing: true })) } }, render: ({ online }, on) => html`${people(online)}<b phx-click=${on.type}></b>` });
// calls between a view and its parent
const seats = callMessage<{ n: number }, boolean>("seats"); const picked = childMessage<{ id: number }>("picked");
const Child = liveView.define({ params: z.object({ room: z.number(), note: z.string().optional() }), authorize: "public", mount: (_s, { params }) => ({ room: params.room }), events: { go: { async handle(s) { if (await s.callParent(seats, { n: 1 })) s.tellParent(picked, { id: s.assigns.room }); } } }, render: ({ room }, on) => html`<b phx-click=${on.go}>${room}</b>` });
export const S = userView.define({ authorize: "public", topics: () => ({ seats, picked }), mount: () => ({ free: 3 }), messages: { seats: (s, { n }) => { const ok = s.assigns.free >= n; if (ok) s.update("free", (f) => f - n); return ok; }, picked: (s, { id }) => s.putFlash("info", String(id)) }, render: () => html`${liveRender(Child, { id: "c", session: { room: 1 } })}${liveRender(Child, { id: "d", session: { room: 1, note: "x" }, sticky: true })}` });
// a hook's pushes, uploads with a writer and elsewhere
const Map1 = defineHook("Map", { pushes: { moved: push<{ x: number; y: number }>(), picked: push<{ id: string }, { label: string }>() }, messages: { fly: message<{ to: readonly [number, number] }>() } });
export const T = userView.define({ authorize: "public", mount: () => ({ at: { x: 0, y: 0 }, files: upload({ accept: ["image/*"], writer: () => { let n = 0; return { write: async (c: Uint8Array) => { n += c.length; }, close: async () => n }; } }), ext: upload({ external: async (e) => ({ uploader: "presigned", url: e.id, key: e.name }) }) }), events: { moved: { from: Map1.pushes.moved, params: z.object({ x: z.number(), y: z.number() }), handle: (s, at) => s.assign({ at }) }, picked: { from: Map1.pushes.picked, params: z.object({ id: z.string() }), handle: (s, { id }) => { s.pushEvent(Map1.messages.fly, { to: [1, 2] }); return reply({ label: id }); } }, store: { async handle(s) { const sizes = await s.consumeUploads("files", async ({ entry }) => entry.size); const keys = await s.consumeUploads("ext", async ({ meta: { key } }) => key); s.putFlash("info", `${sizes.reduce((a, b) => a + b, 0)}${keys.join()}`); } } }, render: ({ at, files }, on) => html`<form phx-submit=${on.store} phx-change=${on.store}>${at.x}${files.entries.map((e) => e.name)}</form>` });
// generic columns
const columns = <T extends { readonly title: string }>(extra: readonly Column<T>[] = []): Column<T>[] => [{ key: "title", label: "Title", cell: (t) => t.title }, ...extra];
export const tbl = (posts: readonly Post[]) => table({ id: "t", caption: "Posts", rows: posts, rowKey: (p) => p.id, columns: columns<Post>([{ key: "id", label: "#", cell: (p) => p.id }]) });
// a factory of channels
export const sock = userSocket({ connect: async ({ session, params }) => { const user = await accounts.get(session.userId ?? Number(params["id"])); return user ? { user } : refuse("no"); }, id: ({ user }) => `user:${user.id}`, channels: (channel) => { const room = (max: number) => channel({ params: z.object({ limit: z.number().max(max).default(10) }), pushes: { said: message<{ text: string }>() }, join: (_s, { params, wildcard }) => allow({ room: wildcard, limit: params.limit }), handleIn: { say: { params: z.object({ text: z.string() }), handle: (s, { text }) => { s.broadcast("said", { text: `${s.assigns.user.name}${text}${s.assigns.limit}` }); } } } }); return { "room:*": room(50), "lobby": room(10) }; } });
// a record of views that satisfies a type
const routes = { home: A, posts: B } satisfies Record<string, LiveView<{}, Readonly<Record<string, unknown>>>>;
export const s4 = liveSession("r", {}, (live) => { live("/x", routes.home); live("/y", routes.posts); });
// a helper of tests
export async function at<T>(path: string, act: (page: Awaited<ReturnType<ReturnType<typeof openBrowser>["visit"]>>) => Promise<T>) { const e = createEndpoint({ secret: "x", live: [s1] }); const page = await openBrowser(e).visit(path); try { return await act(page); } finally { await e.close(); } }
// commands and attributes
const confirmThen = (e: EventRef, id: string): Commands => JS.show({ to: `#${id}` }).push(e).hide({ to: { closest: "dialog" } });
const attrs = (open: boolean) => spread({ "aria-expanded": open, "data-x": open ? 1 : undefined, class: ["a", { b: open }], "phx-click": open ? JS.hide() : JS.show() });
export const W = userView.define({ authorize: "public", mount: () => ({ open: false }), events: { go: { handle: (s) => s.update("open", (o) => !o) } }, render: ({ open }, on) => html`<b ${attrs(open)} phx-focus=${confirmThen(on.go, "x")}></b>${button({ inner: "x", "phx-click": open ? on.go : undefined, disabled: open })}${open ? html`<i></i>` : null}${!open && "no"}` });
