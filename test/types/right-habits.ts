// Checked by the compiler and never run: right programs of the second week, with nothing annotated that can be inferred.
import {
  asyncResult, assignAsync, createEndpoint, form, formTag, html, JS, keyed, link, liveComponent, liveSession, liveView, navigate, onMount, presence, putFlash,
  rateLimit, redirect, reply, stream, topic, upload, type FlashKinds, type Layout, type UploadOptions, type UploadWriter,
} from "holdfast";
import { select, toasts } from "holdfast/components";
import type { Context } from "hono";
import { z } from "zod";

type Role = "reader" | "editor";
interface User { readonly id: number; readonly name: string; readonly role: Role }
interface Post { readonly id: number; readonly title: string; readonly tags: readonly string[] }
declare const user: User; declare const posts: readonly Post[]; declare const bucket: UploadWriter<{ key: string }>;
const signedIn = onMount(() => ({ user }));
const userView = liveView.use(signedIn);
const said = topic<{ by: number; text: string }>("said");

// a kind that is decided at run time, and a layout that shows all of them
const outcome = (saved: boolean): keyof FlashKinds => (saved ? "success" : "error");
export const saves = (c: Context, saved: boolean) => putFlash(c, outcome(saved), saved ? "Saved" : "Not saved");
export const layout: Layout = ({ flash, inner }) => html`${toasts({ flash })}${Object.entries(flash).map(([kind, text]) => html`<p class=${kind}>${text}</p>`)}${inner}`;
export const Saver = liveView.define({
  authorize: "public",
  mount: () => ({ saved: 0 }),
  events: { save: { handle(socket) { const done = socket.assigns.saved < 3; socket.clearFlash("error"); socket.putFlash(outcome(done), done ? "Saved" : "Enough"); } } },
  render: ({ saved, flash }, on) => html`<b phx-click=${on.save}>${saved}</b>${flash.success ?? flash.error}`,
});
// an upload's options shared, spread and extended; each kind of upload knows what its files become
const pictures = { accept: [".png", "image/*"], maxEntries: 3 } as const satisfies UploadOptions;
const picture = (maxFileSize: number) => upload({ ...pictures, maxFileSize });
export const Files = liveView.define({
  authorize: "public",
  mount: () => ({
    plain: upload(), shared: upload(pictures), own: picture(1_000),
    stored: upload({ ...pictures, writer: ({ id }) => (id === "" ? bucket : bucket) }),
    signed: upload({ external: async ({ name, size }) => (size > 1e9 ? { refused: "too_large" } : { uploader: "S3", url: name, fields: { size } }) }),
  }),
  events: {
    save: {
      async handle(socket) {
        const paths = await socket.consumeUploads("own", ({ path }) => path.trim());
        const keys = await socket.consumeUploads("stored", ({ meta }) => meta.key.trim());
        const sizes = await socket.consumeUploads("signed", ({ meta }) => meta.fields.size.toFixed());
        socket.putFlash("info", [...paths, ...keys, ...sizes].join());
      },
    },
  },
  render: ({ plain, own }, on) => html`<form id="f" phx-submit=${on.save}>${plain.entries.length}${own.errors.length}</form>`,
});
// people with what a database knows of them, loaded inline
export const Online = userView.define({
  authorize: "public",
  mount: (socket) => ({
    plain: presence("room", { key: socket.assigns.user.id, meta: { typing: false } }),
    people: presence("room", { key: socket.assigns.user.id, meta: { typing: false }, fetch: async (entries) => entries.map(({ key, metas }) => ({ key, typing: metas.some((meta) => meta.typing) })) }),
  }),
  events: { type: { handle: (socket) => socket.updatePresence("plain", ({ typing }) => ({ typing: !typing })) } },
  render: ({ plain, people }, on) => html`<b phx-click=${on.type}>${plain.list[0]?.metas[0]?.typing}</b>${people.list.filter(({ typing }) => typing).map(({ key }) => key)}`,
});
// a guard made for a role; a view that only some may see
const requires = (role: Role) => onMount(signedIn, (socket) => (socket.assigns.user.role === role ? undefined : redirect("/")));
export const Editors = userView.use(requires("editor")).define({ authorize: ({ user: { role } }) => role === "editor", render: ({ user: { name } }) => html`${name}` });
// a policy that waits; a handler that leaves or stays
export const Review = userView.define({
  params: z.object({ id: z.coerce.number() }),
  authorize: async ({ user: { id } }, { params }) => Promise.resolve(id === params.id),
  mount: (_socket, { params }) => ({ post: posts.find(({ id }) => id === params.id), votes: new Map<number, "yes" | "no">() }),
  events: {
    vote: {
      bind: z.object({ as: z.enum(["yes", "no"]) }),
      async handle(socket, { as }) {
        if (socket.assigns.post === undefined) return navigate("/posts", { replace: true });
        const { user: { id } } = socket.assigns;
        socket.update("votes", (votes) => new Map(votes).set(id, as));
        return reply({ votes: socket.assigns.votes.size });
      },
    },
  },
  render: ({ post, votes }, on) => html`${post?.title ?? "gone"}${(["yes", "no"] as const).map((as) => html`<b phx-click=${on.vote({ as })}>${as}</b>`)}
    ${keyed(votes, ([id]) => id, ([id, vote]) => html`<i>${id}: ${vote}</i>`)}`,
});
// lists: sorted, filtered, grouped
export const Lists = liveView.define({
  authorize: "public",
  mount: () => ({ all: posts, by: "title" as "title" | "id", items: stream(posts, { domId: ({ id }) => `post-${id}`, limit: -50 }) }),
  events: {
    sort: { bind: z.object({ by: z.enum(["title", "id"]) }), handle(socket, { by }) { socket.assign({ by }); socket.update("all", (all) => all.toSorted((a, b) => (by === "id" ? a.id - b.id : a.title.localeCompare(b.title)))); } },
    add: { handle: (socket) => socket.streamInsert("items", { id: 9, title: "", tags: [] }, { at: 0, limit: 10 }) },
  },
  render: ({ all, by, items }, on) => html`<b phx-click=${on.sort({ by: by === "id" ? "title" : "id" })}></b><b phx-click=${on.add}></b>
    <ul id="items" phx-update="stream">${items.map(({ title, tags }, id) => html`<li id=${id}>${title}${tags.map((tag) => html`<i>${tag}</i>`)}</li>`)}</ul>${all.length > 0 ? all.map(({ title }) => title) : html`<p>None</p>`}`,
});
// commands that depend on the state, and a link helper
const toggled = (open: boolean, to: string) => (open ? JS.hide({ to }) : JS.show({ to, display: "flex" })).toggleClass("open", { to });
const tab = (to: string, label: string, current: boolean) => link({ patch: to, class: ["tab", { current }], "aria-current": current && "page", inner: label });
export const Menu = liveView.define({ authorize: "public", mount: () => ({ open: false }), events: { toggle: { handle: (socket) => socket.update("open", (open) => !open) } }, render: ({ open }, on) => html`<b phx-click=${toggled(open, "#m").push(on.toggle)}></b>${tab("?tab=a", "A", open)}` });
// a form whose schema is refined, and one made of another
const Account = z.object({ email: z.email(), password: z.string().min(8), again: z.string(), role: z.enum(["reader", "editor"]) });
const Signup = Account.refine(({ password, again }) => password === again, { path: ["again"], message: "differs" });
export const Sign = liveView.define({
  authorize: "public",
  mount: () => ({ draft: form(Signup, { role: "reader" }), login: form(Account.pick({ email: true, password: true })) }),
  events: {
    signUp: { form: "draft", async handle(socket, { email, role }) { if (role === "editor") { socket.update("draft", (draft) => draft.withErrors({ role: "by invitation" })); return; } socket.putFlash("success", email); return navigate("/"); } },
    logIn: { form: "login", handle: (_socket, { email, password }) => void [email.trim(), password.length] },
  },
  render: ({ draft, login }, on) => html`${formTag({ for: draft, "phx-change": on.signUp.change, "phx-submit": on.signUp.submit, inner: (f) => html`${f.field("email").errors[0]}${select({ field: f.field("role"), label: "Role", options: ["reader", "editor"] })}` })}
    <form id="l" phx-change=${on.logIn.change} phx-submit=${on.logIn.submit}>${login.field("password").errors.length > 0 && "!"}</form>`,
});
// work beside the view, begun, replaced and cancelled
export const Report = liveView.define({
  authorize: "public",
  mount: () => ({ report: undefined as { readonly rows: number } | undefined, tags: assignAsync(async (signal) => (signal.aborted ? [] : ["a"])) }),
  events: {
    run: { handle: (socket) => socket.startAsync("report", async (signal) => (await fetch("/report", { signal })).status, (done) => socket.assign({ report: done.ok ? { rows: done.value } : undefined })) },
    stop: { handle: (socket) => socket.cancelAsync("report") },
    again: { handle: (socket) => socket.assignAsync("tags", async () => ["b"], { reset: true }) },
  },
  render: ({ report, tags }, on) => html`<b phx-click=${on.run} phx-focus=${on.stop} phx-blur=${on.again}>${report?.rows}</b>${asyncResult(tags, { loading: "…", failed: "no", ok: (all) => all.map((tag) => html`<i>${tag}</i>`) })}`,
});
// components in a list, with a callback to their page
const Item = liveComponent<{ post: Post; onOpen: (id: number) => void }>().define({
  mount: () => ({ open: false }),
  update: (socket, { post }) => { if (post.tags.length === 0) socket.assign({ open: true }); },
  events: { open: { handle(socket) { socket.update("open", (open) => !open); socket.assigns.onOpen(socket.assigns.post.id); } } },
  render: ({ post, open }, on) => html`<li phx-click=${on.open}>${open ? post.title : "…"}</li>`,
});
export const Items = liveView.define({
  authorize: "public",
  topics: () => ({ said }),
  mount: (socket) => ({ opened: 0, onOpen: (id: number) => socket.putFlash("info", String(id)) }),
  messages: { said: (socket, { by, text }) => (text === "" ? navigate(`/users/${by}`) : socket.update("opened", (n) => n + 1)) },
  render: ({ opened, onOpen }) => html`${opened}${keyed(posts, ({ id }) => id, (post) => Item({ id: `item-${post.id}`, post, onOpen }))}`,
});
// the application around them
export const endpoint = createEndpoint({
  secret: ["new".repeat(30), "old".repeat(30)],
  live: [liveSession("user", { onMount: [signedIn, requires("reader")] }, (live) => { for (const [path, view] of [["/lists", Lists], ["/menu", Menu]] as const) live(path, view); })],
  routes: (app) => app.use("/login", rateLimit({ perSecond: 1, burst: 5 })),
});
