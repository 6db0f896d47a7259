import { expect, it } from "vitest";
import { reconnectDelay, rejoinDelay } from "./backoff.js";

it("connects again at any moment up to the npm client's delay", () => {
  const envelope = [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000];
  expect(envelope.map((_, at) => reconnectDelay(at + 1, () => 1))).toEqual(envelope);
  expect(envelope.map((_, at) => reconnectDelay(at + 1, () => 0))).toEqual(envelope.map(() => 0));
});

it("joins again in the second half of the npm client's delay", () => {
  const envelope = [1000, 2000, 5000, 10_000, 10_000];
  expect(envelope.map((_, at) => rejoinDelay(at + 1, () => 1))).toEqual(envelope);
  expect(envelope.map((_, at) => rejoinDelay(at + 1, () => 0))).toEqual(envelope.map((ms) => ms / 2));
});
