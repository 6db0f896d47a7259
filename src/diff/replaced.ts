import type { PushedEvent, Template } from "../html/index.js";
import { findEvent, findInRows, type Wanted } from "./find-event.js";
import { ListNode, type Slot } from "./nodes.js";
import { formsOf, type ShownForm } from "./shown-forms.js";

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

/** What the browser showed before a page was joined. */
export interface PageBefore {
  find(wanted: Wanted): PushedEvent | undefined;
  forms(wanted: Wanted): readonly ShownForm[];
}

const clock = (): number => Date.now();

/** The pages that keep something. They are swept now and then, so that an idle page keeps nothing for long. */
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
  #before: { readonly at: number; readonly render: number; readonly page: PageBefore } | undefined;
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now = clock) {
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
  follows(page: PageBefore, render: number): void {
    this.#before = { at: this.#now(), render, page };
    this.#keeps();
  }

  #keeps(): void {
    keeping.add(this);
    sweep ??= setInterval(sweepAll, KEPT_MS).unref();
  }

  /** An event that the page showed a moment ago. */
  find(wanted: Wanted, render: number): PushedEvent | undefined {
    this.#forget(render);
    return this.#last(wanted)?.found ?? this.#before?.page.find(wanted);
  }

  /** The forms that pushed an event when the page last showed it: their fields are as locked as they were. */
  forms(wanted: Wanted, render: number, component: (cid: number) => Slot): readonly ShownForm[] {
    this.#forget(render);
    const last = this.#last(wanted)?.kept;
    if (last === undefined) return this.#before?.page.forms(wanted) ?? [];
    const { template, slots } = last;
    return formsOf(template === undefined ? slots : new ListNode(template, [], [...slots], undefined), wanted, component);
  }

  /** What last had the event. */
  #last(wanted: Wanted): { readonly kept: Kept; readonly found: PushedEvent } | undefined {
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const kept = this.#kept[i]!;
      const found = kept.template === undefined ? findEvent(kept.slots, wanted) : findInRows(kept.template, kept.slots, wanted);
      if (found !== undefined) return { kept, found };
    }
    return undefined;
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
    const now = this.#now();
    // In either direction: if the clock is set back, nothing counts longer by as much.
    const counts = (kept: { readonly at: number; readonly render: number }): boolean =>
      Math.abs(now - kept.at) <= KEPT_MS && (render === undefined || kept.render > render - KEPT_RENDERS);
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
