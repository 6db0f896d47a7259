import { describe, expect, it } from "vitest";
import { OriginPolicy, parseOrigin } from "./origin.js";

describe("parseOrigin", () => {
  it.each([
    ["https://example.com", "https://example.com"],
    ["https://example.com/", "https://example.com"],
    ["HTTPS://EXAMPLE.com:443", "https://example.com"],
    ["http://localhost:4000", "http://localhost:4000"],
    ["http://[::1]:80", "http://[::1]"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
  ])("%s", (origin, canonical) => {
    expect(parseOrigin(origin)).toBe(canonical);
  });

  it.each([
    "", "example.com", "//example.com", "*", "https://*.example.com", "https://example.com/path", "https://example.com?q",
    "https://example.com#", "https://user@example.com", "https://user:pw@example.com", "ws://example.com", "null",
    "file:///etc", "javascript:alert(1)", "https://", "https://example.com:99999", undefined, null, {},
  ])("refuses %j", (origin) => {
    expect(() => new OriginPolicy([origin as string])).toThrow(expect.objectContaining({ code: "origin_invalid" }));
  });
});

describe("OriginPolicy", () => {
  const elsewhere = "https://internal.example:8443";
  const policy = new OriginPolicy(["https://example.com", "http://localhost:4000"]);

  it.each([
    ["https://example.com", true],
    ["http://localhost:4000", true],
    ["http://example.com", false],
    ["https://example.com:8443", false],
    ["https://example.com:443", false],
    ["https://example.com/", false],
    ["https://sub.example.com", false],
    ["https://example.com.evil.example", false],
    ["https://evilexample.com", false],
    ["https://example.com@evil.example", false],
    ["https://evil.example#https://example.com", false],
    ["https://example.com https://evil.example", false],
    ["https://internal.example:8443", false],
    ["http://localhost", false],
    ["null", false],
    ["", false],
    [null, false],
    [undefined, false],
  ])("an allowed list and %j: %s", (origin, allowed) => {
    expect(policy.allows(origin, elsewhere)).toBe(allowed);
  });

  it.each([
    ["https://example.com", "https://example.com/live", true],
    ["https://example.com", "https://example.com:443/live", true],
    ["https://example.com", "http://example.com/live", false],
    ["https://example.com", "https://example.com:8443/live", false],
    ["https://example.com", "https://www.example.com/live", false],
    ["http://127.0.0.1:4000", "http://localhost:4000/live", false],
    ["null", "data:text/html,x", false],
    [null, "https://example.com/live", false],
  ])("no list: %j at %s: %s", (origin, url, allowed) => {
    expect(new OriginPolicy(undefined).allows(origin, new URL(url).origin)).toBe(allowed);
  });

  it("an empty list allows nothing, not everything", () => {
    expect(new OriginPolicy([]).allows("https://example.com", "https://example.com")).toBe(false);
  });
});
