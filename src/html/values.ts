import { describeValue, HoldfastError } from "../errors/index.js";
import type { CommandPlace } from "./command.js";
import type { Source } from "./source.js";
import { BLOCKED_URL, schemeOf } from "./url.js";

/**
 * Writes a value as the text for its place, not yet escaped. Throws the error that `spot` makes for a value that is not
 * allowed there.
 */
export type Writer = (value: unknown, spot: Spot, place?: CommandPlace) => string;

/** A URL that was replaced because it could run code, and where; never the URL itself, which a user may have typed. */
interface BlockedUrl {
  /** `javascript:`, for instance. */
  readonly scheme: string;
  /** As the rest of a sentence: "in the attribute href". */
  readonly where: string;
  /** The template around it, and the place where it is written; undefined if that is unknown. */
  readonly template: string | undefined;
  readonly at: string | undefined;
}

let blockedUrls: ((blocked: BlockedUrl) => void) | undefined;

/** Observes URLs that are replaced because they could run code: development says so in the log. Nothing else calls it. */
export function observeBlockedUrls(next: ((blocked: BlockedUrl) => void) | undefined): void {
  blockedUrls = next;
}

/** The place of a value, for its errors. */
export class Spot {
  /** As the rest of a sentence: "between tags", "in the attribute href". */
  readonly where: string;
  readonly #source: Source | undefined;
  readonly #hole: number;

  constructor(where: string, source?: Source, hole = 0) {
    this.where = where;
    this.#source = source;
    this.#hole = hole;
  }

  /** The same hole, described differently. */
  at(where: string): Spot {
    return new Spot(where, this.#source, this.#hole);
  }

  /** @returns a URL that leads nowhere and says why, instead of one that could run code */
  blocked(url: string): string {
    blockedUrls?.({
      scheme: schemeOf(url) ?? "",
      where: this.where,
      at: this.#source?.literalSite,
      template: this.#source?.excerpt(this.#source.holeAt(this.#hole)),
    });
    return BLOCKED_URL;
  }

  /** @returns `template_value_refused`, which tells the value's kind and never its content: it may be secret */
  refusal(value: unknown, expected: string, fix: string): HoldfastError {
    const parts = { what: `A value cannot be rendered ${this.where}.`, expected, fix };
    const source = this.#source;
    if (source === undefined) return new HoldfastError("template_value_refused", { ...parts, got: describeValue(value) });
    const { literalSite: site } = source;
    return new HoldfastError("template_value_refused", {
      ...parts,
      got: `${describeValue(value)}, in ${source.excerpt(source.holeAt(this.#hole))}`,
      ...(site === undefined ? {} : { at: site }),
    });
  }
}

/** Text unchanged, numbers in digits, and nothing for `null`, `undefined` and booleans. */
export const toText: Writer = (value, spot) => {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
    case "undefined":
      return "";
    default:
      if (value === null) return "";
      throw spot.refusal(value, "a string, a number, or nothing (false, null, undefined)", howToWrite(value));
  }
};

/** The usual reason for a value of this kind in a template. */
function howToWrite(value: unknown): string {
  if (typeof value === "function") return "call it, a component with its props: Like({ id, post })";
  if (typeof value !== "object" || value === null) return "turn it into text";
  if (value instanceof Date) return "turn it into text: date.toISOString()";
  if (value instanceof URL || value instanceof URLSearchParams) return "turn it into text: String(url)";
  if (value instanceof Promise) return "await it in mount, or load it with socket.assignAsync";
  if (Array.isArray(value)) return 'join it: names.join(" ")';
  if ("map" in value) return "write its items: stream.map((item, domId) => html`…`)";
  if (Symbol.iterator in value) return "make an array of it: [...items].map((item) => html`…`)";
  if ("render" in value) return "nest the view: liveRender(View, { id })";
  if ("loading" in value && "failed" in value) return "show it by its state: asyncResult(result, { loading, failed, ok })";
  if ("field" in value && typeof value.field === "function") return 'show one of its fields: draft.field("title").value';
  if ("encode" in value) return "put commands and event references into a binding: phx-click=${on.save}";
  return "name the property to show";
}

/** Whether it is an object whose keys are data: a literal, not an instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
