import type { PushedEvent, ShownForm, Template } from "../html/index.js";
import { findEvent, findInRows, type Wanted } from "./find-event.js";
import { ListNode, type Slot } from "./nodes.js";
import { formsOf } from "./shown-forms.js";
import { weightOf } from "./weight.js";

/** How long an event of a removed element counts, ms. */
const KEPT_MS = 30_000;
/** How many renders back an event may come from: the last few however large they were, and more up to so many values. */
const KEPT_RENDERS = 64;
const KEPT_LARGE = 8;
const KEPT_LARGE_VALUES = 32_768;
/** How many values are kept of what earlier renders replaced. A page that changes ten times a second has 300 renders to keep. */
const KEPT_VALUES = 8_192;

/** What one render replaced: single slots, or items of one list. */
interface Kept {
  readonly at: number;
  readonly render: number;
  readonly template: Template | undefined;
  readonly slots: Slot[];
  /** Whether it is a form of which an attribute was replaced. */
  readonly ofForm: boolean;
  /** How many values it holds; undefined as long as nobody has asked. */
  weight: number | undefined;
}

/** An event, and what had it. */
interface Found {
  readonly slot: Slot;
  readonly found: PushedEvent;
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
 * renders and values, because a client decides how often a large list changes: the last renders count whole, and earlier ones as far
 * as they are small.
 */
export class Replaced {
  /** The oldest first. */
  #kept: Kept[] = [];
  /** How many of them are of earlier renders than the last few, and how many values they hold. */
  #earlier = 0;
  #earlierWeight = 0;
  /** How many of them have been weighed, and how many values those hold that are not earlier. */
  #weighed = 0;
  #recentWeight = 0;
  /** What the browser showed before this page was joined. */
  #before: { readonly at: number; readonly page: PageBefore } | undefined;
  /** Those that are the attributes of forms. They count for as long as a submit may be held back. */
  #forms: Kept[] = [];
  #formsWeight = 0;
  readonly #submitsLater: () => boolean;
  readonly #now: () => number;

  /**
   * @param submitsLater whether the client may hold back a submit, as it does until a form's files have arrived
   * @param now milliseconds
   */
  constructor(submitsLater = (): boolean => false, now = clock) {
    this.#submitsLater = submitsLater;
    this.#now = now;
  }

  /**
   * The page no longer holds these slots.
   *
   * @param template the items' template, if they are those of a list, or the one of a form
   * @param render the number of the render that replaced them
   * @param ofForm whether they hold a form of which an attribute was replaced
   */
  add(template: Template | undefined, slots: readonly Slot[], render: number, ofForm = false): void {
    const last = this.#kept.at(-1);
    if (template === undefined && last?.render === render && last.template === undefined) return void last.slots.push(...slots);
    this.#forget(render);
    const kept: Kept = { at: this.#now(), render, template, slots: [...slots], ofForm, weight: undefined };
    this.#kept.push(kept);
    if (ofForm) {
      this.#forms.push(kept);
      this.#formsWeight += weigh(kept);
    }
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
    return this.#last(wanted)?.found ?? this.#before?.page.find(wanted, now) ?? this.#heldBack(wanted)?.found;
  }

  /** The forms that pushed an event when the page last showed it: their fields are as locked as they were. */
  forms(wanted: Wanted, now: ComponentIdentity | undefined, component: (cid: number) => Slot): readonly ShownForm[] {
    this.#forget();
    const last = this.#last(wanted);
    if (last !== undefined) return formsOf(last.slot, wanted, component);
    const before = this.#before?.page.forms(wanted, now) ?? [];
    const heldBack = before.length > 0 ? undefined : this.#heldBack(wanted);
    return heldBack === undefined ? before : formsOf(heldBack.slot, wanted, component);
  }

  /** The form that pushed an event longer ago. Nothing else of its template counts that long. */
  #heldBack(wanted: Wanted): Found | undefined {
    if (wanted.outsideForms === true || this.#forms.length === 0) return undefined;
    const last = this.#last(wanted, this.#forms);
    return last !== undefined && formsOf(last.slot, wanted, () => undefined).length > 0 ? last : undefined;
  }

  /** What last had the event. */
  #last(wanted: Wanted, among: readonly Kept[] = this.#kept): Found | undefined {
    for (let i = among.length - 1; i >= 0; i--) {
      const { template, slots } = among[i]!;
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
    this.#dropForms(this.#forms.length);
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
    this.#dropForms(this.#forms.length);
    this.#before = undefined;
    keeping.delete(this);
  }

  /** Drops what is too old. Returns whether anything is left. */
  sweep(): boolean {
    this.#forget();
    return this.#kept.length > 0 || this.#forms.length > 0 || this.#before !== undefined;
  }

  /** @param render the number of the present render, if there is a new one */
  #forget(render?: number): void {
    const now = this.#now();
    // In either direction: if the clock is set back, nothing counts longer by as much.
    const counts = ({ at }: { readonly at: number }): boolean => Math.abs(now - at) <= KEPT_MS;
    if (this.#before !== undefined && !counts(this.#before)) this.#before = undefined;
    const kept = this.#kept;
    if (render !== undefined) {
      // Nothing is added any more to what earlier renders replaced.
      for (; this.#weighed < kept.length && kept[this.#weighed]!.render < render; this.#weighed++) this.#recentWeight += weigh(kept[this.#weighed]!);
      for (; this.#earlier < this.#weighed; this.#earlier++) {
        const oldest = kept[this.#earlier]!;
        const large = this.#recentWeight > KEPT_LARGE_VALUES && oldest.render <= render - KEPT_LARGE;
        if (!large && oldest.render > render - KEPT_RENDERS) break;
        this.#recentWeight -= weigh(oldest);
        this.#earlierWeight += weigh(oldest);
      }
    }
    let old = 0;
    for (let weight = this.#earlierWeight; old < kept.length; old++) {
      if (counts(kept[old]!) && (old >= this.#earlier || weight <= KEPT_VALUES)) break;
      if (old < this.#earlier) weight -= weigh(kept[old]!);
    }
    this.#drop(old);
    let done = 0;
    let weight = this.#formsWeight;
    for (; done < this.#forms.length; done++) {
      if (weight <= KEPT_VALUES && (counts(this.#forms[done]!) || this.#submitsLater())) break;
      weight -= weigh(this.#forms[done]!);
    }
    this.#dropForms(done);
  }

  #dropForms(count: number): void {
    if (count === 0) return;
    for (const kept of this.#forms.splice(0, count)) this.#formsWeight -= weigh(kept);
  }

  /** Drops the first ones. */
  #drop(count: number): void {
    if (count === 0) return;
    for (const kept of this.#kept.splice(0, count)) {
      if (this.#earlier > 0) {
        this.#earlier--;
        this.#earlierWeight -= weigh(kept);
      } else if (this.#weighed > 0) this.#recentWeight -= weigh(kept);
      if (this.#weighed > 0) this.#weighed--;
    }
  }
}

/** What is in a form counts nothing: the page still has it. */
function weigh(kept: Kept): number {
  const { ofForm, slots } = kept;
  return (kept.weight ??= ofForm ? slots.length : slots.reduce<number>((weight, slot) => weight + weightOf(slot), 0));
}

function sweepAll(): void {
  for (const replaced of keeping) if (!replaced.sweep()) keeping.delete(replaced);
  if (keeping.size > 0) return;
  clearInterval(sweep);
  sweep = undefined;
}
