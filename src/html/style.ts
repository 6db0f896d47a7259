/**
 * CSS in the attribute `style`: which values and declarations a hole may contain.
 *
 * A value must remain a value: it must not fetch anything, end its declaration or begin another, open a comment, or leave
 * something open that swallows what follows.
 *
 * @see https://drafts.csswg.org/css-syntax-3/
 * @module
 */
import { HOLE } from "./source.js";
import { Styles } from "./style-map.js";
import { isPlainObject, toText, type Spot, type Writer } from "./values.js";

const PROPERTY = /^(?:--[a-zA-Z0-9_-]+|-?[a-z]+(?:-[a-z0-9]+)*)$/;

/** Functions that fetch their argument, or run it in old browsers. */
const FETCHES = /(?:url|src|image|image-set|cross-fade|element|expression)$/i;

const PLAIN = /[\p{L}\p{N}\p{M}\s.,%#+*/!_[\]-]/u;
const IDENT = /[\p{L}\p{N}\p{M}_-]/u;
const BREAK_OR_CONTROL = /\p{Cc}/u;
/**
 * What spells another character, or ends a string, so that a hole behind it is not where it seems to be.
 *
 * @see https://drafts.csswg.org/css-syntax-3/#input-preprocessing for the line breaks
 */
const UNCLEAR = /[\\&\n\r\f]/;

const EXPECTED_VALUE = "a plain CSS value: words, numbers, units, colours, strings in balanced quotes, functions that fetch nothing";
const FIX_VALUE = "choose a class, or write the declaration in the template and only its value in the hole";
const EXPECTED = "CSS declarations, such as { color, \"--size\": 2 } or \"color: red; width: 5px\"";

/** Reads CSS character by character and tracks the open string, the last word, and the open parentheses. */
class CssReader {
  quote = "";
  /** For each open parenthesis whether its function fetches its argument, outermost first. */
  readonly #functions: boolean[] = [];
  #fetching = 0;
  /** The word just read: it names a function if a parenthesis follows. */
  word = "";
  #previous = "";

  /** False if a value must not contain the character there. */
  read(c: string): boolean {
    const previous = this.#previous;
    this.#previous = c;
    if (this.quote !== "") {
      if (c === this.quote) this.quote = "";
      return c !== "\\" && !BREAK_OR_CONTROL.test(c);
    }
    if (c === "(") {
      const fetches = FETCHES.test(this.word);
      this.#functions.push(fetches);
      if (fetches) this.#fetching++;
      this.word = "";
      return true;
    }
    const { word } = this;
    this.word = IDENT.test(c) ? word + c : "";
    if (c === ")") {
      const fetched = this.#functions.pop();
      if (fetched === true) this.#fetching--;
      return fetched !== undefined;
    }
    if (c === '"' || c === "'") {
      this.quote = c;
      // image-set("…") fetches, and future functions may too.
      return this.#functions.length === 0;
    }
    return PLAIN.test(c) && !(previous === "/" && c === "*");
  }

  /** Whether an open function fetches its argument. */
  get fetching(): boolean {
    return this.#fetching > 0;
  }

  get closed(): boolean {
    return this.quote === "" && this.#functions.length === 0;
  }
}

/** Whether it stays a single value, wherever in a declaration it is. */
function isPlainValue(css: string): boolean {
  const reader = new CssReader();
  for (const c of css) {
    if (!reader.read(c) || reader.fetching) return false;
  }
  return reader.closed;
}

/** The value of a hole in the middle of a declaration. */
const writeValue: Writer = (value, spot) => {
  const css = toText(value, spot);
  if (isPlainValue(css)) return css;
  throw spot.refusal(value, EXPECTED_VALUE, FIX_VALUE);
};

/** The value of a hole after a word, which must not become the name of a function. */
const writeWordEnd: Writer = (value, spot) => {
  const css = writeValue(value, spot);
  if (!css.includes("(")) return css;
  throw spot.refusal(value, "the rest of a word, without parentheses", FIX_VALUE);
};

/** The value of a hole within quotes. */
const writeQuoted: Writer = (value, spot) => {
  const css = toText(value, spot);
  if (!/["'\\]/.test(css) && !BREAK_OR_CONTROL.test(css)) return css;
  throw spot.refusal(value, "text without quotes, backslashes and line breaks", "write the value outside of quotes, with its own");
};

/** An object of declarations, or their text. */
export const writeStyle: Writer = (value, spot) => {
  if (value instanceof Styles) return fromObject(value.declarations, spot);
  if (isPlainObject(value)) return fromObject(value, spot);
  const css = toText(value, spot);
  const parts = declarations(css);
  if (parts !== undefined && parts.every(isDeclaration)) return css;
  throw spot.refusal(value, EXPECTED, FIX_VALUE);
};

function fromObject(object: Readonly<Record<string, unknown>>, spot: Spot): string {
  const written: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || value === null || value === false) continue;
    const property = cssName(name);
    if (!PROPERTY.test(property)) {
      throw spot.refusal(object, EXPECTED, "name properties as in CSS or in camelCase: fontFamily, \"font-family\", \"--size\"");
    }
    const within = spot.at(`in the style property ${property}`);
    const css = typeof value === "string" || typeof value === "number" ? writeValue(value, within) : undefined;
    if (css === undefined) throw within.refusal(value, EXPECTED_VALUE, "pass a string, a number, or false to leave it out");
    written.push(`${property}: ${css}`);
  }
  return written.join("; ");
}

/** `fontFamily` → `font-family`; `WebkitMaskImage` → `-webkit-mask-image`. */
function cssName(name: string): string {
  if (name.startsWith("--")) return name;
  if (name === "cssFloat") return "float";
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^ms-/, "-ms-");
}

/** The declarations of a text, split at the semicolons outside strings; undefined if a string or parenthesis is not closed. */
function declarations(css: string): string[] | undefined {
  const parts: string[] = [];
  let from = 0;
  let quote = "";
  for (let at = 0; at < css.length; at++) {
    const c = css[at]!;
    if (quote !== "") {
      if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === ";") {
      parts.push(css.slice(from, at));
      from = at + 1;
    }
  }
  if (quote !== "") return undefined;
  parts.push(css.slice(from));
  return parts.filter((part) => part.trim() !== "");
}

function isDeclaration(text: string): boolean {
  const colon = text.indexOf(":");
  return colon > 0 && PROPERTY.test(text.slice(0, colon).trim().toLowerCase()) && isPlainValue(text.slice(colon + 1));
}

/** Why a hole is not allowed at its place in a `style`. */
interface StyleRefusal {
  readonly what: string;
  readonly fix: string;
}

/**
 * How the holes of a `style` attribute are written, in order.
 *
 * @param css the attribute's source, with its holes
 */
export function styleWriters(css: string): (Writer | StyleRefusal)[] {
  const writers: (Writer | StyleRefusal)[] = [];
  const reader = new CssReader();
  let unclear = false;
  /** The text since the last semicolon: if empty, a declaration may begin here. */
  let declarationStart = true;
  let afterHole = false;
  for (let at = 0; at < css.length; at++) {
    const c = css[at]!;
    if (c !== HOLE) {
      unclear ||= UNCLEAR.test(c) || (c === "*" && css[at - 1] === "/");
      reader.read(c);
      if (reader.quote === "" && c === ";") declarationStart = true;
      else if (c.trim() !== "") declarationStart = false;
      afterHole = false;
      continue;
    }
    writers.push(writerAt(css, at, { reader, unclear, declarationStart, afterHole }));
    declarationStart = false;
    afterHole = true;
    // Whatever the value is, it may be a word that continues after the hole.
    if (reader.quote === "") reader.word ||= "x";
  }
  return writers;
}

function writerAt(
  css: string, at: number, before: { reader: CssReader; unclear: boolean; declarationStart: boolean; afterHole: boolean },
): Writer | StyleRefusal {
  const { reader } = before;
  if (before.unclear) {
    return {
      what: "A hole in style follows a backslash, a character reference, a comment or a line break.",
      fix: "write the style on one line, with the characters themselves",
    };
  }
  if (reader.fetching) {
    return { what: "A hole in style is inside a URL.", fix: "put the whole image into an <img src=${…}>, or choose a class" };
  }
  if (reader.quote !== "") return writeQuoted;
  if (before.afterHole) {
    return { what: "Two holes in style are side by side.", fix: "join their values in TypeScript, or put a space between" };
  }
  const rest = wordBehind(css, at + 1);
  if (rest.next === "(") return { what: "A hole in style names a function.", fix: "write the function's name in the template" };
  if (before.declarationStart && (rest.next === "" || rest.next === ";") && rest.empty) return writeStyle;
  return reader.word === "" ? writeValue : writeWordEnd;
}

/** The text after the word that begins at `from`. */
function wordBehind(css: string, from: number): { next: string; empty: boolean } {
  let at = from;
  while (at < css.length && IDENT.test(css[at]!)) at++;
  const empty = at === from;
  while (at < css.length && css[at]!.trim() === "") at++;
  return { next: css[at] ?? "", empty };
}
