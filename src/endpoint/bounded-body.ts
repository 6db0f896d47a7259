import type { Context } from "hono";
import { StatusError } from "../errors/index.js";

/** Limits of a body: its length and the number of its pieces. */
interface BodyBounds {
  /** Bytes. */
  readonly bytes: number;
  /** Parts of a multipart body. */
  readonly parts: number;
  /** Fields of a urlencoded body. */
  readonly fields: number;
}

/**
 * Limits how much of a request's body a handler can read: exceeding it ends the reading with a 413, before anything has been
 * parsed. Bytes are counted as they are read, because a chunked body does not announce its length.
 *
 * @throws StatusError 413 immediately if the stated length is too long: then no byte is read
 */
export function boundBody(c: Context, bounds: BodyBounds): void {
  const { raw } = c.req;
  const length = statedLength(c);
  if (length !== undefined && length > bounds.bytes) throw tooBig("bytes");
  const counters = pieceCounters(c.req.header("content-type") ?? "", bounds);
  // A stated length is the whole body's: no server reads beyond it. If there is nothing else to count, we are done.
  if ((length !== undefined && counters.length === 0) || raw.body === null) return;
  let bytes = 0;
  const counted = raw.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > bounds.bytes) throw tooBig("bytes");
      for (const counter of counters) counter(chunk);
      controller.enqueue(chunk);
    },
  }));
  c.req.raw = new Request(raw, { body: counted, duplex: "half" } as RequestInit);
}

/** The length that a request states for its body, bytes; undefined for a chunked one. */
export function statedLength(c: Context): number | undefined {
  const length = c.req.header("content-length");
  if (length === undefined || c.req.header("transfer-encoding") !== undefined) return undefined;
  return /^\d{1,15}$/.test(length) ? Number(length) : Infinity;
}

const FORM = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

/** Whether a content type is that of a form, as browsers send one. */
export function isForm(contentType: string): boolean {
  return FORM.test(contentType);
}

/** Counters for the pieces of a body of this type, fed chunk by chunk. */
function pieceCounters(contentType: string, { parts, fields }: BodyBounds): ((chunk: Uint8Array) => void)[] {
  if (!isForm(contentType)) return [];
  if (/^\s*application/i.test(contentType)) return [count("&", fields - 1, "fields")];
  // RFC 2046, 5.1.1: one to seventy characters, in quotes or without.
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new StatusError(400, "a multipart body without a boundary");
  // One delimiter before each part, and the closing one.
  return [count(`--${boundary}`, parts + 1, "parts")];
}

/** Counts a text in a stream, even across two chunks. */
function count(text: string, most: number, what: string): (chunk: Uint8Array) => void {
  const needle = Buffer.from(text, "latin1");
  let found = 0;
  let tail = Buffer.alloc(0);
  return (chunk) => {
    const bytes = tail.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([tail, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, from)) {
      if (++found > most) throw tooBig(what);
      from = at + needle.length;
    }
    tail = Buffer.from(bytes.subarray(Math.max(from, bytes.length - needle.length + 1)));
  };
}

function tooBig(what: string): StatusError {
  return new StatusError(413, `the body has too many ${what}`);
}
