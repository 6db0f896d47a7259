import { HoldfastError, type ErrorCode } from "../errors/index.js";
import { callSite } from "./call-site.js";

/** A hole in a template's source: U+0000, which a template must not contain itself. */
export const HOLE = "\u0000";

/** What went wrong in a template, without its place. */
interface Problem {
  readonly what: string;
  readonly expected?: string;
  readonly fix: string;
}

const BEFORE = 60;
const AFTER = 30;

/** A template's text, with a character for each hole, and its place in the program. */
export class Source {
  /** The whole text; each hole is one `HOLE`. */
  readonly text: string;
  /** File, line and column that first use the template; undefined if the engine does not say. */
  readonly site: string | undefined;
  /** The same if the template occurs nowhere else. */
  readonly literalSite: string | undefined;

  /** @param site where it is written; null: in many places; undefined: where the application's code is running */
  constructor(strings: readonly string[], site?: string | null) {
    this.text = trimmed(strings).join(HOLE);
    this.site = site ?? callSite();
    this.literalSite = site === null ? undefined : this.site;
    if (strings.some((part) => part.includes(HOLE))) {
      throw this.error("template_malformed", this.text.indexOf(HOLE), {
        what: "The template contains the character U+0000.", fix: "remove it: HTML does not allow it",
      });
    }
  }

  /** An error at offset `at`, shown with the text around it. */
  error(code: ErrorCode, at: number, { what, expected, fix }: Problem): HoldfastError {
    const parts = { what, got: this.excerpt(at), fix };
    return new HoldfastError(code, {
      ...parts,
      ...(expected === undefined ? {} : { expected }),
      ...(this.site === undefined ? {} : { at: this.site }),
    });
  }

  /** The text around `at`, on one line; a hole there is marked: `«${…}»`. */
  excerpt(at: number): string {
    const from = Math.max(0, at - BEFORE);
    const to = Math.min(this.text.length, at + 1 + AFTER);
    const here = this.text[at] ?? "";
    const marked = here === HOLE ? "«${…}»" : here;
    return (from > 0 ? "…" : "") + shown(this.text.slice(from, at)) + marked + shown(this.text.slice(at + 1, to)) +
      (to < this.text.length ? "…" : "");
  }

  /** The offset of the hole with this index. */
  holeAt(index: number): number {
    let at = -1;
    for (let i = 0; i <= index; i++) at = this.text.indexOf(HOLE, at + 1);
    return at;
  }
}

/** How a template's text begins, on one line. */
export function excerptOf(text: string): string {
  const whole = shown(text);
  return whole.length > BEFORE + AFTER ? `${whole.slice(0, BEFORE + AFTER)}…` : whole;
}

function shown(text: string): string {
  return text.replaceAll(HOLE, "${…}").replace(/\s+/g, " ");
}

/** Indentation around a template is for readers of the source: it is dropped if it contains a line break. */
function trimmed(strings: readonly string[]): string[] {
  const parts = [...strings];
  parts[0] = withoutBreak(parts[0]!, parts[0]!.trimStart());
  const last = parts.length - 1;
  parts[last] = withoutBreak(parts[last]!, parts[last]!.trimEnd());
  return parts;
}

function withoutBreak(text: string, trimmedText: string): string {
  if (trimmedText.length === text.length) return text;
  const dropped = text.startsWith(trimmedText) ? text.slice(trimmedText.length) : text.slice(0, text.length - trimmedText.length);
  return dropped.includes("\n") ? trimmedText : text;
}
