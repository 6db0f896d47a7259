// Checked by the compiler and never run: right programs as they are written, with nothing annotated that can be inferred.
import { assignAsync, asyncResult, createEndpoint, flashGroup, form, formTag, html, JS, keyed, link, liveComponent, liveRender, liveSession, liveView, patch, presence, redirect, reply, stream, streamAsync, temporaryAssign, upload, userSocket, allow, refuse, navigate, type EndpointOptions, type Layout, type UploadOptions, type PresenceEntry } from "holdfast";
import { button, checkbox, input, modal, optionsOf, pagination, select, table, tabs, type Column, type Option, type Tab } from "holdfast/components";
import { message } from "holdfast/hooks";
import { openBrowser, renderComponent, type LivePage } from "holdfast/testing";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { z } from "zod";
import { addPost, adminOnly, bump, Chart, confirm, expecting, fieldErrors, greet, increment, inTeam, isAdmin, list, loaded, paths, photoList, PostInput, posts, signedIn, teamView, toolbar, toolbar2, userView, type Post, type User } from "./right-helpers.js";

// big view, everything inferred
export const Posts = teamView.define({
  params: z.object({ page: z.coerce.number().default(1), sort: z.enum(["title", "id"]).optional() }),
  actions: ["index", "new"],
  authorize: ({ user, team }, { params }) => user.id === team.owner && params.page > 0,
  topics: ({ params, assigns }) => ({ posts: posts(assigns.team.id + params.page) }),
  async mount(socket, { params }) {
    const found = await Promise.resolve<Post[]>([]);
    return { page: params.page, n: 0, posts: stream(found), author: assignAsync(async () => ({ name: greet(socket) })), draft: form(PostInput, { title: "" }, { lists: ["tags"] }), photo: upload({ accept: [".png"], maxEntries: 2 }), who: presence("posts", { key: socket.assigns.user.id, meta: { typing: false } }) };
  },
  handleParams(socket, { params }) { return params.page > 10 ? patch("?page=1") : socket.assign({ page: params.page }); },
  messages: { posts(socket, change) { if (change.kind === "added") addPost(socket, change.post); else socket.streamDeleteByDomId("posts", `posts-${change.id}`); } },
  events: {
    add: { handle: bump },
    add2: { handle: (socket) => increment(socket) },
    remove: { bind: z.object({ id: z.number() }), authorize: isAdmin, handle: (socket, { id }) => socket.streamDeleteByDomId("posts", `posts-${id}`) },
    search: { params: z.object({ q: z.string() }), async handle(socket, { q }) { socket.assignAsync("author", async () => ({ name: q })); } },
    picked: { from: Chart.pushes.picked, params: z.object({ index: z.number() }), handle: (_socket, { index }) => reply({ label: String(index) }) },
    save: { form: "draft", async handle(socket, post) { if (post.title === "x") { socket.assign({ draft: socket.assigns.draft.withErrors({ title: "taken" }) }); return; } const [file] = await socket.consumeUploads("photo", async ({ path }) => ({ path })); socket.putFlash("info", file?.path ?? "none"); return navigate(paths.posts()); } },
    type: { handle: (socket) => socket.updatePresence("who", { typing: true }) },
  },
  render: ({ page, posts: items, author, draft, photo, who, flash, liveAction, user }, on) => html`
    ${flashGroup({ flash })}${toolbar(on)}${toolbar2(on)}
    ${asyncResult(author, { loading: "…", failed: "no", ok: ({ name }) => name })}${loaded(author, (a) => a.name)}
    <ul id="posts" phx-update="stream">${items.map((post, id) => html`<li id=${id}>${post.title}</li>`)}</ul>
    ${list(who.list, (p) => html`<b>${p.key}${p.metas[0]?.typing === true ? "…" : ""}</b>`)}
    ${liveAction === "new" && modal({ id: "m", title: "New", open: true, onClose: confirm(JS.patch(paths.posts())), inner: formTag({ for: draft, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: (f) => html`
      ${input({ field: f.field("title"), label: "Title" })}${fieldErrors(f.field("title"))}${draft.inputsFor("tags", (tag) => input({ field: tag.field("name"), label: "Tag" }))}${checkbox({ field: draft.field("agree"), label: "ok" })}${button({ inner: "Save" })}` }) })}
    ${photoList(photo)}
    ${pagination({ page, pages: 3, href: (p) => paths.posts({ page: p }) })}${link({ navigate: paths.post({ id: user.id }), inner: user.name })}`,
});
// events split into an object with satisfies, spread in
const counting = { inc: { handle: bump }, reset: { handle: (socket: Parameters<typeof bump>[0]) => socket.assign({ n: 0 }) } };
export const Counter = liveView.define({ authorize: "public", mount: () => ({ n: 0, other: "" }), events: { ...counting, own: { handle: (socket) => socket.assign({ other: "x" }) } }, render: ({ n }, on) => html`<b phx-click=${on.inc} phx-focus=${on.reset}>${n}</b><b phx-click=${on.own}></b>` });
// two live sessions with the same hook, view reused
export const Member = expecting.define({ authorize: adminOnly, mount: (socket) => ({ mine: socket.assigns.user.id }), render: ({ mine }) => html`${mine}` });
const layout: Layout<{ user: User }> = ({ user, inner }) => html`${user.name}${inner}`;
const shared = { onMount: [signedIn, inTeam], layout } as const;
export const sessions = [
  liveSession("a", shared, (live) => { live(paths.post, liveView.define({ params: z.object({ id: z.coerce.number() }), authorize: "public", render: () => html`` })); live("/m", Member); }),
  liveSession("b", { onMount: signedIn }, (live) => { live("/m", Member); live("/posts", Posts, { action: "index" }); live("/posts/new", Posts, { action: "new" }); }),
];
// satisfies options
const options = { secret: "x".repeat(64), live: sessions } satisfies EndpointOptions;
export const endpoint = createEndpoint(options);
export const fromRedis = (url: string | undefined) => createEndpoint({ ...options, ...(url !== undefined && { backplane: redis({ url }) }) });
// columns with satisfies and typed constant
const columns = [{ key: "title", label: "Title", cell: (p) => p.title, sortable: true }, { key: "id", label: "#", cell: (p) => p.id, align: "end" }] satisfies Column<Post>[];
export const postTable = (rows: readonly Post[], sort: { by?: string | undefined; direction?: "ascending" | "descending" | undefined }) => table({ id: "t", caption: "Posts", rows, rowKey: (p) => p.id, columns, sort: { ...sort, href: (by, direction) => `?by=${by}&dir=${direction}` }, actions: (p) => link({ navigate: paths.post({ id: p.id }), inner: "Open" }) });
// options typed
const sizes = [{ value: "s", label: "Small" }, { value: "l", label: "Large" }] as const satisfies readonly Option[];
const SizeForm = z.object({ size: z.enum(sizes.map((s) => s.value) as ["s", "l"]), country: z.string(), many: z.array(z.string()) });
const sizeForm = form(SizeForm);
export const pick = [select({ field: sizeForm.field("size"), label: "Size", options: sizes }), select({ field: sizeForm.field("country"), label: "Country", options: optionsOf(new Map([["de", "Germany"]]), ([code]) => code, ([, name]) => name) }), select({ field: sizeForm.field("many"), label: "Many", multiple: true, options: ["a"] })];
// tabs from record
export const tabbed = (all: Record<string, string>) => tabs({ id: "t", label: "T", tabs: Object.entries(all).map(([key, inner]): Tab => ({ key, label: key, inner })), selected: "a" });
// component generic over props union
export const Row = liveComponent<{ post: Post; onPick?: (id: number) => void }>().define({
  mount: (_socket, { post }) => ({ open: post.id === 1 }),
  events: { toggle: { handle: (socket) => socket.update("open", (open) => !open) } },
  render: ({ post, open }, on) => html`<li phx-click=${on.toggle}>${open ? post.title : "…"}</li>`,
});
// channels
export const socket = userSocket({
  connect: async ({ session }) => (session.userId === undefined ? refuse("no") : { userId: session.userId }),
  channels: (channel) => ({
    "room:*": channel({
      pushes: { said: message<{ by: number; text: string }>() },
      async join(socket, { topic }) { if (topic.length > 30) return refuse("long"); return allow({ room: topic }, { you: socket.assigns.userId }); },
      handleIn: { say: { params: z.object({ text: z.string() }), handle(socket, { text }) { socket.broadcast("said", { by: socket.assigns.userId, text: text + socket.assigns.room }); return { ok: true }; } } },
      handleOut: { said(socket, payload) { if (payload.by !== socket.assigns.userId) socket.push("said", payload); } },
    }),
  }),
});
// tests helper
export async function openPosts(path = "/posts"): Promise<LivePage> {
  const page = await openBrowser(endpoint).visit(path);
  await page.click({ selector: "button", text: "New" });
  await page.submit("#draft", { title: "x", "tags[0][name]": "a", agree: true });
  page.expectPush(Chart.messages.points, { values: [1] });
  const { label } = await page.renderHook(Chart.pushes.picked, { index: 1 });
  label.trim();
  return page;
}
export const row = () => renderComponent(Row, { id: "1", post: { id: 1, title: "x" } });
// mount returning unions / conditional redirect
export const Cond = userView.define({ params: z.object({ id: z.coerce.number() }), authorize: "public", async mount(socket, { params: { id } }) { const post = await Promise.resolve<Post | undefined>(undefined); if (!post) return redirect("/"); return { post, id, tick: socket.connected ? 1 : 0 }; }, render: ({ post, id }) => html`${post.title}${id}` });
// discriminated assign
type State = { kind: "idle" } | { kind: "busy"; since: number };
export const Machine = liveView.define({ authorize: "public", mount: () => ({ state: { kind: "idle" } as State, list: [] as readonly number[] }), events: { go: { handle: (socket) => socket.assign({ state: { kind: "busy", since: Date.now() } }) }, add: { handle: (socket) => socket.update("list", (l) => [...l, 1]) } }, render: ({ state }, on) => html`<b phx-click=${on.go} phx-focus=${on.add}>${state.kind === "busy" ? state.since : "idle"}</b>` });
// higher-order view factory
export const resource = <T extends { id: number }>(name: string, load: () => Promise<T[]>, row: (item: T) => string) => liveView.define({ name, authorize: "public", mount: async () => ({ items: await load(), n: 0 }), events: { again: { async handle(socket) { socket.assign({ items: await load() }); } } }, render: ({ items }, on) => html`<b phx-click=${on.again}>${items.map(row)}</b>` });
export const Res = resource("posts", async () => [{ id: 1, title: "" }], (p) => p.title);
// nested view
const Clock = liveView.define({ params: z.object({ zone: z.string() }), authorize: "public", mount: (socket, { params }) => ({ now: "", zone: params.zone }), render: ({ now }) => html`${now}` });
export const Outer = liveView.define({ authorize: "public", render: () => html`${liveRender(Clock, { id: "c", session: { zone: "UTC" } })}${keyed([1, 2], (n) => n, (n) => Row({ id: `r${n}`, post: { id: n, title: "" } }))}` });
// serve with env
export const start = () => serve(endpoint, { port: Number(process.env["PORT"] ?? 4000) });
// options via optional properties
export const uploadOptions = (max?: number): UploadOptions => ({ ...(max !== undefined && { maxFileSize: max }) });
// startAsync with union and helper
export const Report = liveView.define({ authorize: "public", mount: () => ({ report: undefined as string | undefined, error: "" }), events: { run: { handle(socket) { socket.startAsync("report", async (signal) => (signal.aborted ? "a" : "b"), (outcome) => { if (outcome.ok) socket.assign({ report: outcome.value }); else socket.assign({ error: String(outcome.error) }); }); } }, stop: { handle: (socket) => socket.cancelAsync("report") } }, render: ({ report }, on) => html`<b phx-click=${on.run} phx-focus=${on.stop}>${report}</b>` });
// presence with fetch
export const Who = userView.define({ authorize: "public", mount: (socket) => ({ who: presence("x", { key: socket.assigns.user.id, meta: { at: 1 }, fetch: async (entries: readonly PresenceEntry<{ at: number }>[]) => entries.map((e) => ({ ...e, name: e.key })) }) }), render: ({ who }) => html`${who.list.map((w) => html`<i>${w.name}${w.metas.length}</i>`)}` });
// streamAsync
export const Feed = liveView.define({ authorize: "public", mount: () => ({ feed: streamAsync(async () => [{ id: 1, title: "" }] satisfies Post[], { limit: 50 }), tmp: temporaryAssign<string[]>([]) }), events: { more: { handle: (socket) => { socket.streamAsync("feed", async () => [{ id: 2, title: "b" }]); socket.assign({ tmp: temporaryAssign(["a"]) }); } } }, render: ({ feed, tmp }, on) => html`<b phx-click=${on.more}>${feed.status.loading && "…"}${tmp.map((t) => t.length)}</b><ul id="f" phx-update="stream">${feed.map((p, id) => html`<li id=${id}>${p.title}</li>`)}</ul>` });
