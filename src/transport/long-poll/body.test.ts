import { expect, test } from "vitest";
import { readBody } from "./body.js";

test.each([
  ["a message", '["1","2","t","e",{}]', false, ['["1","2","t","e",{}]']],
  ["messages on lines", "[1]\n[2]\n[3]", true, ["[1]", "[2]", "[3]"]],
  ["messages on lines with an end each", "[1]\n[2]\n", true, ["[1]", "[2]"]],
  ["lines that are one message", "[1,\n2]", false, ["[1,\n2]"]],
  ["bytes", "AAEC/w==", false, [[0, 1, 2, 255]]],
  ["both", "[1]\nAAE=\n[2]", true, ["[1]", [0, 1], "[2]"]],
  ["a hundred messages", Array.from({ length: 100 }, () => "[]").join("\n"), true, Array.from({ length: 100 }, () => "[]")],
])("reads %s", (_what, body, lines, messages) => {
  expect(readBody(body, lines)?.map((message) => (typeof message === "string" ? message : [...message]))).toEqual(messages);
});

test.each([
  ["nothing", "", true], ["nothing, as one message", "", false], ["an empty line", "[1]\n\n[2]", true],
  ["an object", "{}", false], ["base64 without padding", "AAE", false], ["base64 of URLs", "_-__", false], ["base64 with a gap", "AA E", false],
  ["padding alone", "====", false], ["a hundred and one messages", Array.from({ length: 101 }, () => "[]").join("\n"), true],
])("refuses %s", (_what, body, lines) => {
  expect(readBody(body, lines)).toBeUndefined();
});
