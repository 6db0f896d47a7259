import type { PushedEvent, Template } from "../html/index.js";
import { findEvent, findInRows, type Wanted } from "./find-event.js";
import type { Slot } from "./nodes.js";

/** How long an event of a removed element counts, ms. */
const KEPT_MS = 30_000;
/** How many renders back an event may come from. */
const KEPT_RENDERS = 64;

interface Kept {
  readonly at: number;
  readonly render: number;
  readonly template: Template | undefined;
  readonly slots: readonly Slot[];
}

/** Looks for an event. */
type FindEvent = (wanted: Wanted) => PushedEvent | undefined;

/** Those that keep something: swept now and then, so that an idle page keeps nothing for long. */
const keeping = new Set<Replaced>();
let sweep: NodeJS.Timeout | undefined;

/**
 * What a page showed a moment ago. Clicks and diffs cross, a removed element sends its last change, transitions hold diffs
 * back: such events are honest, and no acknowledgement tells when the browser has caught up. So what was replaced counts for
 * half a minute, and for a bounded number of renders.
 */
export class Replaced {
  #kept: Kept[] = [];
  /** What the browser showed before this page was joined. */
  #before: { readonly at: number; readonly render: number; readonly find: FindEvent } | undefined;
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /**
   * The page no longer holds these slots.
   *
   * @param template the items' template, if they are those of a list
   * @param render the number of the render that replaced them
   */
  add(template: Template | undefined, slots: readonly Slot[], render: number): void {
    this.#forget(render);
    this.#kept.push({ at: this.#now(), render, template, slots });
    this.#keeps();
  }

  /** Another page has taken the place of what the browser showed until now: its events count for as long. */
  follows(find: FindEvent, render: number): void {
    this.#before = { at: this.#now(), render, find };
    this.#keeps();
  }

  #keeps(): void {
    keeping.add(this);
    sweep ??= setInterval(sweepAll, KEPT_MS).unref();
  }

  /** An event that the page showed a moment ago. */
  find(wanted: Wanted, render: number): PushedEvent | undefined {
    this.#forget(render);
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const { template, slots } = this.#kept[i]!;
      if (template !== undefined) {
        const found = findInRows(template, slots, wanted);
        if (found !== undefined) return found;
        continue;
      }
      for (const slot of slots) {
        const found = findEvent(slot, wanted);
        if (found !== undefined) return found;
      }
    }
    return this.#before?.find(wanted);
  }

  /** The view has ended. */
  end(): void {
    this.#kept = [];
    this.#before = undefined;
    keeping.delete(this);
  }

  /** Drops what is too old. Returns whether anything is left. */
  sweep(): boolean {
    this.#forget(undefined);
    return this.#kept.length > 0 || this.#before !== undefined;
  }

  #forget(render: number | undefined): void {
    const since = this.#now() - KEPT_MS;
    const counts = (kept: { readonly at: number; readonly render: number }): boolean =>
      kept.at >= since && (render === undefined || kept.render > render - KEPT_RENDERS);
    if (this.#before !== undefined && !counts(this.#before)) this.#before = undefined;
    let old = 0;
    for (const kept of this.#kept) {
      if (counts(kept)) break;
      old++;
    }
    if (old > 0) this.#kept.splice(0, old);
  }
}

function sweepAll(): void {
  for (const replaced of keeping) if (!replaced.sweep()) keeping.delete(replaced);
  if (keeping.size > 0) return;
  clearInterval(sweep);
  sweep = undefined;
}
