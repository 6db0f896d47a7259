import { describe, expect, test } from "vitest";
import { ComponentCall, html, keyed, memo, renderToString, trustedHtml, type Content, type Rendered } from "../html/index.js";
import type { ComponentHost } from "./frame.js";
import { Tree } from "./tree.js";

/** A frame as it is sent. */
const asSent = (frame: unknown): unknown => frame === undefined ? undefined : JSON.parse(JSON.stringify(frame));

/** Renders twice and returns both frames. */
function frames(...renders: Rendered[]): unknown[] {
  const tree = new Tree(nobody);
  return renders.map((rendered, i) => asSent(i === 0 ? tree.full(rendered) : tree.diff(rendered)));
}

const nobody: ComponentHost = {
  componentNumber: () => expect.unreachable(), viewElement: () => expect.unreachable(), repeat: () => undefined, renewed: () => undefined,
  slotReplaced: () => undefined, itemsRemoved: () => undefined, formsChanged: () => undefined, forgets: () => undefined, names: () => undefined, seal: (event) => event,
};

// The expected frames of the next three groups were recorded from a LiveView server.

const counter = (count: number): Rendered => html`
  <div id="counter">
    <h1>Counter</h1>
    <p>Count: <span id="count">${count}</span></p>
    <button phx-click="inc">+1</button>
  </div>
`;

describe("the recorded counter", () => {
  test("joins with its statics under p and its one slot", () => {
    const [join] = frames(counter(0)) as [{ p: Record<string, string[]> }];
    expect({ ...join, p: undefined }).toEqual({ "0": "0", s: 0, r: 1, p: undefined });
    expect(join.p["0"]).toHaveLength(2);
    expect(join.p["0"]![0]).toMatch(/^<div id="counter">/);
    expect(join.p["0"]![1]).toMatch(/<\/div>$/);
  });
  test("sends the number alone, and nothing when nothing changed", () => {
    expect(frames(counter(0), counter(1), counter(1)).slice(1)).toEqual([{ "0": "1" }, undefined]);
  });
});

interface Row { id: number; count: number }
const rows = (all: Row[]): Rendered => html`
  <table>${keyed(all, (row) => row.id, (row) => html`<tr id="row-${row.id}" phx-value-id=${row.id}><td>${row.count}</td></tr>`)}</table>
`;

describe("the recorded rows", () => {
  const all = Array.from({ length: 1000 }, (_, i) => ({ id: i + 1, count: 0 }));
  test("one changed row of a thousand is one entry", () => {
    const changed = all.map((row) => (row.id === 500 ? { ...row, count: 1 } : row));
    expect(frames(rows(all), rows(changed))[1]).toEqual({ "0": { k: { "499": { "2": "1" }, kc: 1000 } } });
  });
  test("a dynamic attribute is one slot with its name", () => {
    const [join] = frames(rows(all.slice(0, 1))) as [{ "0": { k: unknown } }];
    expect(join["0"].k).toEqual({ "0": { "0": "1", "1": ' phx-value-id="1"', "2": "0" }, kc: 1 });
  });
});

type Item = readonly [key: number, text: string];
const list = (items: readonly Item[]): Rendered =>
  html`<ol>${keyed(items, ([key]) => key, ([key, text]) => html`<li>${key}-${text}</li>`)}</ol>`;

describe("the recorded keyed lists", () => {
  const abc: Item[] = [[1, "a"], [2, "b"], [3, "c"]];
  const aBc: Item[] = [[1, "a"], [2, "B"], [3, "c"]];
  const reversed: Item[] = [[3, "c"], [2, "B"], [1, "a"]];
  const appended: Item[] = [...reversed, [4, "d"]];
  const prepended: Item[] = [[0, "z"], [3, "c"], [2, "B"], [1, "A!"], [4, "d"]];
  const deleted: Item[] = [[0, "z"], [3, "c"], [1, "A!"], [4, "d"]];
  test.each<[string, readonly Item[], readonly Item[], unknown]>([
    ["change", abc, aBc, { "1": { "1": "B" }, kc: 3 }],
    ["reverse", aBc, reversed, { "0": 2, "2": 0, km: true, kc: 3 }],
    ["append", reversed, appended, { "3": { "0": "4", "1": "d" }, kc: 4 }],
    ["prepend and change", appended, prepended,
      { "0": { "0": "0", "1": "z" }, "1": 0, "2": 1, "3": [2, { "1": "A!" }], "4": 3, km: true, kc: 5 }],
    ["delete", prepended, deleted, { "2": 3, "3": 4, km: true, kc: 4 }],
    ["clear", deleted, [], { kc: 0 }],
  ])("%s", (_name, before, after, k) => {
    expect(frames(list(before), list(after))[1]).toEqual({ "0": { k } });
  });
  test("append after clear needs no statics", () => {
    expect(frames(list(abc), list([]), list([[4, "d"]]))[2]).toEqual({ "0": { k: { "0": { "0": "4", "1": "d" }, kc: 1 } } });
  });
});

describe("what is not there", () => {
  const maybe = (shown: boolean, n: number): Rendered => html`<div>${shown && html`<p>shown <b>${n}</b></p>`}</div>`;
  test("a false condition is empty, and what is shown again brings its statics again", () => {
    expect(frames(maybe(false, 0), maybe(true, 0), maybe(false, 0), maybe(true, 1)).slice(1)).toEqual([
      { "0": { "0": "0", s: 0 }, p: { "0": ["<p>shown <b>", "</b></p>"] } },
      { "0": "" },
      { "0": { "0": "1", s: 0 }, p: { "0": ["<p>shown <b>", "</b></p>"] } },
    ]);
  });
  test("a list that is empty from the start is empty text", () => {
    expect(frames(list([]))[0]).toMatchObject({ "0": "" });
  });
});

describe("what changes its kind", () => {
  const slot = (content: Content): Rendered => html`<div>${content}</div>`;
  test("trusted HTML and equal text are different things", () => {
    expect(frames(slot("<b>"), slot(trustedHtml("<b>")), slot("<b>"), slot(trustedHtml("x")), slot("")).slice(1)).toEqual([
      { "0": "<b>" }, { "0": "&lt;b&gt;" }, { "0": "x" }, { "0": "" },
    ]);
  });
  test("items of several templates share an empty one", () => {
    const mixed = (n: number): Rendered => slot([html`<i>${n}</i>`, html`<b>${n}</b>`]);
    expect(frames(mixed(1), mixed(2))[1]).toEqual({ "0": { k: { "0": { "0": { "0": "2" } }, "1": { "0": { "0": "2" } }, kc: 2 } } });
  });
});

test("the same key twice is an error that says so, and in which template", () => {
  const place = /same key.*template_keys_not_unique.*twice, in <li>.*tree\.test\.ts:\d+:\d+/s;
  expect(() => renderToString(list([[1, "a"], [1, "b"]]))).toThrow(place);
  expect(() => frames(list([[1, "a"], [1, "b"]]))).toThrow(place);
  expect(() => frames(list([[1, "a"]]), list([[1, "a"], [1, "b"]]))).toThrow(place);
});

test.each([
  ["a moved one", true], ["one that keeps its place", false],
])("items of a list that was rendered by nothing but themselves are looked at again once %s holds a component", (_one, moved) => {
  const calls: string[] = [];
  const definition = {};
  const tree = new Tree({ ...nobody, componentNumber: ({ id }) => calls.push(id) });
  interface Item { readonly id: number; readonly card: boolean }
  const row = memo(({ id, card }: Item) => html`<li>${card ? new ComponentCall(definition, `card-${id}`, {}) : id}</li>`);
  const page = (items: readonly Item[]): Rendered => html`<ul>${keyed(items, ({ id }) => id, row)}</ul>`;
  const [a, b] = [{ id: 1, card: false }, { id: 2, card: false }];
  tree.full(page([a, b]));
  const holding = { id: 2, card: true };
  const items = moved ? [holding, a] : [a, holding];
  tree.diff(page(items));
  // Nothing in the list has changed, but what the component shows may have.
  tree.diff(page(items));
  expect(calls).toEqual(["card-2", "card-2"]);
});

test("of a memoized list only items that are others than before are rendered, also in an array that is changed in place", () => {
  const rendered: number[] = [];
  const row = memo(({ id, count }: Row) => {
    rendered.push(id);
    return html`<li>${count}</li>`;
  });
  const tree = new Tree(nobody);
  const page = (items: readonly Row[]): Rendered => html`<ul>${keyed(items, ({ id }) => id, row)}</ul>`;
  const items = Array.from({ length: 300 }, (_, id) => ({ id, count: 0 }));
  tree.full(page(items));
  const diff = (): unknown => {
    rendered.length = 0;
    return [asSent(tree.diff(page(items))), [...rendered]];
  };
  const set = (id: number, count: number): void => void (items[id] = { id, count });
  set(200, 1);
  expect(diff()).toEqual([{ "0": { k: { "200": { "0": "1" }, kc: 300 } } }, [200]]);
  expect(diff()).toEqual([undefined, []]);
  set(200, 2);
  set(130, 2);
  expect(diff()).toEqual([{ "0": { k: { "130": { "0": "2" }, "200": { "0": "2" }, kc: 300 } } }, [130, 200]]);
  items.length = 250;
  set(249, 3);
  expect(diff()).toEqual([{ "0": { k: { "249": { "0": "3" }, kc: 250 } } }, [249]]);
  set(250, 4);
  expect(diff()).toEqual([{ "0": { k: { "250": { "0": "4" }, kc: 251 } } }, [250]]);
  set(0, 5);
  expect(diff()).toEqual([{ "0": { k: { "0": { "0": "5" }, kc: 251 } } }, [0]]);
  expect(diff()).toEqual([undefined, []]);
});
