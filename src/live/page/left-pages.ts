import { findEvent, spelledOut, type Slot, type Wanted } from "../../diff/index.js";
import type { PushedEvent } from "../../html/index.js";

/** How long a page counts that its browser may still show, in milliseconds. */
const KEPT_MS = 30_000;

/** What a number stood for in a page: another page counts anew. */
export interface NumberedComponent {
  readonly definition: object;
  readonly id: string;
}

/** What a browser shows of a page until the page's next join has drawn over it. */
export class LeftPage {
  /** A page that is left keeps its templates; their lists are rendered when it is first looked at, which most never are. */
  #slots: readonly Slot[];
  #spelledOut = false;
  readonly #components: ReadonlyMap<number, NumberedComponent>;
  /** About how many values it holds. */
  readonly weight: number;

  /** @param slots what the page itself shows and what each component does: roots of trees, or templates of a page's HTML */
  constructor(slots: readonly Slot[], components: ReadonlyMap<number, NumberedComponent>, weight: number) {
    this.#slots = slots;
    this.#components = components;
    this.weight = weight;
  }

  /**
   * The event under this name, if the page showed it.
   *
   * @param now what the target's number stands for in the page that the event came to: it must be the same component
   */
  find(wanted: Wanted, now: NumberedComponent | undefined): PushedEvent | undefined {
    if (wanted.target !== undefined) {
      const then = this.#components.get(wanted.target);
      if (then === undefined || then.definition !== now?.definition || then.id !== now.id) return undefined;
    }
    if (!this.#spelledOut) this.#slots = this.#slots.map(spelledOut);
    this.#spelledOut = true;
    for (const slot of this.#slots) {
      const found = findEvent(slot, wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/**
 * Pages that their browsers may still show although nobody here runs them: those of a GET until they are joined, and those
 * that have just lost their socket until they come back. Between a join's answer and its patch their elements send events, for
 * as long as nested views join or a transition lasts; and what the patch takes away says so with the name that it had.
 *
 * Each node remembers its own, for half a minute and up to a weight: the oldest make room.
 */
export class LeftPages {
  readonly #most: number;
  readonly #kept = new Map<string, { readonly page: LeftPage; readonly until: number }>();
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

  /** Remembers a page, in the place of an earlier one under the same key. */
  keep(key: string, page: LeftPage): void {
    this.#forget(key);
    if (page.weight > this.#most) return;
    this.#kept.set(key, { page, until: Date.now() + KEPT_MS });
    this.#weight += page.weight;
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#most) break;
      this.#forget(oldest);
    }
    this.#sweep ??= setInterval(() => this.#sweepNow(), KEPT_MS).unref();
  }

  /** The page under a key, which is forgotten here: whoever runs it now remembers it. */
  take(key: string): LeftPage | undefined {
    const kept = this.#kept.get(key);
    this.#forget(key);
    return kept !== undefined && kept.until > Date.now() ? kept.page : undefined;
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
    const now = Date.now();
    for (const [key, { until }] of this.#kept) {
      if (until > now) break;
      this.#forget(key);
    }
    if (this.#kept.size === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}
