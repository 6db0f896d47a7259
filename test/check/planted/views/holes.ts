import * as holdfast from "holdfast";

const { html } = holdfast;

export const holes = (value: string, tag: string) => [
  html`<script>const a = ${value};</script>`, // expect: template_hole_forbidden
  html`<${tag}>x</${tag}>`, // expect: template_hole_forbidden
  html`<p onclick=${value}>x</p>`, // expect: template_hole_forbidden
  html`<p onclick=${() => value}>x</p>`, // expect: template_hole_forbidden
  html`<p onclick="${() => value}; ${() => tag}" title=${() => tag}>x</p>`, // expect: template_hole_forbidden template_value_refused
  holdfast.html`<!-- ${value} -->`, // expect: template_hole_forbidden
  html`<button phx-click=${value === "" ? "save" : undefined}>x</button>`, // expect: template_value_refused
  html`<p>${() => value}</p>`, // expect: template_value_refused
];
