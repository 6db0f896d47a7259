import { expect, it, onTestFinished, vi } from "vitest";
import { createPubSub, type Carrier, type CarrierHost, type Message, type PubSubOptions } from "./index.js";

/** A carrier that does what the test says, and notes what it is told. */
class Scripted implements Carrier {
  readonly log: string[] = [];
  readonly sent: Message[] = [];
  alive: string[] = [];
  host: CarrierHost | undefined;
  publishing = (): Promise<void> => Promise.resolve();
  subscribing: Promise<void> = Promise.resolve();
  starting: Promise<void> = Promise.resolve();

  start(host: CarrierHost): Promise<void> {
    this.host = host;
    this.alive = [host.node];
    return this.starting;
  }
  subscribe(topic: string): Promise<void> {
    this.log.push(`+${topic}`);
    return this.subscribing;
  }
  unsubscribe(topic: string): void {
    this.log.push(`-${topic}`);
  }
  publish(message: Message): Promise<void> {
    this.sent.push(message);
    return this.publishing();
  }
  async nodes(): Promise<readonly string[]> {
    return this.alive;
  }
  async close(): Promise<void> {
    this.log.push("closed");
  }
  /** Another node's message. */
  hears(topic: string, payload: unknown, node = "other"): void {
    this.host!.receive({ topic, event: "message", payload, node, sequence: 1, version: 1 });
  }
}

async function connected(options: PubSubOptions = {}): Promise<{ pubsub: ReturnType<typeof createPubSub>; carrier: Scripted }> {
  const pubsub = createPubSub(options);
  const carrier = new Scripted();
  await pubsub.connect(carrier);
  return { pubsub, carrier };
}

it("a carrier hears of a topic's first subscriber and of its last, and of none between", async () => {
  const { pubsub, carrier } = await connected();
  const all = [1, 2, 3].map(() => pubsub.subscribe("a", () => {}));
  all[0]!.unsubscribe();
  all[1]!.unsubscribe();
  pubsub.subscribe("b", () => {});
  all[2]!.unsubscribe();
  expect(carrier.log).toEqual(["+t:a", "+t:b", "-t:a"]);
});

it("topics subscribed before there was a carrier receive messages of other nodes from then on", async () => {
  const pubsub = createPubSub();
  const heard: unknown[] = [];
  pubsub.subscribe("a", ({ payload }) => heard.push(payload));
  const carrier = new Scripted();
  await pubsub.connect(carrier);
  expect(carrier.log).toEqual(["+t:a"]);
  carrier.hears("t:a", 1);
  expect(heard).toEqual([1]);
});

it("connect, ready and a subscription's ready wait for the carrier", async () => {
  const pubsub = createPubSub();
  const carrier = new Scripted();
  let started = (): void => {};
  let subscribed = (): void => {};
  carrier.starting = new Promise((resolve) => (started = resolve));
  carrier.subscribing = new Promise((resolve) => (subscribed = resolve));
  const resolved: string[] = [];
  const subscription = pubsub.subscribe("a", () => {});
  expect(await subscription.ready).toBeUndefined();
  const connecting = pubsub.connect(carrier).then(() => resolved.push("connect"));
  const waiting = [subscription.ready.then(() => resolved.push("subscription")), pubsub.ready().then(() => resolved.push("ready"))];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  started();
  await turn();
  expect(resolved).toEqual([]);
  subscribed();
  await Promise.all([connecting, ...waiting]);
  expect(resolved.toSorted()).toEqual(["connect", "ready", "subscription"]);
  carrier.subscribing = Promise.resolve();
  await pubsub.subscribe("b", () => {}).ready;
});

it("if a carrier cannot start, connecting fails", async () => {
  const carrier = new Scripted();
  carrier.starting = Promise.reject(new Error("wrong password"));
  await expect(createPubSub().connect(carrier)).rejects.toThrow("wrong password");
});

it("promises that nobody waits for end no process when they reject, and the failure is reported", async () => {
  const errors: unknown[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown): unknown => unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    const { pubsub, carrier } = await connected({ onError: (error) => errors.push(error) });
    const lost = new Error("connection lost");
    carrier.publishing = () => Promise.reject(lost);
    carrier.subscribing = Promise.reject(lost);
    pubsub.subscribe("a", () => {});
    void pubsub.publish({ topic: "a", event: "said", payload: 1 });
    await expect(pubsub.publish({ topic: "a", event: "said", payload: 1 })).rejects.toBe(lost);
    const { missing } = await pubsub.request("name", 1, { timeoutMs: 1 });
    expect(missing).toEqual([{ node: pubsub.node, reason: "no_handler" }]);
    carrier.alive.push("other");
    expect((await pubsub.request("name", 1, { timeoutMs: 1 })).missing).toContainEqual({ node: "other", reason: "timeout" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    // The first publish and the request: an outage is told once.
    expect(errors.splice(0)).toEqual([lost, lost]);
    carrier.publishing = () => Promise.resolve();
    await pubsub.publish({ topic: "a", event: "said", payload: 1 });
    carrier.publishing = () => Promise.reject(lost);
    for (let i = 0; i < 3; i++) void pubsub.publish({ topic: "a", event: "said", payload: 1 });
    void pubsub.tell("news", 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    expect(errors).toEqual([lost]);
  } finally {
    process.off("unhandledRejection", note);
  }
});

it("an answer that comes twice, late, or from a node that was not known counts once, not at all, and as an answer", async () => {
  const { pubsub, carrier } = await connected();
  carrier.alive.push("other");
  pubsub.answer("name", () => "own");
  const asked = pubsub.request("name", null, { timeoutMs: 60_000 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(carrier.sent).toMatchObject([{ topic: "n:", payload: { name: "name" } }]);
  const { ask } = carrier.sent[0]!.payload as { ask: number };
  const inbox = `n:${pubsub.node}`;
  carrier.hears(inbox, { reply: ask, payload: "new" }, "new");
  carrier.hears(inbox, { reply: ask, payload: "new again" }, "new");
  carrier.hears(inbox, { reply: ask, payload: "other" }, "other");
  carrier.hears(inbox, { reply: ask, payload: "late" }, "late");
  expect(await asked).toEqual({
    answers: [{ node: pubsub.node, payload: "own" }, { node: "new", payload: "new" }, { node: "other", payload: "other" }],
    missing: [],
  });
});

it("a request names who is missing, also if its time is over before the carrier says who is alive", async () => {
  const { pubsub, carrier } = await connected();
  let say!: (nodes: string[]) => void;
  carrier.nodes = () => new Promise((resolve) => (say = resolve));
  pubsub.answer("hangs", () => new Promise(() => {}));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = pubsub.request("hangs", null, { timeoutMs: 20 });
  vi.advanceTimersByTime(20);
  say([pubsub.node, "other"]);
  expect(await asked).toEqual({ answers: [], missing: [pubsub.node, "other"].map((node) => ({ node, reason: "timeout" })) });
  expect(carrier.sent).toEqual([]);
});

it("a request waits for a node that it names no longer than the node is alive", async () => {
  const { pubsub, carrier } = await connected();
  carrier.alive.push("stays", "dies");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const one = pubsub.request("hangs", null, { timeoutMs: 60_000, to: ["dies"] });
  const both = pubsub.request("hangs", null, { timeoutMs: 60_000, to: ["dies", "stays"] });
  await vi.advanceTimersByTimeAsync(3_000);
  carrier.alive.splice(carrier.alive.indexOf("dies"), 1);
  await vi.advanceTimersByTimeAsync(1_000);
  const timers = vi.getTimerCount();
  expect(await Promise.race([one, "waits"])).toEqual({ answers: [], missing: [{ node: "dies", reason: "gone" }] });
  expect(await Promise.race([both, "waits"])).toBe("waits");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await both).toEqual({ answers: [], missing: [{ node: "dies", reason: "gone" }, { node: "stays", reason: "timeout" }] });
  expect([timers, vi.getTimerCount()], "the other request and the next look; nothing").toEqual([2, 0]);
});

it("a carrier that cannot say who is alive ends no request", async () => {
  const errors: unknown[] = [];
  const { pubsub, carrier } = await connected({ onError: (error) => errors.push(error) });
  carrier.nodes = () => Promise.reject(new Error("away"));
  pubsub.answer("name", () => 1);
  expect(await pubsub.request("name", null, { timeoutMs: 60_000 })).toEqual({ answers: [{ node: pubsub.node, payload: 1 }], missing: [] });
  expect(errors).toEqual([new Error("away")]);
});

it("a node's own message that comes back is not delivered again", async () => {
  const { pubsub, carrier } = await connected();
  const heard: unknown[] = [];
  pubsub.subscribe("a", ({ payload }) => heard.push(payload));
  await pubsub.publish({ topic: "a", event: "message", payload: 1 });
  carrier.host!.receive(carrier.sent[0]!);
  expect(heard).toEqual([1]);
});

it("closing closes the carrier, without ending each subscription there", async () => {
  const { pubsub, carrier } = await connected();
  pubsub.subscribe("a", () => {});
  await pubsub.close();
  carrier.hears("t:a", 1);
  expect(carrier.log).toEqual(["+t:a", "closed"]);
});
