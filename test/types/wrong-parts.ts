// Checked by the compiler and never run: routes, hooks, presence, topics, channels, options and the kit, as somebody errs who knows
// TypeScript and not Holdfast. Behind each program stands what the compiler says.
import { allow, createEndpoint, createPubSub, definePaths, html, link, liveComponent, liveSession, liveView, onMount, presence, rateLimit, refuse, topic, userSocket, type Endpoint } from "holdfast";
import { modal, optionsOf, pagination, select, table, tabs } from "holdfast/components";
import { redis } from "holdfast/redis";
import { z } from "zod";

interface Post { readonly id: number; readonly title: string; readonly at: Date }
declare const posts: Post[];
const render = () => html`<p></p>`;
declare const endpoint: Endpoint;
const paths = definePaths({ posts: "/posts", post: "/posts/:id", comment: "/posts/:id/comments/:commentId" });
const Show = liveView.define({ params: z.object({ id: z.coerce.number(), tab: z.enum(["a", "b"]).optional() }), actions: ["edit", "show"], authorize: "public", render });
const user = onMount(() => ({ user: { id: 1, name: "" } }));

// a link with a path helper's parameter undefined
// @ts-expect-error -- Type 'undefined' is not assignable to type 'string | number'.
link({ navigate: paths.post({ id: undefined }), inner: "x" });
// two parameters, one given
// @ts-expect-error -- Argument of type '{ id: number; }' is not assignable to parameter of type '…'.
paths.comment({ id: 1 });
// path helper itself as navigate target
// @ts-expect-error -- Type 'Path<"/posts">' is not assignable to type 'string'.
link({ navigate: paths.posts, inner: "x" });
// query is no string
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'Readonly<Record<string, string | number | boolean | undefined>>'.
paths.post({ id: 1 }, "tab=a");
// object as query value
// @ts-expect-error -- Type '{ a: number; }' is not assignable to type 'string | number | boolean | undefined'.
paths.post({ id: 1 }, { filter: { a: 1 } });
// action as third positional string
// @ts-expect-error -- Type '"edit"' has no properties in common with type '{ readonly action?: "edit" | "show"; }'.
liveSession("s7", {}, (live) => { live("/posts/:id", Show, "edit"); });
// a render function in place of a view
// @ts-expect-error -- Argument of type '() => Rendered' is not assignable to parameter of type 'LiveView<object, unknown, string>'.
liveSession("s8", {}, (live) => { live("/posts", render); });
// a component routed
const Comp = liveComponent<{ post: Post }>().define({ render: () => html`<li></li>` });
// @ts-expect-error -- Argument of type 'LiveComponent<{ post: Post; }>' is not assignable to parameter of type 'LiveView<object, unknown, string>'.
liveSession("s9", {}, (live) => { live("/posts", Comp); });
// onMount hook called
// @ts-expect-error -- Type 'OnMount<…' has no call signatures.
liveSession("s11", { onMount: [user()] }, () => {});
// a plain function as hook
// @ts-expect-error -- Type '() => { a: number; }' is not assignable to type 'OnMount<object, never>'.
liveSession("s12", { onMount: [() => ({ a: 1 })] }, () => {});
// misspelt option
// @ts-expect-error -- Object literal may only specify known properties, but 'onmount' does not exist in type 'LiveSessionOptions<[]>'. Did you mean to write 'onMount'?
liveSession("s13", { onmount: user }, () => {});
// a hook returns a boolean
// @ts-expect-error -- Type 'boolean' is not assignable to type 'MaybePromise<void>'.
onMount((socket) => socket.connected);
// presence without meta
// @ts-expect-error -- Property 'meta' is missing in type '{ key: number; }' but required in type 'PresenceOptions<object>'.
liveView.define({ authorize: "public", mount: () => ({ who: presence("room:1", { key: 1 }) }), render });
// presence key object
// @ts-expect-error -- Type '{ id: number; }' is not assignable to type 'string | number'.
presence("room:1", { key: { id: 1 }, meta: { name: "" } });
// meta used wrongly in render
// @ts-expect-error -- Property 'nmae' does not exist on type '{ name: string; } & Pick<TrackedMeta, "phx_ref" | "phx_ref_prev">'.
liveView.define({ authorize: "public", mount: () => ({ who: presence("room:1", { key: 1, meta: { name: "" } }) }), render: ({ who }) => html`${who.list.map((p) => html`<p>${p.metas[0]!.nmae}</p>`)}` });
// presence list in template directly
// @ts-expect-error -- … but required in type 'Mistake<"those who are there are its list: keyed(online.list, …)">'.
liveView.define({ authorize: "public", mount: () => ({ who: presence("room:1", { key: 1, meta: { name: "" } }) }), render: ({ who }) => html`<p>${who}</p>` });
// meta updated by wrong shape
// @ts-expect-error -- Type 'string' is not assignable to type 'boolean'.
liveView.define({ authorize: "public", mount: () => ({ who: presence("room:1", { key: 1, meta: { typing: false } }), n: 0 }), events: { t: { handle: (socket) => socket.updatePresence("who", { typing: "yes" }) } }, render });
// presence of an assign that is none
// @ts-expect-error -- Argument of type '"n"' is not assignable to parameter of type '"who"'.
liveView.define({ authorize: "public", mount: () => ({ who: presence("room:1", { key: 1, meta: { typing: false } }), n: 0 }), events: { t: { handle: (socket) => socket.updatePresence("n", { typing: true }) } }, render });
// topics: an array
// @ts-expect-error -- Index signature for type 'string' is missing in type 'Topic<Post>[]'.
liveView.define({ authorize: "public", topics: () => [topic<Post>("posts")], render });
// topic as function not called
const roomTopic = (id: number) => topic<{ text: string }>(`room:${id}`);
// @ts-expect-error -- Type '(id: number) => Topic<{ text: string; }>' is not assignable to type 'MessageSource'.
liveView.define({ authorize: "public", topics: () => ({ room: roomTopic }), render });
// message payload property wrong
// @ts-expect-error -- Property 'txt' does not exist on type '{ text: string; }'.
liveView.define({ authorize: "public", topics: () => ({ room: roomTopic(1) }), mount: () => ({ t: "" }), messages: { room: (socket, { txt }) => socket.assign({ t: txt }) }, render });
// broadcast on topic with missing property
// @ts-expect-error -- Property 'text' is missing in type '{}' but required in type '{ text: string; }'.
endpoint.broadcast(roomTopic(1), {});
// broadcasts with topic's name and payload swapped
// @ts-expect-error -- Argument of type 'Topic<{ text: string; }>' is not assignable to parameter of type 'string'.
endpoint.broadcast(roomTopic(1), "said", { text: "" });
// a subscriber gets a message, not its payload
const pubsub = createPubSub();
// @ts-expect-error -- Property 'text' does not exist on type 'Message<{ text: string; }>'.
pubsub.subscribe(roomTopic(1), ({ text }) => text.length.trim());
// a channel's payload misread
// @ts-expect-error -- Property 'txt' does not exist on type '{ text: string; }'.
userSocket({ connect: () => ({ userId: 1 }), channels: (channel) => ({ "room:*": channel({ join: () => ({}), handleIn: { say: { params: z.object({ text: z.string() }), handle: (_socket, { txt }) => ({ ok: txt }) } } }) }) });
// channel: assigns of connect misread
// @ts-expect-error -- Property 'user' does not exist on type 'Readonly<{ userId: number; }>'.
userSocket({ connect: () => ({ userId: 1 }), channels: (channel) => ({ "room:*": channel({ join: (socket) => allow({ name: socket.assigns.user }) }) }) });
// channel: refuse takes a text
// @ts-expect-error -- Argument of type '{ at: Date; }' is not assignable to parameter of type 'string'.
refuse({ at: new Date() });
// channel definition without channel()
// @ts-expect-error -- Type '{ join: () => {}; }' is missing the following properties from type 'Channel': params, handleIn, handleOut, fetchPresences, terminate
userSocket({ connect: () => ({}), channels: () => ({ "room:*": { join: () => ({}) } }) });
// redis options misspelt
// @ts-expect-error -- Object literal may only specify known properties, and 'uri' does not exist in type 'RedisOptions'.
redis({ uri: "redis://localhost" });
// redis with a port only
// @ts-expect-error -- Type '6379' has no properties in common with type 'RedisOptions'.
redis(6379);
// endpoint with string backplane
// @ts-expect-error -- Type 'string' is not assignable to type 'PubSub'.
createEndpoint({ secret: "x".repeat(64), pubsub: "redis://localhost" } as const);
// session options misspelt
// @ts-expect-error -- Object literal may only specify known properties, but 'session' does not exist in type 'EndpointOptions'. Did you mean to write 'sessions'?
createEndpoint({ secret: "x".repeat(64), session: { maxAge: "1d" } } as const);
// rate limit without burst
// @ts-expect-error -- Property 'burst' is missing in type '{ perSecond: number; }' but required in type 'RateLimitOptions'.
rateLimit({ perSecond: 1 });
// rate limit misspelt
// @ts-expect-error -- Object literal may only specify known properties, and 'perMinute' does not exist in type 'RateLimitOptions'.
rateLimit({ perMinute: 60, burst: 10 });
// table column cell with wrong property
// @ts-expect-error -- Property 'titel' does not exist on type 'Post'. Did you mean 'title'?
table({ id: "t", caption: "T", rows: posts, rowKey: (p) => p.id, columns: [{ key: "t", label: "T", cell: (p) => p.titel }] });
// table cell yields Date
// @ts-expect-error -- Type 'Date' is not assignable to type 'Content'.
table({ id: "t", caption: "T", rows: posts, rowKey: (p) => p.id, columns: [{ key: "t", label: "T", cell: (p) => p.at }] });
// table: rowKey a name
// @ts-expect-error -- Type 'string' is not assignable to type '(row: Post) => string | number'.
table({ id: "t", caption: "T", rows: posts, rowKey: "id", columns: [{ key: "t", label: "T", cell: (p) => p.title }] });
// select options: records
// @ts-expect-error -- Type 'Post' is not assignable to type 'string | number | Option | OptionGroup'.
select({ name: "s", label: "S", options: posts });
// select options as label/value with wrong names
// @ts-expect-error -- Object literal may only specify known properties, and 'id' does not exist in type 'Option | OptionGroup'.
select({ name: "s", label: "S", options: [{ id: 1, name: "x" }] });
// optionsOf gives object as value
// @ts-expect-error -- Type 'Post' is not assignable to type 'string | number'.
optionsOf(posts, (p) => p, (p) => p.title);
// modal without title
// @ts-expect-error -- Property 'title' is missing in type '{ id: string; inner: string; }' but required in type 'ModalProps'.
modal({ id: "m", inner: "x" });
// modal onClose string
// @ts-expect-error -- Type 'string' is not assignable to type '…'.
modal({ id: "m", title: "x", inner: "x", onClose: "close" });
// tabs selected by number
// @ts-expect-error -- Type 'number' is not assignable to type 'string'.
tabs({ id: "t", label: "T", tabs: [{ key: "a", label: "A", inner: "x" }], selected: 0 });
// tabs: content in wrong key
// @ts-expect-error -- Object literal may only specify known properties, and 'content' does not exist in type 'Tab'.
tabs({ id: "t", label: "T", tabs: [{ key: "a", label: "A", content: "x" }] });
// pagination href string
// @ts-expect-error -- Type 'string' is not assignable to type '(page: number) => string'.
pagination({ page: 1, pages: 3, href: "/posts" });
// pagination page as string
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
pagination({ page: "1", pages: 3, href: (p) => `/?page=${p}` });
