import { SafeHtml, Spread } from "../html/index.js";
import { ListNode, TemplateNode, ViewNode, type Slot } from "./nodes.js";

/** So many characters of text weigh as much as one value. */
const CHARACTERS = 64;

/** Approximately how many values a tree or a condensed page holds; a long text counts as several, and what was left out as none. */
export function weightOf(slot: Slot): number {
  if (typeof slot === "string") return textWeight(slot);
  if (slot === undefined) return 0;
  if (typeof slot !== "object" || slot === null) return 1;
  if (slot instanceof TemplateNode || slot instanceof ListNode) return all(slot.slots);
  if (Array.isArray(slot)) return all(slot as readonly Slot[]);
  if (slot instanceof SafeHtml || slot instanceof ViewNode) return textWeight(slot.html);
  return slot instanceof Spread ? all(slot.entries.map(([, value]) => value)) : 1;
}

/** What a text weighs. */
export function textWeight(text: string): number {
  return 1 + Math.floor(text.length / CHARACTERS);
}

function all(slots: readonly Slot[]): number {
  return slots.reduce<number>((weight, inner) => weight + weightOf(inner), 1);
}
