import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { topic } from "../../src/pubsub/index.js";
import { CatchUp } from "../../src/redis/catch-up.js";
import { Envelopes } from "../../src/redis/envelope.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";
import { eventually, Nodes, secret } from "./support.js";

let server: RedisServer;
let nodes: Nodes;
beforeAll(async () => {
  server = await RedisServer.start();
  nodes = new Nodes({ url: server.url });
});
afterEach(() => nodes.end());
afterAll(() => server.stop());

const kept = (name: string) => topic<string>(name, { replay: 50 });

it("messages missed during a lost connection arrive afterwards: each once, in the order of its node", async () => {
  const [one, two, three] = [await nodes.join(), await nodes.join(), await nodes.join()];
  const heard: string[] = [];
  const plain: string[] = [];
  await within(Promise.all([
    two.pubsub.subscribe(kept("a"), ({ payload }) => heard.push(payload)).ready,
    two.pubsub.subscribe("plain", ({ payload }) => plain.push(String(payload))).ready,
  ]), "the subscriptions are ready");
  const said = { one: [] as string[], three: [] as string[] };
  for (let round = 0; round < 30; round++) {
    await server.command("CLIENT", "KILL", "TYPE", "pubsub");
    // Some are published while it is away, and some while it comes back.
    for (let i = 0; i < 8; i++) {
      for (const [name, node] of [["one", one], ["three", three]] as const) {
        const text = `${name} ${round}:${i}`;
        said[name].push(text);
        void node.pubsub.broadcast(kept("a"), text);
        void node.pubsub.publish({ topic: "plain", event: "said", payload: text });
      }
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    await eventually("all of the round is there", () => heard.includes(`one ${round}:7`) && heard.includes(`three ${round}:7`));
  }
  expect(heard.filter((text) => text.startsWith("one"))).toEqual(said.one);
  expect(heard.filter((text) => text.startsWith("three"))).toEqual(said.three);
  // Shows that without replay messages are missed.
  expect(plain.length).toBeLessThan(said.one.length + said.three.length);
});

it("nobody hears what was published before they came", async () => {
  const [one, two] = [await nodes.join(), await nodes.join()];
  const heard: string[] = [];
  await one.pubsub.broadcast(kept("b"), "early");
  await within(two.pubsub.subscribe(kept("b"), ({ payload }) => heard.push(payload)).ready, "the subscription is ready");
  await server.command("CLIENT", "KILL", "TYPE", "pubsub");
  await one.pubsub.broadcast(kept("b"), "late");
  await eventually("it is heard", () => heard.length > 0);
  expect(heard).toEqual(["late"]);
});

it("the last so many are kept, and not forever", async () => {
  const one = await nodes.join();
  for (let i = 0; i < 60; i++) await one.pubsub.broadcast(kept("c"), String(i));
  expect(await server.command("XLEN", "holdfast:kept:t:c")).toBe(50);
  expect(await server.command("PTTL", "holdfast:kept:t:c")).toBeGreaterThan(50_000);
});

it("what a stranger puts among them is not heard, and neither is an old message", async () => {
  const [one, two] = [await nodes.join(), await nodes.join()];
  const heard: string[] = [];
  await within(two.pubsub.subscribe(kept("d"), ({ payload }) => heard.push(payload)).ready, "the subscription is ready");
  const message = { topic: "t:d", event: "message", payload: "old", node: "node-gone", sequence: 5, version: 1 };
  for (const text of [
    "forged", new Envelopes("another secret, long enough, of somebody").seal({ message, sentAt: Date.now(), epoch: "e" }),
    new Envelopes(secret).seal({ message, sentAt: Date.now() - 3_600_000, epoch: "e" }),
    new Envelopes(secret).seal({ message: { ...message, topic: "t:other" }, sentAt: Date.now(), epoch: "e" }),
  ]) await server.command("XADD", "holdfast:kept:t:d", "*", "m", text);
  await server.command("CLIENT", "KILL", "TYPE", "pubsub");
  await one.pubsub.broadcast(kept("d"), "genuine");
  await eventually("it is heard", () => heard.includes("genuine"));
  expect(heard).toEqual(["genuine"]);
});

it("a topic that is left is not followed any more", async () => {
  const [one, two] = [await nodes.join(), await nodes.join()];
  const heard: string[] = [];
  const subscription = two.pubsub.subscribe(kept("e"), ({ payload }) => heard.push(payload));
  await within(subscription.ready, "the subscription is ready");
  subscription.unsubscribe();
  await one.pubsub.broadcast(kept("e"), "between");
  // A plain subscription comes first, and then one that asks for replay.
  await within(two.pubsub.subscribe("e", () => {}).ready, "the plain subscription is ready");
  await within(two.pubsub.subscribe(kept("e"), ({ payload }) => heard.push(payload)).ready, "the subscription is ready");
  await server.command("CLIENT", "KILL", "TYPE", "pubsub");
  await one.pubsub.broadcast(kept("e"), "then");
  await eventually("it is heard", () => heard.length > 0);
  expect(heard).toEqual(["then"]);
});

it("messages missed arrive also after the database's clock was set back, though the stream's ids are of the time before", async () => {
  const two = await nodes.join();
  const heard: string[] = [];
  await server.command("XADD", "holdfast:kept:t:e", `${Date.now() + 3_600_000}-0`, "m", "before the clock was set back");
  await within(two.pubsub.subscribe(kept("e"), ({ payload }) => heard.push(payload)).ready, "the subscription is ready");
  const message = { topic: "t:e", event: "message", payload: "missed", node: "node-other", sequence: 1, version: 1 };
  await server.command("XADD", "holdfast:kept:t:e", "*", "m", new Envelopes(secret).seal({ message, sentAt: Date.now(), epoch: "e" }));
  await server.command("CLIENT", "KILL", "TYPE", "pubsub");
  await eventually("it is heard", () => heard.length > 0);
  expect(heard).toEqual(["missed"]);
});

it("if what is kept cannot be read, newer messages are heard all the same", async () => {
  const [one, two] = [await nodes.join(), await nodes.join()];
  const heard: string[] = [];
  await within(two.pubsub.subscribe(kept("unreadable"), ({ payload }) => heard.push(payload)).ready, "the subscription is ready");
  await server.command("SET", "holdfast:kept:t:unreadable", "of somebody else");
  await server.command("CLIENT", "KILL", "TYPE", "pubsub");
  await eventually("a newer one is heard", async () => {
    await one.pubsub.publish({ topic: "unreadable", event: kept("unreadable").event, payload: "newer" });
    return heard.includes("newer");
  });
  expect(two.log.join()).toMatch(/redis refuses a command.*XRANGE.*WRONGTYPE.*then delete it: DEL holdfast:kept:t:unreadable"/);
});

it("of what arrives while the read waits, so many messages are held; then they are delivered, in order", async () => {
  const delivered: number[] = [];
  const never = new Promise<never>(() => {});
  const catchUp = new CatchUp({
    run: ([command]) => (command === "XRANGE" ? never : Promise.resolve([])), prefix: "", now: () => 0, open: () => undefined,
    deliver: ({ message }) => void delivered.push(message.sequence),
  });
  await catchUp.follow("t");
  catchUp.suspend();
  catchUp.revive();
  let sequence = 0;
  const receive = (): void => catchUp.receive({ message: { topic: "t", event: "e", payload: null, node: "n", sequence: ++sequence, version: 1 }, sentAt: 0, epoch: "" });
  while (sequence < 9_999) receive();
  expect(delivered).toEqual([]);
  receive();
  receive();
  expect(delivered).toEqual(Array.from({ length: 10_001 }, (_, i) => i + 1));
});
