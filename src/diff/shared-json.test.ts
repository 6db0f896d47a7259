import { describe, expect, test } from "vitest";
import { Chance } from "../../test/support/chance.js";
import { nobody } from "../../test/support/rendered.js";
import { ComponentCall, html, keyed, Rendered, StreamContent, Template, trustedHtml, type Content, type StreamInsert } from "../html/index.js";
import { Tree } from "./tree.js";

const host = { ...nobody, componentNumber: () => 1 };

/** A tree that shows what the first of these renders; the JSON of the diffs to the others. */
function diffs(first: Rendered, ...others: readonly Rendered[]): object[] {
  const tree = new Tree(host);
  tree.full(first);
  return others.map((rendered) => tree.sharedJson(tree.diff(rendered)!));
}

describe("a diff as JSON", () => {
  const page = (seq: number, text: string): Rendered => html`<main>${html`<p>${seq}: ${text}</p>`}${text}</main>`;

  test("is written once for views that push the same", () => {
    const [one] = diffs(page(1, "first"), page(2, 'second "\u2028'));
    const [other] = diffs(page(0, "none"), page(2, 'second "\u2028'));
    expect(one).toEqual({ text: JSON.stringify({ 0: { 0: "2", 1: "second &quot;\u2028" }, 1: "second &quot;\u2028" }) });
    expect(other).toBe(one);
  });

  const two = (a: Content, b: Content): Rendered => html`<main>${a}${b}</main>`;
  const pair = (a: Content, b: Content): Rendered => html`<p>${a}-${b}</p>`;
  const feed = (items: readonly string[], { ref = "0", reset = false } = {}): StreamContent =>
    new StreamContent(ref, items.map((_, i): StreamInsert => [`m-${i}`, i, null, false]), items.map((text) => html`<li>${text}</li>`), [], reset);
  const pairs = (items: readonly (readonly [string, string])[]): StreamContent =>
    new StreamContent("0", items.map((_, i): StreamInsert => [`m-${i}`, i, null, false]), items.map(([a, b]) => html`<li>${a}${b}</li>`), [], false);

  test.each<[string, readonly [Rendered, Rendered], readonly [Rendered, Rendered]]>([
    ["another text", [two("", ""), two("a", "")], [two("", ""), two("b", "")]],
    ["another slot", [two("", ""), two("a", "")], [two("", ""), two("", "a")]],
    ["fewer slots", [two("", ""), two("a", "b")], [two("", ""), two("a", "")]],
    ["a slot outside the inner template", [two(pair("", ""), ""), two(pair("a", "b"), "")], [two(pair("", ""), ""), two(pair("a", ""), "b")]],
    ["a new template", [two(pair("", ""), ""), two(pair("a", "b"), "")], [two("", ""), two(pair("a", "b"), "")]],
    ["another stream", [two(feed(["x"]), ""), two(feed(["a"]), "")], [two(feed(["x"], { ref: "1" }), ""), two(feed(["a"], { ref: "1" }), "")]],
    ["a stream that is emptied first", [two(feed(["x"]), ""), two(feed(["a"]), "")], [two(feed(["x"]), ""), two(feed(["a"], { reset: true }), "")]],
    ["fewer items", [two(feed(["x"]), ""), two(feed(["a", "b"]), "")], [two(feed(["x"]), ""), two(feed(["a"]), "")]],
    ["items with more slots", [two(feed(["x"]), ""), two(feed(["a"]), "")], [two(pairs([["x", "y"]]), ""), two(pairs([["a", "b"]]), "")]],
    ["a component", [two("", ""), two("a", "")], [two("", ""), two("a", new ComponentCall({}, "c", {}))]],
    ["a list", [two([pair("", "")], ""), two([pair("a", "")], "")], [two([pair("", "")], ""), two([pair("b", "")], "")]],
  ])("is not taken for the last one: %s", (_what, [first, then], [otherFirst, otherThen]) => {
    diffs(first, then);
    const tree = new Tree(host);
    tree.full(otherFirst);
    const diff = tree.diff(otherThen)!;
    expect(tree.sharedJson(diff)).toEqual({ text: JSON.stringify(diff) });
  });

  test("is not shared beyond its size", () => {
    const long = "x".repeat(16 * 1024);
    const [one] = diffs(page(1, "a"), page(1, long));
    const [other] = diffs(page(1, "a"), page(1, long));
    expect(other).toEqual(one);
    expect(other).not.toBe(one);
  });

  test("of one insert into a stream is written once, and deletes that are pending later are not taken for none", () => {
    const deletes: string[] = [];
    const list = (items: readonly Rendered[], gone = deletes): Rendered =>
      html`<ul>${new StreamContent("0", items.map((_, i): StreamInsert => [`m-${i}`, 0, 20, false]), items, gone, false)}</ul>`;
    const item = (text: string): Rendered => html`<li>${text}</li>`;
    const [one] = diffs(list([item("first")]), list([item("second")]));
    deletes.push("m-9");
    const [same] = diffs(list([item("first")], []), list([item("second")], []));
    const [deleting] = diffs(list([item("first")], []), list([item("second")], ["m-9"]));
    expect(same).toBe(one);
    expect(same).toEqual({ text: '{"0":{"stream":["0",[["m-0",0,20,false]],[]],"k":{"0":{"0":"second"},"kc":1}}}' });
    expect(deleting).toEqual({ text: '{"0":{"stream":["0",[["m-0",0,20,false]],["m-9"]],"k":{"0":{"0":"second"},"kc":1}}}' });
  });
});

/** What JSON escapes, and what it does not. */
const AWKWARD = ['"', "\\", "\n", "\u0000", "\u001f", "\u007f", "\u2028", "é", "\ud800", "\udfff", "\ud83d\ude00"];

/** Templates of few holes and few texts, so that diffs are often equal, and often almost. */
class Pages {
  static readonly #templates = [1, 2, 3].flatMap((holes) => ["p", "b"].map((tag) => new Template([`<${tag}>`, ...Array<string>(holes - 1).fill("<i></i>"), `</${tag}>`])));
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  rendered(depth: number): Rendered {
    const template = this.#chance.one(Pages.#templates);
    return new Rendered(template, template.holes.map(() => this.#content(depth)));
  }

  /** The same templates with one value changed here and there. */
  changed({ template, values }: Rendered): Rendered {
    return new Rendered(template, values.map((value) => {
      if (value instanceof Rendered && this.#chance.maybe(0.8)) return this.changed(value);
      if (value instanceof StreamContent) return this.#stream(value.ref);
      return this.#chance.maybe(0.5) ? value : this.#content(1);
    }));
  }

  #content(depth: number): Content {
    const chance = this.#chance;
    if (depth > 0 && chance.maybe(0.4)) return this.rendered(depth - 1);
    switch (chance.below(9)) {
      case 0: return this.#stream("0");
      case 1: return keyed(chance.shuffled([1, 2, 3]).slice(chance.below(3)), (key) => key, () => html`<li>${this.#content(0)}</li>`);
      case 2: return trustedHtml(this.#text());
      case 3: return new ComponentCall(this, this.#text(), {});
      default: return this.#text();
    }
  }

  #stream(ref: string): StreamContent {
    const items = Array.from({ length: this.#chance.below(3) }, () => this.#item());
    const inserts = items.map((_, i): StreamInsert => [`m-${i}`, this.#chance.below(2) - 1, null, false]);
    return new StreamContent(ref, inserts, items, this.#chance.maybe(0.2) ? ["m-7"] : [], this.#chance.maybe(0.1));
  }

  #item(): Rendered {
    return this.#chance.maybe(0.5) ? html`<li>${this.#text()}${this.#text()}</li>` : html`<li>${this.#content(0)}</li>`;
  }

  #text(): string {
    return this.#chance.maybe(0.9) ? this.#chance.one(["", "a", "b", "0"]) : this.#chance.one(AWKWARD);
  }
}

test("whatever pages show, and in whatever order they push, each gets its own diff", () => {
  const shared = new Set<object>();
  let hits = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const pages = new Pages(new Chance(seed));
    const views = Array.from({ length: 4 }, () => new Tree(host));
    const start = pages.rendered(2);
    const shown = views.map((tree, i) => {
      const first = i < 3 ? start : pages.rendered(2);
      tree.full(first);
      return first;
    });
    for (let step = 0; step < 12; step++) {
      const base = pages.changed(shown[0]!);
      views.forEach((tree, i) => {
        // Three show the same page, and the fourth goes its own way.
        shown[i] = i < 3 ? base : pages.changed(shown[i]!);
        const diff = tree.diff(shown[i]!);
        if (diff === undefined) return;
        const json = tree.sharedJson(diff);
        if (shared.has(json)) hits++;
        shared.add(json);
        if (json.text !== JSON.stringify(diff)) throw new Error(`seed ${seed}, step ${step}, view ${i}: ${json.text} instead of ${JSON.stringify(diff)}`);
      });
    }
  }
  expect(hits).toBeGreaterThan(300);
});
