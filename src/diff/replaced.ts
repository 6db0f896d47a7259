import { OUTSIDE, Roster, type Member } from "../collections/index.js";
import type { PushedEvent, ShownForm, Template } from "../html/index.js";
import { findEvent, findInRows, type Wanted } from "./find-event.js";
import { isRecent, KEPT_MS, type Kept } from "./kept.js";
import { KeptForms } from "./kept-forms.js";
import { KeptRenders } from "./kept-renders.js";
import { ListNode, type Slot } from "./nodes.js";
import { formsOf } from "./shown-forms.js";

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
  /** Drops what no longer counts, and of the pages that came before it all but so many. */
  shorten(pagesBefore: number): void;
}

/**
 * How many pages that a browser may still show are kept behind each other. A client that loses each connection as soon as it has
 * joined shows an earlier page as long as no reply reaches it: the phoenix client joins a dozen times in half a minute, and others
 * may do it without pause.
 */
const KEPT_PAGES = 16;

const clock = (): number => Date.now();
const never = (): boolean => false;

/** The pages that keep something. They are swept now and then, so that an idle page keeps nothing for long. */
const keeping = new Roster<Replaced>();
let sweep: NodeJS.Timeout | undefined;

/**
 * What a page showed a moment ago. Clicks and diffs cross, a removed element sends its last change, transitions hold diffs
 * back, a field that reports when it loses focus sends the name of its last keystroke: such events are honest, and no
 * acknowledgement tells when the browser has caught up. So what was replaced counts for half a minute, within the bounds of
 * `KeptRenders`.
 */
export class Replaced implements Member {
  place = OUTSIDE;
  readonly #renders = new KeptRenders();
  /** Those that are the attributes of forms. They count for as long as a submit may be held back. */
  readonly #forms = new KeptForms();
  /** What the browser showed before this page was joined. */
  #before: { readonly at: number; readonly page: PageBefore } | undefined;
  #submitsLater: () => boolean;
  readonly #now: () => number;
  /** How many values it took along when its page was left. */
  #taken = 0;

  /**
   * @param submitsLater whether the client may hold back a submit, as it does until a form's files have arrived
   * @param now milliseconds
   */
  constructor(submitsLater = never, now = clock) {
    this.#submitsLater = submitsLater;
    this.#now = now;
  }

  /**
   * The page no longer holds this slot.
   *
   * @param render the number of the render that replaced it
   */
  addSlot(slot: Slot, render: number): void {
    const last = this.#renders.all.at(-1);
    if (last?.render === render && last.template === undefined) last.slots.push(slot);
    else this.#add(undefined, [slot], render, false);
  }

  /** The page no longer holds these items of a list, which have one template. */
  addItems(template: Template, slots: readonly Slot[], render: number): void {
    this.#add(template, [...slots], render, false);
  }

  /** Attributes of forms have changed: the slots of their template as they were, the forms' fields included. */
  addForms(template: Template, slots: readonly Slot[], render: number): void {
    this.#forms.add(this.#add(template, [...slots], render, true));
  }

  #add(template: Template | undefined, slots: Slot[], render: number, ofForm: boolean): Kept {
    this.#renders.begin(render);
    this.#forget();
    const kept: Kept = { at: this.#now(), render, template, slots, ofForm, weight: undefined };
    this.#renders.add(kept);
    this.#keeps();
    return kept;
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
    if (wanted.outsideForms === true || this.#forms.all.length === 0) return undefined;
    const last = this.#last(wanted, this.#forms.all);
    return last !== undefined && formsOf(last.slot, wanted, () => undefined).length > 0 ? last : undefined;
  }

  /** What last had the event. */
  #last(wanted: Wanted, among: readonly Kept[] = this.#renders.all): Found | undefined {
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
   */
  leave(most: number): void {
    keeping.delete(this);
    // Asking the view would hold it, with its connection, for as long as its page is remembered.
    this.#submitsLater = never;
    this.#forms.clear();
    this.shorten(KEPT_PAGES);
    const { values, whole } = this.#renders.shrink(most);
    this.#taken = values;
    if (!whole || this.weight > most) this.#before = undefined;
  }

  /** Approximately how many values it holds, once its page was left. */
  get weight(): number {
    return this.#taken + (this.#before?.page.weight ?? 0);
  }

  /** Drops what no longer counts, and of the pages that came before this one all but so many. */
  shorten(pagesBefore: number): void {
    this.#forget();
    if (pagesBefore === 0) this.#before = undefined;
    this.#before?.page.shorten(pagesBefore - 1);
  }

  /** The view has ended. */
  end(): void {
    this.#renders.clear();
    this.#forms.clear();
    this.#before = undefined;
    keeping.delete(this);
  }

  /** Drops what is too old. Returns whether anything is left. */
  sweep(): boolean {
    this.#forget();
    return this.#renders.all.length > 0 || this.#forms.all.length > 0 || this.#before !== undefined;
  }

  #forget(): void {
    const now = this.#now();
    if (this.#before !== undefined && !isRecent(this.#before.at, now)) this.#before = undefined;
    this.#renders.forget(now);
    this.#forms.forget(now, this.#submitsLater);
  }
}

function sweepAll(): void {
  keeping.forEach((replaced) => {
    if (!replaced.sweep()) keeping.delete(replaced);
  });
  if (keeping.size > 0) return;
  clearInterval(sweep);
  sweep = undefined;
}
