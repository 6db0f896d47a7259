// Checked by the compiler and never run: what the habits of other frameworks write. Behind each program stands what the compiler says.
import {
  AsyncResult, asyncResult, childMessage, createEndpoint, csrfField, every, fileInput, form, formTag, html, JS, link, liveComponent, liveSession, liveView,
  logIn, NotFound, onMount, patch, presence, putFlash, redirect, renderToString, sessionOf, stream, styles, topic, upload, uploadErrors, userSocket,
  definePaths, type Endpoint, type Layout, type Socket,
} from "holdfast";
import { clientHook, connect } from "holdfast/client";
import { flash, input, modal } from "holdfast/components";
import { defineHook, push } from "holdfast/hooks";
import { openBrowser } from "holdfast/testing";
import type { Context } from "hono";
import { z } from "zod";

interface Post { readonly id: number; readonly title: string }
interface User { readonly id: number; readonly name: string }
declare const post: Post; declare const posts: Post[]; declare const user: User; declare const endpoint: Endpoint; declare const c: Context;
declare const s: Socket<{ n: number; list: readonly number[] }>;
const render = () => html`<p></p>`;
const Home = liveView.define({ authorize: "public", render });
const Row = liveComponent<{ post: Post }>().define({ render: ({ post: { title } }) => html`<li>${title}</li>` });
const signedIn = onMount(() => ({ user }));
const paths = definePaths({ post: "/posts/:id" });
const Chart = defineHook("Chart", { pushes: { picked: push<{ index: number }, { label: string }>() } });
const Draft = z.object({ title: z.string(), n: z.coerce.number() });
const said = topic<{ text: string }>("said");

// ---- LiveView's ----

// an assign that the same hook returns; one that another returns is known
// @ts-expect-error -- Type 'string' is not assignable to type 'Mistake<"mount returns the assigns, … a hook's in onMount(hook, …)">'.
onMount((socket) => (socket.attachHook("path", "handleParams", ({ uri }) => socket.assign({ path: uri.pathname })), { path: "" }));
onMount(onMount(() => ({ path: "" })), (socket) => socket.attachHook("path", "handleParams", ({ uri }) => socket.assign({ path: uri.pathname })));

// a kind of flash that nobody shows, on either side of it
declare module "holdfast" {
  interface FlashKinds { undo: string }
}
s.putFlash("undo", "Deleted");
s.clearFlash("success");
// @ts-expect-error -- Argument of type '"sucess"' is not assignable to parameter of type 'keyof FlashKinds'.
s.putFlash("sucess", "Saved");
// @ts-expect-error -- Argument of type '"notice"' is not assignable to parameter of type 'keyof FlashKinds'.
putFlash(c, "notice", "Saved");
// @ts-expect-error -- Argument of type '"erorr"' is not assignable to parameter of type 'keyof FlashKinds | undefined'.
s.clearFlash("erorr");
// @ts-expect-error -- Property 'sucess' does not exist on type 'Flash'. Did you mean 'success'?
liveView.define({ authorize: "public", render: ({ flash: shown }) => html`${shown.undo}${shown.sucess}` });
// the socket piped
// @ts-expect-error -- Property 'putFlash' does not exist on type 'void'.
s.assign({ n: 1 }).putFlash("info", "Saved");
// {:noreply, socket}
// @ts-expect-error -- … is not assignable to type 'MaybePromise<void | Redirect | Reply<unknown>>'.
liveView.define({ authorize: "public", events: { save: { handle: (socket) => ["noreply", socket] } }, render });
// {:cont, socket}
// @ts-expect-error -- Type 'string' is not assignable to type 'MaybePromise<void | Halt>'.
s.attachHook("log", "handleEvent", () => "cont");
// @ts-expect-error -- Argument of type '"handle_event"' is not assignable to parameter of type 'keyof HookStages'.
s.attachHook("log", "handle_event", () => {});
// push_redirect(to:)
// @ts-expect-error -- Argument of type '{ to: string; }' is not assignable to parameter of type 'string'.
redirect({ to: "/posts" });
// @ts-expect-error -- Argument of type '{ page: number; }' is not assignable to parameter of type 'string'.
patch({ page: 2 });
// handle_params(params, uri, socket)
// @ts-expect-error -- Property 'page' does not exist on type 'Socket<{ page: number; }, never>'.
liveView.define({ params: z.object({ page: z.coerce.number() }), authorize: "public", mount: () => ({ page: 1 }), handleParams: ({ page }) => void page, render });
// send_after with a message
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'Job'.
s.sendAfter(1000, "tick");
// @ts-expect-error -- Expected 1 arguments, but got 2.
every(1000, () => {});
// a stream's item by its id
// @ts-expect-error -- Argument of type 'number' is not assignable to parameter of type 'Post'.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), events: { rm: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.streamDelete("posts", id) } }, render });
// send_update by the component's id
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'LiveComponent<never>'.
s.sendUpdate("row-1", { post });
// a message by its name alone
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'ChildMessage<unknown>'.
s.tellParent("picked", {});
s.tellParent(childMessage<{ id: number }>("picked"), { id: 1 });
// reasons and actions that there are none of
// @ts-expect-error -- This comparison appears to be unintentional because the types 'TerminateReason' and '"shutdown"' have no overlap.
liveView.define({ authorize: "public", terminate: (_socket, reason) => void (reason === "shutdown"), render });
// @ts-expect-error -- This comparison appears to be unintentional because the types '"edit" | "new" | undefined' and '"edti"' have no overlap.
liveView.define({ actions: ["edit", "new"], authorize: "public", render: ({ liveAction }) => html`${liveAction === "edti" && "x"}` });
// allow_upload(:photo), max_files
// @ts-expect-error -- Object literal may only specify known properties, and 'maxFiles' does not exist in type '…'.
upload({ maxFiles: 1 });
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'Upload<unknown>'.
fileInput("photo");
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'Upload<unknown> | UploadEntry'.
uploadErrors("photo");
// what a presence does not call
// @ts-expect-error -- Object literal may only specify known properties, and 'onJoin' does not exist in type '…'.
presence("room:1", { key: 1, meta: {}, onJoin: () => {} });

// ---- React's ----

// @ts-expect-error -- Cannot assign to 'n' because it is a read-only property.
s.assigns.n++;
// @ts-expect-error -- Property 'push' does not exist on type 'readonly number[]'.
s.assigns.list.push(1);
// setState(before => after)
// @ts-expect-error -- … has no properties in common with type 'Partial<{ n: number; list: readonly number[]; }>'. …
s.assign((before: { n: number }) => ({ n: before.n + 1 }));
// @ts-expect-error -- Argument of type 'number' is not assignable to parameter of type '(value: number) => number'.
s.update("n", 5);
// a component is a function of its props, with children and a key
// @ts-expect-error -- Expected 0 arguments, but got 1.
liveComponent((props: { post: Post }) => html`<li>${props.post.title}</li>`);
// @ts-expect-error -- Expected 1 arguments, but got 2.
Row({ id: "1", post }, "inner");
// @ts-expect-error -- Object literal may only specify known properties, and 'key' does not exist in type '{ post: Post; } & { readonly id: string; }'.
Row({ key: 1, post });
// @ts-expect-error -- Object literal may only specify known properties, and 'className' does not exist in type 'NavigateLink<"/">'.
link({ navigate: "/", className: "x", inner: "x" });
// @ts-expect-error -- Object literal may only specify known properties, and 'to' does not exist in type 'HrefLink | PostLink | NavigateLink<string> | PatchLink<string>'.
link({ to: "/", inner: "x" });
// @ts-expect-error -- Type 'string' is not assignable to type 'SingleField'.
input({ field: "title", label: "Title" });
// @ts-expect-error -- Object literal may only specify known properties, and 'onSubmit' does not exist in type 'FormProps<…'.
formTag({ for: form(Draft), onSubmit: () => {}, inner: "x" });
// @ts-expect-error -- Property 'isValid' does not exist on type 'LiveForm<…'. Did you mean 'valid'?
void form(Draft).isValid;
// @ts-expect-error -- Argument of type '() => EventRef' is not assignable to parameter of type 'TemplateValue'.
liveView.define({ authorize: "public", events: { save: { handle: () => {} } }, render: (_assigns, on) => html`<b phx-click=${() => on.save}></b>` });
// @ts-expect-error -- Type 'string' is not assignable to type 'boolean | undefined'.
modal({ id: "m", title: "x", inner: "x", open: "true" });
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'StyleMap'.
styles("color: red");

// ---- SvelteKit's and Hono's ----

// @ts-expect-error -- Argument of type 'number' is not assignable to parameter of type 'string'.
redirect(303, "/login");
// @ts-expect-error -- Argument of type 'number' is not assignable to parameter of type 'string'.
void new NotFound(404);
// @ts-expect-error -- Property 'get' does not exist on type '{ title: string; n: number; }'.
liveView.define({ authorize: "public", mount: () => ({ draft: form(Draft) }), events: { save: { form: "draft", handle: (_socket, data) => void data.get("title") } }, render });
// @ts-expect-error -- 'params.id' is of type 'unknown'.
liveView.define({ authorize: "public", mount: (_socket, { params }) => ({ id: params.id.trim() }), render });
// a middleware's next
// @ts-expect-error -- This expression is not callable. …
onMount((socket, next) => next());
// the guard's answer is the user
// @ts-expect-error -- … Type 'User' is not assignable to type 'MaybePromise<boolean>'.
liveView.use(signedIn).define({ authorize: ({ user: who }) => who, render });
// @ts-expect-error -- Expected 1 arguments, but got 2.
sessionOf(c).put("theme", "dark");
// @ts-expect-error -- Argument of type 'User' is not assignable to parameter of type 'Context<…'. …
void logIn(user, c);
// @ts-expect-error -- Expected 1 arguments, but got 0.
csrfField();
// @ts-expect-error -- Argument of type 'number' is not assignable to parameter of type '{ readonly id: string | number; }'.
paths.post(1);
// @ts-expect-error -- Property 'get' does not exist on type 'Live<{}>'.
liveSession("a", {}, (live) => live.get("/", Home));
// @ts-expect-error -- Object literal may only specify known properties, and 'cors' does not exist in type 'EndpointOptions'.
createEndpoint({ secret: "x", cors: true });
// @ts-expect-error -- Type 'Rendered' is not assignable to type 'RootLayout'. …
createEndpoint({ secret: "x", rootLayout: html`<html></html>` });
// @ts-expect-error -- Type 'string' is not assignable to type 'Rendered'.
export const main: Layout = ({ inner }) => `<main>${String(inner)}</main>`;
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'Rendered'.
renderToString("<p></p>");

// ---- Playwright's and Socket.IO's ----

export async function tested(): Promise<void> {
  const page = await openBrowser(endpoint).visit("/");
  // @ts-expect-error -- Property 'fill' does not exist on type 'LivePage'.
  await page.fill("#title", "x");
  // @ts-expect-error -- Expected 2 arguments, but got 1.
  await page.press("Enter");
  // @ts-expect-error -- Type 'string' is not assignable to type 'FileToChoose'.
  await page.chooseFiles("#f", ["a.png"]);
  // @ts-expect-error -- Property 'assigns' does not exist on type 'LivePage'.
  void page.assigns.n;
}
// @ts-expect-error -- Object literal may only specify known properties, and '"room:*"' does not exist in type '…'.
userSocket({ connect: () => ({}), channels: { "room:*": {} } });
// @ts-expect-error -- Type '"/live"' has no properties in common with type 'ConnectOptions'.
connect("/live");
// @ts-expect-error -- Argument of type '"pick"' is not assignable to parameter of type '"picked"'.
clientHook(Chart, { mounted() { void this.pushEvent("pick", { index: 1 }); } });
// @ts-expect-error -- Object literal may only specify known properties, and 'said' does not exist in type '(context: …
liveView.define({ authorize: "public", topics: { said }, render });
// @ts-expect-error -- Property 'nme' does not exist on type 'User'. Did you mean 'name'?
asyncResult(AsyncResult.ok(user), { loading: "…", failed: "no", ok: (loaded) => loaded.nme });
// @ts-expect-error -- Type 'string' is not assignable to type 'Readonly<Record<string, string | undefined>>'.
flash({ flash: "Saved" });
JS.hide();
