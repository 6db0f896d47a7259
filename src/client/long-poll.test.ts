import { expect, it, onTestFinished, vi } from "vitest";
import { LongPollDecision } from "./long-poll.js";
import { MemoryStorage } from "../../test/support/memory-storage.js";

interface Case {
  readonly decision: LongPollDecision;
  readonly storage: MemoryStorage;
  asked(): number;
  switched(): number;
}

function decide(answers: boolean, storage = new MemoryStorage()): Case {
  let asked = 0;
  let switched = 0;
  const reachable = (): Promise<boolean> => {
    asked++;
    return Promise.resolve(answers);
  };
  const decision = new LongPollDecision({ afterMs: 1000, silentMs: 5000 }, storage, reachable, () => void switched++);
  return { decision, storage, asked: () => asked, switched: () => switched };
}

it("switches when attempts have failed long enough, and long poll answers", async () => {
  const { decision, switched } = decide(true);
  for (const now of [0, 500, 999]) await decision.failed(now);
  expect(switched()).toBe(0);
  await decision.failed(1000);
  await decision.failed(2000);
  expect(switched()).toBe(1);
});

it("does not switch on few attempts, however long they took", async () => {
  const { decision, switched } = decide(true);
  for (const now of [0, 60_000]) await decision.failed(now);
  expect(switched()).toBe(0);
});

it("does not switch while the whole server is gone, and asks again", async () => {
  const { decision, asked, switched } = decide(false);
  for (const now of [0, 500, 1000, 1500]) await decision.failed(now);
  expect([asked(), switched()]).toEqual([2, 0]);
});

it("asks once at a time", async () => {
  const { decision, asked, switched } = decide(true);
  for (const now of [0, 500]) await decision.failed(now);
  await Promise.all([decision.failed(1000), decision.failed(1100), decision.failed(1200)]);
  expect([asked(), switched()]).toEqual([1, 1]);
});

it("takes a connection over long poll for no websocket: a later page in the tab may switch as well", async () => {
  const first = decide(true);
  for (const now of [0, 500, 1000]) await first.decision.failed(now);
  first.decision.opened();
  const later = decide(true, first.storage);
  for (const now of [0, 500, 1000]) await later.decision.failed(now);
  expect([first.switched(), later.switched()]).toEqual([1, 1]);
});

it("never switches in a tab in which a websocket has worked, in a later page either", async () => {
  const first = decide(true);
  first.decision.opened();
  for (const now of [0, 1000, 2000, 3000]) await first.decision.failed(now);
  const later = decide(true, first.storage);
  for (const now of [0, 1000, 2000, 3000]) await later.decision.failed(now);
  expect([first.switched(), later.switched(), first.asked() + later.asked()]).toEqual([0, 0, 0]);
});

it("switches when the first attempt hangs, but not when it has opened or failed meanwhile, or one has worked in the tab", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const worked = decide(true).storage;
  worked.setItem("holdfast:websocket", "1");
  const [hangs, opens, fails, silent, later] = [decide(true), decide(true), decide(true), decide(false), decide(true, worked)];
  for (const { decision } of [hangs, opens, fails, silent, later]) decision.begin();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(hangs.switched()).toBe(0);
  opens.decision.opened();
  await fails.decision.failed();
  await vi.advanceTimersByTimeAsync(1);
  expect([hangs, opens, fails, silent, later].map(({ switched }) => switched())).toEqual([1, 0, 0, 0, 0]);
});
