// Checked by the compiler and never run: what components must take, and what must not compile.
import { z } from "zod";
import {
  assignAsync, asyncResult, dynamicTag, flashGroup, focusWrap, formParams, formTag, html, intersperse, JS, link, liveTitle, liveView, portal, toForm,
  type AsyncResult, type Attributes, type EventRef, type Field, type Form, type Rendered,
} from "holdfast";

/** Fails to compile unless the two types are the same, `any` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

declare const name: string;
declare const event: EventRef;

// link: one destination, and only what goes with it
export const links: Rendered[] = [
  link({ navigate: "/", inner: "x" }),
  link({ patch: "/", replace: true, class: "a", "data-n": 1, "aria-current": "page", inner: html`<b></b>` }),
  link({ patch: "/", "phx-click": event, inner: "x" }),
  link({ navigate: "/", "phx-click": JS.hide(), inner: "x" }),
  link({ href: "/", download: true, target: "_blank", inner: 1 }),
  link({ href: "/", method: "post", csrfToken: "t", title: "Log out", inner: "x" }),
  // @ts-expect-error -- no destination
  link({ inner: "x" }),
  // @ts-expect-error -- two destinations
  link({ navigate: "/", patch: "/", inner: "x" }),
  // @ts-expect-error -- two destinations
  link({ navigate: "/", href: "/", inner: "x" }),
  // @ts-expect-error -- a plain link has its entry in the history
  link({ href: "/", replace: true, inner: "x" }),
  // @ts-expect-error -- a form needs its token
  link({ href: "/", method: "post", inner: "x" }),
  // @ts-expect-error -- no such method
  link({ href: "/", method: "delete", csrfToken: "t", inner: "x" }),
  // @ts-expect-error -- a live link is no form
  link({ navigate: "/", method: "post", csrfToken: "t", inner: "x" }),
  // @ts-expect-error -- nothing in it
  link({ href: "/" }),
  // @ts-expect-error -- a URL is text
  link({ href: 7, inner: "x" }),
  // @ts-expect-error -- on… is no attribute
  link({ href: "/", onclick: "alert(1)", inner: "x" }),
  // @ts-expect-error -- misspelt
  link({ href: "/", clas: "x", inner: "x" }),
  // @ts-expect-error -- a binding takes commands
  link({ href: "/", "phx-click": "save", inner: "x" }),
  // @ts-expect-error -- an event is lost where the view is left
  link({ navigate: "/", "phx-click": event, inner: "x" }),
  // @ts-expect-error -- for the client's own use
  link({ href: "/", "data-phx-link": "patch", inner: "x" }),
  // @ts-expect-error -- content is no object
  link({ href: "/", inner: { a: 1 } }),
];

export const attributes: Attributes[] = [
  { id: "a", hidden: false, tabindex: 0, "phx-click": JS.hide(), "phx-value-id": 7, "phx-debounce": 300, "phx-hook": "Map", "data-x": null },
  // @ts-expect-error -- an attribute is no object
  { "data-x": {} },
  // @ts-expect-error -- a binding takes commands
  { "phx-submit": true },
];

// dynamicTag
export const tags = [
  dynamicTag({ name, attrs: { id: 1, "phx-click": JS.hide() }, inner: "x" }),
  dynamicTag({ name: "h1" }),
  // @ts-expect-error -- no element that runs code
  dynamicTag({ name: "script", inner: "x" }),
  // @ts-expect-error -- none that loads a document
  dynamicTag({ name: "iframe" }),
  dynamicTag({ name: "p", attrs: { class: ["a", { b: true }], style: { color: "red", "--n": 1 } } }),
  // @ts-expect-error -- an attribute is no list of data
  dynamicTag({ name: "p", attrs: { title: [{ a: 1 }] } }),
  // @ts-expect-error -- no name
  dynamicTag({ inner: "x" }),
];

// smaller ones
liveTitle({ title: undefined, prefix: "a" });
// @ts-expect-error -- misspelt
liveTitle({ tilte: "a" });
// @ts-expect-error -- a title is text
liveTitle({ title: html`<b></b>` });
flashGroup({ flash: { info: "a" }, disconnected: "x", class: "top" });
// @ts-expect-error -- no flash
flashGroup({});
flashGroup({ flash: { success: "a", warning: "b", error: undefined } });
// @ts-expect-error -- no such kind
flashGroup({ flash: { notice: "a" } });
focusWrap({ id: "a", inner: "x" });
// @ts-expect-error -- no id
focusWrap({ inner: "x" });
portal({ id: "a", target: "body", inner: "x" });
// @ts-expect-error -- no target
portal({ id: "a", inner: "x" });
// @ts-expect-error -- no element that runs code
portal({ id: "a", target: "body", container: "script", inner: "x" });
intersperse([1, 2], "·", (item, index) => {
  same<typeof item, number>(true);
  same<typeof index, number>(true);
  return item;
});
// @ts-expect-error -- content is no object
intersperse([1, 2], "·", (item) => ({ item }));

// asyncResult
interface User { id: number; name: string }
declare const user: AsyncResult<User>;
if (user.ok) same<typeof user.result, User>(true);
else same<typeof user.result, undefined>(true);
asyncResult(user, {
  loading: "…",
  failed: (reason) => {
    same<typeof reason, unknown>(true);
    return "no";
  },
  ok: (found) => {
    same<typeof found, User>(true);
    return found.name;
  },
});
// @ts-expect-error -- what is shown when it fails?
asyncResult(user, { loading: "…", ok: (found) => found.name });
// @ts-expect-error -- no such property
asyncResult(user, { loading: "…", failed: "no", ok: (found) => found.nmae });

// forms: fields by typed path
interface Comment { body: string; replies: { text: string }[] }
interface Post { title: string; tags: string[]; at?: Date; author: { name: string; address?: { city: string } }; comments: Comment[] }
declare const post: Post;
const data = toForm(post, { as: "post", errors: { title: "x", "author.name": ["y"] } });
same<typeof data, Form<Post>>(true);
same<ReturnType<typeof data.field<"title">>, Field<string>>(true);
const { value } = data.field("title");
same<typeof value, string | undefined>(true);
const at = data.field("at").value;
same<typeof at, string | Date | undefined>(true);
const city = data.field("author.address.city").value;
same<typeof city, string | undefined>(true);
const { values } = data.field("tags");
same<typeof values, readonly string[]>(true);
data.inputsFor("comments", (comment, index) => {
  same<typeof index, number>(true);
  comment.field("body");
  // @ts-expect-error -- no such field
  comment.field("text");
  return comment.inputsFor("replies", (reply) => reply.field("text").value);
});
data.inputsFor("author", (author) => author.field("name").value);
data.add("comments");
// @ts-expect-error -- no such field
data.field("titel");
// @ts-expect-error -- no such field in there
data.field("author.title");
// @ts-expect-error -- a list's fields are in its forms
data.field("comments.body");
// @ts-expect-error -- text has no fields
data.inputsFor("title", () => "");
// @ts-expect-error -- a list of texts has none either
data.inputsFor("tags", () => "");
// @ts-expect-error -- no such field
toForm(post, { errors: { titel: "x" } });
// @ts-expect-error -- no such option
toForm(post, { name: "post" });
// @ts-expect-error -- of another type
toForm<Post>({ title: 7 });
toForm<Post>({});

formTag({ for: data, "phx-submit": false, novalidate: true, inner: (it) => it.field("title").value });
formTag({ for: data, action: "/posts", csrfToken: "t", inner: "x" });
formTag({ for: data, action: "/search", method: "get", inner: "x" });
// @ts-expect-error -- a form that posts needs its token
formTag({ for: data, action: "/posts", inner: "x" });
// @ts-expect-error -- a token is not for URLs
formTag({ for: data, action: "/posts", method: "get", csrfToken: "t", inner: "x" });
// @ts-expect-error -- a method needs an action
formTag({ for: data, method: "get", inner: "x" });
// @ts-expect-error -- data are no form
formTag({ for: post, inner: "x" });
// @ts-expect-error -- no such field
formTag({ for: data, inner: (it) => it.field("titel").value });
// @ts-expect-error -- a binding takes commands
formTag({ for: data, "phx-submit": "save", inner: "x" });

// commands
JS.toggle({ to: { closest: "li" }, in: "a", out: ["a", "b", "c"], blocking: false }).concat(JS.exec("phx-remove")).popFocus();
// @ts-expect-error -- no binding: it may hold a user's text
JS.exec("data-title");
// @ts-expect-error -- an event's reference, not its name
JS.push("save");
// @ts-expect-error -- no such place
JS.show({ to: { parent: "li" } });
// @ts-expect-error -- a toggle has two transitions
JS.toggle({ transition: "a" });
// @ts-expect-error -- two steps are no transition
JS.hide({ transition: ["a", "b"] });
// @ts-expect-error -- a function is no JSON
JS.dispatch("x", { detail: { f: () => 1 } });

// All of it in a view: what is sent, what is wrong with it, and what is shown.
const PostForm = z.object({ title: z.string().min(1), comments: z.array(z.object({ body: z.string() })) });
type PostInput = z.infer<typeof PostForm>;
const blank: PostInput = { title: "", comments: [] };
export const NewPost = liveView.define({
  authorize: "public",
  mount: () => ({ form: toForm(blank, { as: "post" }) }),
  events: {
    validate: {
      async handle(socket, payload) {
        const params = formParams(payload, { as: "post", lists: ["comments"] });
        const { issues } = await PostForm["~standard"].validate(params);
        socket.assign({ form: toForm(blank, { as: "post", params, issues }) });
      },
    },
  },
  render: ({ form: it, flash }, on) => html`${flashGroup({ flash })} ${formTag({ for: it, "phx-change": on.validate, inner: (f) => html`
    <input id=${f.field("title").id} name=${f.field("title").name} value=${f.field("title").value}>
    ${f.inputsFor("comments", (comment) => html`<input name=${comment.field("body").name}>`)}` })}`,
});

// What `assignAsync` gives is what `asyncResult` takes.
export const Profile = liveView.define({
  authorize: "public",
  mount: () => ({ user: assignAsync(async (): Promise<User> => ({ id: 1, name: "Ann" })) }),
  render: ({ user: found }) => html`${asyncResult(found, { loading: "…", failed: "no", ok: (loaded) => {
    same<typeof loaded, User>(true);
    return loaded.name;
  } })}`,
});
