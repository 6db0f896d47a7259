import type { Hole, Namespace } from "../html/index.js";

/** An attribute as a template writes it. */
export interface MarkupAttribute {
  readonly name: string;
  readonly rawName: string;
  /** Where its name stands. */
  readonly at: number;
  /** Its text, character references decoded; undefined if it has holes. */
  readonly value: string | undefined;
  /** Its source, with a `HOLE` for each hole. */
  readonly source: string;
}

/** An element that a template writes, with what stands in it. */
export interface MarkupElement {
  readonly tag: string;
  readonly namespace: Namespace;
  /** Where its start tag begins. */
  readonly at: number;
  /** The element around it in the same template. */
  readonly parent: MarkupElement | undefined;
  readonly attributes: ReadonlyMap<string, MarkupAttribute>;
  /** True if a hole spreads attributes into it. */
  readonly spread: boolean;
  readonly children: MarkupElement[];
  /** The holes between its tags, outside of its children. */
  readonly holes: number[];
  /** How many holes stand before it in its template. */
  readonly holesBefore: number;
  /** Text between its tags that is not white space. */
  text: string;
}

/** The text of an attribute; undefined if there is none, or if a hole brings it. */
export function staticValue(element: MarkupElement, name: string): string | undefined {
  return element.attributes.get(name)?.value;
}

/** Whether an attribute is there, or may be. */
export function mayHave(element: MarkupElement, name: string): boolean {
  return element.spread || element.attributes.has(name);
}

/** A template as the scanner reads it. Positions are offsets in `strings.join(HOLE)`. */
export interface Markup {
  readonly elements: readonly MarkupElement[];
  readonly holes: readonly Hole[];
  /** The element in which a hole between tags stands. */
  elementOf(hole: number): MarkupElement | undefined;
  excerpt(at: number): string;
}
