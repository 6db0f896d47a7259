// oxlint-disable no-control-regex -- all of ASCII is meant
import { describe, expect, it } from "vitest";
import { decodeFormComponent, percentDecode } from "./percent.js";

/**
 * What a browser makes of a form's value. Node's URLSearchParams keeps one byte of each character if wrong UTF-8 stands beside
 * it, where the standard takes the text's UTF-8: so it is given that, as percent sequences.
 */
const browser = (text: string): string => {
  const ascii = text.toWellFormed().replace(/[^\0-\x7f]+/gu, encodeURIComponent);
  return new URLSearchParams(`=${ascii}`).get("") ?? "";
};

describe("decodeFormComponent", () => {
  it.each(["", "a", "+", "%", "%%", "%%41", "%4", "%4%31", "%41", "%4a%4A", "%g0", "%0g", "%00", "\0", "%C3%BC", "%c3", "%bc", "ü%C3", "é%20é",
    "%F0%9F%98%80", "%F0%9F%98", "%ED%A0%80", "\ud800", "a%20\ud800b", "\udc00%41", "%EF%BB%BFa", "\ufeffa%20", "%C0%80", "%F4%90%80%80", "%ff%fe"])(
    "of %j is what a browser reads", (text) => {
      expect(decodeFormComponent(text)).toBe(browser(text));
    });

  it("agrees with URLSearchParams on 200,000 random texts", () => {
    const pieces = ["%", "4", "1", "c", "F", "g", "+", "é", "😀", "\ud83d", "\0", "%20", "%C3", "%BC", "%F0%9F", "%98%80", "%ED%A0", "%80", "%00", "%EF%BB%BF", "a"];
    let state = 11;
    const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 200_000; round++) {
      let text = "";
      for (let length = random(8); length >= 0; length--) text += pieces[random(pieces.length)]!;
      if (decodeFormComponent(text) !== browser(text)) expect.fail(JSON.stringify(text));
    }
  });

  it("reads a plus as a space, which a path does not", () => {
    expect([decodeFormComponent("a+b%2Bc"), percentDecode("a+b%2Bc")]).toEqual(["a b+c", "a+b+c"]);
  });
});

describe("percentDecode", () => {
  it("agrees with decodeURIComponent wherever that does not throw", () => {
    for (const text of ["c#", "a/b", "a&b", "x+y", "100 %", "ü😀", "\0"]) {
      expect(percentDecode(encodeURIComponent(text))).toBe(text);
    }
  });
});
