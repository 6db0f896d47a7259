import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ShardClient, type RedisCluster, type ShardConnection } from "./shard-client.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const later = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, ms, value));

/** A cluster whose every step takes some time, and how often it was searched. */
function slowCluster(stepMs: number): { cluster: RedisCluster; searches: () => number } {
  let searches = 0;
  const connection: ShardConnection = {
    isReady: true, sendCommand: () => later(stepMs, 1), sSubscribe: () => later(stepMs, undefined), sUnsubscribe: () => later(stepMs, undefined), on() {},
  };
  const cluster: RedisCluster = {
    connect() {
      searches++;
      return later(stepMs, undefined);
    },
    getNodeClientForKey: () => later(stepMs, connection),
    destroy() {}, duplicate: () => cluster, on() {},
  };
  return { cluster, searches: () => searches };
}

/** Whether a client has found its shard after a minute. */
async function findsIt(cluster: RedisCluster): Promise<boolean> {
  const client = new ShardClient(cluster, "key");
  client.connect().catch(() => {});
  await vi.advanceTimersByTimeAsync(60_000);
  const found = client.isReady;
  client.destroy();
  return found;
}

it("a search takes as many steps as it needs: only one that makes no progress is given up", async () => {
  const { cluster, searches } = slowCluster(1_900);
  expect(await findsIt(cluster)).toBe(true);
  expect(searches()).toBe(1);
});

it("where each step is slow, the next search has more patience", async () => {
  const { cluster, searches } = slowCluster(5_500);
  expect(await findsIt(cluster)).toBe(true);
  expect(searches()).toBe(3);
});
