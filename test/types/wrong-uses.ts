// Checked by the compiler and never run: client hooks, uploads, streams, forms, the testing kit, tokens and options, as somebody errs
// who knows TypeScript and not Holdfast. Behind each program stands what the compiler says.
import { assignAsync, createEndpoint, form, formTag, html, JS, keyed, liveComponent, liveRender, liveView, onTelemetry, reply, stream, temporaryAssign, upload, classes, type Socket, type Endpoint } from "holdfast";
import { button, checkboxGroup, dropdown, input, radioGroup, textarea } from "holdfast/components";
import { defineHook, message, pageEvent, push } from "holdfast/hooks";
import { clientHook } from "holdfast/client";
import { openBrowser, renderComponent, renderIsolated } from "holdfast/testing";
import { serve } from "holdfast/node";
import { z } from "zod";
interface Post { readonly id: number; readonly title: string }
declare const post: Post; declare const posts: Post[]; declare const endpoint: Endpoint;
const render = () => html`<p></p>`;
const Chart = defineHook("Chart", { pushes: { picked: push<{ index: number }, { label: string }>() }, messages: { points: message<{ values: readonly number[] }>() } });
// client: pushes with wrong payload
// @ts-expect-error -- Object literal may only specify known properties, and 'idx' does not exist in type '{ index: number; }'.
clientHook(Chart, { mounted() { void this.pushEvent("picked", { idx: 1 }); } });
// client: unknown message
// @ts-expect-error -- Argument of type '"point"' is not assignable to parameter of type '"points"'.
clientHook(Chart, { mounted() { this.handleEvent("point", () => {}); } });
// client: reply's property wrong
// @ts-expect-error -- Property 'lable' does not exist on type '{ label: string; }'. Did you mean 'label'?
clientHook(Chart, { async mounted() { const r = await this.pushEvent("picked", { index: 1 }); r.lable.trim(); } });
// client: el is not canvas
// @ts-expect-error -- Property 'getContext' does not exist on type 'HTMLElement'.
clientHook(Chart, { mounted() { this.el.getContext("2d"); } });
// server: pushes a push, not a message
declare const s: Socket<{}>;
// @ts-expect-error -- Property 'message' is missing in type '…' but required in type '{ message: unknown; }'.
s.pushEvent(Chart.pushes.picked, { index: 1 });
// server: message payload wrong
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
s.pushEvent(Chart.messages.points, { values: ["1"] });
// pageEvent payload wrong
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
s.pushEvent(pageEvent<{ n: number }>("confetti"), { n: "1" });
// upload: maxFileSize as string
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
upload({ maxFileSize: "5MB" });
// upload: accept single string
// @ts-expect-error -- Type 'string' is not assignable to type 'readonly string[]'.
upload({ accept: ".png" });
// upload: misspelt
// @ts-expect-error -- … but 'maxEntrys' does not exist in type 'DiskOptions<string> | WriterOptions<never, string> | ExternalOptions<never, string>'. Did you mean to write 'maxEntries'?
upload({ maxEntrys: 3 });
// upload: consume a name that is none
// @ts-expect-error -- Argument of type '"foto"' is not assignable to parameter of type '"photo"'.
liveView.define({ authorize: "public", mount: () => ({ photo: upload(), n: 0 }), events: { save: { async handle(socket) { await socket.consumeUploads("foto", async () => ({})); } } }, render });
// upload: entries used as file
// @ts-expect-error -- Property 'filename' does not exist on type 'UploadEntry'.
liveView.define({ authorize: "public", mount: () => ({ photo: upload() }), render: ({ photo }) => html`${photo.entries.map((e) => html`<p>${e.filename}</p>`)}` });
// upload: progress of wrong name
// @ts-expect-error -- Object literal may only specify known properties, and 'foto' does not exist in type '…'.
liveView.define({ authorize: "public", mount: () => ({ photo: upload() }), progress: { foto: () => {} }, render });
// upload: object in template
// @ts-expect-error -- … but required in type 'Mistake<"fileInput(pictures) chooses the files, and pictures.entries lists them">'.
liveView.define({ authorize: "public", mount: () => ({ photo: upload() }), render: ({ photo }) => html`${photo}` });
// upload cancel by entry, not ref
// @ts-expect-error -- Argument of type 'Upload<UploadedOnDisk>' is not assignable to parameter of type 'string'.
liveView.define({ authorize: "public", mount: () => ({ photo: upload() }), events: { c: { handle: (socket) => { socket.cancelUpload("photo", socket.assigns.photo); } } }, render });
// stream insert of other type
// @ts-expect-error -- Object literal may only specify known properties, but 'titel' does not exist in type 'Post'. Did you mean to write 'title'?
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), events: { a: { handle: (socket) => socket.streamInsert("posts", { id: 1, titel: "" }) } }, render });
// stream delete by object without id
// @ts-expect-error -- Property 'id' is missing in type '{ title: string; }' but required in type 'Post'.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), events: { a: { handle: (socket) => socket.streamDelete("posts", { title: "" }) } }, render });
// stream delete by dom id misuse: number
// @ts-expect-error -- Argument of type 'number' is not assignable to parameter of type 'string'.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), events: { a: { handle: (socket) => socket.streamDeleteByDomId("posts", 1) } }, render });
// stream treated as array
// @ts-expect-error -- Property 'length' does not exist on type 'Stream<Post>'.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), render: ({ posts }) => html`${posts.length}` });
// stream assigned
// @ts-expect-error -- Type 'never[]' is missing the following properties from type 'Stream<Post>': #private, attach, waits, insert, and 5 more.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), events: { a: { handle: (socket) => socket.assign({ posts: [] }) } }, render });
// stream insert option
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), events: { a: { handle: (socket) => socket.streamInsert("posts", post, { at: "top" }) } }, render });
// form: errors on a field that is none
const Draft = z.object({ title: z.string(), tags: z.array(z.object({ name: z.string() })), agree: z.boolean() });
// @ts-expect-error -- Object literal may only specify known properties, but 'titel' does not exist in type 'FormErrors<ZodObject<…'. Did you mean to write 'title'?
liveView.define({ authorize: "public", mount: () => ({ draft: form(Draft) }), events: { save: { form: "draft", handle: (socket) => socket.assign({ draft: socket.assigns.draft.withErrors({ titel: "taken" }) }) } }, render });
// nested list without lists still: field of list item by index
// @ts-expect-error -- Argument of type '"tags.0.name"' is not assignable to parameter of type 'FieldPath<FieldsOf<ZodObject<…'.
form(Draft).field("tags.0.name");
// inputsFor of a scalar
// @ts-expect-error -- Argument of type '"title"' is not assignable to parameter of type '"tags"'.
form(Draft).inputsFor("title", () => "");
// add to a list that is none
// @ts-expect-error -- Argument of type '"title"' is not assignable to parameter of type '"tags"'.
form(Draft).add("title");
// form data misread
// @ts-expect-error -- Property 'titel' does not exist on type '…'. Did you mean 'title'?
liveView.define({ authorize: "public", mount: () => ({ draft: form(Draft) }), events: { save: { form: "draft", handle: (_s, d) => void d.titel } }, render });
// phx-submit gets both refs
// @ts-expect-error -- Type 'FormRefs' is not assignable to type 'EventOrCommands'.
liveView.define({ authorize: "public", mount: () => ({ draft: form(Draft) }), events: { save: { form: "draft", handle: () => {} } }, render: ({ draft }, on) => formTag({ for: draft, "phx-submit": on.save, inner: "x" }) });
// form with wrong initial
// @ts-expect-error -- Type 'number' is not assignable to type 'string'.
form(Draft, { title: 1 });
// @ts-expect-error -- … 'ZodString & Mistake<"a form needs a schema of an object, such as z.object({ … })">'. …
form(z.string());
// @ts-expect-error -- … Mistake<"a form needs a schema of an object, such as z.object({ … })"> …
liveView.define({ authorize: "public", mount: () => ({ draft: form(z.array(Draft), []) }), render });
// @ts-expect-error -- … 'titel' does not exist in type 'SomeFields<…>'. …
form(Draft, { titel: "" });
// checkbox group with agree boolean
// @ts-expect-error -- Type 'false' is not assignable to type 'true | Mistake<"the field holds one value: radioGroup, or select without multiple"> | undefined'.
checkboxGroup({ field: form(Draft).field("agree"), label: "A", options: ["a"] });
// testing: a form's value is no function
async function t() {
  const browser = openBrowser(endpoint);
  const page = await browser.visit("/");
  // @ts-expect-error -- Object literal may only specify known properties, and 'a' does not exist in type 'readonly string[]'.
  await page.submit("#f", { title: { a: () => 1 } });
  // forgotten await
  // @ts-expect-error -- Property 'click' does not exist on type 'Promise<LivePage>'.
  browser.visit("/").click("#x");
  // expectPush wrong payload
  // @ts-expect-error -- Type 'string' is not assignable to type 'number'.
  page.expectPush(Chart.messages.points, { values: ["1"] });
  // renderComponent wrong props
  const Row = liveComponent<{ post: Post }>().define({ render: () => html`<li></li>` });
  // @ts-expect-error -- Type 'string' is not assignable to type 'Post'.
  await renderComponent(Row, { id: "a", post: "x" });
  // isolated view of a component
  // @ts-expect-error -- Argument of type 'LiveComponent<{ post: Post; }>' is not assignable to parameter of type 'LiveView<never, never, never>'.
  await renderIsolated(Row, {});
  // renderHook with wrong payload
  // @ts-expect-error -- Object literal may only specify known properties, and 'idx' does not exist in type '{ index: number; }'.
  await page.renderHook(Chart.pushes.picked, { idx: 1 });
  // locator with both misspelt
  // @ts-expect-error -- Object literal may only specify known properties, but 'txt' does not exist in type '…'. Did you mean to write 'text'?
  await page.click({ selector: "a", txt: "x" });
}
void t;
// tokens: verify with maxAge as text
// @ts-expect-error -- Object literal may only specify known properties, but 'maxAge' does not exist in type 'TokenCheck'. Did you mean to write 'maxAgeMs'?
endpoint.tokens.verify("confirm", "x", { maxAge: "1h" });
// tokens: result used without check
// @ts-expect-error -- Object is of type 'unknown'.
void endpoint.tokens.verify("confirm", "x").userId;
// telemetry: unknown event
// @ts-expect-error -- Argument of type '"event.handeled"' is not assignable to parameter of type 'keyof TelemetryEvents'.
onTelemetry("event.handeled", () => {});
// endpoint misspelt
// @ts-expect-error -- Object literal may only specify known properties, but 'secert' does not exist in type 'EndpointOptions'. Did you mean to write 'secret'?
createEndpoint({ secert: "x" });
// endpoint: secret a number
// @ts-expect-error -- Type 'number' is not assignable to type 'string | readonly string[]'.
createEndpoint({ secret: 1 });
// limits misspelt
// @ts-expect-error -- Object literal may only specify known properties, and 'maxMesageBytes' does not exist in type 'Partial<Limits>'.
createEndpoint({ secret: "x", limits: { maxMesageBytes: 1 } });
// csp wrong directive
// @ts-expect-error -- Object literal may only specify known properties, but 'scriptsrc' does not exist in type 'Readonly<Partial<Rec…
createEndpoint({ secret: "x", csp: { scriptsrc: ["self"] } });
// serve port text
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
void serve(endpoint, { port: "4000" });
// serve endpoint options
// @ts-expect-error -- Object literal may only specify known properties, and 'secret' does not exist in type 'Endpoint'.
void serve({ secret: "x" });
// assignAsync names
// @ts-expect-error -- Property 'b' is missing in type '{ a: number; }' but required in type '…'.
liveView.define({ authorize: "public", mount: () => ({ ...assignAsync(["a", "b"], async () => ({ a: 1 })) }), render });
// async result used as value
// @ts-expect-error -- 'u.result' is possibly 'undefined'.
liveView.define({ authorize: "public", mount: () => ({ u: assignAsync(async () => post) }), render: ({ u }) => html`${u.result.title}` });
// an event with bound values not called
// @ts-expect-error -- Argument of type '(bound: { id: number; }) => EventRef' is not assignable to parameter of type 'TemplateValue'.
liveView.define({ authorize: "public", events: { rm: { bind: z.object({ id: z.number() }), handle: () => {} } }, render: (_a, on) => html`<b phx-click=${on.rm}></b>` });
// event never declared
// @ts-expect-error -- Property 'remove' does not exist on type '{ readonly rm: EventRef; }'.
liveView.define({ authorize: "public", events: { rm: { handle: () => {} } }, render: (_a, on) => html`<b phx-click=${on.remove}></b>` });
// assigns mutated in render
// @ts-expect-error -- Cannot assign to 'n' because it is a read-only property.
liveView.define({ authorize: "public", mount: () => ({ n: 0 }), render: (a) => { a.n = 1; return html``; } });
// handle returns value
// @ts-expect-error -- Type 'number' is not assignable to type 'MaybePromise<void | Redirect | Reply<unknown>>'.
liveView.define({ authorize: "public", events: { rm: { handle: () => 5 } }, render });
// keyed without key function
// @ts-expect-error -- Expected 3 arguments, but got 2.
void html`${keyed(posts, (p) => html`<p>${p.title}</p>`)}`;
// keyed with object key
// @ts-expect-error -- Type 'Post' is not assignable to type 'string | number'.
void html`${keyed(posts, (p) => p, (p) => html`<p>${p.title}</p>`)}`;
// classes with object value non boolean
// @ts-expect-error -- Type 'string' is not assignable to type 'boolean | null | undefined'.
classes({ a: "x", b: [1] });
// putFlash args swapped / missing
// @ts-expect-error -- Expected 2 arguments, but got 1.
s.putFlash("saved");
// cancelAsync unknown
declare const s2: Socket<{ n: number }>;
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'readonly never[]'.
s2.assignAsync("n", async () => 1);
// a temporary assign is replaced by another one
// @ts-expect-error -- Type 'string[]' is missing the following properties from type 'TemporaryAssign<number[]>': #private, waits, flushed, attach, assigned
liveView.define({ authorize: "public", mount: () => ({ list: temporaryAssign([1]) }), events: { a: { handle: (socket) => socket.assign({ list: ["a"] }) } }, render });
// JS.push with event name
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'EventRef'.
void html`<b phx-click=${JS.push("save")}></b>`;
// JS.show by element
// @ts-expect-error -- Type '"#a"' has no properties in common with type 'DisplayOptions & { display?: string; }'.
JS.show("#a");
// liveRender missing id
// @ts-expect-error -- Property 'id' is missing in type '{}' but required in type 'NestedPlace'.
void html`${liveRender(liveView.define({ authorize: "public", render }), {})}`;
// pushing navigate without path
// @ts-expect-error -- Type 'string' is not assignable to type 'Mistake<"a path begins with / or ?">'.
s.pushNavigate("posts");
// pushPatch external
// @ts-expect-error -- Type 'string' is not assignable to type 'Mistake<"this leads out of the application: redirect(url, { external: true })">'.
s.pushPatch("https://x.y");
// the session is no assign
// @ts-expect-error -- Property 'session' does not exist on type '…'.
void s.assigns.session;
// a reply is an object
// @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'object'.
liveView.define({ authorize: "public", events: { rm: { handle: () => reply("ok") } }, render });
// textarea: a misspelt attribute
// @ts-expect-error -- Object literal may only specify known properties, but 'vlaue' does not exist in type '…'. Did you mean to write 'value'?
textarea({ name: "t", label: "T", vlaue: "x" });
// input type misspelt
// @ts-expect-error -- Type '"emial"' is not assignable to type 'InputType | undefined'. Did you mean '"email"'?
input({ name: "t", label: "T", type: "emial" });
// dropdown items strings
// @ts-expect-error -- Type 'string' is not assignable to type 'DropdownItem'.
dropdown({ id: "d", label: "x", items: ["a"] });
// button label and inner missing
// @ts-expect-error -- Property 'inner' is missing in type '{}' but required in type 'ButtonProps'.
button({});
// radioGroup options object
// @ts-expect-error -- Object literal may only specify known properties, and 'a' does not exist in type 'readonly (string | number | Option)[]'.
radioGroup({ name: "a", label: "A", options: { a: "A" } });
