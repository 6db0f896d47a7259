import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Connection } from "../../channel/index.js";
import { CLOSE } from "../../protocol/index.js";
import { Outbox } from "../outbox.js";
import type { Answer } from "./answer.js";
import type { LongPollSettings } from "./options.js";
import { LongPollTransport } from "./transport.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settings: LongPollSettings = { pollMs: 1000, gapMs: 5000, lingerMs: 200, answerBytes: 10, bodyBytes: 1000 };
/** The signal of a client that stays. */
const stays = (): AbortSignal => new AbortController().signal;

/** A transport whose connection writes down what happens to it. */
function open(changes: Partial<LongPollSettings> = {}): { transport: LongPollTransport; log: string[] } {
  const log: string[] = [];
  const connection: Partial<Connection> = {
    heard: () => void log.push("heard"),
    receiveText: (text) => void log.push(`text ${text}`),
    receiveBinary: (bytes) => void log.push(`bytes ${[...bytes].join()}`),
    closed: () => void log.push("closed"),
    close: (code, reason) => transport.close(code, reason),
  };
  const transport: LongPollTransport = new LongPollTransport(connection as Connection, { ...settings, ...changes }, new Outbox(), () => void log.push("ended"));
  return { transport, log };
}

const empty: Answer = { status: 204 };

describe("a poll", () => {
  test("is answered empty when its time is over", async () => {
    const { transport } = open();
    const poll = transport.poll(stays());
    await vi.advanceTimersByTimeAsync(999);
    expect(await Promise.race([poll, "waits"])).toBe("waits");
    await vi.advanceTimersByTimeAsync(1);
    expect(await poll).toEqual(empty);
  });

  test("gets the messages of one turn of the event loop together, and those beyond one response with the next", async () => {
    const { transport } = open();
    const poll = transport.poll(stays());
    for (const text of ["first", "then", "last"]) transport.send(text);
    expect(transport.buffered).toBe(13);
    await vi.advanceTimersByTimeAsync(1);
    expect(await poll).toEqual({ status: 200, messages: ["first", "then"] });
    expect(transport.buffered).toBe(4);
    expect(await transport.poll(stays())).toEqual({ status: 200, messages: ["last"] });
    transport.send("longer than one answer");
    expect(await transport.poll(stays())).toEqual({ status: 200, messages: ["longer than one answer"] });
  });

  test("leaves nothing on its signal once it is answered: that lives until the client has read the answer", async () => {
    const { transport } = open();
    const { signal } = new AbortController();
    const poll = transport.poll(signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    transport.send("a");
    await vi.advanceTimersByTimeAsync(1);
    await poll;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("gets bytes as base64", async () => {
    const { transport } = open();
    transport.send(Uint8Array.of(1, 2, 255));
    expect(await transport.poll(stays())).toEqual({ status: 200, messages: ["AQL/"] });
  });

  test("is a sign of life, and so is a POST", async () => {
    const { transport, log } = open();
    void transport.poll(stays());
    await transport.post("[1]", false);
    expect(log).toEqual(["heard", "heard", "text [1]"]);
  });
});

describe("a client that is gone", () => {
  test("has ended its poll", async () => {
    const { transport, log } = open();
    const controller = new AbortController();
    const poll = transport.poll(controller.signal);
    controller.abort();
    expect(log).toEqual(["heard", "closed", "ended"]);
    expect(await poll).toEqual({ status: 410 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is not one whose poll was answered before its signal", async () => {
    const { transport, log } = open();
    const controller = new AbortController();
    const poll = transport.poll(controller.signal);
    transport.release();
    await poll;
    controller.abort();
    expect(log).toEqual(["heard"]);
  });

  test("is not one whose poll takes the place of another, however long it waits", () => {
    const { transport, log } = open({ pollMs: 9000 });
    void transport.poll(stays());
    void transport.poll(stays());
    vi.advanceTimersByTime(8999);
    expect(log).toEqual(["heard", "heard"]);
  });

  test("has not polled again in time", () => {
    const { transport, log } = open();
    vi.advanceTimersByTime(4999);
    void transport.poll(stays());
    vi.advanceTimersByTime(1000 + 4999);
    expect(log).toEqual(["heard"]);
    vi.advanceTimersByTime(1);
    expect(log).toEqual(["heard", "closed", "ended"]);
  });
});

describe("a POST", () => {
  test("waits for its answer while the connection does not read, and no longer than a poll", async () => {
    const { transport, log } = open();
    transport.pause();
    const first = transport.post("[1]\n[2]", true);
    const second = transport.post("[3]", true);
    await vi.advanceTimersByTimeAsync(500);
    expect(log).toEqual(["heard", "heard"]);
    transport.resume();
    expect([await first, await second]).toEqual([{ status: 200, messages: [] }, { status: 200, messages: [] }]);
    expect(log.slice(2)).toEqual(["text [1]", "text [2]", "text [3]"]);
    transport.pause();
    const third = transport.post("[4]", true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await third).toEqual({ status: 200, messages: [] });
    expect(log).not.toContain("text [4]");
  });

  test("beyond what may wait closes the socket", async () => {
    const { transport } = open();
    transport.pause();
    void transport.post(`[${"1".repeat(600)}]`, false);
    expect(await transport.post(`[${"2".repeat(600)}]`, false)).toEqual({ status: 403, code: 1008, reason: "too fast" });
  });

  test("that comes again is answered, and not taken", async () => {
    const { transport, log } = open();
    const texts = (): string[] => log.filter((entry) => entry.startsWith("text"));
    for (let i = 0; i < 64; i++) await transport.post(`[${i}]`, false);
    for (let i = 0; i < 64; i++) expect(await transport.post(`[${i}]`, false)).toEqual({ status: 200, messages: [] });
    expect(texts()).toHaveLength(64);
  });
});

describe("a socket that is closed", () => {
  test.each([
    [CLOSE.goingAway, 410], [CLOSE.restart, 410], [CLOSE.policy, 403], [CLOSE.tooBig, 500], [CLOSE.malformed, 500],
  ])("with %i tells its last messages first, and then %i", async (code, status) => {
    const { transport, log } = open();
    transport.send("last");
    transport.close(code, "why");
    expect(await transport.post("[1]", false)).toEqual({ status, code, reason: "why" });
    expect(await transport.poll(stays())).toEqual({ status: 200, messages: ["last"] });
    expect(await transport.poll(stays())).toEqual({ status, code, reason: "why" });
    expect(log.filter((entry) => entry !== "heard")).toEqual(["ended"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("answers the poll and the POSTs that wait", async () => {
    const { transport } = open();
    const poll = transport.poll(stays());
    transport.pause();
    const post = transport.post("[1]", false);
    transport.close(CLOSE.goingAway, "disconnected");
    expect([await poll, await post]).toEqual([1, 2].map(() => ({ status: 410, code: 1001, reason: "disconnected" })));
  });

  test("waits for a poll a moment only", () => {
    const { transport, log } = open();
    transport.send("last");
    transport.close(CLOSE.goingAway, "disconnected");
    vi.advanceTimersByTime(199);
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(log).toContain("ended");
    expect([transport.buffered, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
