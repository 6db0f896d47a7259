import { afterEach, expect, it } from "vitest";
import { MemoryBus } from "../../test/support/memory-bus.js";
import { onTelemetry } from "../telemetry/index.js";
import { createPubSub, Fence, type Disconnect, type FenceTarget, type Journal, type JournalReader, type Lease, type PubSub } from "./index.js";

/** The sockets of a node, as far as a fence knows them. */
class Sockets implements FenceTarget {
  readonly orders: Disconnect[] = [];
  ended = 0;
  count: number;

  constructor(count: number) {
    this.count = count;
  }

  disconnect({ of, topic, reason }: Disconnect): number {
    this.orders.push({ of, ...(topic !== undefined && { topic }), ...(reason !== undefined && { reason }) });
    return this.count;
  }

  disconnectAll(): number {
    return (this.ended += this.count);
  }
}

/** A journal and a lease that do what the test says. */
class Shared implements Journal {
  readonly records: unknown[] = [];
  readonly readers: JournalReader[] = [];
  broken = false;
  readonly journal = this;
  readonly lease: Lease = {
    durationMs: 50, held: () => true, whenHeld: () => Promise.resolve(),
    watch: () => () => {},
  };

  async append(record: unknown): Promise<void> {
    if (this.broken) throw new Error("out of reach");
    this.records.push(record);
  }

  read(reader: JournalReader): void {
    this.readers.push(reader);
  }
}

const open: PubSub[] = [];
const errors: unknown[] = [];
afterEach(async () => {
  for (const pubsub of open.splice(0)) await pubsub.close();
  expect(errors.splice(0)).toEqual([]);
});

function makePubSub(): PubSub {
  const pubsub = createPubSub({ onError: (error) => errors.push(error) });
  open.push(pubsub);
  return pubsub;
}

async function cluster(count: number): Promise<{ pubsub: PubSub; target: Sockets; shared: Shared; fence: Fence; log: unknown[] }[]> {
  const bus = new MemoryBus();
  return Promise.all(Array.from({ length: count }, async (_, index) => {
    const [pubsub, target, shared] = [makePubSub(), new Sockets(index + 1), new Shared()];
    const log: unknown[] = [];
    const fence = new Fence({ pubsub, target, shared, log: (message, details) => log.push({ message, ...details }) });
    await pubsub.connect(bus.carrier());
    return { pubsub, target, shared, fence, log };
  }));
}

const ann = { of: { liveSocketId: "users_socket:ann" } };

it("alone: it has happened when disconnect returns, and the result counts the sockets", async () => {
  const [pubsub, target] = [makePubSub(), new Sockets(3)];
  const fence = new Fence({ pubsub, target });
  const result = fence.disconnect({ ...ann, reason: "banned" });
  expect(target.orders).toEqual([{ ...ann, reason: "banned" }]);
  expect(await result).toEqual({ sockets: 3, nodes: [pubsub.node], missing: [], recorded: true });
});

it("every node carries an order out once, and it is in the journal", async () => {
  const nodes = await cluster(3);
  const order = { of: { sessionId: "s1" }, topic: "room:7" };
  const result = await nodes[1]!.fence.disconnect(order);
  expect(result).toMatchObject({ sockets: 6, missing: [], recorded: true });
  expect(result.nodes.toSorted()).toEqual(nodes.map(({ pubsub }) => pubsub.node).toSorted());
  // Each reads it in the journal, too, in its own time.
  const [record] = nodes[1]!.shared.records;
  for (const { shared } of nodes) shared.readers[0]!.record(record);
  for (const { target, log } of nodes) expect([target.orders, log]).toEqual([[order], []]);
});

it("an order that was first read in the journal is answered with its result", async () => {
  const [one, two] = await cluster(2);
  const append = one!.shared.append.bind(one!.shared);
  one!.shared.append = async (record) => {
    two!.shared.readers[0]!.record(record);
    return append(record);
  };
  const result = await one!.fence.disconnect(ann);
  expect(result.sockets).toBe(3);
  expect(two!.target.orders).toEqual([ann]);
});

it("a node that is silent is named when a lease and a second are over", async () => {
  const [one, two] = await cluster(2);
  two!.fence.close();
  two!.pubsub.answer("holdfast:fence", () => new Promise(() => {}));
  const told: unknown[] = [];
  const stop = onTelemetry("holdfast:fence:raised", (event) => told.push(event));
  const result = await one!.fence.disconnect(ann);
  stop();
  expect(told).toMatchObject([{ sockets: 1, nodes: 1, missing: 1, recorded: true, ms: expect.any(Number) as number }]);
  expect(result).toEqual({ sockets: 1, nodes: [one!.pubsub.node], missing: [{ node: two!.pubsub.node, reason: "timeout" }], recorded: true });
  const { missing, recorded } = result;
  expect(one!.log).toMatchObject([{ message: "a disconnect was not acknowledged by every node", missing, recorded }]);
});

it("an order that the journal did not take is said to be unrecorded, and is written as soon as it does", async () => {
  const [one] = await cluster(1);
  one!.shared.broken = true;
  expect(await one!.fence.disconnect(ann)).toMatchObject({ sockets: 1, recorded: false });
  expect(one!.log).toMatchObject([{ missing: [], recorded: false }]);
  const written = new Promise<unknown>((resolve) => {
    one!.shared.append = async (record) => resolve(record);
  });
  expect(await written).toMatchObject(ann);
});

it("when the journal was lost, the orders of the last moments are written again", async () => {
  const [one] = await cluster(1);
  await one!.fence.disconnect(ann);
  const before = [...one!.shared.records];
  one!.shared.records.length = 0;
  one!.shared.readers[0]!.lost();
  expect(one!.shared.records).toEqual(before);
});

it("a gap in the journal, and a record that nobody understands, end every socket", async () => {
  const [one] = await cluster(1);
  one!.shared.readers[0]!.gap();
  expect(one!.target.ended).toBe(1);
  for (const record of [null, "order", {}, { order: "1", of: { everybody: true } }, { order: "1", of: { sessionId: "s" }, topic: 7 }]) {
    one!.target.ended = 0;
    one!.shared.readers[0]!.record(record);
    expect(one!.target.ended).toBe(1);
  }
  expect(one!.target.orders).toEqual([]);
});

it("a node that cannot carry an order out is named, and its lease is waited for, too", async () => {
  const [one, two] = await cluster(2);
  const broken = new Error("broken");
  two!.target.disconnect = () => {
    throw broken;
  };
  const began = performance.now();
  const { missing } = await one!.fence.disconnect(ann);
  expect(missing).toEqual([{ node: two!.pubsub.node, reason: "failed" }]);
  expect(performance.now() - began).toBeGreaterThan(1_045);
  expect(errors.splice(0)).toEqual([broken]);
  // It finds the order in the journal, and ends everything instead.
  two!.shared.readers[0]!.record(one!.shared.records[0]);
  expect(two!.target.ended).toBe(2);
});

it("a revocation reaches every node with its order, by request or by the journal, and before the sockets end", async () => {
  const bus = new MemoryBus();
  const log: string[] = [];
  const [one, two] = await Promise.all(["one", "two"].map(async (name) => {
    const [pubsub, target, shared] = [makePubSub(), new Sockets(1), new Shared()];
    target.disconnect = () => log.push(`${name} ends`);
    const fence = new Fence({ pubsub, target, shared, heard: ({ key, at, until }) => log.push(`${name} hears ${key} ${at} ${until}`) });
    await pubsub.connect(bus.carrier());
    return { fence, target, shared };
  }));
  await one!.fence.disconnect({ ...ann, revoked: { key: "id:ann", at: 5, until: Infinity } });
  expect(log.toSorted()).toEqual(["one ends", "one hears id:ann 5 Infinity", "two ends", "two hears id:ann 5 Infinity"]);
  expect(log.indexOf("two hears id:ann 5 Infinity")).toBeLessThan(log.indexOf("two ends"));
  two!.shared.readers[0]!.record({ ...ann, order: "later", revoked: { key: "id:ann", at: 7, until: 9 } });
  expect(log.slice(-2)).toEqual(["two hears id:ann 7 9", "two ends"]);
  two!.shared.readers[0]!.record({ ...ann, order: "malformed", revoked: { key: "id:ann" } });
  expect(two!.target.ended).toBe(1);
});

it("a closed fence answers no more", async () => {
  const [one, two] = await cluster(2);
  two!.fence.close();
  const { missing } = await one!.fence.disconnect(ann);
  expect(missing).toEqual([{ node: two!.pubsub.node, reason: "no_handler" }]);
});
