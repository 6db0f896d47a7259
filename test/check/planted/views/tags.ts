import { button } from "holdfast/components";
import { keyed, link, liveView, type Layout } from "holdfast";
import { html } from "../html.js";

const row = (name: string) => `<li class="row">${name}</li>`; // expect: tag_missing
function cell(name: string) {
  if (name === "") return html`<td></td>`;
  return `<td>${name}</td>`; // expect: tag_missing
}
const icon = `<svg viewBox="0 0 1 1"></svg>`; // expect: tag_missing
export const asked = html`<button type="button" data-confirm="Sure?">Delete</button>`; // expect: attribute_never_read
export const posted = html`<a href="/logout" data-method="post">Log out</a>`; // expect: attribute_never_read
// Not shown by any template of this file.
export const mail = (name: string) => `<p>Dear ${name}</p>`;
const sample = `<p>${"x"}</p>`;

export const Tags = liveView.define({
  authorize: "public",
  mount: () => ({ names: ["Ada"], open: true, code: "<p>" }),
  render({ names, open, code }) {
    if (names.length === 0) return `<p>Nobody</p>`; // expect: tag_missing
    return html`
      <ul>
        ${names.map((name) => `<li>${name}</li>`)} <!-- expect: tag_missing -->
        ${names.map((name) => `<li>${name}</li>`).join("")} <!-- expect: tag_missing -->
        ${keyed(names, (name) => name, row)}
      </ul>
      <table><tbody><tr>${names.map(cell)}</tr></tbody></table>
      ${open && `<br>`} <!-- expect: tag_missing -->
      ${open ? "<b>" + code + "</b>" : html`<i>${code}</i>`} <!-- expect: tag_missing -->
      ${link({ navigate: "/posts", inner: `${icon} <b>Posts</b>` })} <!-- expect: tag_missing -->
      ${button({ inner: icon })}
      <p title=${`<b>${code}</b>`}>Write ${"<br>"}, ${"<b>bold</b>"} or ${`a < b && b > ${code}`}; ${`Map<${code}>`}, ${`${names.length} <3`}</p>
      <pre><code>${`<p>${code}</p>`}${sample}</code></pre>
      ${open && html`<pre>${open && html`${`<p>${code}</p>`}`}</pre>`}
      ${names.map((name) => mailed(`<p>${name}</p>`))}`;
  },
});

export const layout: Layout = ({ inner }) => `<main>${String(inner)}</main>`; // expect: tag_missing

function mailed(text: string): string {
  return text.replace(/<[^>]+>/g, "");
}
