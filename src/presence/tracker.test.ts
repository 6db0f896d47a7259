import { afterEach, expect, it, vi } from "vitest";
import { MemoryBus } from "../../test/support/memory-bus.js";
import { createPubSub, type PubSub } from "../pubsub/index.js";
import { PRESENCE_DIFF, PresenceTracker, type Meta, type PresenceDiff } from "./index.js";

const open: { pubsub: PubSub; tracker: PresenceTracker }[] = [];
const errors: unknown[] = [];
const bus = { current: new MemoryBus() };

async function node(): Promise<{ pubsub: PubSub; tracker: PresenceTracker }> {
  const pubsub = createPubSub({ onError: (error) => errors.push(error) });
  const tracker = new PresenceTracker({ pubsub });
  open.push({ pubsub, tracker });
  await pubsub.connect(bus.current.carrier());
  return { pubsub, tracker };
}

afterEach(async () => {
  for (const { pubsub, tracker } of open.splice(0)) {
    tracker.close();
    await pubsub.close();
  }
  bus.current = new MemoryBus();
  expect(errors.splice(0)).toEqual([]);
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The diffs of a topic as its subscribers hear them. */
function diffsOf(pubsub: PubSub, topic: string): PresenceDiff[] {
  const diffs: PresenceDiff[] = [];
  pubsub.subscribe(topic, ({ event, payload }) => {
    expect(event).toBe(PRESENCE_DIFF);
    diffs.push(payload as PresenceDiff);
  });
  return diffs;
}

it("subscribers of every node hear who comes, changes and goes, once each", async () => {
  const [one, two] = [await node(), await node()];
  const heard = [one, two].map(({ pubsub }) => diffsOf(pubsub, "room"));
  const ann = one.tracker.track("room", "ann", { looks: "at 1" });
  await turn();
  expect(two.tracker.list("room")).toEqual(one.tracker.list("room"));
  expect(two.tracker.metas("room", "ann")).toEqual([{ looks: "at 1", phx_ref: expect.any(String) as string }]);
  ann.update({ looks: "at 2" });
  ann.untrack();
  ann.untrack();
  ann.update({ looks: "at 3" });
  await turn();
  expect(two.tracker.list("room")).toEqual({});
  for (const diffs of heard) {
    expect(diffs.map(({ joins, leaves }) => [joins.ann?.metas.map(({ looks }) => looks), leaves.ann?.metas.map(({ looks }) => looks)]))
      .toEqual([[["at 1"], undefined], [["at 2"], ["at 1"]], [undefined, ["at 2"]]]);
  }
  expect(heard[0]).toEqual(heard[1]);
});

it("two tabs of one user are two metas, and one tab's end leaves the other", async () => {
  const { tracker } = await node();
  const [first] = [tracker.track("room", "ann", { tab: 1 }), tracker.track("room", "ann", { tab: 2 })];
  first.untrack();
  expect(tracker.metas("room", "ann")).toMatchObject([{ tab: 2 }]);
});

it("a new node that asks knows immediately who is there", async () => {
  const one = await node();
  one.tracker.track("room", "ann", {});
  const two = await node();
  expect(two.tracker.list("room")).toEqual({});
  await two.tracker.sync();
  expect(two.tracker.list("room")).toEqual(one.tracker.list("room"));
});

it("when a tracker closes its people leave on the other nodes", async () => {
  const [one, two] = [await node(), await node()];
  one.tracker.track("room", "ann", {});
  await turn();
  expect(Object.keys(two.tracker.list("room"))).toEqual(["ann"]);
  one.tracker.close();
  await turn();
  expect(two.tracker.list("room")).toEqual({});
});

it("nodes have a timer only while somebody is present", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const [one, two] = [await node(), await node()];
    const sent = vi.spyOn(one.pubsub, "tell");
    await one.tracker.sync();
    expect(vi.getTimerCount()).toBe(0);
    const ann = one.tracker.track("room", "ann", {});
    await turn();
    expect([vi.getTimerCount(), two.tracker.list("room")]).toEqual([2, one.tracker.list("room")]);
    ann.untrack();
    await turn();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(sent).toHaveBeenCalledTimes(2);
    // And it begins again.
    two.tracker.track("room", "bob", {});
    await turn();
    expect([vi.getTimerCount(), Object.keys(one.tracker.list("room"))]).toEqual([2, ["bob"]]);
  } finally {
    vi.useRealTimers();
  }
});

it("a meta that is no data, and a key that is none, change nothing", async () => {
  const { tracker, pubsub } = await node();
  const diffs = diffsOf(pubsub, "room");
  const ann = tracker.track("room", "ann", {});
  expect(() => ann.update({ of: () => 1 })).toThrow("meta.of: a function");
  expect(() => tracker.track("room", "bob", { of: () => 1 })).toThrow(expect.objectContaining({ code: "payload_not_data" }));
  for (const key of ["__proto__", 7, null, { toString: () => "ann" }] as string[]) {
    expect(() => tracker.track("room", key, {})).toThrow(expect.objectContaining({ code: "presence_misuse" }));
  }
  expect(diffs).toHaveLength(1);
  expect(Object.keys(tracker.list("room"))).toEqual(["ann"]);
});

it("a meta that JSON cannot write is refused with the path of what is wrong, and the earlier meta stays", async () => {
  const { tracker, pubsub } = await node();
  const diffs = diffsOf(pubsub, "room");
  const shared = { x: 1 };
  const ann = tracker.track("room", "ann", { from: shared, to: [shared], on: new Date(0) });
  const own: { self?: object } & Record<string, unknown> = {};
  own.self = own;
  const ring: { next: object }[] = [{ next: {} }];
  ring[0]!.next = ring;
  let deep: object = {};
  for (let i = 0; i < 10_000; i++) deep = { deep };
  const wrong: [Meta, string][] = [
    [{ count: 1n }, "meta.count: a bigint cannot be sent to clients, who see every meta."],
    [{ seen: [{ at: shared }, { "at last": 1n }] }, 'meta.seen[1]["at last"]: a bigint'],
    [own, "meta.self: a cycle"],
    [{ first: shared, list: ring, then: shared }, "meta.list[0].next: a cycle"],
    [{ deep }, "meta: an object that is too deep"],
  ];
  for (const [meta, text] of wrong) {
    for (const attempt of [() => ann.update(meta), () => tracker.track("room", "bob", meta)]) {
      expect(attempt).toThrow(expect.objectContaining({ code: "presence_misuse", message: expect.stringContaining(text) as string }));
    }
  }
  expect(diffs).toHaveLength(1);
  expect(tracker.list("room")).toEqual({ ann: { metas: [expect.objectContaining({ from: { x: 1 }, to: [{ x: 1 }] })] } });
});
