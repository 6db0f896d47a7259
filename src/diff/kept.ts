import type { Template } from "../html/index.js";
import type { Slot } from "./nodes.js";
import { weightOf } from "./weight.js";

/** How long an event of a removed element counts, ms. */
export const KEPT_MS = 30_000;
/** How many values are kept of what earlier renders replaced. A page that changes ten times a second has 300 renders to keep. */
export const KEPT_VALUES = 8_192;

/** What one render replaced: single slots, or items of one list. */
export interface Kept {
  /** When it was replaced, ms. */
  readonly at: number;
  /** The number of the render that replaced it. */
  readonly render: number;
  /** The template of its items; undefined for single slots. */
  readonly template: Template | undefined;
  readonly slots: Slot[];
  /** Whether it is a form of which an attribute was replaced. */
  readonly ofForm: boolean;
  /** How many values it holds; undefined as long as nobody has asked. */
  weight: number | undefined;
}

/** How many values it holds. What is in a form counts nothing: the page still has it. */
export function weigh(kept: Kept): number {
  const { ofForm, slots } = kept;
  return (kept.weight ??= ofForm ? slots.length : slots.reduce<number>((weight, slot) => weight + weightOf(slot), 0));
}

/** Whether something of this time still counts. Looks in either direction: if the clock is set back, nothing counts longer by as much. */
export function isRecent(at: number, now: number): boolean {
  return Math.abs(now - at) <= KEPT_MS;
}
