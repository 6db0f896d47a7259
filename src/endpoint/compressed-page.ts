import type { Context } from "hono";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { CompressedBodies } from "./compressed.js";
import { htmlResponse } from "./html-response.js";
import { acceptedEncodings, type Encoding } from "./http-cache.js";

const HTML = "text/html; charset=utf-8";
/** Compressing larger pages would hold the event loop for longer than it helps their reader. Characters. */
const MAX_PAGE = 1024 * 1024;

/**
 * Sends a page compressed or not, as its client may have it.
 *
 * The size of a compressed page reveals whether one part of it repeats another. An attacker who can make a browser request pages, put
 * text into them (the words of a search) and observe the size of the answers could find out what else is on the page, letter by
 * letter (BREACH). Tokens for forms and sockets are new in each page, so guessing them is useless; what the application shows a user
 * is not. So a page for a request with a cookie is compressed only if the browser says that no other site made the request
 * (`Sec-Fetch-Site`, which scripts cannot set).
 *
 * @see https://www.breachattack.com
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function pageResponse(c: Context, html: string, status: number): Response {
  if (html.length > MAX_PAGE || !CompressedBodies.worth(HTML, html.length)) return htmlResponse(c, html, status);
  c.header("vary", "accept-encoding", { append: true });
  const [encoding] = mayBeCompressed(c) ? acceptedEncodings(c.req.header("accept-encoding")) : [];
  if (encoding === undefined) return htmlResponse(c, html, status);
  const bytes = compress(Buffer.from(html), encoding);
  return c.body(Uint8Array.from(bytes), status as 200, { "content-type": HTML, "content-encoding": encoding });
}

/** Whether only the user can have requested this page, or it contains nothing of the user's. */
function mayBeCompressed(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site === "same-origin" || site === "none") return true;
  return c.req.header("cookie") === undefined && c.req.header("authorization") === undefined;
}

/** Fast rather than small: each page is compressed for one response. */
function compress(bytes: Buffer, encoding: Encoding): Uint8Array {
  if (encoding === "gzip") return gzipSync(bytes, { level: 3 });
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}
