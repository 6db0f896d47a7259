import type { Context } from "hono";

/**
 * Up to this length a page stays text, because a server writes it together with its head. A longer one becomes bytes: its text is a
 * tree of thousands of pieces, and as text it would be gathered, measured, gathered again behind the head, and then encoded.
 * Characters.
 */
const SHORT = 16 * 1024;

const encoder = new TextEncoder();

/** A response with a page that is not compressed. */
export function htmlResponse(c: Context, html: string, status: number): Response {
  if (html.length <= SHORT) return c.html(html, status as 200);
  return c.body(utf8(html), status as 200, { "content-type": "text/html; charset=UTF-8" });
}

/** Most pages are ASCII: then their length is known without reading them first. */
function utf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(text.length);
  return encoder.encodeInto(text, bytes).read === text.length ? bytes : encoder.encode(text);
}
