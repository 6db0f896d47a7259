import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Encoding } from "./http-cache.js";

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Smaller bodies are not worth it; larger ones should be compressed by a build. Bytes. */
const WORTH_FROM = 1024;
const WORTH_TO = 4 * 1024 * 1024;
/** Limit of all compressed files together, bytes. */
const MAX_KEPT = 32 * 1024 * 1024;

/** Types of text, and of fonts that are not compressed themselves. */
const COMPRESSIBLE = new RegExp("^(?:text/|image/svg\\+xml|font/[ot]tf"
  + "|application/(?:javascript|json|xml|wasm|manifest\\+json|.*\\+(?:json|xml)))");

/** Bodies compressed once, off the event loop, and kept. */
export class CompressedBodies {
  readonly #kept = new Map<string, Promise<Uint8Array>>();
  #bytes = 0;

  /** Whether a body is worth compressing. */
  static worth(type: string, size: number): boolean {
    return size >= WORTH_FROM && size <= WORTH_TO && COMPRESSIBLE.test(type);
  }

  /** @param key identifies the body, its version included */
  get(key: string, encoding: Encoding, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const name = `${encoding} ${key}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const made = read().then((bytes) => compress(bytes, encoding));
    this.#kept.set(name, made);
    made.then((bytes) => this.#account(bytes.length), () => this.#kept.delete(name));
    return made;
  }

  #account(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= MAX_KEPT) return;
    // A very large folder, or one whose files keep changing: start over.
    this.#kept.clear();
    this.#bytes = 0;
  }
}

function compress(bytes: Uint8Array, encoding: Encoding): Promise<Uint8Array> {
  if (encoding === "gzip") return gzipped(bytes, { level: 9 });
  return brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}
