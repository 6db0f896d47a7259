import { HoldfastError } from "../../../errors/index.js";
import { extensionOf, typesOf } from "./formats.js";

/** What a browser declares for a file of unknown type. */
const GENERIC = new Set(["", "application/octet-stream", "binary/octet-stream"]);

/** `.png`, `image/*` or `image/png`. */
const SPECIFIER = /^(?:\.[\w.+-]+|[\w.+-]+\/(?:\*|[\w.+-]+))$/;

/**
 * Checks an `accept` list.
 *
 * @throws HoldfastError `upload_misuse`
 * @see https://html.spec.whatwg.org/multipage/input.html#attr-input-accept
 */
export function checkedAccept(accept: readonly string[]): readonly string[] {
  const wrong = accept.find((one) => !SPECIFIER.test(one));
  if (wrong === undefined && accept.length > 0) return accept.map((one) => one.toLowerCase());
  throw new HoldfastError("upload_misuse", {
    what: "An upload's accept is invalid.", expected: `extensions and media types, such as [".pdf", "image/*", "text/csv"]`,
    got: wrong === undefined ? "an empty list" : JSON.stringify(wrong), fix: `accept: [".png"]; leave it out to accept any file`,
  });
}

/**
 * Whether a file's name and declared type are accepted. If the extension is known, it decides, because the sender chooses the
 * declared type. An empty or generic type contradicts nothing, and neither do the odd types that spreadsheets register for
 * `.csv`. A file declared as an image, audio or video must have a matching extension.
 *
 * @param accept lower-case specifiers; undefined: any
 */
export function isAccepted(accept: readonly string[] | undefined, name: string, type: string): boolean {
  if (accept === undefined) return true;
  const extension = extensionOf(name);
  const promised = typesOf(extension);
  if (contradicts(promised, type)) return false;
  const types = promised.length > 0 ? promised : [type];
  return accept.some((one) => (one.startsWith(".") ? extension === one : types.some((candidate) => matches(one, candidate))));
}

function matches(specifier: string, type: string): boolean {
  return specifier.endsWith("/*") ? type.startsWith(specifier.slice(0, -1)) : type === specifier;
}

const MEDIA = /^(?:image|audio|video)\//;

/** Media declared as something else, or something else declared as media. */
function contradicts(promised: readonly string[], declared: string): boolean {
  if (GENERIC.has(declared) || promised.length === 0) return false;
  if (!MEDIA.test(declared) && !promised.some((type) => MEDIA.test(type))) return false;
  const kind = declared.slice(0, declared.indexOf("/") + 1);
  const kinds = promised.map((type) => type.slice(0, type.indexOf("/") + 1));
  // Video containers also hold audio.
  return !kinds.includes(kind) && !(/^(?:audio|video)\//.test(kind) && kinds.some((one) => /^(?:audio|video)\//.test(one)));
}
