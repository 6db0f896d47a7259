import { describe, expect, it } from "vitest";
import { html, keyed, renderToString, spread, trustedHtml, type Embedder, type Rendered } from "../html/index.js";
import { EventRef } from "../js/index.js";
import { condensed, CondensedItems, type WrittenLists } from "./condensed.js";
import { findEvent } from "./find-event.js";
import type { ComponentHost } from "./frame.js";
import type { Slot } from "./nodes.js";
import { formsOf } from "./shown-forms.js";
import { Tree } from "./tree.js";
import { weightOf } from "./weight.js";

/** What is kept of a page that was written. */
function kept(page: Rendered): Slot {
  const lists: WrittenLists = new Map();
  const embedder: Embedder = {
    componentHtml: () => "", viewHtml: () => "",
    listing(list) {
      const items = new CondensedItems(lists);
      lists.set(list, items);
      return items;
    },
  };
  renderToString(page, embedder);
  return condensed(page, lists);
}

/** What a browser has of it. */
function joined(page: Rendered): Slot {
  const host: ComponentHost = {
    componentNumber: () => 1, renewed: () => undefined, repeat: () => undefined, viewElement: () => "",
    slotReplaced: () => undefined, itemsRemoved: () => undefined, formsChanged: () => undefined, forgets: () => undefined, names: () => undefined, seal: (event) => event,
  };
  const tree = new Tree(host);
  tree.full(page);
  return tree.shown;
}

const finds = (slot: Slot, name: string): boolean => findEvent(slot, { name, target: undefined }) !== undefined;

describe("a written page, condensed", () => {
  const posts = [{ id: 1, locked: true }, { id: 2, locked: false }, { id: 3, locked: true }];
  const pages: Readonly<Record<string, (items: typeof posts) => Rendered>> = {
    "a keyed list": (items) => html`<ul>${keyed(items, ({ id }) => id, ({ id }) => html`<li phx-click="touch">${id}</li>`)}</ul>`,
    "an array of templates": (items) => html`<ul>${items.map(({ id }) => html`<li phx-click="touch">${id}</li>`)}</ul>`,
    "an empty list": () => html`<ul>${keyed([], (id: number) => id, () => html`<li phx-click="touch"></li>`)}</ul>`,
    "rows that values disable": (items) => html`<p>${items.map(({ locked }) => html`<button phx-click="touch" disabled=${locked}></button>`)}</p>`,
    "rows that are all disabled": (items) => html`<p>${items.map(() => html`<button phx-click="touch" disabled=${true}></button>`)}</p>`,
    "rows that a spread disables": (items) => html`<p>${items.map(({ locked }) => html`<button phx-click="touch" ${spread({ disabled: locked })}></button>`)}</p>`,
    "rows in a disabled fieldset": (items) => html`<fieldset disabled>${items.map(({ id }) => html`<button phx-click="touch">${id}</button>`)}</fieldset>`,
    "rows with an event of their own": (items) => html`<p>${items.map(({ id }) => html`<b phx-click=${new EventRef(`pick-${id}`)}>${id}</b>`)}</p>`,
    "rows of which one differs": (items) => html`<p>${items.map(({ id }) => (id === 2 ? html`<b phx-click="touch">${id}</b>` : html`<i>${id}</i>`))}</p>`,
    "rows with rows": (items) => html`<p>${items.map(({ id }) => html`<b>${[id].map((inner) => html`<i phx-click="touch">${inner}</i>`)}</b>`)}</p>`,
  };

  for (const [what, page] of Object.entries(pages)) {
    it(`has exactly the events of the page: ${what}`, () => {
      const whole = joined(page(posts));
      for (const name of ["touch", "pick-1", "pick-2", "pick-4"]) {
        const found = finds(whole, name);
        expect([name, finds(kept(page(posts)), name), finds(condensed(whole), name)]).toEqual([name, found, found]);
      }
    });
  }

  it("of a long list whose rows differ in nothing but their text is as small as that of a short one", () => {
    const many = Array.from({ length: 100 }, (_, id) => ({ id, locked: false }));
    for (const what of ["a keyed list", "an array of templates", "rows in a disabled fieldset"]) {
      const page = pages[what]!;
      expect([what, weightOf(kept(page(many))), weightOf(condensed(joined(page(many))))])
        .toEqual([what, weightOf(kept(page(posts))), weightOf(condensed(joined(page(posts))))]);
    }
  });

  it("has the fields of each form that its user cannot change", () => {
    const page = html`<main>${posts.map(({ id, locked }) => html`<form id=${`f${id}`} phx-submit="save">
      <input type="hidden" name="id" value=${id}><input name="by" readonly=${locked} value=${`by ${id}`}>
      <textarea name="text" readonly>${`text ${id}`}</textarea></form>`)}</main>`;
    const wanted = { name: "save", target: undefined };
    const forms = (slot: Slot): unknown => formsOf(slot, wanted, () => undefined).map(({ locked }) => Object.fromEntries(locked));
    const shown = posts.map(({ id, locked }) => ({ id: String(id), ...(locked && { by: `by ${id}` }), text: `text ${id}` }));
    expect([forms(joined(page)), forms(kept(page)), forms(condensed(joined(page)))]).toEqual([shown, shown, shown]);
  });

  it("weighs as much whatever text it shows, and counts the text that it keeps", () => {
    const page = (text: string): Rendered => html`<main title=${text}>${text}<p class=${text}>${trustedHtml(text)}</p>
      <input name="note" ${spread({ placeholder: text })}><textarea name="text">${text}</textarea>
      ${posts.map(({ id }) => html`<b phx-click=${new EventRef(`pick-${id}`)}>${text}</b>`)}${[text, text].map((part) => html`<i>${part}</i>`)}</main>`;
    const long = "x".repeat(100_000);
    for (const slot of [kept, (rendered: Rendered) => condensed(joined(rendered))]) {
      expect(weightOf(slot(page(long)))).toBe(weightOf(slot(page(""))));
      const hidden = (text: string): Slot => slot(html`<input type="hidden" value=${text}>`);
      expect(weightOf(hidden(long)) - weightOf(hidden(""))).toBeGreaterThan(1_000);
    }
  });
});
