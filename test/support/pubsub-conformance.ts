import { afterEach, describe, expect, it } from "vitest";
import type { Message, PubSub, PubSubOptions, Subscription } from "../../src/pubsub/index.js";
import { topic } from "../../src/pubsub/index.js";
import { onTelemetry } from "../../src/telemetry/index.js";
import { within } from "./wait.js";

/** Creates nodes that hear each other. */
export interface PubSubMaker {
  readonly name: string;
  /** How many nodes can hear each other: 1, or any number. */
  readonly nodes: "one" | "many";
  /** Creates another node, ready; `end` ends it with the others. */
  open(options: PubSubOptions): Promise<PubSub>;
  /** Ends what the nodes of this test share, once they are closed. */
  end(): Promise<void>;
}

/** Records the messages of a topic. */
class Ear {
  readonly heard: Message[] = [];
  readonly subscription: Subscription;
  #changed: () => void = () => {};

  constructor(pubsub: PubSub, name: string) {
    this.subscription = pubsub.subscribe(name, (message) => {
      this.heard.push(message);
      this.#changed();
    });
  }

  get payloads(): unknown[] {
    return this.heard.map(({ payload }) => payload);
  }

  /** Resolves when a message with this payload has arrived. */
  async hears(payload: unknown): Promise<void> {
    while (!this.payloads.includes(payload)) {
      await within(new Promise<void>((resolve) => (this.#changed = resolve)), `hear ${String(payload)}`);
    }
  }
}

/** Every kind of data; kinds that may be empty occur twice. */
const everyKind = (): Record<string, unknown> => ({
  text: "“ünïcödé” \u0000 \ud83d\ude00 </script>", empty: "", yes: true, no: false, nothing: null, missing: undefined,
  numbers: [0, -0, 1.5, -1e300, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER], big: 2n ** 80n,
  date: new Date(1_700_000_000_123), map: new Map<unknown, unknown>([["a", { b: 1 }], [{ key: 1 }, new Map()]]),
  set: new Set(["a", 1, { c: [] }]), bytes: Uint8Array.of(1, 2, 255), floats: Float64Array.of(0.1, -0), none: new Uint8Array(),
  buffer: Uint8Array.of(7, 8).buffer, nested: [[[{ deep: [{}] }]]], "odd key \n": 1,
});

/**
 * What every PubSub does, whatever carries its messages. Called at the top of a test file, once for each implementation.
 */
export function pubsubConformance(maker: PubSubMaker): void {
  describe(`${maker.name} keeps the PubSub contract`, () => {
    let errors: unknown[] = [];
    let open: PubSub[] = [];

    const node = async (options: PubSubOptions = {}): Promise<PubSub> => {
      const made = await maker.open({ onError: (error) => errors.push(error), ...options });
      open.push(made);
      return made;
    };

    afterEach(async () => {
      await Promise.all(open.map((each) => each.close()));
      await maker.end();
      const unexpected = errors;
      open = [];
      errors = [];
      expect(unexpected).toEqual([]);
    });

    /** Takes the errors so far, which the test expects. */
    const takeErrors = (): unknown[] => errors.splice(0);

    describe("on one node", () => {
      it("a message reaches every subscriber of its topic, and no other, before publish returns", async () => {
        const pubsub = await node();
        const ears = [new Ear(pubsub, "a"), new Ear(pubsub, "a"), new Ear(pubsub, "b")];
        const sent = pubsub.publish({ topic: "a", event: "said", payload: 1 });
        expect(ears.map((ear) => ear.payloads)).toEqual([[1], [1], []]);
        expect(ears[0]!.heard[0]).toEqual({
          topic: "a", event: "said", payload: 1, node: pubsub.node, sequence: expect.any(Number) as number, version: 1,
        });
        await sent;
      });

      it("all subscribers get the same object, and the payload is the publisher's own", async () => {
        const pubsub = await node();
        const [one, two] = [new Ear(pubsub, "a"), new Ear(pubsub, "a")];
        const payload = everyKind();
        await pubsub.publish({ topic: "a", event: "said", payload });
        expect(one.heard[0]).toBe(two.heard[0]);
        expect(one.heard[0]!.payload).toBe(payload);
      });

      it("a node's sequence rises with each message", async () => {
        const pubsub = await node();
        const ear = new Ear(pubsub, "a");
        for (const name of ["a", "b", "a"]) await pubsub.publish({ topic: name, event: "said", payload: null });
        const [first, second] = ear.heard.map(({ sequence }) => sequence);
        expect(second).toBeGreaterThan(first!);
        expect(first).toBeGreaterThan(0);
      });

      it("the subscription that is excepted is the only one left out", async () => {
        const pubsub = await node();
        const [mine, other] = [new Ear(pubsub, "a"), new Ear(pubsub, "a")];
        await pubsub.publish({ topic: "a", event: "said", payload: 1 }, { except: mine.subscription.id });
        expect([mine.payloads, other.payloads]).toEqual([[], [1]]);
      });

      it("after unsubscribe nothing is received, and unsubscribing again ends no other subscription", async () => {
        const pubsub = await node();
        const listener = new Ear(pubsub, "a");
        listener.subscription.unsubscribe();
        const next = new Ear(pubsub, "a");
        listener.subscription.unsubscribe();
        await pubsub.publish({ topic: "a", event: "said", payload: 1 });
        expect([listener.payloads, next.payloads]).toEqual([[], [1]]);
      });

      it("unsubscribe may be passed on without its subscription", async () => {
        const pubsub = await node();
        const { payloads, subscription: { unsubscribe } } = new Ear(pubsub, "a");
        unsubscribe();
        await pubsub.publish({ topic: "a", event: "said", payload: 1 });
        unsubscribe();
        expect(payloads).toEqual([]);
      });

      it("a message that is being delivered reaches neither who has left meanwhile nor who has come", async () => {
        const pubsub = await node();
        const late: Ear[] = [];
        pubsub.subscribe("a", () => {
          second.subscription.unsubscribe();
          late.push(new Ear(pubsub, "a"));
        });
        const second = new Ear(pubsub, "a");
        await pubsub.publish({ topic: "a", event: "said", payload: 1 });
        expect([second.payloads, late.map((ear) => ear.payloads)]).toEqual([[], [[]]]);
        await pubsub.publish({ topic: "a", event: "said", payload: 2 });
        expect(late[0]!.payloads).toEqual([2]);
      });

      it("what a listener publishes comes after what it received, for every subscriber", async () => {
        const pubsub = await node();
        pubsub.subscribe("a", ({ payload }) => {
          if (payload === "question") void pubsub.publish({ topic: "a", event: "said", payload: "answer" });
        });
        const ear = new Ear(pubsub, "a");
        await pubsub.publish({ topic: "a", event: "said", payload: "question" });
        expect(ear.payloads).toEqual(["question", "answer"]);
      });

      it("a listener that throws or rejects is reported, and keeps nobody from receiving", async () => {
        const pubsub = await node();
        const [thrown, rejected] = [new Error("thrown"), new Error("rejected")];
        pubsub.subscribe("a", () => {
          throw thrown;
        });
        pubsub.subscribe("a", () => Promise.reject(rejected));
        const ear = new Ear(pubsub, "a");
        await pubsub.publish({ topic: "a", event: "said", payload: 1 });
        await new Promise((resolve) => setImmediate(resolve));
        expect(ear.payloads).toEqual([1]);
        expect(takeErrors()).toEqual([thrown, rejected]);
      });

      it("a listener may return a query, which runs once it is awaited, and is reported if it fails", async () => {
        const pubsub = await node();
        const failed = new Error("the query failed");
        let runs = 0;
        const query: PromiseLike<never> = {
          then(onFulfilled, onRejected) {
            runs++;
            return Promise.reject(failed).then(onFulfilled, onRejected);
          },
        };
        pubsub.subscribe("a", () => query);
        await pubsub.publish({ topic: "a", event: "said", payload: 1 });
        await new Promise((resolve) => setImmediate(resolve));
        expect(runs).toBe(1);
        expect(takeErrors()).toEqual([failed]);
      });

      it("a reporter of errors that throws keeps nobody from receiving, now and later", async () => {
        const pubsub = await node({
          onError: () => {
            throw new Error("the reporter's own");
          },
        });
        pubsub.subscribe("a", () => {
          throw new Error("a listener's");
        });
        const ear = new Ear(pubsub, "a");
        const { error: log } = console;
        console.error = () => {};
        try {
          for (const payload of [1, 2]) await pubsub.publish({ topic: "a", event: "said", payload });
        } finally {
          console.error = log;
        }
        expect(ear.payloads).toEqual([1, 2]);
      });

      it("a typed topic hears its own event only", async () => {
        const pubsub = await node();
        const saved = topic<number>("post:7");
        const locked = topic<string>("post:7", { event: "locked" });
        const heard: unknown[] = [];
        pubsub.subscribe(saved, ({ payload }) => heard.push(payload + 1));
        pubsub.subscribe(locked, ({ payload }) => heard.push(payload.toUpperCase()));
        const all = new Ear(pubsub, "post:7");
        await pubsub.broadcast(saved, 1);
        await pubsub.broadcast(locked, "by ann");
        expect(heard).toEqual([2, "BY ANN"]);
        expect(all.payloads).toEqual([1, "by ann"]);
      });

      it("a payload that is no data is refused with its path, before anybody has received it", async () => {
        const pubsub = await node();
        const ear = new Ear(pubsub, "a");
        class User {}
        for (const author of [new User(), () => 1, Symbol("s"), Promise.resolve(), /x/, new Error("x")]) {
          expect(() => pubsub.publish({ topic: "a", event: "said", payload: { post: { author } } })).toThrow(
            expect.objectContaining({ code: "payload_not_data", message: expect.stringContaining("payload.post.author: ") as string }),
          );
        }
        expect(ear.heard).toEqual([]);
      });

      it("says how many topics and subscriptions there are", async () => {
        const pubsub = await node();
        const ears = ["a", "a", "b"].map((name) => new Ear(pubsub, name));
        expect(pubsub.stats()).toEqual({ topics: 2, subscriptions: 3 });
        for (const ear of ears) ear.subscription.unsubscribe();
        expect(pubsub.stats()).toEqual({ topics: 0, subscriptions: 0 });
      });

      it("says whether a topic was published to since a moment, if it can know", async () => {
        const pubsub = await node();
        const [a, b] = [topic<number>("a"), topic<number>("b")];
        const unknown = maker.nodes === "one" ? false : undefined;
        const before = pubsub.moment;
        expect(pubsub.publishedSince(a, before)).toBe(unknown);
        await pubsub.broadcast(a, 1);
        expect([pubsub.publishedSince(a, before), pubsub.publishedSince(b, before)]).toEqual([true, unknown]);
        const after = pubsub.moment;
        expect(pubsub.publishedSince(a, after)).toBe(unknown);
        // Nobody remembers every topic.
        await Promise.all(Array.from({ length: 2_000 }, (_, at) => pubsub.broadcast(topic<number>(`of many: ${at}`), at, { local: true })));
        expect([pubsub.publishedSince(b, after), pubsub.publishedSince(b, pubsub.moment)]).toEqual([undefined, unknown]);
      });

      it("a node that sends a request to itself calls its handler immediately, and gets the answer", async () => {
        const pubsub = await node();
        const asked: unknown[] = [];
        pubsub.answer("sum", (payload, from) => {
          asked.push(payload, from);
          return 3;
        });
        const result = pubsub.request("sum", [1, 2], { timeoutMs: 60_000 });
        expect(asked).toEqual([[1, 2], pubsub.node]);
        expect(await result).toEqual({ answers: [{ node: pubsub.node, payload: 3 }], missing: [] });
      });

      it("a request says who did not answer, and why", async () => {
        const pubsub = await node();
        const failure = new Error("out of order");
        pubsub.answer("fails", () => Promise.reject(failure));
        pubsub.answer("answers a function", () => () => 1);
        pubsub.answer("hangs", () => new Promise(() => {}));
        const why = async (name: string, options: object = {}): Promise<unknown> => {
          const { answers, missing } = await pubsub.request(name, null, { timeoutMs: 60_000, ...options });
          expect(answers).toEqual([]);
          return missing;
        };
        expect(await why("unknown")).toEqual([{ node: pubsub.node, reason: "no_handler" }]);
        expect(await why("fails")).toEqual([{ node: pubsub.node, reason: "failed" }]);
        expect(takeErrors()).toEqual([failure]);
        expect(await why("answers a function")).toEqual([{ node: pubsub.node, reason: "failed" }]);
        expect(takeErrors()).toEqual([expect.objectContaining({ code: "payload_not_data" })]);
        expect(await why("hangs", { timeoutMs: 20 })).toEqual([{ node: pubsub.node, reason: "timeout" }]);
        expect(await why("hangs", { to: ["nobody"] })).toEqual([{ node: "nobody", reason: "gone" }]);
        expect(() => pubsub.request("sum", { of: () => 1 }, { timeoutMs: 1 })).toThrow("payload.of: a function");
      });

      it("a name has one handler, until it stops", async () => {
        const pubsub = await node();
        const stop = pubsub.answer("name", () => 1);
        expect(() => pubsub.answer("name", () => 2)).toThrow(expect.objectContaining({ code: "pubsub_misuse" }));
        stop();
        pubsub.answer("name", () => 3);
        stop();
        const { answers } = await pubsub.request("name", null, { timeoutMs: 60_000 });
        expect(answers).toEqual([{ node: pubsub.node, payload: 3 }]);
      });

      it("closing ends subscriptions and requests, and what is published then reaches nobody", async () => {
        const pubsub = await node();
        const ear = new Ear(pubsub, "a");
        pubsub.answer("hangs", () => new Promise(() => {}));
        const asked = pubsub.request("hangs", null, { timeoutMs: 60_000 });
        await new Promise((resolve) => setImmediate(resolve));
        await pubsub.close();
        await pubsub.close();
        await pubsub.publish({ topic: "a", event: "said", payload: 1 });
        ear.subscription.unsubscribe();
        expect(ear.heard).toEqual([]);
        expect(await within(asked, "the request ends")).toMatchObject({ answers: [] });
        expect(() => pubsub.subscribe("a", () => {})).toThrow(expect.objectContaining({ code: "pubsub_misuse" }));
      });
    });

    // Not declared where it does not apply: a skipped test would look like a gap.
    if (maker.nodes === "many") describe("on many nodes", () => {
      const nodes = (count: number): Promise<PubSub[]> => Promise.all(Array.from({ length: count }, () => node()));

      /** An ear for one topic on each node, ready. */
      const earsOn = async (all: readonly PubSub[], name: string): Promise<Ear[]> => {
        const ears = all.map((pubsub) => new Ear(pubsub, name));
        await within(Promise.all(ears.map((ear) => ear.subscription.ready)), "the subscriptions are ready");
        return ears;
      };

      it("each node has its own id", async () => {
        const all = await nodes(3);
        expect(new Set(all.map((pubsub) => pubsub.node)).size).toBe(3);
      });

      it("a message reaches the subscribers of every node once, with its origin", async () => {
        const all = await nodes(3);
        const ears = await earsOn(all, "a");
        ears.push(new Ear(all[2]!, "a"));
        await all[0]!.publish({ topic: "a", event: "said", payload: "first" });
        await all[0]!.publish({ topic: "a", event: "said", payload: "last" });
        for (const ear of ears) await ear.hears("last");
        for (const ear of ears) {
          expect(ear.payloads).toEqual(["first", "last"]);
          const [first, last] = ear.heard;
          expect(first).toMatchObject({ topic: "a", event: "said", node: all[0]!.node, version: 1 });
          expect(last!.sequence).toBeGreaterThan(first!.sequence);
          expect(ear.heard.map(({ sequence }) => sequence)).toEqual(ears[0]!.heard.map(({ sequence }) => sequence));
        }
        expect(ears[2]!.heard[0]).toBe(ears[3]!.heard[0]);
      });

      it("each node's messages arrive in its order, across topics, however many there are", async () => {
        const all = await nodes(3);
        const heard = all.map((): string[] => []);
        const ends = await earsOn(all, "end");
        await Promise.all(all.flatMap((pubsub, index) => ["a", "b"].map((name) =>
          pubsub.subscribe(name, ({ payload }) => heard[index]!.push(String(payload))).ready)));
        // On a machine that is too busy, a connection may be lost, and messages with it: at most once is what is promised.
        let cuts = 0;
        const stop = onTelemetry("holdfast:backplane:connection", ({ up }) => {
          if (!up) cuts++;
        });
        for (let i = 0; i < 300; i++) {
          for (const [index, pubsub] of all.entries()) pubsub.publish({ topic: i % 3 === 0 ? "a" : "b", event: "n", payload: `${index}:${i}` }).catch(() => {});
        }
        for (const [index, pubsub] of all.entries()) {
          while (ends.some((ear) => !ear.payloads.includes(index))) {
            await pubsub.publish({ topic: "end", event: "end", payload: index }).catch(() => {});
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        }
        stop();
        if (cuts > 0) takeErrors();
        for (const of of heard) {
          for (const index of all.keys()) {
            const arrived = of.filter((text) => text.startsWith(`${index}:`)).map((text) => Number(text.slice(2)));
            expect(arrived).toEqual([...new Set(arrived)].toSorted((one, other) => one - other));
            if (cuts === 0) expect(arrived).toHaveLength(300);
          }
        }
      });

      it("a payload arrives as it was, whatever data it is", async () => {
        const all = await nodes(2);
        const [, ear] = await earsOn(all, "a");
        const cycle: Record<string, unknown> = { name: "cycle" };
        cycle.self = cycle;
        const pool = new Uint8Array(1024).fill(9);
        const slice = pool.subarray(3, 5);
        for (const payload of [everyKind(), cycle, { slice }, Buffer.from("bytes"), undefined, null, "text", 5n, []]) {
          await all[0]!.publish({ topic: "a", event: "said", payload });
        }
        await all[0]!.publish({ topic: "a", event: "end", payload: "end" });
        await ear!.hears("end");
        const [every, round, sliced, buffer, ...rest] = ear!.payloads;
        expect(every).toEqual(everyKind());
        expect(Object.is((every as { numbers: number[] }).numbers[1], -0)).toBe(true);
        expect((round as { self: unknown }).self).toBe(round);
        // Only the view's own bytes: the rest of its buffer must not reach another node.
        expect((sliced as { slice: Uint8Array }).slice).toEqual(Uint8Array.of(9, 9));
        expect((sliced as { slice: Uint8Array }).slice.buffer.byteLength).toBe(2);
        expect([...(buffer as Uint8Array)]).toEqual([...Buffer.from("bytes")]);
        expect(rest).toEqual([undefined, null, "text", 5n, [], "end"]);
      });

      it("topics may have any name", async () => {
        const all = await nodes(2);
        const names = ["", " ", "n:", "t:a", "a*", "ünï\u0000\n", `n:${all[1]!.node}`, "x".repeat(1000)];
        for (const name of names) {
          const [, ear] = await earsOn(all, name);
          await all[0]!.publish({ topic: name, event: "said", payload: name });
          await ear!.hears(name);
          expect(ear!.heard).toMatchObject([{ topic: name, payload: name }]);
        }
      });

      it("a local message stays on its node", async () => {
        const all = await nodes(2);
        const [here, there] = await earsOn(all, "a");
        await all[0]!.publish({ topic: "a", event: "said", payload: "local" }, { local: true });
        await all[0]!.publish({ topic: "a", event: "said", payload: "all" });
        await there!.hears("all");
        expect([here!.payloads, there!.payloads]).toEqual([["local", "all"], ["all"]]);
      });

      it("a subscription that is excepted is one of its node: those of other nodes with the same number receive", async () => {
        const all = await nodes(2);
        const [here, there] = await earsOn(all, "a");
        expect(here!.subscription.id).toBe(there!.subscription.id);
        await all[0]!.publish({ topic: "a", event: "said", payload: 1 }, { except: here!.subscription.id });
        await there!.hears(1);
        expect(here!.heard).toEqual([]);
      });

      it("subscribing and unsubscribing in quick succession ends as the last of them says", async () => {
        const all = await nodes(2);
        for (let i = 0; i < 20; i++) all[1]!.subscribe("a", () => {}).unsubscribe();
        const [, there] = await earsOn(all, "a");
        await all[0]!.publish({ topic: "a", event: "said", payload: 1 });
        await there!.hears(1);
        there!.subscription.unsubscribe();
        const [, again] = await earsOn(all, "a");
        await all[0]!.publish({ topic: "a", event: "said", payload: 2 });
        await again!.hears(2);
        expect([there!.payloads, again!.payloads]).toEqual([[1], [2]]);
      });

      it("a request is answered by every node", async () => {
        const all = await nodes(3);
        for (const [index, pubsub] of all.entries()) {
          pubsub.answer("who", async (payload, from) => ({ index, payload, from }));
        }
        const { answers, missing } = await all[1]!.request("who", { since: new Date(5) }, { timeoutMs: 60_000 });
        const expected = all.map((pubsub, index) => (
          { node: pubsub.node, payload: { index, payload: { since: new Date(5) }, from: all[1]!.node } }));
        expect(byNode(answers)).toEqual(byNode(expected));
        expect(missing).toEqual([]);
      });

      it("a request names each node that did not answer, with the reason", async () => {
        const all = await nodes(4);
        const failure = new Error("out of order");
        all[0]!.answer("sum", () => 1);
        all[1]!.answer("sum", () => {
          throw failure;
        });
        all[2]!.answer("sum", () => new Promise(() => {}));
        const { answers, missing } = await all[0]!.request("sum", null, { timeoutMs: 500 });
        expect(answers).toEqual([{ node: all[0]!.node, payload: 1 }]);
        expect(byNode(missing)).toEqual(byNode([
          { node: all[1]!.node, reason: "failed" }, { node: all[2]!.node, reason: "timeout" }, { node: all[3]!.node, reason: "no_handler" },
        ]));
        expect(takeErrors()).toEqual([failure]);
      });

      it("an answer that is no data is its node's failure, in production, too", async () => {
        const asking = await node();
        const answering = await node({ checkPayloads: false });
        answering.answer("sum", () => () => 1);
        const { missing } = await asking.request("sum", null, { timeoutMs: 60_000, to: [answering.node] });
        expect(missing).toEqual([{ node: answering.node, reason: "failed" }]);
        expect(takeErrors()).toEqual([expect.objectContaining({ code: "payload_not_data" })]);
      });

      it("in production, too, a payload that is no data is refused before anybody has received it", async () => {
        const pubsub = await node({ checkPayloads: false });
        const ear = new Ear(pubsub, "a");
        expect(() => pubsub.publish({ topic: "a", event: "said", payload: { of: () => 1 } }))
          .toThrow(expect.objectContaining({ code: "payload_not_data", message: expect.stringContaining("payload.of: ") as string }));
        expect(ear.heard).toEqual([]);
      });

      it("a request to some nodes asks no others", async () => {
        const all = await nodes(3);
        const asked: number[] = [];
        for (const [index, pubsub] of all.entries()) pubsub.answer("poll", () => void asked.push(index));
        const result = await all[0]!.request("poll", null, { timeoutMs: 60_000, to: [all[2]!.node, "node-gone"] });
        expect(result).toEqual({ answers: [{ node: all[2]!.node, payload: undefined }], missing: [{ node: "node-gone", reason: "gone" }] });
        await all[0]!.request("poll", null, { timeoutMs: 60_000 });
        expect(asked.toSorted()).toEqual([0, 1, 2, 2]);
      });

      it("messages of tell reach the other nodes, in order, or only the one that they name", async () => {
        const all = await nodes(3);
        const heard = all.map((): unknown[] => []);
        for (const [index, pubsub] of all.entries()) {
          pubsub.answer("news", (payload, from) => {
            heard[index]!.push(payload, from);
            if (payload === "bad") throw new Error("bad news");
          });
        }
        const { node } = all[0]!;
        for (const payload of ["first", "bad"]) await all[0]!.tell("news", payload);
        await all[0]!.tell("news", "for you", { to: all[2]!.node });
        await all[0]!.tell("news", "for me", { to: node });
        await all[0]!.tell("nobody listens", 1);
        expect(() => all[0]!.tell("news", { of: () => 1 })).toThrow("payload.of: a function");
        // Everything sent before has arrived before its answer.
        await all[0]!.request("news", "last", { timeoutMs: 60_000 });
        const told = ["first", node, "bad", node];
        expect(heard).toEqual([["last", node], [...told, "last", node], [...told, "for you", node, "last", node]]);
        expect(takeErrors().map(String)).toEqual(["Error: bad news", "Error: bad news"]);
      });

      it("answers reach the request that they are for", async () => {
        const all = await nodes(3);
        for (const pubsub of all) pubsub.answer("echo", (payload) => payload);
        const asked = all.flatMap((pubsub) => Array.from({ length: 20 }, async (_, i) => {
          const { answers } = await pubsub.request("echo", i, { timeoutMs: 60_000 });
          return answers.map(({ payload }) => payload === i);
        }));
        expect((await Promise.all(asked)).flat()).toEqual(Array.from({ length: 180 }, () => true));
      });

      it("nobody waits for a node that has said goodbye", async () => {
        const all = await nodes(3);
        for (const pubsub of all) pubsub.answer("who", () => "here");
        await all[2]!.close();
        const { answers, missing } = await all[0]!.request("who", null, { timeoutMs: 60_000 });
        expect([answers.length, missing]).toEqual([2, []]);
      });

      it("a node takes one carrier, and none when it is closed", async () => {
        const pubsub = await node();
        const carrier = {} as Parameters<PubSub["connect"]>[0];
        await expect(pubsub.connect(carrier)).rejects.toThrow(expect.objectContaining({ code: "pubsub_misuse" }));
        await pubsub.close();
        await expect(pubsub.connect(carrier)).rejects.toThrow(expect.objectContaining({ code: "pubsub_misuse" }));
      });
    });
  });
}

function byNode<T extends { readonly node: string }>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => a.node.localeCompare(b.node));
}
