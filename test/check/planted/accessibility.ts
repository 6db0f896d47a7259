import { html } from "holdfast";

export const accessible = [
  html`<img src="/logo.png">`, // expect: image_without_alt
  html`<input type="image" src="/go.png">`, // expect: image_without_alt
  html`<button type="button"><span aria-hidden="true">×</span></button>`, // expect: button_without_name
  html`<button type="button"><svg viewBox="0 0 8 8"><path d="M0 0"/></svg></button>`, // expect: button_without_name
  html`<a href="/posts"><img src="/posts.png" alt=""></a>`, // expect: link_without_name
  html`<p><input name="term"></p>`, // expect: field_without_label
  html`<p><select name="order"><option>New</option></select></p>`, // expect: field_without_label
  html`<label for="nam">Name</label><input id="name" name="name">`, // expect: label_without_field
  html`<label>Name</label>`, // expect: label_without_field
  html`<h2> <b></b> </h2>`, // expect: heading_empty
  html`<section><h2>Posts</h2><p>All</p><h4>New</h4></section>`, // expect: heading_skipped
  html`<h2>Posts</h2>${[]}<h4>New</h4>`,
  html`<main>One</main><main>Two</main>`, // expect: main_duplicate
  html`<button type="button" role="button">Save</button>`, // expect: role_redundant
  html`<iframe src="/posts"></iframe>`, // expect: frame_without_title
  html`<html><head></head><body></body></html>`, // expect: page_without_lang
  html`<meta name="viewport" content="width=device-width, maximum-scale=1">`, // expect: zoom_disabled
  html`<div role="butotn">x</div>`, // expect: role_unknown
  html`<div role="switch" tabindex="0">x</div>`, // expect: role_incomplete
  html`<input type="checkbox" role="switch" aria-label="On">`,
  html`<nav aria-lable="Pages"></nav>`, // expect: aria_unknown
  html`<div aria-live="loud"></div>`, // expect: aria_value_unknown
  html`<p tabindex="3">x</p>`, // expect: tabindex_positive
  html`<label>Name <input name="name"></label> <label for="mail">Mail</label> <p><input id="mail" name="mail"></p>`,
  html`<button type="button"><svg viewBox="0 0 8 8"><title>Close</title></svg></button>`,
];

// holdfast-ignore image_without_alt: the heading beside it says the same
export const decorated = html`
  <h2>Logo</h2>
  <img src="/logo.png">`;

// expect +1: heading_empty ignore_invalid
export const quiet = html`<h2></h2>`; // holdfast-ignore heading_empty
