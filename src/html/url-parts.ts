/**
 * How the holes of a URL attribute are written: a hole at the start takes a whole URL, which is checked; one after the
 * template's own beginning takes one component, which is encoded. A hole that could begin or complete a scheme is refused.
 *
 * @module
 */
import { localPath } from "./local-path.js";
import { HOLE } from "./source.js";
import { isDocumentUrl, isSafeUrl, unsafeInSrcset, withoutIgnored } from "./url.js";
import { toText, type Writer } from "./values.js";

/**
 * How the URL is used: `link`: it is followed, or shows an image; `document`: it is loaded into the page as a document;
 * `code`: it is run, or styles the page; `animation`: a list of values that an attribute takes in turn.
 */
export type UrlKind = "link" | "document" | "code" | "animation";

/** Why a hole is not allowed at its place, as the rest of an error sentence. */
interface UrlRefusal {
  readonly danger: string;
}

/** The WHATWG scheme of a beginning that a template may contain itself, with whatever follows it. */
const FIXED_SCHEME = /^(?:https?|mailto|tel|sms):/i;

/**
 * A beginning that names the host, or a path of this site: the rest cannot lead to another. There is no character reference in it,
 * which could be one more slash.
 */
const FIXED_HOST = /^(?:(?:https?:)?\/\/[^/?#\\&]+[/?#]|\/(?![/\\&])|[^/\\:?#&]+\/|[^/\\:?#&]*[?#])/i;

const writeLink: Writer = (value, spot) => {
  const url = toText(value, spot);
  return isSafeUrl(url) ? url : spot.blocked(url);
};

const writeDocument: Writer = (value, spot) => {
  const url = toText(value, spot);
  return isDocumentUrl(url) ? url : spot.blocked(url);
};

const writeCode: Writer = (value, spot) => {
  const url = toText(value, spot);
  if (localPath(url) !== undefined) return url;
  throw spot.refusal(value, "a path of this application, such as \"/app.js\": what is loaded here can change the whole page",
    "write the other site in the template, and only the file's name in a hole");
};

const writeAnimation: Writer = (value, spot) => {
  const values = toText(value, spot);
  const unsafe = values.split(";").find((url) => !isSafeUrl(url));
  return unsafe === undefined ? values : spot.blocked(unsafe);
};

const WHOLE: Readonly<Record<UrlKind, Writer>> = {
  link: writeLink, document: writeDocument, code: writeCode, animation: writeAnimation,
};

const writeComponent: Writer = (value, spot) => {
  const text = toText(value, spot);
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(text.toWellFormed()); // a lone surrogate is not a character
  }
};

/** The first segment of a path. Without one, `/${…}/host` would be `//host`, which is another site; "." changes nothing. */
const writeFirstSegment: Writer = (value, spot) => writeComponent(value, spot) || ".";

/** One segment of a path from which code is loaded: it must not lead back up, or turn `/${…}/host` into `//host`. */
const writeCodeComponent: Writer = (value, spot) => {
  const text = writeComponent(value, spot);
  if (text !== "" && text !== "." && text !== "..") return text;
  throw spot.refusal(value, "a file's name", "check the name against the files that there are");
};

/** The writer of a value that is the whole attribute. */
export function wholeUrlWriter(kind: UrlKind): Writer {
  return WHOLE[kind];
}

/** The writers of a URL's holes, in order. `url` is the attribute's source, with its holes. */
export function urlWriters(url: string, kind: UrlKind): (Writer | UrlRefusal)[] {
  if (kind === "animation") return listWriters(url, ";", wholeUrlWriter(kind));
  const [beginning = "", ...rest] = url.split(HOLE);
  const prefix = withoutIgnored(beginning);
  const component = kind === "code" ? writeCodeComponent : writeComponent;
  return rest.map((next, index) => {
    // Two at the beginning: the first is refused.
    if (index > 0) return component;
    if (beginning === "") return startOfUrl(next, rest.length === 1, kind);
    return behind(prefix, kind) ?? (kind === "code" ? component : firstSegment(prefix, rest) ?? component);
  });
}

/** A slash, or what a browser may read as one: a backslash, a character reference, white space before it. */
const SLASH = /^[/\\&\s]/;

/** The rule for a hole that is the first segment of a path and is followed by another segment; undefined for any other hole. */
function firstSegment(prefix: string, rest: readonly string[]): Writer | UrlRefusal | undefined {
  const end = rest.findIndex((text) => text !== "");
  if (prefix !== "/" || end === -1 || !SLASH.test(rest[end]!)) return undefined;
  return end === 0 ? writeFirstSegment : BESIDE_IN_PATH;
}

const BESIDE_IN_PATH: UrlRefusal = { danger: "stands beside another: if both are empty, what follows is another site" };

const BESIDE: UrlRefusal = { danger: "stands beside another: the second could finish a scheme that the first began" };
const FOLLOWED: UrlRefusal = { danger: "is followed by text that could finish a scheme" };

function startOfUrl(next: string, last: boolean, kind: UrlKind): Writer | UrlRefusal {
  if (next === "") return last ? wholeUrlWriter(kind) : BESIDE;
  if (kind === "code") return { danger: "is only a part of a URL from which code or styles are loaded" };
  return /^[/?#]/.test(next) ? wholeUrlWriter(kind) : FOLLOWED;
}

/** Why a hole cannot follow this beginning; undefined if it can. */
function behind(prefix: string, kind: UrlKind): UrlRefusal | undefined {
  // Character references could spell a scheme that is not visible here.
  const beginning = /^[^/?#]*/.exec(prefix)![0];
  if (beginning.includes("&")) return { danger: "follows a character reference where a scheme could be" };
  if (!isSafeUrl(prefix)) return { danger: `stands in a URL whose scheme runs code: "${prefix}"` };
  if (kind === "code" || kind === "document") {
    return FIXED_HOST.test(prefix) ? undefined : { danger: `after "${prefix}" could change the site that is loaded` };
  }
  const fixed = beginning.length < prefix.length || FIXED_SCHEME.test(prefix);
  return fixed ? undefined : { danger: `after "${prefix}" could change the URL's scheme` };
}

/** A width, a density or a height after a candidate of a `srcset`. */
const DESCRIPTOR = /^[\d.]{0,12}[wxh]?$/;

const writeSrcset: Writer = (value, spot) => {
  const srcset = toText(value, spot);
  const unsafe = unsafeInSrcset(srcset);
  return unsafe === undefined ? srcset : spot.blocked(unsafe);
};

const writeDescriptor: Writer = (value, spot) => {
  const text = toText(value, spot);
  if (DESCRIPTOR.test(text)) return text;
  throw spot.refusal(value, "a width or density: 480, 480w, 2x", "pass the whole srcset in one hole");
};

/** The writer of a `srcset` that is the whole attribute. */
export const wholeSrcsetWriter: Writer = writeSrcset;

/** The writers of the holes of a `srcset`: each candidate is a URL, perhaps followed by a descriptor. */
export function srcsetWriters(srcset: string): (Writer | UrlRefusal)[] {
  return srcset.split(",").flatMap((candidate) => {
    const [, space = "", url = "", rest = ""] = /^(\s*)(\S*)(.*)$/s.exec(candidate)!;
    const ofUrl = listWriters(space + url, ",", writeSrcset);
    const ofRest = Array.from({ length: rest.split(HOLE).length - 1 }, () => writeDescriptor);
    return [...ofUrl, ...ofRest];
  });
}

/** The writers of a list's holes: each item is a URL of its own. */
function listWriters(list: string, separator: string, whole: Writer): (Writer | UrlRefusal)[] {
  return list.split(separator).flatMap((item) =>
    urlWriters(item.trimStart(), "link").map((writer) => (writer === writeLink ? whole : writer)));
}
