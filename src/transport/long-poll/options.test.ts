import { expect, test } from "vitest";
import { defaultLimits, resolveLimits } from "../../security/index.js";
import { longPollSettings, type LongPollOptions } from "./options.js";

test("is off, or on with its defaults", () => {
  expect(longPollSettings(false, defaultLimits)).toBeUndefined();
  expect(longPollSettings(true, defaultLimits)).toEqual({ pollMs: 10_000, gapMs: 20_000, bodyBytes: 2 ** 21, lingerMs: 2_000, answerBytes: 2 ** 20 });
  expect(longPollSettings({ pollMs: 5_000 }, defaultLimits)).toMatchObject({ pollMs: 5_000, gapMs: 20_000 });
});

test("takes every message that a frame may be, whatever the limits are", () => {
  expect(longPollSettings(true, resolveLimits({ waitingFrameBytes: 1000, textFrameBytes: 5000, binaryFrameBytes: 10 }))?.bodyBytes).toBe(5000);
  // Three bytes are four characters.
  expect(longPollSettings(true, resolveLimits({ waitingFrameBytes: 1000, textFrameBytes: 1000, binaryFrameBytes: 3000 }))?.bodyBytes).toBe(4000);
});

test.each<[string, LongPollOptions]>([
  ["no time", { pollMs: 0 }], ["a time that has passed", { gapMs: -1 }], ["a time that is none", { pollMs: Number.NaN }],
  ["a wait without an end", { pollMs: Infinity }], ["a socket without an end", { gapMs: Infinity }], ["less than a frame", { bodyBytes: 1000 }],
])("refuses %s", (_what, options) => {
  expect(() => longPollSettings(options, defaultLimits)).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
});
