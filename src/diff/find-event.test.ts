import { describe, expect, test } from "vitest";
import { ClientCommand, html, keyed, type PushedEvent, type Rendered } from "../html/index.js";
import { EventRef } from "../js/index.js";
import type { ComponentHost } from "./frame.js";
import { Tree } from "./tree.js";

// What the gate costs, in places that it looks at: a number that no busy machine changes.

let looks = 0;

/** A binding that counts how often the gate looks at it. */
class Counted extends ClientCommand {
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  override encode(): string {
    return this.#name;
  }
  override targetIn(): undefined {
    return undefined;
  }
  override find(name: string, target: number | undefined): PushedEvent | undefined {
    looks++;
    return name === this.#name ? { name, target } : undefined;
  }
  override same(other: ClientCommand): boolean {
    return other instanceof Counted && other.#name === this.#name;
  }
}

/** A page's host that counts what it is told to keep. */
function hostOf(): ComponentHost & { kept: number } {
  return {
    kept: 0,
    componentNumber: () => expect.unreachable(), viewElement: () => expect.unreachable(), repeat: () => undefined, renewed: () => undefined,
    seal: undefined, forgets: () => undefined, names: () => undefined,
    slotReplaced() {
      this.kept++;
    },
    itemsRemoved(_template, slots) {
      this.kept += slots.length;
    },
    formsChanged(_template, slots) {
      this.kept += slots.length;
    },
  };
}

const button = (name: string, label: unknown = ""): Rendered => html`<button phx-click=${new Counted(name)}>${String(label)}</button>`;

/** How often the gate looks at a binding while it searches. */
function looksFor(tree: Tree, name: string): { readonly found: boolean; readonly looks: number } {
  looks = 0;
  const found = tree.find(name, undefined) !== undefined;
  return { found, looks };
}

describe("an event on a page of 100 bindings", () => {
  const page = (label: unknown): Rendered => html`<main>${Array.from({ length: 100 }, (_, i) => button(`e${i}`, label))}</main>`;

  test("is searched in no more places than there are bindings, and no further than where it is found", () => {
    const tree = new Tree(hostOf());
    tree.full(page(0));
    expect(looksFor(tree, "e0")).toEqual({ found: true, looks: 1 });
    expect(looksFor(tree, "e99")).toEqual({ found: true, looks: 100 });
    expect(looksFor(tree, "none")).toEqual({ found: false, looks: 100 });
  });

  test("costs nothing before it arrives: rendering checks no binding, and keeps nothing that the page still shows", () => {
    const host = hostOf();
    const tree = new Tree(host);
    looks = 0;
    tree.full(page(0));
    for (let i = 1; i <= 20; i++) tree.diff(page(i));
    expect({ looks, kept: host.kept }).toEqual({ looks: 0, kept: 0 });
  });

  test("that is replaced is kept, and nothing beside it", () => {
    const host = hostOf();
    const tree = new Tree(host);
    const one = (name: string): Rendered => html`<main>${button(name)}${button("stays")}</main>`;
    tree.full(one("before"));
    tree.diff(one("after"));
    expect(host.kept).toBe(1);
    expect([looksFor(tree, "before").found, looksFor(tree, "after").found, looksFor(tree, "stays").found]).toEqual([false, true, true]);
  });
});

describe("an event of 1,000 rows with bound ids", () => {
  const rows = Array.from({ length: 1000 }, (_, id) => id);

  test("is searched once in each row, and returns the bound values with their types", () => {
    const counted = new Tree(hostOf());
    counted.full(html`<ul>${keyed(rows, (id) => id, (id) => html`<li phx-click=${new Counted(`remove~id=${id}`)}></li>`)}</ul>`);
    expect(looksFor(counted, "remove~id=999")).toEqual({ found: true, looks: 1000 });
    expect(looksFor(counted, "remove~id=1000")).toEqual({ found: false, looks: 1000 });

    const tree = new Tree(hostOf());
    tree.full(html`<ul>${keyed(rows, (id) => id, (id) => html`<li phx-click=${new EventRef("remove", undefined, { id })}></li>`)}</ul>`);
    expect((tree.find("remove~id=999", undefined) as EventRef).bound).toEqual({ id: 999 });
    for (const forged of ["remove~id=1000", "remove~id=.999", "remove", "remove~id=999~"]) expect(tree.find(forged, undefined)).toBeUndefined();
  });

  test("costs no more bytes than phx-click and phx-value-id", () => {
    const bytes = (row: (id: number) => Rendered): number => JSON.stringify(new Tree(hostOf()).full(html`<ul>${keyed(rows, (id) => id, row)}</ul>`)).length;
    const bound = bytes((id) => html`<li phx-click=${new EventRef("remove", undefined, { id })}></li>`);
    expect(bound).toBeLessThanOrEqual(bytes((id) => html`<li phx-click=${new EventRef("remove")} phx-value-id=${id}></li>`));
  });
});

describe("an event that rows write themselves", () => {
  const list = (disabled: readonly boolean[]): Tree => {
    const tree = new Tree(hostOf());
    tree.full(html`<ul>${keyed(disabled, (_off, at) => at, (off, at) => html`<li><button disabled=${off} phx-click="act">${at}</button></li>`)}</ul>`);
    return tree;
  };

  test("stands in the page as long as one of them is enabled, wherever it is", () => {
    expect(list([true, true, false]).find("act", undefined)).toEqual({ name: "act", target: undefined });
    expect(list([false, true, true]).find("act", undefined)).toEqual({ name: "act", target: undefined });
    for (const [rows, name, target] of [[[true, true], "act", undefined], [[false], "acts", undefined], [[false], "act", 1]] as const) {
      expect(list(rows).find(name, target)).toBeUndefined();
    }
  });

  test("is found without a look at what else the rows contain", () => {
    const tree = new Tree(hostOf());
    tree.full(html`<ul>${[1, 2, 3].map((id) => html`<li phx-click="act">${button(`e${id}`)}</li>`)}</ul>`);
    expect(looksFor(tree, "act")).toEqual({ found: true, looks: 0 });
    expect(looksFor(tree, "e3")).toEqual({ found: true, looks: 3 });
  });

  test("gives way to a reference with values bound to the same name", () => {
    const tree = new Tree(hostOf());
    tree.full(html`<p phx-click="pick~id=7">${html`<b phx-click=${new EventRef("pick", undefined, { id: 7 })}></b>`}</p>`);
    expect((tree.find("pick~id=7", undefined) as EventRef).bound).toEqual({ id: 7 });
  });

  test("does not stand in a list that has none any more, and does in rows without holes", () => {
    const rows = (count: number): Rendered => html`<ul>${keyed(Array.from({ length: count }, (_, at) => at), (at) => at, (at) => html`<li phx-click="act">${at}</li>`)}</ul>`;
    const tree = new Tree(hostOf());
    tree.full(rows(1));
    expect(tree.find("act", undefined)).toBeDefined();
    tree.diff(rows(0));
    expect(tree.find("act", undefined)).toBeUndefined();
    tree.full(html`<ul>${keyed([1, 2], (at) => at, () => html`<li phx-click="act"></li>`)}</ul>`);
    expect(tree.find("act", undefined)).toBeDefined();
  });
});
