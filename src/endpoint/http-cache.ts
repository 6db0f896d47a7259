/** Preconditions and ranges of HTTP, as functions of header texts. @module */

/** A part of a body: from `start` to before `end`, bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether a client already has this version: `If-None-Match`, or without it `If-Modified-Since`.
 *
 * @param tags all entity tags under which the file is known, one per encoding
 * @param modifiedMs when it was last modified, ms epoch
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function notModified(
  ifNoneMatch: string | undefined, ifModifiedSince: string | undefined, tags: readonly string[], modifiedMs: number | undefined,
): boolean {
  if (ifNoneMatch !== undefined) {
    // Weak comparison: 8.8.3.2. A header with hundreds of tags comes from no real cache.
    if (ifNoneMatch.length > MAX_HEADER) return false;
    if (ifNoneMatch.trim() === "*") return true;
    const has = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return tags.some((tag) => has.includes(tag.replace(/^W\//, "")));
  }
  if (ifModifiedSince === undefined || modifiedMs === undefined) return false;
  const since = parseDate(ifModifiedSince);
  return since !== undefined && Math.floor(modifiedMs / 1000) <= Math.floor(since / 1000);
}

/**
 * The requested part of a body. `"all"` without a range, for a syntax or unit that we do not support, for several ranges (a
 * server may ignore them: 14.2), or if the client's `If-Range` refers to another version; `"unsatisfiable"`: 416.
 *
 * @param size of the body, bytes
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function rangeOf(
  range: string | undefined, ifRange: string | undefined, size: number, tag: string, modifiedMs: number | undefined,
): Range | "all" | "unsatisfiable" {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "all";
  if (ifRange !== undefined && !sameVersion(ifRange, tag, modifiedMs)) return "all";
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return "all";
  return start >= end ? "unsatisfiable" : { start, end };
}

/** Strong comparison: a weak tag never matches (13.1.5). */
function sameVersion(ifRange: string, tag: string, modifiedMs: number | undefined): boolean {
  if (ifRange.startsWith('"')) return ifRange === tag;
  const date = parseDate(ifRange);
  return date !== undefined && modifiedMs !== undefined && Math.floor(modifiedMs / 1000) === Math.floor(date / 1000);
}

const MAX_HEADER = 4096;

function parseDate(text: string): number | undefined {
  // IMF-fixdate, which is all that clients send: 5.6.7.
  const date = text.length <= 40 ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : date;
}

/** The encodings of a body as `Accept-Encoding` names them, best first. */
export type Encoding = "br" | "gzip";

/**
 * The encodings that a client accepts, best first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
 */
export function acceptedEncodings(acceptEncoding: string | undefined): Encoding[] {
  if (acceptEncoding === undefined || acceptEncoding.length > MAX_HEADER) return [];
  const accepted = new Map(acceptEncoding.toLowerCase().split(",").map((item) => {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    return [name, !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter))] as const;
  }));
  return (["br", "gzip"] as const).filter((encoding) => accepted.get(encoding) ?? accepted.get("*") ?? false);
}
