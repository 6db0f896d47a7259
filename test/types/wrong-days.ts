// Checked by the compiler and never run: what a day's work gets wrong. Behind each program stands what the compiler says.
import { assignAsync, createEndpoint, html, JS, keyed, liveComponent, liveRender, liveSession, liveView, memo, navigate, onMount, presence, readEnv, sessionOf, stream, topic, trustedHtml, upload, userSocket, every, type Endpoint, type Socket } from "holdfast";
import { clientHook, connect, onPageEvent } from "holdfast/client";
import { startDevelopment } from "holdfast/dev";
import { defineHook, message, pageEvent, push } from "holdfast/hooks";
import { attach, serve } from "holdfast/node";
import { openTelemetry } from "holdfast/otel";
import { openBrowser } from "holdfast/testing";
import { holdfast } from "holdfast/vite";
import type { Context } from "hono";
import { createServer } from "node:http";
import { z } from "zod";

interface Post { readonly id: number; readonly title: string }
declare const posts: Post[]; declare const endpoint: Endpoint; declare const c: Context; declare const s: Socket<{ n: number }>;
const render = () => html`<p></p>`;
const said = topic<{ text: string }>("said");
const Home = liveView.define({ authorize: "public", render });
const Row = liveComponent<{ post: Post }>().define({ render: ({ post }) => html`<li>${post.title}</li>` });
const Chart = defineHook("Chart", { pushes: { picked: push<{ index: number }, { label: string }>() }, messages: { points: message<{ values: readonly number[] }>() } });

// ---- views ----

// mount returns its socket, as in LiveView
// @ts-expect-error -- … Mistake<"the socket is no assigns: return { count: 0 }">…
liveView.define({ authorize: "public", mount: (socket) => socket, render });
// a hook answers with a Response, as a middleware does
// @ts-expect-error -- … Mistake<"a Response is no assigns: return redirect(path), or throw Forbidden">…
onMount(() => new Response("no", { status: 403 }));
// messages without topics
// @ts-expect-error -- Object literal may only specify known properties, and 'said' does not exist in type '{} & NoOthers'.
liveView.define({ authorize: "public", mount: () => ({ n: 0 }), messages: { said: () => {} }, render });
// @ts-expect-error -- Object literal may only specify known properties, and 'said' does not exist in type '{} & NoOthers'.
liveComponent<{ post: Post }>().define({ messages: { said: () => {} }, render });
liveView.define({ authorize: "public", topics: () => ({ said }), messages: {}, render });
// a policy that answers with an object, or with the user
// @ts-expect-error -- … Type '{ ok: boolean; }' is not assignable to type 'MaybePromise<boolean>'.
liveView.define({ authorize: () => ({ ok: true }), render });
// render may not wait, or return text
// @ts-expect-error -- Type 'Promise<Rendered>' is not assignable to type 'Rendered | ComponentCall | ViewCall'.
liveView.define({ authorize: "public", render: async () => html`<p></p>` });
// a handler returns the new state, as a reducer does
// @ts-expect-error -- Type '{ n: number; }' is not assignable to type 'MaybePromise<void | Redirect | Reply<unknown>>'.
liveView.define({ authorize: "public", mount: () => ({ n: 0 }), events: { inc: { handle: (socket) => ({ n: socket.assigns.n + 1 }) } }, render });
// assign with a name, as in LiveView
// @ts-expect-error -- Expected 1 arguments, but got 2.
liveView.define({ authorize: "public", mount: () => ({ n: 0 }), events: { set: { handle: (socket) => { socket.assign("n", 1); } } }, render });
// update changes in place
// @ts-expect-error -- … Type 'void' is not assignable to type 'number[]'.
liveView.define({ authorize: "public", mount: () => ({ list: [1] }), events: { add: { handle: (socket) => socket.update("list", (list) => { list.push(1); }) } }, render });
// update waits
// @ts-expect-error -- Type 'Promise<number>' is not assignable to type 'number'.
liveView.define({ authorize: "public", mount: () => ({ n: 0 }), events: { add: { handle: (socket) => socket.update("n", async (n) => n + 1) } }, render });
// params as a shape
// @ts-expect-error -- Object literal may only specify known properties, and 'id' does not exist in type 'StandardSchemaV1<unknown, unknown>'.
liveView.define({ authorize: "public", params: { id: z.number() }, render });
// the context of mount taken for its params
// @ts-expect-error -- Property 'id' does not exist on type 'MountContext<{ id: number; }>'.
liveView.define({ authorize: "public", params: z.object({ id: z.coerce.number() }), mount: (_socket, params) => ({ id: params.id }), render });
// a payload that no schema has parsed
// @ts-expect-error -- … Type 'Unparsed' is not assignable to type '{ x: number; }'. …
liveView.define({ authorize: "public", events: { move: { handle: (_socket, payload: { x: number }) => void payload.x.toFixed() } }, render });
const moved = { move: { handle: (_socket: Socket<object>, payload: { x: number }) => void payload.x.toFixed() } };
// @ts-expect-error -- … Type 'Unparsed' is not assignable to type '{ x: number; }'. …
liveView.define({ authorize: "public", events: { ...moved }, render });
// an event's policy takes its assigns, not a socket
// @ts-expect-error -- Property 'assigns' does not exist on type '{ readonly mine: boolean; readonly flash: Flash; readonly liveAction: undefined; }'.
liveView.define({ authorize: "public", mount: () => ({ mine: true }), events: { rm: { authorize: (socket) => socket.assigns.mine, handle: () => {} } }, render });
// a timer of text
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'number'.
liveView.define({ authorize: "public", topics: () => ({ tick: every("1s") }), messages: { tick: () => {} }, render });

// ---- routes: a URL is text ----

const Numbered = liveView.define({ params: z.object({ id: z.number() }), authorize: "public", render });
liveSession("text", {}, (live) => {
  // @ts-expect-error -- … Mistake<"a URL is text, the view's \"id\" takes none: z.coerce.number()">…
  live("/posts/:id", Numbered);
  // @ts-expect-error -- … Mistake<"a URL is text, the view's \"from\" takes none: z.coerce.number()">…
  live("/posts", liveView.define({ params: z.object({ from: z.date() }), authorize: "public", render }));
  live("/posts/:id/:kind", liveView.define({ params: z.object({ id: z.coerce.number(), kind: z.enum(["a", "b"]), page: z.number().default(1) }), authorize: "public", render }));
});
// A parent gives it what it is.
void html`${liveRender(Numbered, { id: "n", session: { id: 1 } })}`;
const device = userSocket({ connect: () => ({}), channels: () => ({}) });
// @ts-expect-error -- Object literal may only specify known properties, and 'socket' does not exist in type 'Readonly<Record<`/${string}`, UserSocket>>'.
createEndpoint({ secret: "x", sockets: { socket: device } });
createEndpoint({ secret: "x", sockets: { "/socket": device } });
// a live session is no array of routes
// @ts-expect-error -- Expected 3 arguments, but got 2.
liveSession("z", { routes: [["/", Home]] });
// @ts-expect-error -- … missing the following properties from type 'LiveSession': layout, rootLayout, middleware, routes
createEndpoint({ secret: "x", live: [Home] });
// @ts-expect-error -- Type 'string | undefined' is not assignable to type 'string | readonly string[]'.
createEndpoint({ secret: process.env["SECRET"] });
// @ts-expect-error -- Type 'URL' is not assignable to type 'string'.
createEndpoint({ secret: "x", url: new URL("https://x.y") });
// @ts-expect-error -- Type 'string' is not assignable to type 'boolean | Promise<boolean>'.
createEndpoint({ secret: "x", sessions: { check: () => "yes" } });

// ---- templates, components ----

// @ts-expect-error -- Argument of type 'void' is not assignable to parameter of type 'TemplateValue'.
void html`${posts.forEach((p) => html`<li>${p.title}</li>`)}`;
// @ts-expect-error -- Argument of type 'Error' is not assignable to parameter of type 'TemplateValue'.
void html`${new Error("x")}`;
// @ts-expect-error -- … Type 'Set<string>' is missing the following properties from type 'readonly Content[]': …
void html`${new Set(["a"])}`;
// @ts-expect-error -- Argument of type '(item: Post) => Rendered' is not assignable to parameter of type 'TemplateValue'.
void html`${memo((p: Post) => html`<p>${p.title}</p>`)}`;
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type '(item: Post, index: number) => string | number'.
void html`${keyed(posts, "id", (p) => html`<p>${p.title}</p>`)}`;
// @ts-expect-error -- Argument of type 'Rendered' is not assignable to parameter of type 'string'.
trustedHtml(html`<p></p>`);
// @ts-expect-error -- Argument of type 'LiveView<…>' is not assignable to parameter of type 'TemplateValue'.
void html`${Home}`;
// @ts-expect-error -- … Property 'id' is missing in type '{ post: Post; }' but required in type '{ readonly id: string; }'.
Row({ post: posts[0]! });
// @ts-expect-error -- Argument of type 'LiveComponent<{ post: Post; }>' is not assignable to parameter of type 'LiveView<…>'. …
liveRender(Row, { id: "x" });
// @ts-expect-error -- Object literal may only specify known properties, and 'psot' does not exist in type '…'.
liveView.define({ authorize: "public", events: { a: { handle: (socket) => socket.sendUpdate(Row, { id: "1", psot: posts[0] }) } }, render });
// a class with its dot
// @ts-expect-error -- … Mistake<"a class is named without its dot">…
JS.toggleClass(".open");
// @ts-expect-error -- … Mistake<"a class is named without its dot">…
JS.hide().addClass(".open wide", { to: "#menu" });
JS.removeClass(String(posts[0]?.title)).toggleClass("w-1.5 open");

// ---- async, streams, uploads, presence ----

// @ts-expect-error -- Argument of type 'Promise<number>' is not assignable to parameter of type 'AsyncTask<unknown>'. …
liveView.define({ authorize: "public", mount: () => ({ u: assignAsync(Promise.resolve(1)) }), render });
// @ts-expect-error -- Argument of type 'AsyncResult<number>' is not assignable to parameter of type 'TemplateValue'. …
liveView.define({ authorize: "public", mount: () => ({ u: assignAsync(async () => 1) }), render: ({ u }) => html`${u}` });
// @ts-expect-error -- Type 'AsyncOutcome<number>' is not assignable to type 'number'. …
liveView.define({ authorize: "public", mount: () => ({ n: 0 }), events: { go: { handle: (socket) => socket.startAsync("x", async () => 1, (n) => socket.assign({ n })) } }, render });
// @ts-expect-error -- Type 'Redirect' is not assignable to type 'MaybePromise<void | Mistake<"a redirect returned here leads nowhere: call socket.pushNavigate(url), socket.pushPatch(url) or socket.redirect(url)">>'.
liveView.define({ authorize: "public", events: { go: { handle: (socket) => void socket.startAsync("x", async () => 1, () => navigate("/")) } }, render });
// @ts-expect-error -- Type 'Redirect' is not assignable to type 'MaybePromise<void | Mistake<"a redirect returned here leads nowhere: call socket.pushNavigate(url), socket.pushPatch(url) or socket.redirect(url)">>'.
liveView.define({ authorize: "public", events: { go: { handle: (socket) => void socket.sendAfter(10, () => navigate("/")) } }, render });
// @ts-expect-error -- Type 'Redirect' is not assignable to type 'MaybePromise<void | Mistake<"a redirect returned here leads nowhere: call socket.pushNavigate(url), socket.pushPatch(url) or socket.redirect(url)">>'.
liveView.define({ authorize: "public", events: { go: { handle: (socket) => void socket.subscribe("news", () => navigate("/")) } }, render });
// @ts-expect-error -- Argument of type 'Post[]' is not assignable to parameter of type 'Post'. …
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), events: { a: { handle: (socket) => socket.streamInsert("posts", posts) } }, render });
// @ts-expect-error -- Type 'Post' must have a '[Symbol.iterator]()' method that returns an iterator.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), render: ({ posts: shown }) => html`${shown.map(([id, p]) => html`<li id=${id}>${p}</li>`)}` });
// @ts-expect-error -- Expected 2 arguments, but got 1.
liveView.define({ authorize: "public", mount: () => ({ photo: upload() }), events: { save: { async handle(socket) { await socket.consumeUploads("photo"); } } }, render });
// @ts-expect-error -- Property 'percent' does not exist on type 'UploadEntry'.
liveView.define({ authorize: "public", mount: () => ({ photo: upload({ autoUpload: true }) }), progress: { photo: (_socket, entry) => void entry.percent }, render });
// @ts-expect-error -- Property 'meta' does not exist on type 'PresenceEntry<{ typing: boolean; }>'. Did you mean 'metas'?
liveView.define({ authorize: "public", mount: () => ({ who: presence("r", { key: "a", meta: { typing: false } }) }), render: ({ who }) => html`${who.list.map((p) => html`${p.meta.typing}`)}` });

// ---- the browser's side: a callback that is misspelt is never called ----

// @ts-expect-error -- … Mistake<"the client calls mounted">…
clientHook(Chart, { mountd() {} });
// @ts-expect-error -- … Mistake<"the client calls mounted">…
clientHook(Chart, { Mounted() {} });
// @ts-expect-error -- … Mistake<"the client calls destroyed">…
clientHook(Chart, { mounted() {}, destoryed() {} });
// @ts-expect-error -- … Mistake<"the client calls beforeUpdate">…
clientHook(Chart, { beforeUpdated() {} });
// Methods and properties of its own, under any other name.
clientHook(Chart, {
  drawn: 0, counted: false, last: undefined as string | undefined,
  async mounted() {
    this.handleEvent("points", ({ values }) => this.draw(values));
    this.last = (await this.pushEvent("picked", { index: 0 })).label;
  },
  updated() { this.update(); }, destroyed() { this.destroy(); },
  draw(values: readonly number[]) { this.drawn += values.length; }, update() { this.counted = true; }, destroy() {},
});
// @ts-expect-error -- Object literal may only specify known properties, and 'mountd' does not exist in type 'HookObject | HookClass<object>'.
connect({ hooks: { Chart: { mountd() {} } } });
// @ts-expect-error -- Property 'piece' does not exist on type '{ pieces: number; }'.
onPageEvent(pageEvent<{ pieces: number }>("confetti"), ({ piece }) => void piece);
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'HookMessage<unknown>'.
s.pushEvent("highlight", { id: 1 });

// ---- sessions, tools ----

// @ts-expect-error -- Property 'userId' does not exist on type 'RequestSession'.
void sessionOf(c).userId;
// @ts-expect-error -- Object is of type 'unknown'.
void endpoint.tokens.verify("confirm", "x").userId;
// @ts-expect-error -- Property 'PROT' does not exist on type '{ PORT: number; }'.
void readEnv(z.object({ PORT: z.coerce.number() })).PROT;
// @ts-expect-error -- Property 'url' does not exist on type 'Promise<Served>'.
void serve(endpoint, { port: 1 }).url;
// @ts-expect-error -- … missing the following properties from type 'Endpoint': …
attach(createServer(), endpoint);
// @ts-expect-error -- Type '"evnt"' is not assignable to type 'keyof SpanDetails'. Did you mean '"event"'?
openTelemetry({ spans: ["evnt"] });
// @ts-expect-error -- Object literal may only specify known properties, and 'entry' does not exist in type 'HoldfastPluginOptions'.
holdfast({ entry: "src/endpoint.ts" });
// @ts-expect-error -- Object literal may only specify known properties, and 'entry' does not exist in type 'DevelopmentOptions'.
void startDevelopment({ entry: "src/main.ts" });
async function opened(): Promise<void> {
  const page = await openBrowser(endpoint).visit("/");
  // @ts-expect-error -- Expected 2 arguments, but got 1.
  page.expectText("hello");
  // @ts-expect-error -- Type '"not-rendered"' is not assignable to type 'EventRefusal | undefined'. Did you mean '"not_rendered"'?
  await page.expectRefused(() => page.pushRaw("event", {}), { reason: "not-rendered" });
}
void opened;
