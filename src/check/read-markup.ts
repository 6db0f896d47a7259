import { HoldfastError, type ErrorCode, type ErrorParts } from "../errors/index.js";
import { HOLE, Source, Tokenizer, TreeConstruction } from "../html/index.js";
import { MarkupReader } from "./markup-reader.js";
import type { Markup } from "./markup.js";

/** Why the scanner refuses a template. */
interface Refused {
  readonly code: ErrorCode;
  readonly parts: Readonly<ErrorParts>;
  readonly at: number;
}

/** A part of a template's text, from its first character up to the one after its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the scanner makes of a template. */
export interface Reading {
  /** As far as it could be read. */
  readonly markup: Markup;
  /** False if an error ended the reading: elements may contain more than is known. */
  readonly complete: boolean;
  readonly refused: readonly Refused[];
  /** The attributes whose errors were skipped. */
  readonly skipped: readonly Span[];
}

/** The most errors reported for one template. */
const MAX_REFUSED = 20;

/**
 * Reads a literal's strings with the scanner that the program uses. The scanner stops at the first error. An error in an
 * attribute is skipped, so that the rest is read as well.
 */
export function readMarkup(strings: readonly string[]): Reading {
  const written = new Written(strings);
  const refused: Refused[] = [];
  const skipped: Span[] = [];
  let { text } = written;
  for (;;) {
    const scan = new Scan(refused.length === 0 ? strings : text.split(HOLE), written);
    try {
      scan.run();
      return { markup: scan.markup(), complete: true, refused, skipped };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const at = scan.failedAt;
      // Skipping it did not remove the error, so the attribute was not its cause.
      const last = refused.at(-1);
      if (last?.at === at && last.parts.what === error.parts.what) return { markup: scan.markup(), complete: false, refused, skipped };
      refused.push({ code: error.code, parts: refused.length === 0 ? error.parts : { ...error.parts, got: written.excerpt(at) }, at });
      const fault = refused.length === MAX_REFUSED ? undefined : scan.faultyAttribute();
      if (fault === undefined) return { markup: scan.markup(), complete: false, refused, skipped };
      skipped.push(fault);
      text = withoutFault(text, fault, refused.length);
    }
  }
}

/** A template as written in the source, which excerpts show whatever is skipped. */
class Written {
  readonly text: string;
  readonly #strings: readonly string[];
  #source: Source | undefined;

  constructor(strings: readonly string[]) {
    this.#strings = strings;
    this.text = strings.join(HOLE);
  }

  excerpt(at: number): string {
    const source = (this.#source ??= new Source(this.#strings, NO_SITE));
    return source.excerpt(at - this.text.indexOf(source.text));
  }
}

/** One reading of a template, up to its first error. */
class Scan {
  readonly #strings: readonly string[];
  readonly #written: Written;
  #source: RecordingSource | undefined;
  #reader: MarkupReader | undefined;

  constructor(strings: readonly string[], written: Written) {
    this.#strings = strings;
    this.#written = written;
  }

  run(): void {
    const source = new RecordingSource(this.#strings, NO_SITE);
    this.#source = source;
    const tree = new TreeConstruction(source, false);
    this.#reader = new MarkupReader(source, tree, this.#dropped);
    new Tokenizer(source, this.#reader).run();
    tree.end();
  }

  markup(): Markup {
    return this.#reader?.markup((at) => this.#written.excerpt(at)) ?? NOTHING;
  }

  /** How much leading white space the scanner has dropped. */
  get #dropped(): number {
    return this.#source === undefined ? 0 : this.#strings.join(HOLE).indexOf(this.#source.text);
  }

  get failedAt(): number {
    return this.#source === undefined ? this.#written.text.indexOf(HOLE) : this.#dropped + this.#source.failedAt;
  }

  /** The attribute that the error is in; undefined if it is in none, or in one whose name is too short to be replaced. */
  faultyAttribute(): Fault | undefined {
    const attribute = this.#reader?.attributeAt(this.#source!.failedAt);
    if (attribute === undefined || attribute.rawName.length < 3) return undefined;
    const { nameStart, end, rawName } = attribute;
    return { from: this.#dropped + nameStart, to: this.#dropped + end, name: rawName };
  }
}

/** An attribute that the scanner refuses. */
interface Fault extends Span {
  readonly name: string;
}

/** The text with a faulty attribute renamed to one that means nothing to the scanner and the rules. */
function withoutFault(text: string, { from, name }: Fault, count: number): string {
  const neutral = `x:${String.fromCharCode(0x60 + count)}`.padEnd(name.length, "x");
  return text.slice(0, from) + neutral + text.slice(from + neutral.length);
}

/** Nobody has called a template that is only read: looking for its call site would take longer than all of the scanning. */
const NO_SITE = "";

const NOTHING: Markup = { elements: [], holes: [], elementOf: () => undefined, excerpt: () => "" };

/** A source that remembers the position of its error. */
class RecordingSource extends Source {
  failedAt = 0;

  override error(...[code, at, problem]: Parameters<Source["error"]>): HoldfastError {
    this.failedAt = at;
    return super.error(code, at, problem);
  }
}
