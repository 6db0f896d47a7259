import { expect, test } from "vitest";
import { Hold } from "./watchdog-hold.js";

const [HANDLER, RENDER, NOBODY] = [7, 8, 0];

test("a hold is named by the code that was seen for most of it, and not by what runs at the moment of the question", () => {
  const hold = new Hold();
  for (let i = 0; i < 31; i++) hold.add(HANDLER, 50);
  hold.add(RENDER, 50);
  expect([hold.ms, hold.label]).toEqual([1_600, HANDLER]);
  for (let i = 0; i < 32; i++) hold.add(RENDER, 50);
  expect([hold.ms, hold.label]).toEqual([3_200, RENDER]);
});

test("code of no view holds it, too", () => {
  const hold = new Hold();
  hold.add(HANDLER, 50);
  hold.add(NOBODY, 51);
  expect(hold.label).toBe(NOBODY);
});

test("when the event loop has turned, the next hold has nothing of the last one", () => {
  const hold = new Hold();
  hold.add(HANDLER, 5_000);
  hold.end();
  expect([hold.ms, hold.label]).toEqual([0, NOBODY]);
  hold.add(RENDER, 50);
  expect([hold.ms, hold.label]).toEqual([50, RENDER]);
});
