// Checked by the compiler and never run: programs that are wrong and must not compile. Behind each stands what the
// compiler says, so that a sentence which nobody understands is seen here.
import {
  allow, assignAsync, callMessage, callView, childMessage, createPubSub, definePaths, form, html, JS, link, liveComponent, liveRender, liveSession, liveView, logIn, navigate, onMount, presence,
  redirect, refuse, reply, spread, stream, streamAsync, topic, upload, userSocket, type Endpoint, type Layout, type RootLayout, type Socket,
} from "holdfast";
import { button, table } from "holdfast/components";
import { defineHook, message } from "holdfast/hooks";
import type { Context } from "hono";
import { z } from "zod";

interface Post { readonly id: number; readonly title: string }
interface User { readonly name: string }
declare const post: Post;
declare const load: () => Promise<Post>;
declare const cached: () => Post | Promise<Post>;
const posted = topic<Post>("posted");
const total = callMessage<{ add: number }, number>("total");
const render = () => html`<p></p>`;

// ---- what stands in a template ----

// @ts-expect-error -- Argument of type 'Post' is not assignable to parameter of type 'TemplateValue'.
void html`<p>${post}</p>`;
// @ts-expect-error -- Argument of type 'Promise<Post>' is not assignable to parameter of type 'TemplateValue'.
void html`<p>${load()}</p>`;
// @ts-expect-error -- Argument of type '() => Promise<Post>' is not assignable to parameter of type 'TemplateValue'.
void html`<p>${load}</p>`;
// @ts-expect-error -- … Mistake<"write a Date as text: date.toISOString(), or date.toLocaleDateString(…)">'. …
void html`<p>${new Date()}</p>`;

const hide = JS.hide();
// @ts-expect-error -- … & Mistake<"the browser's own events run code in the page: bind a declared event, phx-click">'. …
void html`<p ${spread({ onclick: "go()" })}></p>`;
// @ts-expect-error -- … & Mistake<"the client knows no attribute phx-clik">'. …
void html`<p ${spread({ "phx-clik": hide })}></p>`;
// @ts-expect-error -- … & Mistake<"a binding takes an event or commands: on.save, JS.hide()">'. …
void html`<p ${spread({ "phx-click": "save" })}></p>`;
// @ts-expect-error -- … & Mistake<"a browser makes attribute names lower-case: phx-value-user-id">'. …
void html`<p ${spread({ "phx-value-userId": 1 })}></p>`;
// @ts-expect-error -- … & Mistake<"a hook's name stands in the template: phx-hook=\"Chart\"">'. …
void html`<p id="chart" ${spread({ "phx-hook": "Chart" })}></p>`;
void html`<p ${spread({ title: post.title, hidden: true, class: ["a", { b: true }], style: { color: "red" }, "phx-click": hide, "phx-value-id": 1, "phx-debounce": 300 })}></p>`;
// @ts-expect-error -- Object literal may only specify known properties, and '"phx-clik"' does not exist in type '…'. …
link({ href: "/", "phx-clik": hide, inner: "x" });
// @ts-expect-error -- Object literal may only specify known properties, and '"phx-debounc"' does not exist in type 'ButtonProps'. …
button({ "phx-debounc": 300, inner: "x" });

// @ts-expect-error -- Type 'string' is not assignable to type '…'.
button({ "phx-click": "save", inner: "x" });

// An event between tags compiles: a template's tag is given its values without their places, and in `phx-click=${…}` it is right. In TSX
// it does not compile (jsx.tsx); here `holdfast check` finds it, and the first render refuses it with file, line and excerpt.

// ---- mount, messages, handlers ----

liveView.define({
  authorize: "public",
  mount: () => ({ posts: stream<Post>(), user: assignAsync(async (): Promise<User> => ({ name: "" })), more: streamAsync(async (): Promise<Post[]> => []), n: 0 }),
  events: {
    go: {
      handle(socket) {
        // @ts-expect-error -- Type 'string' is not assignable to type 'number'.
        socket.assign({ n: "1" });
        // @ts-expect-error -- Argument of type '"no"' is not assignable to parameter of type '"…"'.
        socket.update("no", () => 1);
        // @ts-expect-error -- Argument of type '"post"' is not assignable to parameter of type 'StreamNames<…>'.
        socket.streamInsert("post", post);
        // @ts-expect-error -- Type 'Promise<number>' is not assignable to type 'Promise<User>'.
        socket.assignAsync("user", async () => 1);
        // @ts-expect-error -- Argument of type '"n"' is not assignable to parameter of type '…"user"…'.
        socket.assignAsync("n", async () => 1);
        // @ts-expect-error -- Type 'Promise<undefined>' is not assignable to type 'Promise<User>'.
        socket.assignAsync("user", async () => undefined);
        // @ts-expect-error -- Argument of type '"posts"' is not assignable to parameter of type '"more"'.
        socket.streamAsync("posts", async () => []);
      },
    },
  },
  render,
});
liveView.define({
  authorize: "public",
  mount: () => ({ ...assignAsync(["a", "b"], async () => ({ a: 1, b: "" })), n: 0 }),
  events: {
    go: {
      handle(socket) {
        socket.assignAsync(["a", "b"], async () => ({ a: 2, b: "" }), { reset: ["a"] });
        // @ts-expect-error -- … Property 'b' is missing in type '{ a: number; }' but required in type '{ readonly a: number; readonly b: string; }'.
        socket.assignAsync(["a", "b"], async () => ({ a: 1 }));
        // @ts-expect-error -- … Type '"n"' is not assignable to type '…'.
        socket.assignAsync(["a", "n"], async () => ({ a: 1, n: 1 }));
        // @ts-expect-error -- Type '"c"' is not assignable to type '"a" | "b"'.
        socket.assignAsync(["a", "b"], async () => ({ a: 1, b: "" }), { reset: ["c"] });
      },
    },
  },
  render,
});
declare const shown2: Socket<{ user: User }>;
declare const teamLayout: Layout<{ team: string }>;
shown2.putLayout(({ user: { name }, inner }) => html`${name}${inner}`);
// @ts-expect-error -- Argument of type 'Layout<{ team: string; }>' is not assignable to parameter of type 'false | Layout<{ user: User; }>'. …
shown2.putLayout(teamLayout);
liveView.define({
  authorize: "public",
  topics: () => ({ posted }),
  messages: {
    posted: (_socket, { title }) => title.trim() as never,
    // @ts-expect-error -- Object literal may only specify known properties, and 'saved' does not exist in type '{ posted?: … } & NoOthers'.
    saved: () => {},
  },
  render,
});
liveView.define({
  authorize: "public",
  topics: () => ({ total }),
  messages: {
    // @ts-expect-error -- Type 'string' is not assignable to type 'MaybePromise<number>'.
    total: (_socket, { add }) => String(add),
  },
  events: {
    ask: {
      async handle(socket) {
        (await socket.callParent(total, { add: 1 })).toFixed();
        // @ts-expect-error -- Type 'string' is not assignable to type 'number'.
        await socket.callParent(total, { add: "1" });
        // @ts-expect-error -- Property 'trim' does not exist on type 'number'.
        (await socket.call(socket.address, total, { add: 1 })).trim();
      },
    },
  },
  render,
});
liveView.define({
  authorize: "public",
  topics: () => ({ posted }),
  messages: {
    // @ts-expect-error -- Types of parameters 'text' and 'payload' are incompatible. Type 'Post' is not assignable to type 'string'.
    posted: (_socket, text: string) => void text,
  },
  render,
});
// @ts-expect-error -- Type 'string' is not assignable to type 'MessageSource'.
liveView.define({ authorize: "public", topics: () => ({ posted: "posted" }), render });
// @ts-expect-error -- Type '(room: string) => Topic<…>' is not assignable to type 'MessageSource'. …
liveView.define({ authorize: "public", topics: () => ({ posted: (room: string) => topic<Post>(room) }), render });
// @ts-expect-error -- Type 'Promise<number>' is not assignable to type 'MaybePromise<void>'. … Type 'number' is not assignable to type 'void'.
liveView.define({ authorize: "public", mount: async () => 5, render });
// @ts-expect-error -- … 'Promise<Post>' but required in type 'Mistake<"a promise is no assign: await it, or return assignAsync(…)">'.
liveView.define({ authorize: "public", mount: () => ({ n: 0, post: load() }), render });
// @ts-expect-error -- Type 'Post | Promise<Post>' is not assignable to type 'Mistake<"a promise is no assign: await it, or return assignAsync(…)">'.
liveView.define({ authorize: "public", mount: async (socket) => (socket.connected ? { post: cached() } : redirect("/")), render });
liveView.define({
  authorize: "public",
  mount: async () => ({ post: await load(), later: assignAsync(load) }),
  events: {
    go: {
      handle(socket) {
        // @ts-expect-error -- Type 'Promise<Post>' is missing the following properties from type 'Post': id, title
        socket.assign({ post: load() });
      },
    },
  },
  render,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- Type 'number' is not assignable to type 'Mistake<"mount returns the assigns, and its own socket does not know them: …">'.
  mount: (socket) => (socket.assign({ n: 1 }), { n: 0 }),
  render,
});
liveView.define({
  authorize: "public",
  mount: () => ({ n: 0 }),
  events: {
    // @ts-expect-error -- Type 'void' is not assignable to type 'Mistake<"mount returns no form \"draft\"">'.
    save: { form: "draft", handle: () => {} },
    // @ts-expect-error -- Type 'void' is not assignable to type 'Mistake<"form is the name of an assign that mount returns">'.
    send: { form: z.object({ text: z.string() }), handle: () => {} },
  },
  render,
});
liveView.define({
  authorize: "public",
  events: {
    // @ts-expect-error -- Type 'void' is not assignable to type 'Mistake<"…stands in params and in bind: a client could send what the page has bound">'.
    remove: { params: z.object({ id: z.number() }), bind: z.object({ id: z.number() }), handle: () => {} },
  },
  render,
});
liveView.define({
  authorize: "public",
  mount: () => ({ draft: form(z.object({ title: z.string() }), { title: "" }) }),
  events: {
    remove: { bind: z.object({ id: z.number() }), handle: () => {} },
    save: { form: "draft", handle: () => {} },
  },
  render(_assigns, on) {
    // @ts-expect-error -- Type 'string' is not assignable to type 'number'.
    on.remove({ id: "1" });
    // @ts-expect-error -- Argument of type '(bound: { id: number; }) => EventRef' is not assignable to parameter of type 'EventRef'.
    JS.push(on.remove);
    // @ts-expect-error -- Type 'Date' is not assignable to type 'JsonValue…'.
    JS.push(on.remove({ id: 1 }), { value: { at: new Date() } });
    // @ts-expect-error -- Argument of type '{ id: number; }' is not assignable to parameter of type 'TemplateValue'.
    void html`<b phx-value-post=${{ id: 1 }}></b>`;
    // @ts-expect-error -- Argument of type 'FormRefs' is not assignable to parameter of type 'TemplateValue'.
    void html`<form phx-change=${on.save}></form>`;
    return html`<b phx-click=${on.remove({ id: 1 })}></b>`;
  },
});

liveView.define({
  authorize: "public",
  // @ts-expect-error -- … Mistake<"every view has its own flash: give yours another name">…
  mount: () => ({ flash: "saved" }),
  render,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- … Mistake<"assigns have names: { list: [] }">…
  mount: () => [post],
  render,
});
stream([post]);
stream<Post>();
stream<User>(undefined, { domId: ({ name }) => name });
stream(["a"], { domId: (text) => `song-${text}` });
streamAsync(async (signal) => [signal.aborted], { domId: (done) => String(done) });
// @ts-expect-error -- … & Mistake<"an item has no id: give the option domId">'.
stream(["a"]);
// @ts-expect-error -- … Property 'id' is missing in type 'User' but required in type 'WithId'.
stream<User>();
// @ts-expect-error -- … & Mistake<"an item has no id: give the option domId">'. …
streamAsync(async () => [{ title: "" }]);
JS.navigate("/posts").patch("?page=2").navigate(String(post.title));
// @ts-expect-error -- … & Mistake<"this leads out of the application: link({ href })">'. …
JS.navigate("https://example.com");
// @ts-expect-error -- … & Mistake<"this leads out of the application: link({ href })">'. …
JS.hide().patch("//example.com");
// @ts-expect-error -- … & Mistake<"this leads out of the application: link({ href })">'. …
link({ navigate: "https://example.com", inner: "x" });
// @ts-expect-error -- … & Mistake<"this leads out of the application: link({ href })">'. …
link({ patch: "//example.com", inner: "x" });
// @ts-expect-error -- … & Mistake<"a path begins with / or ?">'. …
link({ navigate: "posts", inner: "x" });
// @ts-expect-error -- … & Mistake<"a path begins with / or ?">'. …
redirect("login");
// @ts-expect-error -- Type 'string' is not assignable to type '"/posts" | "?page=2"…'.
link({ patch: "?page=2", navigate: "/posts", inner: "x" });
// @ts-expect-error -- … Mistake<"call it: on.remove({ id }) for an event with `bind`, …; another event is on.save, no () =>">'.
void html`<button phx-click=${() => post.title}></button>`;
link({ navigate: `${String(post.title)}/edit`, inner: "x" });
link({ href: "https://example.com", inner: "x" });
// @ts-expect-error -- … & Mistake<"an extension begins with a dot, \".png\", a media type has a slash, \"image/*\"">'. …
upload({ accept: ["png"] });
upload({ accept: [String(post.title)] });

// ---- hooks ----

const Chart = defineHook("Chart", { messages: { tone: message<{ kind: "loud" | "quiet" }>() } });
declare const shown: Socket<{}>;
shown.pushEvent(Chart.messages.tone, { kind: "loud" });
// @ts-expect-error -- Type '"lod"' is not assignable to type '…"loud"…'. …
shown.pushEvent(Chart.messages.tone, { kind: "lod" });
const user = onMount((): { user: User } => ({ user: { name: "" } }));
const team = onMount(user, (socket) => ({ team: socket.assigns.user.name }));
// @ts-expect-error -- … 'Promise<Post>' but required in type 'Mistake<"a promise is no assign: await it, or return assignAsync(…)">'.
onMount(() => ({ post: load() }));
// @ts-expect-error -- … 'Promise<Post>' but required in type 'Mistake<"a promise is no assign: await it, or return assignAsync(…)">'.
onMount(user, async () => ({ post: load() }));
// @ts-expect-error -- … & Mistake<"a hook that this one needs must be used before it">
liveView.use(team);
// @ts-expect-error -- … but required in type 'Mistake<"a hook that this one needs must stand before it">'.
liveSession("a", { onMount: [team, user] }, () => {});
const Members = liveView.expects(user).define({ authorize: ({ user: who }) => who.name !== "", render });
liveSession("b", {}, (live) => {
  // @ts-expect-error -- … & Mistake<"the live session does not run a hook that the view needs">
  live("/members", Members);
});
liveSession("c", { onMount: user }, (live) => live("/members", Members));
liveSession("d", { onMount: user }, (live) => {
  // @ts-expect-error -- Type 'string' is not assignable to type 'Mistake<"the view names no actions: …">'.
  live("/members", Members, { action: "edit" });
});

// The assign of the later hook is the one that handlers see.
const renamed = onMount(user, (): { user: string } => ({ user: "" }));
liveView.use(user).use(renamed).define({
  authorize: ({ user: name }) => name.trim() !== "",
  mount(socket) {
    // @ts-expect-error -- Property 'name' does not exist on type 'string'.
    void socket.assigns.user.name;
    return {};
  },
  render,
});

// An assign of mount that the hook will set again must have the hook's type: the hook's policy reads it, too.
liveView.use(user).define({ authorize: ({ user: { name } }) => name !== "", mount: () => ({ user: { name: "x" }, n: 1 }), render: ({ user: { name } }) => html`${name}` });
liveView.use(user).define({
  authorize: ({ user: { name } }) => name !== "",
  mount: () => ({ user: "x" }),
  // @ts-expect-error -- Type 'string' is not assignable to type 'Mistake<"a hook sets an assign of this name, and will overwrite yours: give it another name">'.
  events: { go: { handle: (socket) => socket.assign({ user: "y" }) } },
  // @ts-expect-error -- Argument of type 'Mistake<"a hook sets an assign of this name, and will overwrite yours: give it another name">' is not assignable …
  render: ({ user: name }) => html`${name}`,
});

// ---- layouts and sessions ----

const memberLayout: Layout<{ user: User }> = ({ user: { name }, inner }) => html`${name}${inner}`;
liveSession("layout", { onMount: user, layout: memberLayout }, () => {});
// @ts-expect-error -- Property 'user' is missing in type '…' but required in type '…'.
liveSession("layout", { layout: memberLayout }, () => {});
export const rootLayout: RootLayout = ({ get, inner }) => {
  // @ts-expect-error -- Argument of type 'unknown' is not assignable to parameter of type 'TemplateValue'.
  return html`<body>${get("user")}${inner}</body>`;
};
declare module "holdfast" {
  interface SessionValues { seenAt?: Date }
}
declare const c: Context;
// @ts-expect-error -- Mistake<"a Date arrives as a string: send date.toISOString()">
void logIn(c, { seenAt: new Date() });

// ---- routes and links ----

const Show = liveView.define({ params: z.object({ id: z.coerce.number() }), actions: ["edit"], authorize: "public", render });
liveSession("d", {}, (live) => {
  live("/posts/:id", Show, { action: "edit" });
  // @ts-expect-error -- … & Mistake<"the path names \"postId\", the view's params do not">
  live("/posts/:postId", Show);
  // @ts-expect-error -- Type '"edti"' is not assignable to type '"edit"'.
  live("/posts/:id/edit", Show, { action: "edti" });
  // @ts-expect-error -- … & Mistake<"a path begins with /">…
  live("posts/:id", Show);
  live(`/${"posts" as string}`, Show);
});
const paths = definePaths({ posts: "/posts", post: "/posts/:id" });
// @ts-expect-error -- Type '"posts"' is not assignable to type '"posts" & Mistake<"a path begins with /">'.
definePaths({ posts: "posts" });
// @ts-expect-error -- Property 'post_' does not exist on type '{ … }'. Did you mean 'post'?
paths.post_({ id: 1 });
// @ts-expect-error -- Expected 1-2 arguments, but got 0.
paths.post();
// @ts-expect-error -- Object literal may only specify known properties, and 'postId' does not exist in type '{ readonly id: string | number; }'.
paths.post({ postId: 1 });
// @ts-expect-error -- … & Mistake<"this leads out of the application: redirect(url, { external: true })">
redirect("https://example.com/");
// @ts-expect-error -- … & Mistake<"this leads out of the application: redirect(url, { external: true })">
navigate("//example.com/");

// ---- components and nested views ----

// @ts-expect-error -- … 'Promise<Post>' but required in type 'Mistake<"a promise is no assign: await it, or return assignAsync(…)">'.
liveComponent<{ id: string }>().define({ mount: () => ({ post: load() }), render });
const Row = liveComponent<{ post: Post }>().define({ render: ({ post: { title } }) => html`<li>${title}</li>` });
// @ts-expect-error -- Type 'string' is not assignable to type 'Post'.
Row({ id: "1", post: "first" });
const Room = liveView.define({ params: z.object({ room: z.number() }), authorize: "public", render });
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
liveRender(Room, { id: "room", session: { room: "1" } });
// @ts-expect-error -- Object literal may only specify known properties, and 'table' does not exist in type '{ room: number; }'.
liveRender(Room, { id: "room", session: { room: 1, table: 2 } });
// @ts-expect-error -- Property 'session' is missing in type '{ id: string; }' but required in type 'NestedSession<…{ room: number; }>…'.
liveRender(Room, { id: "room" });

// ---- what travels ----

// @ts-expect-error -- … & Mistake<"a Map or a Set arrives as {}: send an array or an object">
reply({ any: new Map() });
// @ts-expect-error -- … & Mistake<"a Date arrives as a string: send date.toISOString()">
reply({ at: new Date() });
// @ts-expect-error -- … & Mistake<"a function does not travel as JSON">
reply({ go: () => {} });
// @ts-expect-error -- … & Mistake<"a reply is an object: reply({ items: [] })">'. …
reply([post]);
declare const endpoint: Endpoint;
endpoint.broadcast("users_socket:7", "disconnect", {});
// @ts-expect-error -- Argument of type '"disconect"' is not assignable to parameter of type '"disconnect"'.
endpoint.broadcast("users_socket:7", "disconect", {});
// @ts-expect-error -- Argument of type '"disconect"' is not assignable to parameter of type '"disconnect"'.
endpoint.broadcast(`users_socket:${post.id}`, "disconect", {});
endpoint.broadcast(`room:${post.id}`, "said", {});
endpoint.broadcast(String(post.id), String(post.title), {});
const pubsub = createPubSub();
const changed = topic<{ kind: "created"; post: Post } | { kind: "deleted"; id: number }>("changed");
declare const socket: Socket<{ n: number }>;
class Account { name = ""; rename(): void {} }
// A payload is compared with its topic, and does not widen it.
endpoint.broadcast(changed, { kind: "created", post });
// @ts-expect-error -- Type '"creatd"' is not assignable to type '"created" | "deleted"'. …
endpoint.broadcast(changed, { kind: "creatd", post });
// @ts-expect-error -- Type '"creatd"' is not assignable to type '"created" | "deleted"'. …
socket.broadcastFrom(changed, { kind: "creatd", post });
// @ts-expect-error -- Type '"creatd"' is not assignable to type '"created" | "deleted"'. …
endpoint.localBroadcastFrom(socket, changed, { kind: "creatd", post });
// @ts-expect-error -- Type '"creatd"' is not assignable to type '"created" | "deleted"'. …
void pubsub.broadcast(changed, { kind: "creatd", post });
// @ts-expect-error -- Argument of type '"c"' is not assignable to parameter of type '"a" | "b"'.
socket.tellParent(childMessage<"a" | "b">("picked"), "c");
// @ts-expect-error -- Argument of type '"c"' is not assignable to parameter of type '"a" | "b"'.
void socket.callParent(callMessage<"a" | "b", number>("count"), "c");
// @ts-expect-error -- Argument of type '"c"' is not assignable to parameter of type '"a" | "b"'.
void callView(pubsub, socket.address, callMessage<"a" | "b", number>("count"), "c");
// By its name, a topic takes any data.
socket.broadcastFrom("room:7", "said", { at: new Date(), seen: new Map([[1, 1n]]), text: undefined, from: { unknown: post as unknown } });
// @ts-expect-error -- … & Mistake<"a promise is no data: await it">'.
socket.broadcastFrom("room:7", "said", load());
// @ts-expect-error -- … & Mistake<"a function is no data: publish plain values">'.
socket.localBroadcastFrom("room:7", "said", { text: () => "" });
// @ts-expect-error -- … readonly rename: Mistake<"a function is no data: publish plain values">; }'.
endpoint.broadcast("room:7", "said", { by: new Account() });
// @ts-expect-error -- … & Mistake<"a promise is no data: await it">'.
endpoint.localBroadcast("room:7", "said", { post: load() });
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'Topic<unknown>'.
socket.broadcastFrom("room:7", { text: "" });
endpoint.tokens.sign("confirm", { userId: 7, roles: ["editor"], team: undefined });
endpoint.tokens.encrypt("confirm", JSON.parse("1"));
// @ts-expect-error -- Type 'Date' is not assignable to type 'Date & Mistake<"a Date arrives as a string: send date.toISOString()">'.
endpoint.tokens.sign("confirm", { at: new Date() });
// @ts-expect-error -- … & Mistake<"a Map or a Set arrives as {}: send an array or an object">'.
endpoint.tokens.encrypt("confirm", new Set([1]));
// @ts-expect-error -- Argument of type 'undefined' is not assignable to parameter of type 'never'.
endpoint.tokens.sign("confirm", undefined);
presence("room:7", { key: 1, meta: { name: "", at: new Date() } });
// @ts-expect-error -- … & Mistake<"a meta is a plain object: { name: … }">'. …
presence("room:7", { key: 1, meta: new Map([["name", ""]]) });
// @ts-expect-error -- … & Mistake<"a function is no data: publish plain values">'. …
presence("room:7", { key: 1, meta: { name: () => "" } });
// @ts-expect-error -- No overload matches this call.
pubsub.subscribe(posted, (message: { body: string }) => void message);

// ---- channels ----

const said = topic<{ text: string }>("room:7", { event: "said" });

// @ts-expect-error -- Type 'boolean' is not assignable to type 'MaybePromise<Refusal>'.
userSocket({ connect: () => false, channels: () => ({}) });
// @ts-expect-error -- … Mistake<"a promise is no assign: await it, or return assignAsync(…)">
userSocket({ connect: () => ({ post: load() }), channels: () => ({}) });
/** A row of a table, and a type that contains itself. */
interface Row { id: number; title: string; body: string; views: number; likes: number; tags: string[]; draft: boolean; author: { name: string; joined: Date } }
interface Tree { name: string; children: Tree[] }
declare const [row, rows, tree]: [Row, { rows: Row[] }, Tree];
userSocket({
  connect: () => ({ user: 1 }),
  channels: (channel) => ({
    // @ts-expect-error -- Type 'boolean' is not assignable to type 'MaybePromise<Refusal>'.
    closed: channel({ join: () => false }),
    // @ts-expect-error -- Type 'undefined' is not assignable to type 'MaybePromise<Refusal>'.
    forgotten: channel({ join: () => void refuse("no") }),
    open: channel({ join: () => allow({ room: 1 }) }),
    // @ts-expect-error -- … 'Promise<Post>' but required in type 'Mistake<"a promise is no assign: await it, or return assignAsync(…)">'.
    late: channel({ join: () => ({ post: load() }) }),
    // @ts-expect-error -- … 'Promise<Post>' but required in type 'Mistake<"a promise is no assign: await it, or return assignAsync(…)">'.
    later: channel({ join: async () => allow({ post: load() }, {}) }),
    // @ts-expect-error -- … & Mistake<"a Date arrives as a string: send date.toISOString()">
    dated: channel({ join: () => allow({}, { at: new Date() }) }),
    silent: channel({
      join(socket) {
        socket.push("presence_state", socket.presences());
        // @ts-expect-error -- Argument of type '"said"' is not assignable to parameter of type '…Mistake<"declare it: pushes: { name: message<{ … }>() }">…'.
        socket.push("said", { text: "" });
        return {};
      },
    }),
    typed: channel({
      pushes: { said: message<{ text: string }>(), cleared: message(), at: message<{ at: Date }>(), posted: message<Post>(), file: message<Uint8Array>(), row: message<Row>(), rows: message<{ rows: Row[] }>(), tree: message<Tree>() },
      join(socket) {
        socket.push("said", { text: "" });
        socket.push("cleared");
        socket.broadcast("posted", post);
        socket.push("tree", tree);
        socket.broadcastFrom("file", new Uint8Array(1));
        // @ts-expect-error -- Argument of type '"sad"' is not assignable to parameter of type '…"said"…Mistake<"declare it: pushes: { name: message<{ … }>() }">…'.
        socket.push("sad", { text: "" });
        // @ts-expect-error -- 'txt' does not exist in type '{ text: string; }'.
        socket.push("said", { txt: "" });
        // @ts-expect-error -- Expected 2 arguments, but got 1.
        socket.push("said");
        // @ts-expect-error -- … 'at' does not exist in type 'Mistake<"at: a Date arrives as a string: send date.toISOString()">'.
        socket.push("at", { at: new Date() });
        // @ts-expect-error -- Property '"holdfast"' is missing in type 'Row' but required in type 'Mistake<"author.joined: a Date arrives as a string: send date.toISOString()">'.
        socket.push("row", row);
        // @ts-expect-error -- Property '"holdfast"' is missing in type '{ rows: Row[]; }' but required in type 'Mistake<"rows[].author.joined: a Date arrives as a string: send date.toISOString()">'.
        socket.broadcast("rows", rows);
        // @ts-expect-error -- Argument of type '"sad"' is not assignable to parameter of type '…"said"…Mistake<"declare it: pushes: { name: message<{ … }>() }">…'.
        socket.broadcast("sad", { text: "" });
        // @ts-expect-error -- Type 'number' is not assignable to type 'string'.
        socket.broadcastFrom("said", { text: 1 });
        socket.push(said, { text: "" });
        // @ts-expect-error -- 'txt' does not exist in type '{ text: string; }'.
        socket.push(said, { txt: "" });
        // @ts-expect-error -- Type 'number' is not assignable to type 'string'.
        socket.broadcastFrom(said, { text: 1 });
        return {};
      },
      handleIn: {
        say: {
          params: z.object({ text: z.string() }),
          handle(socket, { text }) {
            socket.broadcast("said", { text });
            // @ts-expect-error -- Type 'string[]' is not assignable to type 'string'.
            socket.broadcast("said", { text: [text] });
          },
        },
        // @ts-expect-error -- … Mistake<"a Date arrives as a string: send date.toISOString()">
        when: { handle: () => ({ at: new Date() }) },
      },
      handleOut: {
        said: (socket, { text }) => socket.push("said", { text: text.trim() }),
        // @ts-expect-error -- 'sad' does not exist in type 'ChannelInterceptors<…>'. Did you mean to write 'said'?
        sad: () => {},
      },
    }),
    // @ts-expect-error -- Type 'string' has no properties in common with type 'UnnamedMessage<unknown>'.
    named: channel({ pushes: { said: "text" }, join: () => ({}) }),
    // @ts-expect-error -- 'handelIn' does not exist in type 'ChannelDefinition<…>'. Did you mean to write 'handleIn'?
    misspelt: channel({ join: () => ({}), handelIn: {} }),
  }),
});

// ---- what no hole takes ----

const NestedPage = liveView.define({ name: "nested", authorize: "public", render: () => html`<p></p>` });
liveView.define({
  authorize: "public",
  mount: () => ({ draft: form(z.object({ title: z.string() })), files: upload(), weather: assignAsync(async () => "dry"), online: presence("room", { key: 1, meta: {} }) }),
  events: { save: { form: "draft", handle: () => {} }, remove: { bind: z.object({ id: z.number() }), handle: () => {} } },
  render: ({ draft, files, weather, online }, on) => html`<p>
    ${// @ts-expect-error -- … is not assignable to type 'Mistake<"call it: on.remove({ id }) for an event with `bind`, …">'.
html`${on.remove}`}
    ${// @ts-expect-error -- … but required in type 'Mistake<"a form's event is two: on.save.change and on.save.submit">'.
html`${on.save}`}
    ${// @ts-expect-error -- … but required in type 'Mistake<"show one of its fields: draft.field(\"title\").value">'.
html`${draft}`}
    ${// @ts-expect-error -- … but required in type 'Mistake<"fileInput(pictures) chooses the files, and pictures.entries lists them">'.
html`${files}`}
    ${// @ts-expect-error -- … but required in type 'Mistake<"asyncResult(result, { loading, failed, ok }) shows it">'.
html`${weather}`}
    ${// @ts-expect-error -- … but required in type 'Mistake<"those who are there are its list: keyed(online.list, …)">'.
html`${online}`}
    ${// @ts-expect-error -- … but required in type 'Mistake<"write a field by input({ field, label }), or show field.value">'.
html`${draft.field("title")}`}
    ${// @ts-expect-error -- … but required in type 'Mistake<"nest the view: liveRender(View, { id })">'.
html`${NestedPage}`}</p>`,
});

// ---- the options of a hook, and a function in its place ----

// @ts-expect-error -- … Overload 2 of 2, '(run: … Type 'string' is not assignable to type 'number | false | undefined'.
onMount((_socket) => ({ n: 1 }), { refresh: "30s" });
// @ts-expect-error -- … Overload 2 of 2, '(run: … 'topics' does not exist in type 'OnMountOptions<…'. Did you mean to write 'topic'?
onMount((_socket) => ({ n: 1 }), { topics: () => topic<null>("x") });
// @ts-expect-error -- … is not assignable to type 'Mistake<"onMount(…) makes a hook of a function">'.
liveSession("x", { onMount: async (_socket, { session }) => ({ n: session }) }, () => {});
// @ts-expect-error -- … but required in type 'Mistake<"a list needs a key for each row: rowKey: (row) => row.id">'.
table({ id: "t", caption: "T", rows: [{ n: 1 }], columns: [{ key: "n", label: "N", cell: (row) => row.n }] });

// ---- a payload that nobody has parsed ----

// @ts-expect-error -- Property 'q' does not exist on type 'Unparsed'.
liveView.define({ authorize: "public", events: { find: { handle: (_socket, { q }) => void q.trim() } }, render });
// @ts-expect-error -- Property 'q' does not exist on type 'Unparsed'.
liveView.define({ authorize: "public", events: { find: { authorize: (_assigns, { q }) => q === "", handle: () => {} } }, render });
// @ts-expect-error -- Property 'q' does not exist on type 'Unparsed'.
liveComponent().define({ events: { find: { handle: (_socket, { q }) => void q.trim() } }, render });
userSocket({
  connect: () => ({}),
  channels: (channel) => ({
    // @ts-expect-error -- Property 'q' does not exist on type 'Unparsed'.
    a: channel({ join: () => ({}), handleIn: { find: { handle: (_socket, { q }) => ({ found: q }) } } }),
    // @ts-expect-error -- … is not assignable to type …
    b: channel({ join: () => ({}), handleIn: { find: { handle: (_socket, { q }: { q: string }) => ({ found: q }) } } }),
    c: channel({ join: () => ({}), handleIn: { find: { params: z.any(), handle: (_socket, { q }) => ({ found: q as string }) } } }),
  }),
});
liveView.define({
  authorize: "public", events: { find: { handle: (_socket, payload) => void z.object({ q: z.string() }).parse(payload).q }, any: { params: z.any(), handle: (_socket, { q }) => void q } }, render,
});
