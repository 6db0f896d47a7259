import { findEvent, formsOf, spelledOut, type ShownForm, type Slot, type Wanted } from "../../diff/index.js";
import type { PushedEvent } from "../../html/index.js";
import { ComponentNumbers, type NumberedComponent } from "./component-numbers.js";

/** How long events of a page count that its browser may still show, ms. */
const KEPT_MS = 30_000;

/** What a browser shows of a page until the patch of the page's next join. */
export class LeftPage {
  /** A left page keeps its templates. Their lists are rendered when it is first searched, and most pages never are. */
  #slots: readonly Slot[];
  #spelledOut = false;
  readonly #components: ReadonlyMap<number, NumberedComponent>;
  readonly #lastNumber: number;
  /** Approximately how many values it holds. */
  readonly weight: number;

  /**
   * @param slots what the page itself and each of its components show: roots of trees, or templates of a page's HTML
   * @param lastNumber the highest number that any component had on it
   */
  constructor(slots: readonly Slot[], components: ReadonlyMap<number, NumberedComponent>, lastNumber: number, weight: number) {
    this.#slots = slots;
    this.#components = components;
    this.#lastNumber = lastNumber;
    this.weight = weight;
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
  find(wanted: Wanted, now: NumberedComponent | undefined): PushedEvent | undefined {
    for (const slot of this.#searched(wanted, now)) {
      const found = findEvent(slot, wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The forms of the page that pushed the event. A field in another component than its form is not found. */
  forms(wanted: Wanted, now: NumberedComponent | undefined): readonly ShownForm[] {
    return this.#searched(wanted, now).flatMap((slot) => (findEvent(slot, wanted) === undefined ? [] : formsOf(slot, wanted, () => undefined)));
  }

  /** The slots to search for an event; none if its target is another component by now. */
  #searched({ target }: Wanted, now: NumberedComponent | undefined): readonly Slot[] {
    if (target !== undefined) {
      const then = this.#components.get(target);
      if (then === undefined || then.definition !== now?.definition || then.id !== now.id) return [];
    }
    if (!this.#spelledOut) this.#slots = this.#slots.map(spelledOut);
    this.#spelledOut = true;
    return this.#slots;
  }
}

/**
 * Pages that no process here runs but that browsers may still show: those of a GET until they are joined, and those that have
 * just lost their socket until they come back. Between a join's reply and its patch their elements still send events, for as
 * long as nested views join or a transition lasts; and what the patch removes reports that under its old name.
 *
 * Each node remembers its own pages, for half a minute and up to a total weight: the oldest make room.
 */
export class LeftPages {
  readonly #most: number;
  readonly #kept = new Map<string, { readonly page: LeftPage; readonly at: number }>();
  #weight = 0;
  #sweep: NodeJS.Timeout | undefined;

  /** @param most how many values all pages together may hold */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many pages are remembered. */
  get size(): number {
    return this.#kept.size;
  }

  /** Remembers a page, replacing an earlier one under the same key. */
  keep(key: string, page: LeftPage): void {
    this.#forget(key);
    if (page.weight > this.#most) return;
    this.#kept.set(key, { page, at: Date.now() });
    this.#weight += page.weight;
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#most) break;
      this.#forget(oldest);
    }
    this.#sweep ??= setInterval(() => this.#sweepNow(), KEPT_MS).unref();
  }

  /** The page under a key. It is forgotten here, because whoever runs it now remembers it. */
  take(key: string): LeftPage | undefined {
    const kept = this.#kept.get(key);
    this.#forget(key);
    return kept !== undefined && counts(kept.at) ? kept.page : undefined;
  }

  /** The endpoint closes. */
  clear(): void {
    this.#kept.clear();
    this.#weight = 0;
    this.#stop();
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#weight -= kept.page.weight;
  }

  #sweepNow(): void {
    for (const [key, { at }] of this.#kept) {
      if (counts(at)) break;
      this.#forget(key);
    }
    if (this.#kept.size === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

/** Whether what was kept then counts now. In either direction: if the clock is set back, nothing counts longer by as much. */
function counts(at: number): boolean {
  return Math.abs(Date.now() - at) < KEPT_MS;
}
