import { HoldfastError, type ErrorCode, type ErrorParts } from "../errors/index.js";
import {
  HOLE, Source, Tokenizer, TreeConstruction, type AttributeToken, type Hole, type Namespace, type StartTagToken, type TextModel, type TokenSink,
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

/** Why the scanner refuses a template. */
export interface Refused {
  readonly code: ErrorCode;
  readonly parts: Readonly<ErrorParts>;
  readonly at: number;
}

/** What the scanner makes of a template. */
export interface Reading {
  /** As far as it could be read. */
  readonly markup: Markup;
  /** False if a fault ended the reading: elements may have more in them than is known. */
  readonly complete: boolean;
  readonly refused: readonly Refused[];
}

/** How many faults of one template are said at once. */
const MAX_REFUSED = 20;

/**
 * Reads a literal's strings by the scanner that the program runs by. The scanner stops at the first fault; one in an attribute is
 * passed over, so that what follows it is read as well.
 */
export function readMarkup(strings: readonly string[]): Reading {
  const written = new Written(strings);
  const refused: Refused[] = [];
  let { text } = written;
  for (;;) {
    const scan = new Scan(refused.length === 0 ? strings : text.split(HOLE), written);
    try {
      scan.run();
      return { markup: scan.markup(), complete: true, refused };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const at = scan.failedAt;
      refused.push({ code: error.code, parts: refused.length === 0 ? error.parts : { ...error.parts, got: written.excerpt(at) }, at });
      const passed = refused.length === MAX_REFUSED ? undefined : scan.withoutFault(text, refused.length);
      if (passed === undefined) return { markup: scan.markup(), complete: false, refused };
      text = passed;
    }
  }
}

/** A template as it stands in the source: what is shown, whatever is passed over. */
class Written {
  readonly text: string;
  readonly #strings: readonly string[];
  #source: Source | undefined;

  constructor(strings: readonly string[]) {
    this.#strings = strings;
    this.text = strings.join(HOLE);
  }

  excerpt(at: number): string {
    const source = (this.#source ??= new Source(this.#strings, false));
    return source.excerpt(at - this.text.indexOf(source.text));
  }
}

/** One reading of a template, up to its first fault. */
class Scan {
  readonly #strings: readonly string[];
  readonly #written: Written;
  #source: RecordingSource | undefined;
  #reader: Reader | undefined;

  constructor(strings: readonly string[], written: Written) {
    this.#strings = strings;
    this.#written = written;
  }

  run(): void {
    const source = new RecordingSource(this.#strings, false);
    this.#source = source;
    const tree = new TreeConstruction(source, false);
    this.#reader = new Reader(source, tree, this.#dropped);
    new Tokenizer(source, this.#reader).run();
    tree.end();
  }

  markup(): Markup {
    return this.#reader?.markup(this.#written) ?? NOTHING;
  }

  /** How much white space the scanner has dropped in front. */
  get #dropped(): number {
    return this.#source === undefined ? 0 : this.#strings.join(HOLE).indexOf(this.#source.text);
  }

  get failedAt(): number {
    return this.#source === undefined ? this.#written.text.indexOf(HOLE) : this.#dropped + this.#source.failedAt;
  }

  /**
   * The text with another name for the attribute that is at fault: one that means nothing, and that nobody is told of. Undefined
   * if something other than an attribute is.
   */
  withoutFault(text: string, count: number): string | undefined {
    const attribute = this.#reader?.attributeAt(this.#source!.failedAt);
    if (attribute === undefined || attribute.rawName.length < 3) return undefined;
    const from = this.#dropped + attribute.nameStart;
    const name = `x:${String.fromCharCode(0x60 + count)}`.padEnd(attribute.rawName.length, "x");
    return text.slice(0, from) + name + text.slice(from + name.length);
  }
}

const NOTHING: Markup = { elements: [], holes: [], elementOf: () => undefined, excerpt: () => "" };

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
  #last: StartTagToken | undefined;
  readonly #within = new Map<number, MarkupElement>();

  constructor(source: Source, tree: TreeConstruction, dropped: number) {
    this.#source = source;
    this.#tree = tree;
    this.#dropped = dropped;
  }

  /** The attribute of the tag read last that stands at an offset, or for whose sake its element is refused. */
  attributeAt(at: number): AttributeToken | undefined {
    const { start, attributes } = this.#last ?? { start: -1, attributes: [] };
    const within = attributes.find(({ kind, nameStart, end }) => kind !== "spread" && at >= nameStart && at < end);
    return within ?? (at === start ? attributes.find(({ name }) => name === "phx-hook" || name === "phx-update") : undefined);
  }

  startTag(token: StartTagToken): TextModel {
    this.#last = token;
    const holesBefore = this.#tree.holes.length;
    const model = this.#tree.startTag(token);
    const { tag, namespace, parent: around, attributes, spreads } = this.#tree.elements.at(-1)!;
    const parent = this.#elements[around];
    const element: MarkupElement = {
      tag, namespace, parent, at: token.start + this.#dropped, spread: spreads.length > 0, children: [], holes: [], holesBefore, text: "",
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
    if (element === undefined) return;
    element.holes.push(hole);
    this.#within.set(hole, element);
  }

  character(at: number): void {
    this.#tree.character();
    const element = this.#elements[this.#tree.current];
    if (element !== undefined) element.text += this.#source.text[at]!;
  }

  markup(written: Written): Markup {
    return {
      elements: this.#elements,
      holes: this.#tree.holes,
      elementOf: (hole) => this.#within.get(hole),
      excerpt: (at) => written.excerpt(at),
    };
  }
}
