import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createPubSub, Fence, topic } from "../../src/pubsub/index.js";
import { redis } from "../../src/redis/index.js";
import { pubsubConformance } from "../support/pubsub-conformance.js";
import { RedisCluster } from "../support/redis-cluster.js";
import type { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";
import { eventually, Nodes, secret, type TestNode } from "./support.js";

let cluster: RedisCluster;
let tests = 0;
let nodes: Nodes | undefined;

beforeAll(async () => {
  cluster = await RedisCluster.start(3);
});
afterAll(() => cluster.stop());
afterEach(() => nodes?.end());

pubsubConformance({
  name: "a PubSub with a Redis Cluster of three shards",
  nodes: "many",
  async open(options) {
    const pubsub = createPubSub(options);
    const node = redis({ client: cluster.client(), prefix: `test-${tests}` }).open({ node: pubsub.node, secret });
    await pubsub.connect(node.carrier);
    return pubsub;
  },
  async end() {
    tests++;
  },
});

/** Nodes of one prefix, and the server whose slots hold it. */
async function nodesOf(count: number): Promise<TestNode[]> {
  nodes = new Nodes({ client: cluster.client() });
  return Promise.all(Array.from({ length: count }, () => nodes!.join()));
}

/** A fence on each node, and the ids whose sockets it has closed there. */
function fenced({ pubsub, shared }: TestNode): { fence: Fence; closed: string[] } {
  const closed: string[] = [];
  const fence = new Fence({
    pubsub, shared,
    target: {
      disconnect({ of }) {
        closed.push("liveSocketId" in of ? of.liveSocketId : of.sessionId);
        return 1;
      },
      disconnectAll: () => 0,
    },
  });
  return { fence, closed };
}

it("a disconnect is acknowledged by every node, and recorded", async () => {
  const all = (await nodesOf(3)).map((node) => ({ ...node, ...fenced(node) }));
  const result = await all[0]!.fence.disconnect({ of: { liveSocketId: "ann" } });
  expect(result).toMatchObject({ sockets: 3, missing: [], recorded: true });
  expect(result.nodes.toSorted()).toEqual(all.map(({ pubsub }) => pubsub.node).toSorted());
  for (const { closed } of all) expect(closed).toEqual(["ann"]);
});

it("revocations, limits and submissions of any name are on the prefix's shard", async () => {
  const [one, two] = await nodesOf(2);
  for (let n = 0; n < 30; n++) {
    await one!.shared.revocations.revoke(`session-${n}`, n + 1, Date.now() + 60_000);
    expect(await two!.shared.revocations.revokedAt(`session-${n}`)).toBe(n + 1);
    expect(await one!.shared.rateLimits!.take(`address-${n}`, { perSecond: 0.001, burst: 1 })).toBe(0);
    expect(await two!.shared.rateLimits!.take(`address-${n}`, { perSecond: 0.001, burst: 1 })).toBeGreaterThan(0);
    expect(await one!.shared.submissions!.begin(`form-${n}`, `session-${n}`)).toEqual({ run: true });
    await one!.shared.submissions!.end(`form-${n}`, "done");
    expect(await two!.shared.submissions!.begin(`form-${n}`, `session-${n}`)).toEqual({ run: false, outcome: "done" });
  }
});

it("a URL of one of several shards is refused, with what to write instead", async () => {
  nodes = new Nodes({ url: cluster.primaries[0]!.url });
  const node = nodes.make();
  const refused = within(node.pubsub.connect(node.shared.carrier), "the node is refused");
  await expect(refused).rejects.toMatchObject({ code: "endpoint_config_invalid", message: expect.stringContaining("createCluster") as string });
});

it("a prefix that is no hash tag is refused", () => {
  expect(() => redis({ client: cluster.client(), prefix: "}" })).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
  expect(() => redis({ client: cluster.client(), prefix: "" })).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
});

it("when the shard's primary hands over to its replica, and when it is killed, nodes find the next one, hear each other and know what was recorded", async () => {
  const first = await cluster.primaryOf("{holdfast}:epoch");
  const second = await cluster.replicate(first);
  const [one, two] = (await nodesOf(2)).map((node) => ({ ...node, ...fenced(node) }));
  const said = topic<number>("said", { replay: 50 });
  const heard: number[] = [];
  await two!.pubsub.subscribe(said, ({ payload }) => void heard.push(payload)).ready;

  let sent = 0;
  const expectWhole = async (primary: RedisServer, id: string): Promise<void> => {
    await eventually("the replica is the primary", async () => String(await primary.command("INFO", "replication")).includes("role:master"));
    // What the old primary had not replicated is lost, as in every failover; what is sent later is not.
    const before = heard.length;
    await eventually("a message arrives", () => {
      void one!.pubsub.broadcast(said, sent++).catch(() => {});
      return heard.length > before;
    });
    await Promise.all([one!, two!].map(({ shared }) => within(shared.lease!.whenHeld(), "the node holds its lease")));
    expect(await two!.shared.revocations.revokedAt("session")).toBe(7);
    expect(await one!.fence.disconnect({ of: { liveSocketId: id } })).toMatchObject({ sockets: 2, missing: [], recorded: true });
    for (const { closed } of [one!, two!]) expect(closed.at(-1)).toBe(id);
  };

  await one!.shared.revocations.revoke("session", 7, Date.now() + 60_000);
  await first.command("WAIT", "1", "0");
  await second.command("CLUSTER", "FAILOVER");
  await expectWhole(second, "ann");

  await eventually("the old primary is a replica in step", async () => String(await first.command("INFO", "replication")).includes("master_link_status:up"));
  await second.command("WAIT", "1", "0");
  await second.kill();
  await first.command("CLUSTER", "FAILOVER", "TAKEOVER");
  await expectWhole(first, "bob");

  // Each at most once, in their order.
  expect(heard).toEqual([...new Set(heard)].toSorted((a, b) => a - b));
});
