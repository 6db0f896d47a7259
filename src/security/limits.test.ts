import { describe, expect, it } from "vitest";
import { defaultLimits, resolveLimits } from "./limits.js";

describe("resolveLimits", () => {
  it("has the documented defaults", () => {
    expect(resolveLimits()).toEqual({
      cookieBytes: 4096, sessionMaxAgeMs: 1_209_600_000, sessionIdleMs: 0, sessionCheckMs: 60_000, pageTokenMs: 86_400_000,
      flashMs: 60_000, uploadTokenMs: 600_000, uploadMetaBytes: 16_384, bodyBytes: 1_048_576, bodyParts: 100, headerMs: 10_000, requestMs: 30_000, keepAliveMs: 65_000, connections: 100_000,
      unreadAnswerBytes: 268_435_456, unsentBytes: 268_435_456,
      urlLength: 16_384, textFrameBytes: 1_048_576, anonymousTextFrameBytes: 65_536, binaryFrameBytes: 131_072, fragments: 64,
      inflightBytes: 67_108_864, waitingFrameBytes: 2_097_152, firstJoinMs: 10_000, idleMs: 60_000, closeGraceMs: 2000,
      topicsPerSocket: 64, socketsPerSession: 20, socketsPerIp: 200, eventsPerSecond: 50, eventBurst: 100,
      waitingMessages: 1000, admissionsPerSession: 20, admissionBurstPerSession: 100, admissionsPerIp: 200,
      admissionBurstPerIp: 400, rejoinsPerIp: 1000, rejoinBurstPerIp: 2000, admissionWaitMs: 8000, jsonDepth: 32, jsonKeys: 1000,
      jsonItems: 10_000, formFields: 1000, formDepth: 10, outgoingSoftBytes: 1_048_576, outageMs: 10_000, outgoingHardBytes: 8_388_608,
      stalledMs: 15_000, components: 10_000, rememberedValues: 100_000, crashBudget: 5, crashWindowMs: 60_000, patchesInARow: 20,
      drainGraceMs: 0, drainStepFraction: 0.1, drainStepMs: 2000, drainMaxMs: 30_000,
    });
  });

  it("takes overrides, and leaves the defaults alone", () => {
    const limits = resolveLimits({ waitingMessages: 5, jsonDepth: Infinity, flashMs: undefined });
    expect(limits).toEqual({ ...defaultLimits, waitingMessages: 5, jsonDepth: Infinity });
    expect(defaultLimits.waitingMessages).toBe(1000);
    expect(Object.isFrozen(limits) && Object.isFrozen(defaultLimits)).toBe(true);
  });

  it("a lower frame limit is everybody's, unless the anonymous one is said too", () => {
    expect(resolveLimits({ textFrameBytes: 1000 }).anonymousTextFrameBytes).toBe(1000);
    expect(resolveLimits({ textFrameBytes: 2_000_000 }).anonymousTextFrameBytes).toBe(65_536);
    expect(resolveLimits({ textFrameBytes: 1000, anonymousTextFrameBytes: 500 }).anonymousTextFrameBytes).toBe(500);
  });

  it.each([
    [{ waitingMessages: 0 }], [{ waitingMessages: -1 }], [{ waitingMessages: NaN }], [{ waitingMessages: -Infinity }], [{ waitingMessages: "5" }],
    [{ waitingMessages: null }], [{ waitingmessages: 5 }], [{ toString: 5 }], [{ sessionIdleMs: -1 }], [{ drainGraceMs: -1 }], [{ drainStepFraction: 1.1 }],
    [{ closeGraceMs: Infinity }], [{ drainGraceMs: Infinity }], [{ drainStepMs: 2 ** 31 }],
    [{ outgoingHardBytes: 1000 }], [{ outgoingSoftBytes: Infinity }], [JSON.parse('{"__proto__":5}')],
    [{ jsonString: 5 }], [{ mailbox: 5 }], [{ outgoingItems: 5 }], [{ anonymousTextFrameBytes: 2_000_000 }], [{ textFrameBytes: 1000, anonymousTextFrameBytes: 1001 }],
  ])("refuses %j", (overrides) => {
    expect(() => resolveLimits(overrides as object)).toThrow(
      expect.objectContaining({ code: "endpoint_config_invalid" }),
    );
  });
});
