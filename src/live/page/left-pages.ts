import {
  findEvent, formsOf, textWeight, type ComponentIdentity, type PageBefore, type Replaced, type Slot, type Wanted,
} from "../../diff/index.js";
import type { PushedEvent, ShownForm } from "../../html/index.js";
import { ComponentNumbers } from "./component-numbers.js";

/** How long events of a page count that its browser may still show, ms. */
const KEPT_MS = 30_000;
/** How many values a page takes along of what it had replaced when it was left. */
const KEPT_REPLACED = 1_024;
/** What a page weighs beside its values and its key: its records take as much memory as so many values, some 600 bytes. */
const RECORDS = 6;

/** What a browser shows of a page until the patch of the page's next join. */
export class LeftPage implements PageBefore {
  readonly #slots: readonly Slot[];
  readonly #components: ReadonlyMap<number, ComponentIdentity>;
  readonly #lastNumber: number;
  readonly #weight: number;
  #replaced: Replaced | undefined;
  /** When it was left, ms epoch. */
  readonly leftAt = Date.now();

  /**
   * @param slots what the page itself and each of its components show, condensed
   * @param lastNumber the highest number that any component had on it
   * @param weight approximately how many values `slots` hold
   * @param replaced what it had replaced: the browser may show that, because the last diffs may have been lost
   */
  constructor(
    slots: readonly Slot[], components: ReadonlyMap<number, ComponentIdentity>, lastNumber: number, weight: number, replaced?: Replaced,
  ) {
    this.#slots = slots;
    this.#components = components;
    this.#lastNumber = lastNumber;
    this.#weight = weight;
    replaced?.leave(KEPT_REPLACED);
    if (replaced !== undefined && replaced.weight > 0) this.#replaced = replaced;
  }

  /** Approximately how many values it holds. */
  get weight(): number {
    return this.#weight + (this.#replaced?.weight ?? 0);
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
    for (const slot of this.#slots) {
      const found = findEvent(slot, wanted);
      if (found !== undefined) return found;
    }
    return this.#replaced?.find(wanted, now);
  }

  /** The forms of the page that pushed the event. A field in another component than its form is not found. */
  forms(wanted: Wanted, now: ComponentIdentity | undefined): readonly ShownForm[] {
    if (!this.#had(wanted, now)) return [];
    const shown = this.#slots.flatMap((slot) => (findEvent(slot, wanted) === undefined ? [] : formsOf(slot, wanted, () => undefined)));
    return shown.length > 0 ? shown : this.#replaced?.forms(wanted, now, () => undefined) ?? shown;
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

  /** Remembers a page, replacing an earlier one under the same key. */
  keep(key: string, page: LeftPage): void {
    this.#remove(key);
    const own = RECORDS + textWeight(key);
    const half = this.#most / 2;
    // What it had replaced takes no room from another page.
    if (this.#young.weight + own + page.weight > half) page.lighten();
    const weight = own + page.weight;
    if (weight > this.#most) return;
    if (this.#young.weight + weight > half) this.#age();
    // Beside a page that fills more than its half there is no room for the others.
    if (weight > half) this.#old = new Generation();
    this.#young.add(key, page, weight);
    this.#sweep ??= setInterval(() => this.#sweepNow(), KEPT_MS).unref();
  }

  /** The page under a key. It is forgotten here, because whoever runs it now remembers it. */
  take(key: string): LeftPage | undefined {
    const page = this.#remove(key);
    return page !== undefined && counts(page.leftAt) ? page : undefined;
  }

  /** The endpoint closes. */
  clear(): void {
    this.#age();
    this.#age();
    this.#stop();
  }

  #remove(key: string): LeftPage | undefined {
    return this.#young.remove(key) ?? this.#old.remove(key);
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
  readonly #pages = new Map<string, { readonly page: LeftPage; readonly weight: number }>();
  #weight = 0;

  /** How many values its pages hold. */
  get weight(): number {
    return this.#weight;
  }
  get empty(): boolean {
    return this.#pages.size === 0;
  }

  add(key: string, page: LeftPage, weight: number): void {
    this.#pages.set(key, { page, weight });
    this.#weight += weight;
  }

  remove(key: string): LeftPage | undefined {
    const kept = this.#pages.get(key);
    if (kept === undefined) return undefined;
    this.#pages.delete(key);
    this.#weight -= kept.weight;
    return kept.page;
  }
}

/** Whether what was left then counts now. In either direction: if the clock is set back, nothing counts longer by as much. */
function counts(leftAt: number): boolean {
  return Math.abs(Date.now() - leftAt) < KEPT_MS;
}
