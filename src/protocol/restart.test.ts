import { expect, it } from "vitest";
import { restartDelay, restartReason } from "./restart.js";

it.each([[0, "restart;0"], [2500, "restart;2500"], [2499.6, "restart;2500"], [-1, "restart;0"], [1e9, "restart;60000"], [NaN, "restart;0"]])(
  "writes %d ms as %s", (ms, reason) => {
    expect(restartReason(ms)).toBe(reason);
    expect(restartDelay(reason)).toBe(Math.min(60_000, Math.max(0, Math.round(ms || 0))));
  });

it.each(["restart", "restart;", "restart;-5", "restart;1e3", "restart;2500 ", "restart;999999", "2500", ""])("finds no delay in %j", (reason) => {
  expect(restartDelay(reason)).toBeUndefined();
});
