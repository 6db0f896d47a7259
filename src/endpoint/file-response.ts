import { open, readFile, type FileHandle } from "node:fs/promises";
import type { Context } from "hono";
import { CompressedBodies } from "./compressed.js";
import { acceptedEncodings, notModified, rangeOf, type Encoding, type Range } from "./http-cache.js";

/** Something that is served as it is. */
export interface Servable {
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** An entity tag, with its quotes; weak if it is not made of the bytes. */
  readonly tag: string;
  /** When it was last modified, ms epoch; undefined if it is not a file. */
  readonly modifiedMs: number | undefined;
  readonly cacheControl: string;
  /** All of it. */
  bytes(): Promise<Uint8Array>;
  /** A part of it, or all: read as the client reads. */
  stream(range: Range): ReadableStream<Uint8Array>;
  /** The same, as a build has compressed it. */
  prebuilt(encoding: Encoding): Promise<Servable | undefined>;
}

/** Up to here a body is read in one go, bytes. */
const IN_ONE_GO = 256 * 1024;
const CHUNK = 64 * 1024;

const compressed = new CompressedBodies();

/** Answers a GET or HEAD with something that is served as it is: conditionally, in part, compressed, as the client asks. */
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
      const bytes = built === undefined ? await compressed.get(`${what.tag} ${size} ${type}`, encoding, () => what.bytes()) : undefined;
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
  // The type of a Response's body leaves out views of shared memory, which nothing here has.
  return new Response(body as ConstructorParameters<typeof Response>[0], { status, headers });
}

/** Another representation has another strong tag: RFC 9110, 8.8.3.3. */
function encodedTag(tag: string, encoding: Encoding): string {
  return tag.replace(/"$/, `-${encoding}"`);
}

/** A file's part, read as fast as the client takes it. The file is open only while it is read. */
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

/** Something small that is in memory, as it is served. */
export function inMemory(text: string, { type, tag, cacheControl }: Pick<Servable, "type" | "tag" | "cacheControl">): Servable {
  const bytes = Buffer.from(text);
  return {
    type, tag, cacheControl, size: bytes.length, modifiedMs: undefined,
    bytes: () => Promise.resolve(bytes),
    stream: ({ start, end }) => new Blob([bytes.subarray(start, end)]).stream(),
    prebuilt: () => Promise.resolve(undefined),
  };
}

/** All of a file. */
export function readWhole(file: string): Promise<Uint8Array> {
  return readFile(file);
}
