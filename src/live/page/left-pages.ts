import { Register } from "../../collections/index.js";
import {
  findEvent, formsOf, SharedNodes, textWeight, type ComponentIdentity, type PageBefore, type Replaced, type Slot, type Wanted,
} from "../../diff/index.js";
import type { PushedEvent, ShownForm } from "../../html/index.js";
import { ComponentNumbers } from "./component-numbers.js";

/** How long events of a page count that its browser may still show, ms. */
const KEPT_MS = 30_000;
/** How many values a page takes along of what it had replaced when it was left. */
const KEPT_REPLACED = 1_024;
/** What a page weighs in addition to its values and its key: its records take as much memory as 6 values, about 600 bytes. */
const RECORDS = 6;

/** Identifies a page across its GET, its join and its rejoins. */
export interface PageKey {
  /** The page's id: a later page under the same one has replaced it in its browser. */
  readonly id: string;
  /** The view's identity. */
  readonly view: string;
  /** The URL, or whatever else tells two pages of a view apart. */
  readonly where: string;
  /** Whether the id was made for this page just now: then there is no earlier one. */
  readonly fresh?: boolean;
}

/** What a browser shows of a page until the patch of the page's next join. */
export class LeftPage implements PageBefore {
  readonly #view: string;
  readonly #where: string;
  /** The page's, or, with components, those of all parts. */
  readonly #slots: Slot;
  readonly #components: ReadonlyMap<number, ComponentIdentity>;
  readonly #lastNumber: number;
  readonly #weight: number;
  #replaced: Replaced | undefined;
  /** When it was left, ms epoch. */
  readonly leftAt = Date.now();
  /** The weight with which its generation counts it. It is kept here, because a record around each page would be another object. */
  kept = 0;

  /**
   * @param slots what the page itself and each of its components show, condensed and shared
   * @param lastNumber the highest number that any component had on it
   * @param weight approximately how many values `slots` hold
   * @param replaced what it had replaced: the browser may show that, because the last diffs may have been lost
   */
  constructor(
    { view, where }: PageKey, slots: readonly Slot[], components: ReadonlyMap<number, ComponentIdentity>, lastNumber: number,
    weight: number, replaced?: Replaced,
  ) {
    this.#view = view;
    this.#where = where;
    this.#slots = slots.length === 1 ? slots[0] : slots;
    this.#components = components;
    this.#lastNumber = lastNumber;
    this.#weight = weight;
    replaced?.leave(KEPT_REPLACED);
    if (replaced !== undefined && replaced.weight > 0) this.#replaced = replaced;
  }

  /** Whether it showed this, and nothing else that still counts. */
  showed(slot: Slot, lastNumber: number): boolean {
    return this.#slots === slot && this.#components.size === 0 && this.#replaced === undefined && this.#lastNumber === lastNumber;
  }

  /** Approximately how many values it holds. */
  get weight(): number {
    return this.#weight + (this.#replaced?.weight ?? 0);
  }

  /** Whether it is the page of this key, and not another under the same id. */
  is({ view, where }: PageKey): boolean {
    return this.#view === view && this.#where === where;
  }

  shorten(pagesBefore: number): void {
    this.#replaced?.shorten(pagesBefore);
  }

  /** Forgets what it had replaced. */
  lighten(): void {
    this.#replaced?.end();
    this.#replaced = undefined;
  }

  /** The numbers of the components of the page that follows. */
  nextNumbers(): ComponentNumbers {
    return ComponentNumbers.after(this.#components, this.#lastNumber);
  }

  /**
   * Finds the event of this name, if the page showed it.
   *
   * @param now what the target's number stands for on the page that received the event: it must be the same component
   */
  find(wanted: Wanted, now: ComponentIdentity | undefined): PushedEvent | undefined {
    if (!this.#had(wanted, now)) return undefined;
    for (const slot of this.#parts()) {
      const found = findEvent(slot, wanted);
      if (found !== undefined) return found;
    }
    return this.#replaced?.find(wanted, now);
  }

  /** The forms of the page that pushed the event. A field in another component than its form is not found. */
  forms(wanted: Wanted, now: ComponentIdentity | undefined): readonly ShownForm[] {
    if (!this.#had(wanted, now)) return [];
    const shown = this.#parts().flatMap((slot) => (findEvent(slot, wanted) === undefined ? [] : formsOf(slot, wanted, () => undefined)));
    return shown.length > 0 ? shown : this.#replaced?.forms(wanted, now, () => undefined) ?? shown;
  }

  #parts(): readonly Slot[] {
    return Array.isArray(this.#slots) ? this.#slots as readonly Slot[] : [this.#slots];
  }

  /** Whether the target of an event is the component that had its number here. */
  #had({ target }: Wanted, now: ComponentIdentity | undefined): boolean {
    if (target === undefined) return true;
    const then = this.#components.get(target);
    return then !== undefined && then.definition === now?.definition && then.id === now.id;
  }
}

/**
 * Pages that no process here runs but that browsers may still show: those of a GET until they are joined, and those that have
 * just lost their socket until they come back. Between a join's reply and its patch their elements still send events, for as
 * long as nested views join or a transition lasts; and what the patch removes reports that under its old name.
 *
 * Each node remembers its own pages, for half a minute and up to a total weight. There are two generations: when the younger is half
 * full, it replaces the older one as a whole. Most pages of a busy server are dropped that way, and none is looked for.
 */
export class LeftPages {
  readonly #most: number;
  #young = new Generation();
  #old = new Generation();
  #sweep: NodeJS.Timeout | undefined;

  /** @param most how many values all pages together may hold */
  constructor(most: number) {
    this.#most = most;
  }

  /** What the pages have in common. */
  get shared(): SharedNodes {
    return this.#young.shared;
  }

  /** Remembers a page, replacing an earlier one under the same id. */
  keep({ id, where, fresh }: PageKey, page: LeftPage): void {
    // Looking for what can't be there would be one fortieth of a GET.
    if (fresh !== true) this.#remove(id);
    const own = RECORDS + textWeight(id) + textWeight(where);
    const half = this.#most / 2;
    // What it had replaced takes no room from another page.
    if (this.#young.weight + own + page.weight > half) page.lighten();
    const weight = own + page.weight;
    if (weight > this.#most) return;
    if (this.#young.weight + weight > half) this.#age();
    // Beside a page that fills more than its half there is no room for the others.
    if (weight > half) this.#old = new Generation();
    this.#young.add(id, page, weight);
    this.#sweep ??= setInterval(() => this.#sweepNow(), KEPT_MS).unref();
  }

  /** The page under a key. It is forgotten here, because whoever runs it now remembers it. */
  take(key: PageKey): LeftPage | undefined {
    const page = this.#remove(key.id);
    return page?.is(key) === true && counts(page.leftAt) ? page : undefined;
  }

  /** The endpoint closes. */
  clear(): void {
    this.#age();
    this.#age();
    this.#stop();
  }

  #remove(id: string): LeftPage | undefined {
    return this.#young.remove(id) ?? this.#old.remove(id);
  }

  #age(): void {
    this.#old = this.#young;
    this.#young = new Generation();
  }

  #sweepNow(): void {
    this.#age();
    if (this.#old.empty) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

/** Pages that will be dropped together. */
class Generation {
  readonly shared = new SharedNodes();
  readonly #pages = new Register<LeftPage>();
  #weight = 0;

  /** How many values its pages hold. */
  get weight(): number {
    return this.#weight;
  }
  get empty(): boolean {
    return this.#pages.size === 0;
  }

  /** Adds a page under an id that has none. */
  add(id: string, page: LeftPage, weight: number): void {
    page.kept = weight;
    this.#pages.add(id, page);
    this.#weight += weight;
  }

  remove(id: string): LeftPage | undefined {
    const page = this.#pages.delete(id);
    if (page !== undefined) this.#weight -= page.kept;
    return page;
  }
}

/** Whether what was left then counts now. In either direction: if the clock is set back, nothing counts longer by as much. */
function counts(leftAt: number): boolean {
  return Math.abs(Date.now() - leftAt) < KEPT_MS;
}
