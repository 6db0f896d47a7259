// The proof that our diffs are right: for random templates, changed at random, the tree that the real client builds from
// our diffs, the kit's tree and a plain render must all be the same HTML.
import { expect, test } from "vitest";
import { Tree } from "../src/diff/index.js";
import { html, keyed, renderToString, trustedHtml, type Content, type Rendered } from "../src/html/index.js";
import { ClientTree } from "../src/testing/rendered.js";
import { Chance } from "./support/chance.js";
import { proof } from "./support/prove.js";
import { copy, newClient, nobody, withoutMarks } from "./support/rendered.js";

// ---- pages, as data ----

type Page =
  | { readonly kind: "value"; readonly value: string | number | boolean | null | undefined }
  | { readonly kind: "html"; readonly value: string }
  | { readonly kind: "template"; readonly shape: Shape; readonly slots: readonly Page[] }
  | { readonly kind: "keyed"; readonly items: readonly (readonly [key: string | number, item: Page])[] }
  | { readonly kind: "array"; readonly items: readonly Page[] };

/** A template and what its holes are. */
interface Shape {
  readonly strings: TemplateStringsArray;
  readonly holes: readonly ("content" | "attribute")[];
}

const TEXTS = ["", "a", "b", "<b>x</b>", "a & b", "\"quoted\"", "1"];
const VALUES = [...TEXTS, 0, 1, true, false, null, undefined];

/** Pieces that templates are made of; `§` is a hole between tags, `¤` one in an attribute. */
const PIECES = [
  "§", "§§", "<p>§</p>", "<b class=¤>§</b>", "<i title=\"x ¤ y\" id=¤>z</i>", "<ul>§</ul>", "<br>", " text ",
  "<input value=¤ disabled=¤>", "<section><h1>§</h1>§</section>",
];

function makeShape(chance: Chance): Shape {
  let text = "";
  for (let i = 1 + chance.below(3); i > 0; i--) text += chance.one(PIECES);
  const strings = text.split(/[§¤]/);
  const holes = [...text].filter((char) => char === "§" || char === "¤").map((char) => (char === "§" ? "content" as const : "attribute" as const));
  return { strings: Object.assign(strings, { raw: strings }), holes };
}

function makePage(chance: Chance, shapes: readonly Shape[], depth: number): Page {
  const kind = depth >= 4 ? 0 : chance.below(12);
  if (kind < 3) return { kind: "value", value: chance.one(VALUES) };
  if (kind === 3) return { kind: "html", value: chance.one(TEXTS) };
  if (kind < 7) return makeTemplate(chance, chance.one(shapes), shapes, depth);
  const length = chance.below(5);
  const item = itemMaker(chance, shapes, depth);
  if (kind === 7) return { kind: "array", items: Array.from({ length }, item) };
  return { kind: "keyed", items: Array.from({ length }, (_, i) => [chance.maybe(0.5) ? i : `k${i}`, item()] as const) };
}

/** Most lists are of one template, some of several, and some of no template at all. */
function itemMaker(chance: Chance, shapes: readonly Shape[], depth: number): () => Page {
  if (chance.maybe(0.25)) return () => makePage(chance, shapes, depth + 1);
  const shape = chance.one(shapes);
  return () => makeTemplate(chance, shape, shapes, depth + 1);
}

function makeTemplate(chance: Chance, shape: Shape, shapes: readonly Shape[], depth: number): Page {
  const slots = shape.holes.map((hole): Page =>
    hole === "attribute" ? { kind: "value", value: chance.one(VALUES) } : makePage(chance, shapes, depth + 1));
  return { kind: "template", shape, slots };
}

/** The page after something has happened to it. */
function change(chance: Chance, page: Page, shapes: readonly Shape[], depth: number, attribute = false): Page {
  if (attribute) return { kind: "value", value: chance.one(VALUES) };
  if (depth > 0 && chance.maybe(0.15)) return makePage(chance, shapes, depth);
  switch (page.kind) {
    case "value":
    case "html":
      return chance.maybe(0.7) ? { kind: chance.one(["value", "html"]), value: chance.one(TEXTS) } : page;
    case "template":
      return {
        ...page,
        slots: page.slots.map((slot, i) => (chance.maybe(0.4) ? change(chance, slot, shapes, depth + 1, page.shape.holes[i] === "attribute") : slot)),
      };
    case "array":
      return { ...page, items: changeList(chance, page.items, shapes, depth, (item) => item, (_, item) => item) };
    case "keyed":
      return {
        ...page,
        items: changeList(chance, page.items, shapes, depth, ([, item]) => item, (old, item) => [
          old === undefined ? `n${chance.below(1e9)}` : old[0], item,
        ] as const),
      };
  }
}

function changeList<T>(
  chance: Chance, items: readonly T[], shapes: readonly Shape[], depth: number,
  pageOf: (item: T) => Page, withPage: (old: T | undefined, page: Page) => T,
): readonly T[] {
  let list = [...items];
  for (let changes = 1 + chance.below(5); changes > 0; changes--) {
    const at = chance.below(list.length);
    switch (chance.below(8)) {
      case 0:
        list = chance.maybe(0.3) ? [] : list.slice(0, at);
        break;
      case 1:
      case 2: {
        const example = list[0] === undefined ? undefined : pageOf(list[0]);
        const made = example?.kind === "template" && chance.maybe(0.8)
          ? makeTemplate(chance, example.shape, shapes, depth + 1) : makePage(chance, shapes, depth + 1);
        list.splice(chance.below(list.length + 1), 0, withPage(undefined, made));
        break;
      }
      case 3:
        list.splice(at, 1);
        break;
      case 4:
        list.reverse();
        break;
      case 5:
        if (list.length > 1) list.splice(chance.below(list.length), 0, ...list.splice(at, 1));
        break;
      default:
        if (list.length > 0) list[at] = withPage(list[at], change(chance, pageOf(list[at]!), shapes, depth + 1));
    }
  }
  return list;
}

function contentOf(page: Page): Content {
  switch (page.kind) {
    case "value":
      return page.value;
    case "html":
      return trustedHtml(page.value);
    case "template":
      return render(page);
    case "array":
      return page.items.map(contentOf);
    case "keyed":
      return keyed(page.items, ([key]) => key, ([, item]) => contentOf(item));
  }
}

function render(page: Page & { kind: "template" }): Rendered {
  return html(page.shape.strings, ...page.slots.map(contentOf));
}

// ---- the three of them ----

/** What happened over all sequences, so that a generator that makes nothing of interest is noticed. */
const seen = { diffs: 0, silent: 0, moved: 0, movedAndChanged: 0, inserted: 0, truncated: 0, shared: 0 };

function note(diff: object): void {
  const text = JSON.stringify(diff);
  seen.diffs++;
  if (text.includes("\"km\":true")) seen.moved++;
  if (/\[\d+,\{/.test(text)) seen.movedAndChanged++;
  if (text.includes("\"kc\":0")) seen.truncated++;
  if (text.includes("\"p\":{\"0\":[") && text.includes("\"1\":[")) seen.shared++;
  if (/"k":\{.*"s":/.test(text)) seen.inserted++;
}

function play(seed: number): void {
  const chance = new Chance(seed);
  const shapes = Array.from({ length: 2 + chance.below(4) }, () => makeShape(chance));
  const tree = new Tree(nobody);
  const kit = new ClientTree();
  let page = makeTemplate(chance, chance.one(shapes), shapes, 0) as Page & { kind: "template" };

  const joined = tree.full(render(page));
  const client = newClient(copy(joined));
  kit.join(copy(joined));
  let diff: object | undefined = joined;
  for (let step = 0; ; step++) {
    const expected = renderToString(render(page));
    // The client is asked only when there is something to draw, as in a browser.
    const drawn = diff === undefined ? expected : withoutMarks(client.toString().buffer);
    if (drawn !== expected) {
      expect.soft(drawn, `the client, seed ${seed}, step ${step}: ${JSON.stringify(diff)}`).toBe(expected);
      return;
    }
    if (kit.toString() !== expected) {
      expect.soft(kit.toString(), `the kit, seed ${seed}, step ${step}: ${JSON.stringify(diff)}`).toBe(expected);
      return;
    }
    if (tree.diff(render(page)) !== undefined) throw new Error(`seed ${seed}, step ${step}: a diff although nothing changed`);
    if (step === 6) return;
    page = change(chance, page, shapes, 0) as typeof page;
    diff = tree.diff(render(page));
    if (diff === undefined) {
      seen.silent++;
      continue;
    }
    note(diff);
    client.mergeDiff(copy(diff));
    kit.merge(copy(diff));
  }
}

proof("pages", "the client, the kit and a plain render agree on random pages and what becomes of them", {
  small: { pages: 2_000 },
  full: { pages: 100_000 },
}, ({ size: { pages }, seed, figure }) => {
  for (let i = 0; i < pages; i++) play(seed + i);
  // Each kind of change was there, and often.
  expect(seen.diffs).toBeGreaterThan(3 * pages);
  for (const [kind, times] of Object.entries(seen)) {
    expect(times, kind).toBeGreaterThan(0.06 * pages);
    figure(kind, times);
  }
});

test("a page with a new root template is sent whole, without the mark that a diff would take for a reply", () => {
  const tree = new Tree(nobody);
  const kit = new ClientTree();
  const one = html`<p>one</p>`;
  const two = html`<p>${"two"}</p>`;
  kit.join(copy(tree.full(one)));
  const client = newClient(copy(new Tree(nobody).full(one)));
  client.toString();
  const diff = tree.diff(two)!;
  expect(diff).not.toHaveProperty("r");
  kit.merge(copy(diff));
  client.mergeDiff(copy(diff));
  expect([kit.toString(), withoutMarks(client.toString().buffer)]).toEqual(["<p>two</p>", "<p>two</p>"]);
});

test("components, as a LiveView server was recorded to send them", () => {
  const statics = ["<div", ">item ", ": ", " <button phx-click=\"bump\"", ">bump</button></div>"];
  const component = (n: number) => ({ 0: ` id="c${n}"`, 1: `c${n}`, 2: "0", 3: ` phx-target="${n}"` });
  const join = { 0: "", s: ["<main>", "</main>"], r: 1 };
  const diffs = [
    { 0: { k: { 0: { 0: 1 }, kc: 1 }, s: 0 }, c: { 1: { ...component(1), s: statics, r: 1 } }, p: { 0: ["", ""] } },
    // a component that takes over the statics of the first, as it was before this frame
    { 0: { k: { 1: { 0: 2 }, kc: 2 } }, c: { 1: { 2: "7" }, 2: { ...component(2), s: -1 } } },
    { c: { 1: { 2: "1" } } },
    // and one that takes them from another of this frame
    { 0: { k: { 2: { 0: 3 }, 3: { 0: 4 }, kc: 4 } }, c: { 3: { ...component(3), s: 4 }, 4: { ...component(4), s: -1 } } },
    { 0: { k: { 0: { 0: 2 }, 1: { 0: 3 }, kc: 2 } } },
  ];
  const client = newClient(copy(join));
  const kit = new ClientTree();
  kit.join(copy(join));
  client.toString();
  for (const diff of diffs) {
    client.mergeDiff(copy(diff));
    kit.merge(copy(diff));
    expect(kit.toString()).toBe(withoutMarks(client.toString().buffer));
  }
  expect(kit.toString()).toContain("item c3: 0");
});

test("title, events and reply are no part of the tree", () => {
  const kit = new ClientTree();
  kit.join({ 0: "a", s: ["<p>", "</p>"], r: 1, t: "Title" });
  expect(kit.merge({ 0: "b", t: "Other", e: [["ping", { n: 1 }]], r: { saved: true } })).toEqual({
    title: "Other", events: [["ping", { n: 1 }]], reply: { saved: true },
  });
  expect(kit.toString()).toBe("<p>b</p>");
});

// What the real client would show wrongly or choke on, the kit does not take.
test.for([
  ["a move that the list does not announce", { 0: { k: { 0: 1, 1: 0, kc: 2 } } }],
  ["a move of an item that is not there", { 0: { k: { 0: 5, km: true, kc: 2 } } }],
  ["an item that was never sent", { 0: { k: { kc: 3 } } }],
  ["a list without a count", { 0: { k: { 0: { 0: "x" } } } }],
  ["statics that the frame does not have", { 0: { 0: "x", s: 3 } }],
  ["a change of a text as if it were a template", { 1: { 0: "x" } }],
  ["a change of a list as if it were a template", { 0: { 0: "x" } }],
] as const)("the kit refuses %s", ([, diff]) => {
  const kit = new ClientTree();
  kit.join({ 0: { k: { 0: { 0: "a" }, 1: { 0: "b" }, kc: 2 }, s: ["<li>", "</li>"] }, 1: "text", s: ["<ul>", "</ul>", ""] });
  expect(kit.toString()).toBe("<ul><li>a</li><li>b</li></ul>text");
  expect(() => kit.merge(diff)).toThrow(expect.objectContaining({ code: "kit_expectation" }));
});
