import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MailboxTimers } from "./timers.js";

const DAY = 86_400_000;

let ran: string[] = [];
const timers = (): MailboxTimers => new MailboxTimers((job) => void job());
beforeEach(() => {
  ran = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("a job in more than 24 days, as at the end of a subscription, waits that long", async () => {
  timers().after(60 * DAY, () => void ran.push("ended"));
  timers().after(Infinity, () => void ran.push("never"));
  await vi.advanceTimersByTimeAsync(60 * DAY - 1);
  expect(ran).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(ran).toEqual(["ended"]);
});

it("it can be cancelled, or ends with its owner, at any time", async () => {
  const own = timers();
  const cancel = own.after(60 * DAY, () => void ran.push("cancelled"));
  own.after(60 * DAY, () => void ran.push("ended"));
  await vi.advanceTimersByTimeAsync(30 * DAY);
  cancel();
  expect(own.size).toBe(1);
  own.end();
  expect(vi.getTimerCount()).toBe(0);
});

it("a clock of more than 24 days does not tick at once", async () => {
  timers().every(60 * DAY, () => void ran.push("tick"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ran).toEqual([]);
});
