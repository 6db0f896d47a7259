import {
  condensed, CondensedItems, formsOf, Replaced, weightOf, type ComponentIdentity, type Slot, type Tree, type Wanted, type WrittenLists,
} from "../../diff/index.js";
import { NOTHING_LOCKED, type Comprehension, type PushedEvent, type ShownForm, type StaticBinding } from "../../html/index.js";
import { ComponentNumbers } from "./component-numbers.js";
import type { ComponentTable } from "./component-table.js";
import { LeftPage, type PageKey } from "./left-pages.js";
import type { PageView } from "./page-view.js";

/** What a page shows now. */
export interface ShownParts {
  /** The view's own part; undefined during the GET. */
  readonly tree: Tree | undefined;
  /** Its components; undefined if there are none. */
  readonly table: ComponentTable | undefined;
}

/**
 * The events that a browser may send honestly: those that the page shows, and those that it showed a moment ago, before this
 * join, or where the server forgets what the browser keeps. Nothing is recorded for it while the page renders: it looks into what
 * is there for the diff anyway, and keeps what a render replaces.
 */
export class ShownEvents {
  readonly #view: PageView;
  #replaced: Replaced | undefined;
  /** Event names written where the server forgets them and the browser keeps them. */
  #forgotten: Set<string> | undefined;
  /** The lists of the HTML that is being written, with their items. */
  #lists: WrittenLists | undefined;
  /** What the browser shows until the page's first render has arrived. */
  #before: LeftPage | undefined;

  constructor(view: PageView) {
    this.#view = view;
  }

  // ---- what an event asks ----

  /**
   * Finds the event of this name: in its target's own part, or where it was passed on.
   *
   * @param moment `shown`: now, as far as the server knows. `recent`: now, or a moment ago, or where the server has forgotten it
   */
  find({ tree, table }: ShownParts, wanted: Wanted, moment: "shown" | "recent"): PushedEvent | undefined {
    const { name, target, outsideForms = false } = wanted;
    const own = target === undefined ? tree?.find(name, target, outsideForms) : table?.findEvent(name, target, outsideForms);
    const found = own ?? (target === undefined ? table?.findEvent(name, target, outsideForms) : tree?.find(name, target, outsideForms));
    if (found !== undefined || moment === "shown") return found;
    if (target === undefined && this.#forgotten?.has(name) === true) return { name, target };
    return this.#replaced?.find(wanted, table?.get(target));
  }

  /**
   * The forms that push an event, with the fields that their user cannot change; if the page shows none, those of a moment ago. What was
   * forgotten may push it too, from a form with other fields: then nobody knows which of them came.
   */
  forms({ tree, table }: ShownParts, wanted: Wanted): readonly ShownForm[] {
    const component = (cid: number): Slot => table?.get(cid)?.tree.shown;
    const shown = formsOf(tree?.shown, wanted, component);
    const forms = shown.length > 0 ? shown : this.#replaced?.forms(wanted, table?.get(wanted.target), component) ?? shown;
    if (wanted.target !== undefined || this.#forgotten?.has(wanted.name) !== true) return forms;
    return forms.map(({ uploads }) => ({ locked: NOTHING_LOCKED, uploads }));
  }

  // ---- what a render tells ----

  /** Takes what a render replaces. */
  get replaced(): Replaced {
    return (this.#replaced ??= new Replaced(() => this.#view.submitsLater));
  }

  forgets(bindings: readonly StaticBinding[]): void {
    if (bindings.length === 0) return;
    const forgotten = (this.#forgotten ??= new Set());
    for (const { value } of bindings) forgotten.add(value);
  }

  listing(list: Comprehension | readonly unknown[]): CondensedItems {
    const lists = (this.#lists ??= new Map());
    const items = new CondensedItems(lists);
    lists.set(list, items);
    return items;
  }

  // ---- from one page of a browser to the next ----

  /** The page is joined: what its browser still shows counts. Returns the numbers of its components. */
  follow(): ComponentNumbers {
    const key = pageKey(this.#view);
    const before = key === undefined ? undefined : this.#view.context.leftPages.take(key);
    if (before === undefined) return ComponentNumbers.unused();
    this.#before = before;
    // A nested view's key may be that of the same view in another tab, whose numbers mean other components.
    return this.#view.init.routes === undefined ? ComponentNumbers.unused() : before.nextNumbers();
  }

  /** The page's first render is done: it takes the place of what the browser shows. */
  followed(root: Slot, numbers: ComponentNumbers): void {
    const before = this.#before;
    if (before === undefined) return;
    this.#before = undefined;
    // Most first renders show the same, and need keep nothing else.
    if (!before.showed(this.#view.context.leftPages.shared.of(condensed(root)), numbers.last)) this.replaced.follows(before);
  }

  /**
   * Remembers the page's HTML or its last render, which the browser shows until its next join, and what it replaced.
   *
   * @param shown what the page itself and each of its components show
   * @param components what the components' numbers stand for
   */
  leave(shown: readonly Slot[], components: ReadonlyMap<number, ComponentIdentity>, numbers: ComponentNumbers): void {
    const key = pageKey(this.#view);
    if (key === undefined) return this.end();
    // Many are never joined again, so each keeps as little as it can.
    const { leftPages } = this.#view.context;
    const slots = shown.map((slot) => leftPages.shared.of(condensed(slot, this.#lists)));
    const weight = slots.reduce<number>((sum, slot) => sum + weightOf(slot), 0);
    leftPages.keep(key, new LeftPage(key, slots, components, numbers.last, weight, this.#replaced));
  }

  end(): void {
    this.#replaced?.end();
  }
}

/**
 * Identifies a page across its GET, its join and its rejoins: the same view under the same id, for the same session, at the
 * same URL or with the same parameters from its parent. Undefined if those are not plain data.
 */
function pageKey({ init, location, connected }: PageView): PageKey | undefined {
  const { view: { identity: view } } = init;
  // A page's id is random, and its token binds it to its session.
  if (init.routes !== undefined) return { id: init.id, view, where: location.path, fresh: !connected };
  try {
    // Other pages may have a nested view under the same id: other sessions' and other tabs'.
    return { id: `${init.bond.id}\n${init.id}\n${view}\n${JSON.stringify(location.params)}`, view, where: "" };
  } catch {
    return undefined;
  }
}
