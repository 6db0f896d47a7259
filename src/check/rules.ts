/**
 * Everything that `holdfast check` finds, by code: what is wrong, and a minimal example. A test runs each example, and
 * docs/check.md has the same lines.
 *
 * @module
 */

/** A rule, as the documentation shows it. */
interface Rule {
  readonly about: string;
  /** One line of TypeScript with no other problem in it. */
  readonly example: string;
}

export const RULES = {
  // what the scanner refuses when the template is first rendered
  template_malformed: {
    about: "HTML that a browser would repair, `phx-*` that the client does not know, a hook or stream without an id",
    example: "html`<p>Hello</div>`",
  },
  template_hole_forbidden: { about: "a hole where no value can be made safe", example: "html`<p onclick=${code}>x</p>`" },
  template_value_refused: {
    about: "a value that cannot be rendered where it stands",
    example: 'html`<button phx-click=${"save"}>Save</button>`',
  },
  tag_missing: {
    about: "markup in a text without the tag `html`, which the page shows as text",
    example: "html`<ul>${names.map((name) => `<li>${name}</li>`)}</ul>`",
  },
  // names
  element_unknown: { about: "an element that HTML does not have", example: "html`<buton>Save</buton>`" },
  attribute_unknown: { about: "an attribute that the element does not have", example: 'html`<p clas="intro">x</p>`' },
  attribute_value_unknown: { about: "a word that means nothing in its attribute", example: 'html`<button type="buton">Save</button>`' },
  attribute_never_read: {
    about: "`data-confirm` and `data-method`, which a script of Phoenix reads that is not loaded here",
    example: 'html`<button type="button" data-confirm="Really?">Delete</button>`',
  },
  nesting_invalid: { about: "elements that a browser would move elsewhere", example: "html`<p>a<div>b</div></p>`" },
  script_blocked: {
    about: "code in an attribute, which the Content-Security-Policy does not let run",
    example: 'html`<p onclick="go()">x</p>`',
  },
  // what the client needs
  event_unknown: {
    about: "an event name, written as text, that no view or component declares",
    example: 'html`<button phx-click="sav">Save</button>`',
  },
  event_never_sent: {
    about: "a binding for which the client sends nothing: `phx-window-focus`, `phx-window-blur`, `phx-progress`, or one on an element "
      + "where the client does not read it, such as `phx-submit` outside the form's own tag, or `phx-keydown` on one that never has "
      + "the focus",
    example: "html`<p phx-window-focus=${on.back}>x</p>`",
  },
  form_without_id: {
    about: "a form with `phx-change` and without an id: what was typed is not recovered when the socket comes back",
    example: "html`<form phx-change=${on.save.change}></form>`",
  },
  stream_item_without_id: {
    about: "an element in a stream's container without an id",
    example: 'html`<ul id="posts" phx-update="stream"><li>None yet</li></ul>`',
  },
  csrf_token_missing: {
    about: "a form that is posted without a CSRF token",
    example: 'html`<form method="post"><button>Log out</button></form>`',
  },
  id_duplicate: { about: "two elements with the same id", example: 'html`<p id="a">1</p><p id="a">2</p>`' },
  link_unknown: {
    about: "a path, written as text, that matches no route",
    example: 'definePaths({ posts: "/posts" }); html`<a href="/post">Posts</a>`',
  },
  // code
  topic_unheard: {
    about: "a topic that a view listens to and has no handler for",
    example: "liveView.define({ topics: () => ({ saved: postSaved }), render: () => page })",
  },
  task_unknown: {
    about: "a task that is cancelled by a name that no task has",
    example: 'function stop(socket) { socket.cancelAsync("report"); }',
  },
  promise_floating: { about: "a promise that is not awaited", example: "async function handler(c) { logIn(c, { userId: 1 }); }" },
  result_dropped: {
    about: "a `navigate()`, `redirect()`, … that is not returned does nothing",
    example: 'function handle() { navigate("/"); }',
  },
  field_unreadable: {
    about: "a field whose schema takes no text, and so nothing that a browser sends",
    example: "form(z.object({ count: z.number() }))",
  },
  assign_changed: {
    about: "an assign that is changed in place, which the page does not show",
    example: "function add(socket, post) { socket.assigns.posts.push(post); }",
  },
  // accessibility
  image_without_alt: { about: "an image without a text alternative", example: 'html`<img src="/a.png">`' },
  button_without_name: { about: "a button without an accessible name", example: 'html`<button type="button"></button>`' },
  link_without_name: { about: "a link without an accessible name", example: 'html`<a href="#top"></a>`' },
  field_without_label: { about: "a field without an accessible name", example: 'html`<div><input name="q"></div>`' },
  label_without_field: { about: "a label that belongs to no field", example: "html`<label>Name</label>`" },
  heading_skipped: { about: "a heading that skips a level", example: "html`<h1>Posts</h1><h3>New</h3>`" },
  heading_empty: { about: "a heading without text", example: "html`<h2></h2>`" },
  main_duplicate: { about: "a page with two `<main>` elements", example: "html`<main>a</main><main>b</main>`" },
  frame_without_title: { about: "an `<iframe>` without an accessible name", example: 'html`<iframe src="/map"></iframe>`' },
  page_without_lang: { about: "a page that does not say its language", example: "html`<html><body>x</body></html>`" },
  zoom_disabled: {
    about: "a page that its readers cannot zoom",
    example: 'html`<meta name="viewport" content="width=device-width, user-scalable=no">`',
  },
  role_unknown: { about: "a role that ARIA does not have", example: 'html`<div role="buton">x</div>`' },
  role_redundant: { about: "a role that the element has by itself", example: 'html`<nav role="navigation">x</nav>`' },
  role_incomplete: { about: "a role without the state that it needs", example: 'html`<div role="checkbox" tabindex="0">x</div>`' },
  aria_unknown: { about: "an `aria-*` attribute that ARIA does not have", example: 'html`<p aria-labeledby="a">x</p>`' },
  aria_value_unknown: { about: "a word that means nothing in its `aria-*` attribute", example: 'html`<p aria-hidden="yes">x</p>`' },
  tabindex_positive: {
    about: "a tabindex above 0, which changes the order in which the keyboard walks through the page",
    example: 'html`<p tabindex="2">x</p>`',
  },
  click_without_keyboard: {
    about: "a `phx-click` that the keyboard does not reach",
    example: "html`<div phx-click=${on.open}>Open</div>`",
  },
  // the check itself
  source_unreadable: { about: "a file that is not TypeScript", example: "const x = ;" },
  ignore_invalid: {
    about: "a comment that silences nothing: an unknown rule, no reason, or no such problem",
    example: "const x = 1; // holdfast-ignore image_without_alt: it is decoration",
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** The stable code of a rule. */
export type RuleCode = keyof typeof RULES;

/** Whether a word is a rule's code. */
export function isRuleCode(word: string): word is RuleCode {
  return Object.hasOwn(RULES, word);
}
