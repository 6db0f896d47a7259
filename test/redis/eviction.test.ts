// A Redis that throws keys away, ours too, because others fill it: what holds all the same.
import { createClient } from "redis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PresenceTracker } from "../../src/presence/index.js";
import { Fence } from "../../src/pubsub/index.js";
import { sessionKey } from "../../src/security/index.js";
import { RedisServer } from "../support/redis-server.js";
import { eventually, Nodes } from "./support.js";

const ROUNDS = 20;

let server: RedisServer;
let nodes: Nodes;
beforeAll(async () => {
  server = await RedisServer.start(["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru", "--maxmemory-samples", "10"]);
  nodes = new Nodes({ url: server.url });
});
afterAll(async () => {
  await nodes.end();
  await server.stop();
});

const evicted = async (): Promise<number> => Number(/evicted_keys:(\d+)/.exec(String(await server.command("INFO", "stats")))?.[1]);

it("nodes keep their leases, every node takes part in each disconnect, sessions that ended stay so on them, and all see who is online", async () => {
  const all = await Promise.all([1, 2, 3].map(async () => {
    const node = await nodes.join();
    const ended: string[] = [];
    const lapses: string[] = [];
    const fence = new Fence({
      pubsub: node.pubsub, shared: node.shared,
      target: {
        disconnect({ of, revoked }) {
          // As an endpoint does.
          if (revoked !== undefined) node.shared.revocations.heard?.(revoked.key, revoked.at, revoked.until);
          return ended.push("sessionId" in of ? of.sessionId : of.liveSocketId);
        },
        disconnectAll: () => lapses.push("gap"),
      },
    });
    node.shared.lease.watch({ lapsed: () => lapses.push("lapsed") });
    return { ...node, fence, ended, lapses, presences: new PresenceTracker({ pubsub: node.pubsub }) };
  }));
  const crowd = createClient({ url: server.url });
  await crowd.connect();
  let filled = 0;
  const fill = async (): Promise<void> => {
    const before = await evicted();
    // Until it has thrown away more than it can hold: whatever was not used meanwhile is gone.
    while (await evicted() < before + 400) {
      await Promise.all(Array.from({ length: 100 }, () => crowd.set(`other:${filled++}`, "x".repeat(10_000))));
    }
  };
  try {
    const online: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [by, other] = [all[round % 3]!, all[(round + 1) % 3]!];
      const id = `session-${round}`;
      const revoked = { key: sessionKey(id), at: Date.now(), until: Date.now() + 3_600_000 };
      await by.shared.revocations.revoke(revoked.key, revoked.at, revoked.until);
      const filling = fill();
      expect(await by.fence.disconnect({ of: { sessionId: id }, revoked })).toMatchObject({ missing: [], recorded: true });
      other.presences.track("room", id, {});
      online.push(id);
      await filling;
      for (const { shared, ended } of all) {
        expect(ended.at(-1)).toBe(id);
        expect(await shared.revocations.revokedAt(revoked.key)).toBe(revoked.at);
      }
    }
    for (const { presences } of all) await eventually("it sees who is online", () => Object.keys(presences.list("room")).toSorted().join() === online.toSorted().join());
    expect(all.flatMap(({ lapses }) => lapses)).toEqual([]);
    // Ours were among them.
    expect((await server.command("KEYS", "holdfast:revoked:*") as string[]).length).toBeLessThan(ROUNDS);
  } finally {
    crowd.destroy();
  }
});
