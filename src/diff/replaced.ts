import type { PushedEvent, Template } from "../html/index.js";
import { findEvent, findInRows, type Wanted } from "./find-event.js";
import { ListNode, type Slot } from "./nodes.js";
import { formsOf, type ShownForm } from "./shown-forms.js";
import { weightOf } from "./weight.js";

/** How long an event of a removed element counts, ms. */
const KEPT_MS = 30_000;
/** How many renders back an event may come from, however large they were. */
const KEPT_RENDERS = 64;
/** How many values are kept of what earlier renders replaced. A page that changes ten times a second has 300 renders to keep. */
const KEPT_VALUES = 4_096;

/** What one render replaced: single slots, or items of one list. */
interface Kept {
  readonly at: number;
  readonly render: number;
  readonly template: Template | undefined;
  readonly slots: Slot[];
  /** How many values it holds; undefined as long as nobody has asked. */
  weight: number | undefined;
}

/** What the number of an event's target stands for on a page. */
export interface ComponentIdentity {
  readonly definition: object;
  readonly id: string;
}

/** What the browser showed before a page was joined. */
export interface PageBefore {
  /** @param now what the target's number stands for on the page that received the event */
  find(wanted: Wanted, now: ComponentIdentity | undefined): PushedEvent | undefined;
  forms(wanted: Wanted, now: ComponentIdentity | undefined): readonly ShownForm[];
  /** Approximately how many values it holds. */
  readonly weight: number;
}

const clock = (): number => Date.now();

/** The pages that keep something. They are swept now and then, so that an idle page keeps nothing for long. */
const keeping = new Set<Replaced>();
let sweep: NodeJS.Timeout | undefined;

/**
 * What a page showed a moment ago. Clicks and diffs cross, a removed element sends its last change, transitions hold diffs
 * back, a field that reports when it loses focus sends the name of its last keystroke: such events are honest, and no
 * acknowledgement tells when the browser has caught up. So what was replaced counts for half a minute. Memory is bounded by
 * renders and values: the last renders count whole, and earlier ones as far as they are small.
 */
export class Replaced {
  /** The oldest first. */
  #kept: Kept[] = [];
  /** How many of them are of earlier renders than the last few, and how many values they hold. */
  #earlier = 0;
  #earlierWeight = 0;
  /** What the browser showed before this page was joined. */
  #before: { readonly at: number; readonly page: PageBefore } | undefined;
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
    const last = this.#kept.at(-1);
    if (template === undefined && last?.render === render && last.template === undefined) return void last.slots.push(...slots);
    this.#forget(render);
    this.#kept.push({ at: this.#now(), render, template, slots: [...slots], weight: undefined });
    this.#keeps();
  }

  /** Another page has taken the place of what the browser showed until now: its events count for as long. */
  follows(page: PageBefore): void {
    this.#before = { at: this.#now(), page };
    this.#keeps();
  }

  #keeps(): void {
    keeping.add(this);
    sweep ??= setInterval(sweepAll, KEPT_MS).unref();
  }

  /**
   * An event that the page showed a moment ago.
   *
   * @param now what its target's number stands for on the page that received it
   */
  find(wanted: Wanted, now: ComponentIdentity | undefined): PushedEvent | undefined {
    this.#forget();
    return this.#last(wanted)?.found ?? this.#before?.page.find(wanted, now);
  }

  /** The forms that pushed an event when the page last showed it: their fields are as locked as they were. */
  forms(wanted: Wanted, now: ComponentIdentity | undefined, component: (cid: number) => Slot): readonly ShownForm[] {
    this.#forget();
    const last = this.#last(wanted);
    return last === undefined ? this.#before?.page.forms(wanted, now) ?? [] : formsOf(last.slot, wanted, component);
  }

  /** What last had the event. */
  #last(wanted: Wanted): { readonly slot: Slot; readonly found: PushedEvent } | undefined {
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const { template, slots } = this.#kept[i]!;
      if (template !== undefined) {
        const found = findInRows(template, slots, wanted);
        if (found !== undefined) return { slot: new ListNode(template, [], slots, undefined), found };
        continue;
      }
      for (let at = slots.length - 1; at >= 0; at--) {
        const found = findEvent(slots[at], wanted);
        if (found !== undefined) return { slot: slots[at], found };
      }
    }
    return undefined;
  }

  /**
   * The page has lost its socket, and what it was sent last may never have arrived: the browser may show an earlier render.
   * Keeps the latest of what was replaced, up to so many values, and is no longer swept.
   *
   * @returns how many values it holds now
   */
  left(most: number): number {
    keeping.delete(this);
    this.#forget();
    let weight = 0;
    let first = this.#kept.length;
    while (first > 0) {
      const next = weight + weigh(this.#kept[first - 1]!);
      if (next > most) break;
      weight = next;
      first--;
    }
    this.#drop(first);
    const before = this.#before?.page.weight ?? 0;
    if (first === 0 && weight + before <= most) return weight + before;
    this.#before = undefined;
    return weight;
  }

  /** The view has ended. */
  end(): void {
    this.#drop(this.#kept.length);
    this.#before = undefined;
    keeping.delete(this);
  }

  /** Drops what is too old. Returns whether anything is left. */
  sweep(): boolean {
    this.#forget();
    return this.#kept.length > 0 || this.#before !== undefined;
  }

  /** @param render the number of the present render, if there is a new one */
  #forget(render?: number): void {
    const now = this.#now();
    // In either direction: if the clock is set back, nothing counts longer by as much.
    const counts = ({ at }: { readonly at: number }): boolean => Math.abs(now - at) <= KEPT_MS;
    if (this.#before !== undefined && !counts(this.#before)) this.#before = undefined;
    const kept = this.#kept;
    if (render !== undefined) {
      for (; this.#earlier < kept.length && kept[this.#earlier]!.render <= render - KEPT_RENDERS; this.#earlier++) {
        this.#earlierWeight += weigh(kept[this.#earlier]!);
      }
    }
    let old = 0;
    for (let weight = this.#earlierWeight; old < kept.length; old++) {
      if (counts(kept[old]!) && (old >= this.#earlier || weight <= KEPT_VALUES)) break;
      if (old < this.#earlier) weight -= weigh(kept[old]!);
    }
    this.#drop(old);
  }

  /** Drops the first ones. */
  #drop(count: number): void {
    if (count === 0) return;
    for (const kept of this.#kept.splice(0, count)) {
      if (this.#earlier === 0) break;
      this.#earlier--;
      this.#earlierWeight -= weigh(kept);
    }
  }
}

function weigh(kept: Kept): number {
  return (kept.weight ??= kept.slots.reduce<number>((weight, slot) => weight + weightOf(slot), 0));
}

function sweepAll(): void {
  for (const replaced of keeping) if (!replaced.sweep()) keeping.delete(replaced);
  if (keeping.size > 0) return;
  clearInterval(sweep);
  sweep = undefined;
}
