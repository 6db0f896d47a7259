import { parseFragment } from "parse5";
import { expect, test } from "vitest";
import { escapeHtml } from "../html/escape.js";
import { decodeBound, encodeBound } from "./bound.js";

const TEXTS = [
  "", " ", "a b", "\t\r\n\f", "\u0000", "\u0001\u007f", "\u0085\u00a0", "\u2003x", " 03x", "%2003x", "\u3000", "000", "\u2028\u2029\ufeff",
  "\ud800", "\udc00", "\ufffd", "a\ud83d", "😀", "%ud800", "&amp;", `<b title="it's">`, "=", ",", "~", "日本語", "é", ".", "!", "#7", ":{}", "@0",
];

test.each(TEXTS)("the bound text %j comes back as it was, by way of an HTML attribute too", (text) => {
  const encoded = encodeBound("go", { text, [`k${text}`]: text });
  expect(decodeBound(encoded)).toEqual({ text, [`k${text}`]: text });
  // What a browser gets: bytes of UTF-8, through an HTML parser.
  const sent = Buffer.from(`<b phx-click="${escapeHtml(encoded)}">`).toString("utf8");
  expect(parseFragment(sent).childNodes[0]).toMatchObject({ attrs: [{ name: "phx-click", value: encoded }] });
});

test("no two values are bound by the same text", () => {
  expect(new Set(TEXTS.map((text) => encodeBound("go", { text }))).size).toBe(TEXTS.length);
  expect(new Set(TEXTS.map((text) => encodeBound("go", { nested: [{ text }] }))).size).toBe(TEXTS.length);
});
