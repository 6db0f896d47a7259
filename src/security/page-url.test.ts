import { describe, expect, it } from "vitest";
import { defaultLimits } from "./limits.js";
import { parsePageUrl } from "./page-url.js";

const ORIGIN = "https://app.example:8443";
const parse = (text: unknown, origin = ORIGIN): URL | undefined => parsePageUrl(text, origin, defaultLimits);

describe("parsePageUrl", () => {
  it.each([
    "", "/", "/posts/1?a=b&c#d", "?q=1", "#top", "/a/../b", "/%2e%2e/b", "//evil.example/x", "/@evil.example", "/user:pw@evil.example",
    "/https://evil.example", "/%C3%BC?%F0%9F%98%80", "/a%", "/x;y=1,2!$&'()*+", "/?#", "/[x]{y}|^`",
  ])("of %j behind the origin is what the URL parser gives", (rest) => {
    expect(parse(ORIGIN + rest)?.href).toBe(new URL(ORIGIN + rest).href);
    expect(parse(ORIGIN + rest)?.origin).toBe(ORIGIN);
  });

  it.each<[string, unknown]>([
    ["another host", "https://evil.example:8443/"], ["another port", "https://app.example/"], ["a longer port", `${ORIGIN}1/`],
    ["another scheme", "http://app.example:8443/"], ["our origin as userinfo", `${ORIGIN}@evil.example/`],
    ["userinfo", "https://user@app.example:8443/"], ["userinfo and password", "https://user:pw@app.example:8443/"],
    ["a longer host", "https://app.example.evil.example:8443/"], ["a backslash", `${ORIGIN}\\@evil.example`],
    ["a backslash in the path", `${ORIGIN}/a\\b`], ["a tab", `${ORIGIN}/\ta`], ["a space", `${ORIGIN}/a b`], ["a line break", `${ORIGIN}\n/`],
    ["a space before", ` ${ORIGIN}/`], ["a NUL", `${ORIGIN}/\0`], ["letters that are not ASCII", `${ORIGIN}/ü`], ["capitals", "HTTPS://APP.EXAMPLE:8443/"],
    ["no host", "/posts"], ["nothing", ""], ["a number", 7], ["a list", [ORIGIN]], ["nothing at all", undefined],
    ["an object that is written as one", { toString: () => ORIGIN }],
  ])("is refused with %s", (_what, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it("without a port takes the default port in no other spelling than a browser's", () => {
    expect(parse("https://app.example/x", "https://app.example")?.pathname).toBe("/x");
    expect(parse("https://app.example:443/x", "https://app.example")).toBeUndefined();
    expect(parse("https://app.example:8443/x", "https://app.example")).toBeUndefined();
  });

  it("takes a URL of the longest length, and none that is longer", () => {
    const longest = `${ORIGIN}/${"a".repeat(defaultLimits.urlLength - ORIGIN.length - 1)}`;
    expect(parse(longest)?.href).toBe(longest);
    expect(parse(`${longest}a`)).toBeUndefined();
  });

  it("agrees with the URL parser about every same-origin URL, and gives no other origin, whatever is put together", () => {
    const parts = ["/", "\\", "@", ":", "?", "#", ".", "..", "%2f", "%00", "8", " ", "\t", "é", "evil.example", "app.example", "https:"];
    let taken = 0;
    for (const a of parts) for (const b of parts) for (const c of parts) {
      const text = `${ORIGIN}${a}${b}${c}`;
      const url = parse(text);
      if (url === undefined) continue;
      taken++;
      expect([url.href, url.origin, url.username]).toEqual([new URL(text).href, ORIGIN, ""]);
    }
    expect(taken).toBeGreaterThan(500);
  });
});
