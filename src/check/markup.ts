import type { Hole, Namespace } from "../html/index.js";

/** An attribute as written in a template. */
export interface MarkupAttribute {
  readonly name: string;
  readonly rawName: string;
  /** Where its name begins. */
  readonly at: number;
  /** Its text, character references decoded; undefined if it has holes. */
  readonly value: string | undefined;
  /** Its source, with one `HOLE` for each hole. */
  readonly source: string;
}

/** An element as written in a template, with its content. */
export interface MarkupElement {
  readonly tag: string;
  readonly namespace: Namespace;
  /** Where its start tag begins. */
  readonly at: number;
  /** The enclosing element in the same template. */
  readonly parent: MarkupElement | undefined;
  readonly attributes: ReadonlyMap<string, MarkupAttribute>;
  /** True if a hole spreads attributes into it. */
  readonly spread: boolean;
  readonly children: MarkupElement[];
  /** The holes directly between its tags, outside its children. */
  readonly holes: number[];
  /** How many holes precede it in its template. */
  readonly holesBefore: number;
  /** Text between its tags that is not white space. */
  text: string;
}

/** The text of an attribute; undefined if it is absent or contains a hole. */
export function staticValue(element: MarkupElement, name: string): string | undefined {
  return element.attributes.get(name)?.value;
}

/** Whether an attribute is present, or may be. */
export function mayHave(element: MarkupElement, name: string): boolean {
  return element.spread || element.attributes.has(name);
}

/** A template as the scanner reads it. Positions are offsets in `strings.join(HOLE)`. */
export interface Markup {
  readonly elements: readonly MarkupElement[];
  readonly holes: readonly Hole[];
  /** The element that contains a hole between tags. */
  elementOf(hole: number): MarkupElement | undefined;
  excerpt(at: number): string;
}
