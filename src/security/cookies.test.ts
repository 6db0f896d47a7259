import { expect, it } from "vitest";
import { cookieValue } from "./cookies.js";

it.each<[string | undefined, string | undefined]>([
  ["s=1", "1"], ["a=2; s=1", "1"], ["s=1; a=2", "1"], ["a=2;s=1;b=3", "1"], ["  s = 1 ", "1"], ["s=", ""], ["s=a=b", "a=b"], ["\ts=1", "1"],
  [undefined, undefined], ["", undefined], ["s", undefined], ["S=1", undefined], ["ss=1", undefined], ["as=1", undefined], ["s2=1", undefined],
  ["a=s=1", undefined], ["a= s=1", undefined], [";;s=1;;", "1"], ["sx; s=1", "1"], ["s; s=1", "1"],
  // Two of one name: neither.
  ["s=1; s=2", undefined], ["s=1; s=1", undefined], ["s=1; a=1; s=", undefined], ["s=1;\ts = 2", undefined],
])("in %j the value of s is %j", (header, value) => {
  expect(cookieValue(header, "s")).toBe(value);
});
