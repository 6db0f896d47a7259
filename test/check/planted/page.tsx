import { html } from "./html.js";

export const names = [
  html`<sectoin>Text</sectoin>`, // expect: element_unknown
  html`<marquee>Text</marquee>`, // expect: element_unknown
  html`<p className="intro">Text</p>`, // expect: attribute_unknown
  html`<form acept-charset="utf-8"></form>`, // expect: attribute_unknown
  html`<table border="1"></table>`, // expect: attribute_unknown
  html`<label>Mail <input type="emial" name="mail"></label>`, // expect: attribute_value_unknown
  html`<ul id="a" phx-update="streem"></ul>`, // expect: attribute_value_unknown
  html`<video preload="meta" crossorigin></video>`, // expect: attribute_value_unknown
  html`<img src="/a.png" alt="" decoding="asynchronous">`, // expect: attribute_value_unknown
  html`<div popover="open" id="menu">x</div>`, // expect: attribute_value_unknown
  html`<ul id="c" phx-viewport-overrun-target="#b"></ul>`, // expect: attribute_value_unknown
  html`<form id="d" phx-trigger-action="false"></form>`, // expect: attribute_value_unknown
  html`<div><p>One<ul></ul></p></div>`, // expect: nesting_invalid
  html`<table><div>Rows</div></table>`, // expect: nesting_invalid
  html`<a href="/posts">All <button type="button">Posts</button></a>`, // expect: nesting_invalid
  html`<form id="a">${html`<form id="b"></form>`}</form>`, // expect: nesting_invalid
  html`<button type="button" onclick="save()">Save</button>`, // expect: script_blocked
  html`<a href="javascript:void(0)">Nowhere</a>`, // expect: script_blocked
  html`<my-chart points="1 2 3" x-data></my-chart>`,
  html`<div x-show="open" @click="open = false" data-anything="1"><svg viewBox="0 0 1 1" gradientTransform="x"><pathh/></svg></div>`,
];

export const Page = () => <p>{names}</p>;
