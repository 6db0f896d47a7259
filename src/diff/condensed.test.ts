import { describe, expect, it } from "vitest";
import { html, keyed, renderToString, spread, type Comprehension, type Embedder, type Rendered, type Template } from "../html/index.js";
import { EventRef } from "../js/index.js";
import { condensed } from "./condensed.js";
import { findEvent } from "./find-event.js";
import type { Slot } from "./nodes.js";
import { spelledOut } from "./spelled-out.js";
import { weightOf } from "./weight.js";

/** What is kept of a page that was written. */
function kept(page: Rendered): Slot {
  const lists = new Map<Comprehension | readonly unknown[], Template | undefined>();
  const embedder: Embedder = { componentHtml: () => "", viewHtml: () => "", listed: (list, template) => void lists.set(list, template) };
  renderToString(page, embedder);
  return condensed(page, lists);
}

const finds = (slot: Slot, name: string): boolean => findEvent(spelledOut(slot), { name, target: undefined }) !== undefined;

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
      const whole = page(posts);
      for (const name of ["touch", "pick-1", "pick-2", "pick-4"]) expect([name, finds(kept(whole), name)]).toEqual([name, finds(whole, name)]);
    });
  }

  it("of a long list whose rows differ in nothing but their text is as small as that of a short one", () => {
    const many = Array.from({ length: 100 }, (_, id) => ({ id, locked: false }));
    for (const what of ["a keyed list", "an array of templates", "rows in a disabled fieldset"]) {
      expect([what, weightOf(kept(pages[what]!(many)))]).toEqual([what, weightOf(kept(pages[what]!(posts)))]);
    }
  });
});
