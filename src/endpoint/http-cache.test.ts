import { describe, expect, it } from "vitest";
import { acceptedEncodings, notModified, rangeOf } from "./http-cache.js";

const at = Date.parse("Thu, 26 Nov 2026 10:00:00 GMT");
const date = (ms: number): string => new Date(ms).toUTCString();

describe("notModified", () => {
  it.each([
    ['"a"', undefined, true],
    ['"b", W/"a-gzip" ,"c"', undefined, true],
    ["*", undefined, true],
    ['"b"', undefined, false],
    ['"b"', date(at), false], // If-None-Match counts alone
    [`${'"x",'.repeat(5000)}"a"`, undefined, false],
    [undefined, date(at), true],
    [undefined, date(at + 1000), true],
    [undefined, date(at - 1000), false],
    [undefined, "yesterday", false],
    [undefined, undefined, false],
  ])("If-None-Match %s, If-Modified-Since %s: %s", (ifNoneMatch, since, expected) => {
    expect(notModified(ifNoneMatch, since, ['"a"', '"a-gzip"'], at + 400)).toBe(expected);
  });
});

describe("rangeOf, of 100 bytes", () => {
  it.each([
    [undefined, "all"], ["bytes=0-9", { start: 0, end: 10 }], ["bytes=90-", { start: 90, end: 100 }], ["bytes=-10", { start: 90, end: 100 }],
    ["bytes=0-999", { start: 0, end: 100 }], ["bytes=-999", { start: 0, end: 100 }], ["bytes=100-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"], ["bytes=9-3", "all"], ["bytes=-", "all"], ["bytes=0-1,3-4", "all"], ["lines=0-9", "all"],
    ["bytes=1e1-20", "all"], [`bytes=${"9".repeat(400)}-`, "all"],
  ])("%s", (range, expected) => {
    expect(rangeOf(range, undefined, 100, '"a"', at)).toEqual(expected);
  });

  it.each([
    ['"a"', { start: 0, end: 10 }], ['"b"', "all"], ['W/"a"', "all"], [date(at), { start: 0, end: 10 }], [date(at + 1000), "all"], ["?", "all"],
  ])("If-Range %s", (ifRange, expected) => {
    expect(rangeOf("bytes=0-9", ifRange, 100, '"a"', at)).toEqual(expected);
  });
});

it.each([
  [undefined, []], ["", []], ["gzip, deflate, br, zstd", ["br", "gzip"]], ["gzip;q=0.8", ["gzip"]], ["br;q=0, gzip", ["gzip"]],
  ["*", ["br", "gzip"]], ["*, br;q=0.000", ["gzip"]], ["identity", []], ["GZIP", ["gzip"]],
])("Accept-Encoding %j takes %j", (header, expected) => {
  expect(acceptedEncodings(header)).toEqual(expected);
});
