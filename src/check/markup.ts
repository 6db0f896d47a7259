import { HoldfastError, type ErrorCode, type ErrorParts } from "../errors/index.js";
import {
  HOLE, Source, Tokenizer, TreeConstruction, type Hole, type Namespace, type StartTagToken, type TextModel, type TokenSink,
} from "../html/index.js";

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
  /** The elements that stand in no other, and the holes. */
  readonly top: readonly MarkupElement[];
  readonly topHoles: readonly number[];
  readonly holes: readonly Hole[];
  /** The element in which a hole between tags stands. */
  elementOf(hole: number): MarkupElement | undefined;
  excerpt(at: number): string;
}

/** Why the scanner refuses a template. */
export interface Refused {
  readonly code: ErrorCode;
  readonly parts: Readonly<ErrorParts>;
  readonly at: number;
}

/** Reads a literal's strings by the scanner that the program runs by. */
export function readMarkup(strings: readonly string[]): { readonly markup: Markup } | { readonly refused: Refused } {
  let source: RecordingSource | undefined;
  const joined = strings.join(HOLE);
  // The scanner drops the indentation around a template.
  let dropped = 0;
  try {
    source = new RecordingSource(strings, false);
    dropped = joined.indexOf(source.text);
    const tree = new TreeConstruction(source, false);
    const reader = new Reader(source, tree, dropped);
    new Tokenizer(source, reader).run();
    tree.end();
    return { markup: reader.markup() };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { refused: { code: error.code, parts: error.parts, at: dropped + (source?.failedAt ?? joined.indexOf(HOLE)) } };
  }
}

/** A source that remembers where its error is. */
class RecordingSource extends Source {
  failedAt = 0;

  override error(...[code, at, problem]: Parameters<Source["error"]>): HoldfastError {
    this.failedAt = at;
    return super.error(code, at, problem);
  }
}

/** Hears what tree construction hears, and keeps the elements with their places. */
class Reader implements TokenSink {
  readonly #source: Source;
  readonly #tree: TreeConstruction;
  /** How much white space the scanner has dropped in front. */
  readonly #dropped: number;
  readonly #elements: MarkupElement[] = [];
  readonly #topHoles: number[] = [];
  readonly #within = new Map<number, MarkupElement>();

  constructor(source: Source, tree: TreeConstruction, dropped: number) {
    this.#source = source;
    this.#tree = tree;
    this.#dropped = dropped;
  }

  startTag(token: StartTagToken): TextModel {
    const model = this.#tree.startTag(token);
    const { tag, namespace, parent: around, attributes, spreads } = this.#tree.elements.at(-1)!;
    const parent = this.#elements[around];
    const element: MarkupElement = {
      tag, namespace, parent, at: token.start + this.#dropped, spread: spreads.length > 0, children: [], holes: [], text: "",
      attributes: new Map(token.attributes.filter(({ kind }) => kind !== "spread").map(({ name, rawName, nameStart, value }) =>
        [name, { name, rawName, at: nameStart + this.#dropped, value: attributes.get(name)?.value, source: value }])),
    };
    parent?.children.push(element);
    this.#elements.push(element);
    return model;
  }

  endTag(name: string, at: number): void {
    this.#tree.endTag(name, at);
  }

  comment(from: number, to: number): void {
    this.#tree.comment(from, to);
  }

  textHole(at: number): void {
    const hole = this.#tree.holes.length;
    this.#tree.textHole(at);
    const element = this.#elements[this.#tree.current];
    (element?.holes ?? this.#topHoles).push(hole);
    if (element !== undefined) this.#within.set(hole, element);
  }

  character(at: number): void {
    this.#tree.character();
    const element = this.#elements[this.#tree.current];
    if (element !== undefined) element.text += this.#source.text[at]!;
  }

  markup(): Markup {
    return {
      elements: this.#elements, top: this.#elements.filter(({ parent }) => parent === undefined), topHoles: this.#topHoles,
      holes: this.#tree.holes,
      elementOf: (hole) => this.#within.get(hole),
      excerpt: (at) => this.#source.excerpt(at - this.#dropped),
    };
  }
}
