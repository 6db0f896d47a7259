import { describe, expect, it } from "vitest";
import { externalUrl, localPath } from "./local-url.js";

describe("localPath", () => {
  it.each([
    ["/", "/"],
    ["/posts/1?a=b&c#d", "/posts/1?a=b&c#d"],
    ["/a/../b", "/b"],
    ["/../../b", "/b"],
    ["/a//b", "/a//b"],
    ["/a b", "/a%20b"],
    ["/ü", "/%C3%BC"],
    ["/@evil.example", "/@evil.example"],
    ["/user:pw@evil.example", "/user:pw@evil.example"],
    ["/https://evil.example", "/https://evil.example"],
    ["/login?next=//evil.example", "/login?next=//evil.example"],
    ["/%2f/evil.example", "/%2f/evil.example"],
    ["/%5cevil.example", "/%5cevil.example"],
  ])("%s stays", (target, path) => {
    expect(localPath(target)).toBe(path);
  });

  it.each([
    "", "posts", "./posts", "../posts", "?a", "#a", ".", " /posts", "https://evil.example", "https:evil.example",
    "https:/posts", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\/evil.example",
    "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example",
    "/\t\\evil.example", "\0//evil.example", "/\0", "/a\r\nset-cookie: x=1", "/a\\b", "/..//evil.example",
    "/.//evil.example", "/a/..//evil.example", "/%2e//evil.example", "/%2E%2e//evil.example", "/a/%2e.//evil.example",
    "/./\\evil.example", "/../\\evil.example", "//one.invalid/x", "//two.invalid:8443/x", "//user@one.invalid",
    "https://one.invalid/x", "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "//", "/\\", "///",
    "／／evil.example", "http:///evil.example", "@evil.example", "/\u007f",
  ])("%j does not", (target) => {
    expect(localPath(target)).toBeUndefined();
  });

  it.each([undefined, null, 1, {}, ["/a"]].map((target) => [target]))("nor does %j, which is no text", (target) => {
    expect(localPath(target as unknown as string)).toBeUndefined();
  });

  it("whatever it returns stays on any page's origin, wherever a browser reads it", () => {
    const parts = ["/", "\\", ".", "..", "%2e", "%2f", "\t", "\n", " ", "@", ":", "?", "#", "evil.example", "http:", "ü"];
    const page = new URL("https://app.example:444/some/page?x#y");
    let returned = 0;
    const check = (target: string): void => {
      const path = localPath(target);
      if (path === undefined) return;
      returned++;
      const there = new URL(path, page);
      const asked = new URL(target, page);
      // a "?" or "#" with nothing behind it is dropped
      const same = (["origin", "pathname", "search", "hash"] as const).every((part) => asked[part] === there[part]);
      const ok = there.origin === page.origin && same && /^\/(?![/\\])/.test(path) &&
        /^[\x21-\x7e]+$/.test(path) && localPath(path) === path;
      if (!ok) expect.fail(`${JSON.stringify(target)} became ${JSON.stringify(path)}`);
    };
    for (const a of parts) for (const b of parts) for (const c of parts) for (const d of parts) check(`/${a}${b}${c}${d}`);
    for (const a of parts) for (const b of parts) for (const c of parts) check(`${a}${b}${c}`);
    expect(returned).toBeGreaterThan(1000);
  });
});

describe("externalUrl", () => {
  const allowed = ["https://pay.example", "http://localhost:4000"];

  it.each([
    ["https://pay.example", "https://pay.example/"],
    ["https://pay.example:443/cart?x#y", "https://pay.example/cart?x#y"],
    ["HTTPS://PAY.EXAMPLE/", "https://pay.example/"],
    ["https:/pay.example/cart", "https://pay.example/cart"],
    ["http://localhost:4000/a", "http://localhost:4000/a"],
  ])("%s", (target, url) => {
    expect(externalUrl(target, allowed)).toBe(url);
  });

  it.each([
    "http://pay.example", "https://pay.example:8443", "https://www.pay.example", "https://pay.example.evil.example",
    "https://pay.example@evil.example", "https://user@pay.example", "https://user:pw@pay.example", "/cart", "//pay.example",
    "", "javascript:alert(1)", "data:text/html,x", "blob:https://pay.example/1", "ftp://pay.example", "ws://pay.example",
    "https:\\\\evil.example\\@pay.example", "https://evil.example\\@pay.example", "https://evil.example/https://pay.example",
  ])("refuses %j", (target) => {
    expect(externalUrl(target, allowed)).toBeUndefined();
  });

  it("allows nothing by default, and says so when the list is wrong", () => {
    expect(externalUrl("https://pay.example", [])).toBeUndefined();
    expect(() => externalUrl("https://pay.example", ["*"])).toThrow(expect.objectContaining({ code: "origin_invalid" }));
  });
});

it("a host that `URL.canParse` takes and `new URL` does not is no URL, however often it is asked for", () => {
  // Node 20 answers wrongly only once V8 has optimized the call.
  for (let i = 0; i < 30_000; i++) expect(externalUrl("https://\xdf\x85/", ["https://pay.example"])).toBeUndefined();
});
