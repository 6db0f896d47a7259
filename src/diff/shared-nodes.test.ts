import { describe, expect, it } from "vitest";
import { html } from "../html/index.js";
import { EventRef } from "../js/index.js";
import { condensed } from "./condensed.js";
import type { TemplateNode, Slot } from "./nodes.js";
import { SharedNodes } from "./shared-nodes.js";

const ref = new EventRef("go");
const part = (on: unknown): Slot => html`<b phx-click=${on as EventRef}>go</b>`;
const page = (text: string, on: unknown = ref): Slot => condensed(html`<p>${text}</p>${part(on) as never}`);

describe("what condensed pages have in common", () => {
  it("is kept once, whatever their text", () => {
    const shared = new SharedNodes();
    const first = shared.of(page("one"));
    expect(shared.of(page("two"))).toBe(first);
    expect(shared.of(page("three", new EventRef("other")))).not.toBe(first);
  });

  it("is each part that is equal, in pages that are not", () => {
    const shared = new SharedNodes();
    const both = (a: unknown, b: unknown): TemplateNode =>
      shared.of(condensed(html`${part(a) as never}${html`<i phx-click=${b as EventRef}>b</i>`}`)) as TemplateNode;
    const one = both(ref, ref);
    const two = both(new EventRef("other"), ref);
    expect(two).not.toBe(one);
    expect(two.slots[0]).not.toBe(one.slots[0]);
    expect(two.slots[1]).toBe(one.slots[1]);
  });

  it("is nothing between two templates with the same values", () => {
    const shared = new SharedNodes();
    expect(shared.of(condensed(html`<a phx-click=${ref}>1</a>`))).not.toBe(shared.of(condensed(html`<b phx-click=${ref}>1</b>`)));
  });
});
