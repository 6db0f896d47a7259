import { open, readFile, type FileHandle } from "node:fs/promises";
import type { Context } from "hono";
import { CompressedBodies } from "./compressed.js";
import { acceptedEncodings, notModified, rangeOf, type Encoding, type Range } from "./http-cache.js";

/** Something that is served unchanged. */
export interface Servable {
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** An entity tag, with its quotes; weak if it is not computed from the bytes. */
  readonly tag: string;
  /** Identifies its bytes within the process. A weak tag does not: two files may have one size and one date. */
  readonly key: string;
  /** When it was last modified, ms epoch; undefined if it is not a file. */
  readonly modifiedMs: number | undefined;
  readonly cacheControl: string;
  /** All of it. */
  bytes(): Promise<Uint8Array>;
  /** A part of it, or all: read as fast as the client reads. */
  stream(range: Range): ReadableStream<Uint8Array>;
  /** The same, compressed by a build. */
  prebuilt(encoding: Encoding): Promise<Servable | undefined>;
}

/** Bodies up to this size are read in one go, bytes. */
const IN_ONE_GO = 256 * 1024;
const CHUNK = 64 * 1024;

const compressed = new CompressedBodies();

/** Answers a GET or HEAD for something served unchanged: conditionally, in part or compressed, as the client asks. */
export async function respond(c: Context, what: Servable): Promise<Response> {
  const header = (name: string): string | undefined => c.req.header(name);
  const { type, size, modifiedMs, cacheControl } = what;
  const headers: Record<string, string> = {
    "cache-control": cacheControl, "accept-ranges": "bytes", "x-content-type-options": "nosniff",
    ...(modifiedMs !== undefined && { "last-modified": new Date(modifiedMs).toUTCString() }),
  };
  const compressible = CompressedBodies.worth(type, size);
  if (compressible) headers["vary"] = "accept-encoding";
  const tags = [what.tag, encodedTag(what.tag, "br"), encodedTag(what.tag, "gzip")];
  if (notModified(header("if-none-match"), header("if-modified-since"), tags, modifiedMs)) {
    return answer(null, 304, { ...headers, etag: what.tag });
  }
  headers["content-type"] = type;
  const head = c.req.method === "HEAD";

  const range = rangeOf(header("range"), header("if-range"), size, what.tag, modifiedMs);
  if (range === "unsatisfiable") return answer(null, 416, { "content-range": `bytes */${size}` });
  if (range !== "all") {
    return answer(head ? null : what.stream(range), 206, {
      ...headers, etag: what.tag, "content-length": String(range.end - range.start),
      "content-range": `bytes ${range.start}-${range.end - 1}/${size}`,
    });
  }
  if (compressible) {
    for (const encoding of acceptedEncodings(header("accept-encoding"))) {
      const built = await what.prebuilt(encoding);
      const bytes = built === undefined ? await compressed.get(`${what.key} ${size} ${type}`, encoding, () => what.bytes()) : undefined;
      const length = built?.size ?? bytes!.length;
      if (length >= size) continue;
      const body = head ? null : (bytes ?? built!.stream({ start: 0, end: length }));
      return answer(body, 200, {
        ...headers, etag: encodedTag(what.tag, encoding), "content-encoding": encoding, "content-length": String(length),
      });
    }
  }
  const body = head ? null : size <= IN_ONE_GO ? await what.bytes() : what.stream({ start: 0, end: size });
  return answer(body, 200, { ...headers, etag: what.tag, "content-length": String(size) });
}

function answer(body: Uint8Array | ReadableStream<Uint8Array> | null, status: number, headers: Readonly<Record<string, string>>): Response {
  // The type of a Response's body excludes views of shared memory, which nothing here has.
  return new Response(body as ConstructorParameters<typeof Response>[0], { status, headers });
}

/** Each representation needs its own strong tag: RFC 9110, 8.8.3.3. */
function encodedTag(tag: string, encoding: Encoding): string {
  return tag.replace(/"$/, `-${encoding}"`);
}

/** A part of a file, read as fast as the client takes it. The file is open only while it is read. */
export function streamFile(file: string, { start, end }: Range): ReadableStream<Uint8Array> {
  let handle: FileHandle | undefined;
  let at = start;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        handle ??= await open(file);
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
        if (bytesRead === 0) throw new Error(`${file} has become shorter while it was served`);
        at += bytesRead;
        controller.enqueue(chunk.subarray(0, bytesRead));
        if (at < end) return;
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      await handle?.close();
    },
    cancel: () => handle?.close(),
  }, { highWaterMark: 0 });
}

/**
 * Something small in memory, ready to serve.
 *
 * @param brotli the same, compressed, if a build has done so
 */
export function inMemory(bytes: Uint8Array, facts: Pick<Servable, "type" | "tag" | "cacheControl">, brotli?: Uint8Array): Servable {
  return {
    ...facts, key: facts.tag, size: bytes.length, modifiedMs: undefined,
    bytes: () => Promise.resolve(bytes),
    stream: ({ start, end }) => new Blob([Uint8Array.from(bytes.subarray(start, end))]).stream(),
    prebuilt: (encoding) => Promise.resolve(encoding === "br" && brotli !== undefined ? inMemory(brotli, facts) : undefined),
  };
}

/** All of a file. */
export function readWhole(file: string): Promise<Uint8Array> {
  return readFile(file);
}
