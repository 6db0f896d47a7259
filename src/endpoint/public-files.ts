import type { Context, MiddlewareHandler, Next } from "hono";
import { getMimeType } from "hono/utils/mime";
import { readWhole, respond, streamFile, type Servable } from "./file-response.js";
import type { Encoding } from "./http-cache.js";
import type { EndpointOptions, PublicDirOptions } from "./options.js";
import { isDevelopment } from "../errors/index.js";
import type { StaticFile, StaticFiles } from "./static-files.js";

const SUFFIXES: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz" };
/** A hash in hexadecimal before the suffix, as bundlers write it: with a letter and a digit, so that it is neither a date nor a word. */
const FINGERPRINTED = /[-.](?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,64}\.\w+$/;

/** The endpoint's option `publicDir` in its long form. */
export function publicDirOptions(given: EndpointOptions["publicDir"]): PublicDirOptions | undefined {
  return typeof given === "string" || given instanceof URL ? { dir: given } : given;
}

/** The files of a folder, for paths with a dot in them, so that no page waits for the disk to say that it is not a file. */
export function publicFiles(
  files: StaticFiles, { immutable = (path) => FINGERPRINTED.test(path) }: Omit<PublicDirOptions, "dir">, headers: MiddlewareHandler,
): MiddlewareHandler {
  const serve = async (c: Context, next: Next): Promise<void> => {
    const path = pathOf(c.req.url);
    const found = path === undefined ? undefined : await files.find(path);
    if (path === undefined || found === undefined) return next();
    c.res = await respond(c, servable(files, path, found, cacheControl(path, found, c.req.query("vsn"), immutable)));
  };
  return (c, next) => {
    const { method } = c.req;
    return (method === "GET" || method === "HEAD") && c.req.path.includes(".") ? headers(c, () => serve(c, next)) : next();
  };
}

/**
 * How long a client may cache a file: forever under a name whose content never changes. All other files are cached too, but
 * revalidated each time, which costs a 304.
 */
function cacheControl(path: string, { version }: StaticFile, vsn: string | undefined, immutable: (path: string) => boolean): string {
  const forever = vsn === undefined ? immutable(path) : version !== undefined && vsn === version;
  return forever && !isDevelopment() ? "public, max-age=31536000, immutable" : "public, no-cache";
}

function servable(files: StaticFiles, path: string, { file, size, modifiedMs, version }: StaticFile, cacheControl: string): Servable {
  const tag = version === undefined ? `W/"${size.toString(36)}-${Math.floor(modifiedMs).toString(36)}"` : `"${version}"`;
  return {
    type: getMimeType(path) ?? "application/octet-stream", size, modifiedMs, cacheControl, tag, key: version ?? `${file} ${tag}`,
    bytes: () => readWhole(file),
    stream: (range) => streamFile(file, range),
    async prebuilt(encoding) {
      const built = path + SUFFIXES[encoding];
      const found = files.has(built) ? await files.find(built) : undefined;
      return found && servable(files, built, found, cacheControl);
    },
  };
}

/** The path of a URL, decoded; undefined if it cannot be the name of a file. */
function pathOf(url: string): string | undefined {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  const path = url.slice(start, query === -1 ? undefined : query);
  if (!path.includes("%")) return path;
  // An encoded slash would add a folder.
  if (/%2f/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
