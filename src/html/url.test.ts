import { expect, it } from "vitest";
import { isSafeUrl } from "./url.js";

it.each([
  "", "/", "/a:b", "a/b:c", "?a:b", "#a:b", "//example.com/x", "./javascript:x", "posts/1", "http://a", "HTTPS://a",
  "mailto:a@b.example", "tel:+1", "sms:+1", " https://a ", "\thttps://a", "ht\ntps://a", "1javascript:x", "é:x", "%6aavascript:x",
  "java script:x", "java\u0001script:x", "&#106;avascript:x",
])("lets %j through", (url) => {
  expect(isSafeUrl(url)).toBe(true);
});

it.each([
  "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:x", "\u0000javascript:x", "\u001f\u0000 javascript:x",
  "java\tscript:x", "java\nscript:x", "java\rscript:x", "javascript\t:x", "\t\n\rj\ta\nv\rascript\r\n:x", "data:text/html,x",
  "DATA:x", "vbscript:x", "blob:https://a/1", "file:///etc", "filesystem:x", "view-source:x", "about:blank", "intent:x",
  "a+b-c.d:x", "ws://a", "ftp://a",
])("stops %j", (url) => {
  expect(isSafeUrl(url)).toBe(false);
});

it("agrees with the URL parser about which scheme a text has", () => {
  const pieces = ["javascript", "data", "https", ":", "\t", "\n", "\r", " ", "\u0000", "\u001f", "/", "x", "#"];
  const safe = new Set(["http:", "https:", "mailto:", "tel:", "sms:"]);
  let stopped = 0;
  for (const a of pieces) for (const b of pieces) for (const c of pieces) for (const d of pieces) {
    const text = a + b + c + d;
    if (!URL.canParse(text, "https://base.example/")) continue;
    const scheme = new URL(text, "https://base.example/").protocol;
    if (!safe.has(scheme)) {
      stopped++;
      if (isSafeUrl(text)) expect.fail(`${JSON.stringify(text)} leads to ${scheme}`);
    }
  }
  expect(stopped).toBeGreaterThan(100);
});
