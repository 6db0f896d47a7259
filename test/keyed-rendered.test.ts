// Keyed lists: whatever happens to them, the real client and the kit show what a full render shows.
import { expect, test } from "vitest";
import { Tree, type WireNode } from "../src/diff/index.js";
import { html, keyed, memo, renderToString, type Content, type Rendered } from "../src/html/index.js";
import { ClientTree } from "../src/testing/rendered.js";
import { Chance } from "./support/chance.js";
import { proof } from "./support/prove.js";
import { copy, newClient, nobody, withoutMarks, type Client } from "./support/rendered.js";

const STEPS = 5;

// ---- lists, as data ----

type Key = string | number;

interface Row {
  readonly key: Key;
  /** Which template it is written with: see `rowOf`. */
  readonly look: number;
  readonly text: string;
  readonly mark: string | boolean | undefined;
  readonly rows: readonly Row[];
}

/** What all lists of a page have in common. */
interface Style {
  /** What an empty list is replaced by: nothing, a text, or a template. */
  readonly empty: "list" | "text" | "template";
  /** How many looks the rows have: with one, all items of a list are of one template. */
  readonly looks: number;
  /** Renders rows by nothing but themselves: those that are the same are not looked at again. */
  row?: (row: Row) => Rendered;
}

const TEXTS = ["", "a", "b", "<b>x</b>", "a & b", "0"];
const MARKS = [undefined, false, true, "", "on", "<\"&"];
const ODD_KEYS: readonly Key[] = ["1", 1, "__proto__", "constructor", "kc", "k", "", -1, 0.5, 2 ** 53];
/** How deep lists stand in lists. */
const DEPTH = 2;

let lastKey = 0;
const newKey = (chance: Chance): Key => (chance.maybe(0.5) ? ++lastKey : `k${++lastKey}`);

function newRow(chance: Chance, style: Style, depth: number, key = newKey(chance)): Row {
  const length = depth < DEPTH && chance.maybe(0.4) ? chance.below(4) : 0;
  return {
    key, look: chance.below(style.looks), text: chance.one(TEXTS), mark: chance.one(MARKS),
    rows: Array.from({ length }, () => newRow(chance, style, depth + 1)),
  };
}

function pageOf(rows: readonly Row[], style: Style): Rendered {
  return html`<main><h1>${rows.length}</h1><ul>${listOf(rows, style)}</ul><p>below</p></main>`;
}

function listOf(rows: readonly Row[], style: Style): Content {
  if (rows.length === 0 && style.empty !== "list") return style.empty === "text" ? "none" : html`<li>none of ${0}</li>`;
  return keyed(rows, ({ key }) => key, style.row ?? ((row) => rowOf(row, style)));
}

function rowOf({ look, text, mark, rows }: Row, style: Style): Content {
  switch (look) {
    case 0:
      return html`<li class=${mark}>${text}<ul>${listOf(rows, style)}</ul></li>`;
    case 1:
      return html`<li><b>${text}</b>${rows.length > 0 && html`<ol title=${mark}>${listOf(rows, style)}</ol>`}</li>`;
    case 2:
      return html`<li>always the same</li>`;
    case 3:
      return text;
    default:
      return listOf(rows, style);
  }
}

// ---- what happens to a list ----

type Change = (chance: Chance, rows: readonly Row[], style: Style, depth: number) => readonly Row[];

const spliced = (rows: readonly Row[], at: number, count: number, ...more: readonly Row[]): Row[] => rows.toSpliced(at, count, ...more);
const onOne = (chance: Chance, rows: readonly Row[], change: (row: Row) => Row): readonly Row[] =>
  rows.length === 0 ? rows : rows.with(chance.below(rows.length), change(chance.one(rows)));

/** Moves and nothing else: a permutation. */
const moves: Readonly<Record<string, Change>> = {
  reverse: (_, rows) => rows.toReversed(),
  shuffle: (chance, rows) => chance.shuffled(rows),
  rotate: (_, rows) => [...rows.slice(1), ...rows.slice(0, 1)],
  "move one"(chance, rows) {
    if (rows.length === 0) return rows;
    const at = chance.below(rows.length);
    return spliced(spliced(rows, at, 1), chance.below(rows.length), 0, rows[at]!);
  },
  swap(chance, rows) {
    if (rows.length < 2) return rows;
    const [a, b] = [chance.below(rows.length), chance.below(rows.length)];
    return rows.with(a, rows[b]!).with(b, rows[a]!);
  },
};

const others: Readonly<Record<string, Change>> = {
  insert: (chance, rows, style, depth) =>
    spliced(rows, chance.below(rows.length + 1), 0, ...Array.from({ length: 1 + chance.below(3) }, () => newRow(chance, style, depth))),
  delete: (chance, rows) => spliced(rows, chance.below(rows.length), 1 + chance.below(2)),
  filter: (chance, rows) => rows.filter(() => chance.maybe(0.6)),
  clear: () => [],
  refill: (chance, _, style, depth) => Array.from({ length: 1 + chance.below(5) }, () => newRow(chance, style, depth)),
  "another key in its place": (chance, rows) => onOne(chance, rows, (row) => ({ ...row, key: newKey(chance) })),
  text: (chance, rows) => rows.map((row) => (chance.maybe(0.4) ? { ...row, text: chance.one(TEXTS) } : row)),
  mark: (chance, rows) => rows.map((row) => (chance.maybe(0.4) ? { ...row, mark: chance.one(MARKS) } : row)),
  look: (chance, rows, style) => onOne(chance, rows, (row) => ({ ...row, look: chance.below(style.looks) })),
  "look of all"(chance, rows, style) {
    const look = chance.below(style.looks);
    return rows.map((row) => ({ ...row, look }));
  },
  within: (chance, rows, style, depth) => rows.map((row) =>
    (depth < DEPTH && chance.maybe(0.6) ? { ...row, rows: mixture(chance, row.rows, style, depth + 1) } : row)),
};
const changes = { ...moves, ...others };

/** How often each thing happened to a list, and what came of it, so that nothing is missing unnoticed. */
const seen: Record<string, number> = {};
const count = (what: string): void => void (seen[what] = (seen[what] ?? 0) + 1);

/** Several changes at once, as one handler makes them. An item stays the first of its key only: see `unique`. */
function mixture(chance: Chance, rows: readonly Row[], style: Style, depth: number): readonly Row[] {
  let list = rows;
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const name = chance.one(Object.keys(changes));
    count(name);
    list = changes[name as keyof typeof changes]!(chance, list, style, depth);
  }
  return unique(list);
}

/** `onOne` may write one row over another: of two with one key the first stays. */
function unique(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ key }, i) => rows.findIndex((other) => other.key === key) === i);
}

// ---- the referees ----

/** The browser, twice, and the server's tree of what it has. */
class Browsers {
  readonly tree = new Tree(nobody);
  readonly client: Client;
  readonly #kit = new ClientTree();

  constructor(page: Rendered) {
    const joined = this.tree.full(page);
    this.client = newClient(copy(joined));
    this.#kit.join(copy(joined));
  }

  merge(diff: WireNode): void {
    this.client.mergeDiff(copy(diff));
    this.#kit.merge(copy(diff));
  }

  /** Behind a join or a diff: the client is asked only when there is something to draw. */
  expectToShow(page: Rendered, where: string): void {
    const expected = renderToString(page);
    const shown = [withoutMarks(this.client.toString().buffer), this.#kit.toString()];
    if (shown[0] !== expected || shown[1] !== expected) expect(shown, where).toEqual([expected, expected]);
  }
}

function firstRows(chance: Chance, style: Style): readonly Row[] {
  const keys = chance.maybe(0.2) ? chance.shuffled(ODD_KEYS).slice(0, chance.below(8)) : [];
  const odd = keys.map((key) => newRow(chance, style, 0, key));
  return [...odd, ...Array.from({ length: chance.below(6) }, () => newRow(chance, style, 0))];
}

function play(seed: number): void {
  const chance = new Chance(seed);
  const style: Style = { empty: chance.one(["list", "list", "text", "template"]), looks: chance.one([1, 1, 2, 5]) };
  // Not all of what rows are is a template; a list takes any content.
  if (seed % 2 === 0) style.row = memo((row: Row) => rowOf(row, style) as Rendered);
  let rows = firstRows(chance, style);
  let browsers = new Browsers(pageOf(rows, style));
  browsers.expectToShow(pageOf(rows, style), `seed ${seed}, joined`);
  // Rows that were there once: some of them come back, with their key.
  const former = [...rows];
  for (let step = 1; step <= STEPS; step++) {
    const where = `seed ${seed}, step ${step}`;
    const before = rows;
    rows = mixture(chance, rows, style, 0);
    if (chance.maybe(0.2)) {
      count("come back");
      rows = unique([...chance.shuffled(former).slice(0, 2), ...rows]);
    }
    former.push(...rows);
    if (before.length === 0 && rows.length > 0) count("from empty");
    if (before.length > 0 && rows.length === 0) count("to empty");

    if (rows.length > 0 && chance.maybe(0.05)) {
      count("refused");
      const twice = spliced(rows, chance.below(rows.length + 1), 0, { ...newRow(chance, style, 0), key: chance.one(rows).key });
      // Its view has crashed, and the client joins anew.
      expect(() => browsers.tree.diff(pageOf(twice, style)), where)
        .toThrow(expect.objectContaining({ code: "template_keys_not_unique" }));
      browsers = new Browsers(pageOf(rows, style));
      browsers.expectToShow(pageOf(rows, style), where);
    } else {
      const diff = browsers.tree.diff(pageOf(rows, style));
      if (diff === undefined) {
        if (renderToString(pageOf(rows, style)) !== renderToString(pageOf(before, style))) throw new Error(`${where}: no diff`);
        continue;
      }
      count("diffs");
      if (JSON.stringify(diff).includes('"km":true')) count("diffs with moves");
      browsers.merge(diff);
      browsers.expectToShow(pageOf(rows, style), where);
    }
    if (browsers.tree.diff(pageOf(rows, style)) !== undefined) throw new Error(`${where}: a diff although nothing changed`);
  }
}

proof("keyed-lists", "the client, the kit and a full render agree on random sequences of what happens to keyed lists", {
  small: { sequences: 2_000 },
  full: { sequences: 100_000 },
}, ({ size: { sequences }, seed, figure }) => {
  for (let i = 0; i < sequences; i++) play(seed + i);
  // Each kind of change was there, and often.
  expect(seen["diffs"]).toBeGreaterThan(3 * sequences);
  for (const what of [...Object.keys(changes), "come back", "from empty", "to empty", "refused", "diffs with moves"]) {
    expect(seen[what], what).toBeGreaterThan(sequences / 10);
  }
  for (const what of ["diffs", "diffs with moves", "refused"]) figure(what, seen[what]!);
});

test("what only moves is sent as positions, however much is in it", () => {
  const style: Style = { empty: "list", looks: 2 };
  for (let seed = 1; seed <= 500; seed++) {
    const chance = new Chance(seed);
    const rows = firstRows(chance, { ...style, looks: 1 });
    const browsers = new Browsers(pageOf(rows, style));
    const moved = chance.one(Object.values(moves))(chance, rows, style, 0);
    const diff = browsers.tree.diff(pageOf(moved, style));
    const positions = moved.flatMap((row, i) => (row === rows[i] ? [] : [[i, rows.indexOf(row)]]));
    expect(diff === undefined ? undefined : JSON.parse(JSON.stringify(diff))).toEqual(positions.length === 0 ? undefined : {
      1: { k: { ...Object.fromEntries(positions), km: true, kc: rows.length } },
    });
  }
});
