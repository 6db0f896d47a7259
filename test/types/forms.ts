import { form, formTag, html, liveView, type Field } from "holdfast";
import { button, checkboxGroup, dropdown, editable, input, pagination, radioGroup, select, table, type AnyField } from "holdfast/components";
import { z } from "zod";

const Post = z.object({ title: z.string(), author: z.object({ name: z.string() }), steps: z.array(z.object({ text: z.string() })), tags: z.array(z.string()), words: z.string().transform((text) => text.split(" ")) });
const draft = form(Post, { title: "x" }, { lists: ["steps"] });

input({ field: draft.field("title"), label: "Title", maxlength: 3 });
input({ field: draft.field("author.name"), label: "Name" });
input({ name: "q", label: "Q" });
editable({ field: draft.field("title"), label: "Title" });
// @ts-expect-error -- every field has a label
editable({ field: draft.field("title") });
// @ts-expect-error -- the kit writes it
editable({ field: draft.field("title"), label: "Title", contenteditable: "true" });
draft.withErrors({ title: "x", "author.name": ["y"] });
// @ts-expect-error -- no such field
draft.field("titel");
// @ts-expect-error -- no such field
draft.withErrors({ titel: "x" });
// @ts-expect-error -- no list
form(Post, {}, { lists: ["title"] });
// @ts-expect-error -- no such field
form(Post, { titel: "x" });
// @ts-expect-error -- a control has a label
input({ field: draft.field("title") });
// @ts-expect-error -- a field has its name
input({ field: draft.field("title"), name: "other", label: "Title" });
// @ts-expect-error -- neither a field nor a name
input({ label: "Title" });
// @ts-expect-error -- a box has a component of its own
input({ name: "x", label: "X", type: "checkbox" });
// @ts-expect-error -- options
select({ name: "x", label: "X" });
// A list has other controls than a single value. What decides is what the schema takes.
declare const field: AnyField;
declare const several: boolean;
input({ field: draft.field("words"), label: "Words" });
checkboxGroup({ field: draft.field("tags"), label: "Tags", options: ["a"] });
select({ field: draft.field("tags"), label: "Tags", options: ["a"], multiple: true });
select({ field: draft.field("title"), label: "Title", options: ["a"] });
select({ field, label: "Any", options: ["a"], multiple: several });
// @ts-expect-error -- Mistake<"the field holds a list: …">
input({ field: draft.field("tags"), label: "Tags" });
// @ts-expect-error -- Mistake<"the field holds a list: …">
radioGroup({ field: draft.field("tags"), label: "Tags", options: ["a"] });
// @ts-expect-error -- Mistake<"the field holds one value: …">
checkboxGroup({ field: draft.field("title"), label: "Title", options: ["a"] });
// @ts-expect-error -- multiple: true is missing
select({ field: draft.field("tags"), label: "Tags", options: ["a"] });
// @ts-expect-error -- one value is not several
select({ field: draft.field("title"), label: "Title", options: ["a"], multiple: true });
// @ts-expect-error -- a handler is no attribute
button({ inner: "x", onclick: "x" });
// @ts-expect-error -- text is no binding
button({ inner: "x", "phx-click": "save" });
// @ts-expect-error -- an entry leads somewhere or does something
dropdown({ id: "d", label: "x", items: [{ inner: "x" }] });
// @ts-expect-error -- rows that are kept have a key
table({ id: "t", caption: "T", rows: [{ n: 1 }], columns: [{ key: "n", label: "N", cell: (row: { n: number }) => row.n }] });
table({ id: "t", caption: "T", rows: [{ n: 1 }], rowKey: ({ n }) => n, columns: [{ key: "n", label: "N", cell: ({ n }) => n.toFixed() }] });
// @ts-expect-error -- where a page is
pagination({ page: 1, pages: 2 });

liveView.define({
  authorize: "public",
  mount: (socket) => ({ draft, csrf: socket.csrfToken() }),
  events: {
    save: {
      form: "draft",
      change: (socket, changed) => void [changed.field("title"), socket.assigns.csrf.length],
      handle: (socket, post) => void [post.author.name.length, socket.submission.id.length],
    },
    plain: { handle: () => {} },
  },
  render: ({ draft: shown, csrf }, on) => formTag({
    for: shown, action: "/x", csrfToken: csrf, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html``,
  }),
});

liveView.define({
  authorize: "public",
  mount: () => ({ draft, count: 0 }),
  events: {
    // @ts-expect-error -- no form of that name
    misspelt: { form: "drafd", handle: () => {} },
    // @ts-expect-error -- an assign, but no form
    counted: { form: "count", handle: () => {} },
  },
  render: () => html``,
});

// A helper names any field, or one of a type; a field of another type is none.
const errorsOf = (shown: Field) => shown.errors.map((error) => html`<p id="${shown.id}-error">${shown.value}: ${error}</p>`);
const trimmed = (shown: Field<string>) => shown.value?.trim();
errorsOf(draft.field("title"));
errorsOf(draft.field("tags"));
trimmed(draft.field("author.name"));
input({ field: draft.field("title") satisfies Field, label: "Title" });
// @ts-expect-error -- a list of texts is no text
trimmed(draft.field("tags"));
