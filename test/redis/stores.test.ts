import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Envelopes } from "../../src/redis/envelope.js";
import { BreakableNetwork } from "../support/breakable-network.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";
import { eventually, Nodes, secret, type TestNode } from "./support.js";

let server: RedisServer;
let nodes: Nodes;
beforeAll(async () => {
  server = await RedisServer.start();
  nodes = new Nodes({ url: server.url });
});
afterEach(() => nodes.end());
afterAll(() => server.stop());

const LATER = Date.now() + 3_600_000;
const DAY_MS = 86_400_000;

describe("revocations", () => {
  it("what one node revokes is revoked on the other, and only that", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    await one.shared.revocations.revoke("session:a", 5, LATER);
    expect(await two.shared.revocations.revokedAt("session:a")).toBe(5);
    expect(await two.shared.revocations.revokedAt("session:b")).toBeUndefined();
  });

  it("of two times the later counts, and the later end, in either order", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const [soon, later] = [Date.now() + 3_000, Date.now() + 2 * DAY_MS];
    for (const [key, calls] of [["id:u", [[5, later], [9, soon], [7, soon]]], ["id:v", [[9, soon], [5, later]]]] as const) {
      for (const [at, until] of calls) await one.shared.revocations.revoke(key, at, until);
      expect(await two.shared.revocations.revokedAt(key)).toBe(9);
    }
    await one.shared.revocations.revoke("id:w", 9, soon);
    const days = await Promise.all(["id:u", "id:v", "id:w"].map(async (key) => Number(await server.command("PTTL", `holdfast:revoked:${key}`)) / DAY_MS));
    expect(days.map(Math.round)).toEqual([3, 3, 1]);
  });

  it("a revocation is kept for a day longer than it is needed, because the database's clock may be ahead", async () => {
    const one = await nodes.join();
    await one.shared.revocations.revoke("session:late", 5, Date.now() + 60_000);
    // Behind a clock that is set forward by an hour it is still there.
    expect(Number(await server.command("PTTL", "holdfast:revoked:session:late"))).toBeGreaterThan(DAY_MS);
  });

  it("one without an end stays", async () => {
    const one = await nodes.join();
    await one.shared.revocations.revoke("id:forever", 1, Infinity);
    expect(await one.shared.revocations.revokedAt("id:forever")).toBe(1);
  });

  it.each(["words", "", "nan", "-inf", "1e9999", "[1]"])("what is no time, %j, ends nobody's doubt: the query fails, and the next end replaces it", async (text) => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const name = `id:garbled-${text}`;
    await one.shared.revocations.revoke(name, 5, LATER);
    await server.command("SET", `holdfast:revoked:${name}`, text);
    // Also on the node that knows of it: another may have ended it later.
    for (const { shared } of [one, two]) await expect(shared.revocations.revokedAt(name)).rejects.toThrow(`DEL holdfast:revoked:${name}`);
    await two.shared.revocations.revoke(name, 9, LATER);
    expect(await one.shared.revocations.revokedAt(name)).toBe(9);
  });

  it("two applications share a database without meeting", async () => {
    const [one, other] = [await nodes.join(), await nodes.join({ prefix: "other" })];
    await one.shared.revocations.revoke("session:x", 5, LATER);
    expect(await other.shared.revocations.revokedAt("session:x")).toBeUndefined();
  });
});

describe("rate limits", () => {
  it("nodes count together: a burst, and then as it refills", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const rate = { perSecond: 0.5, burst: 4 };
    const takes = [one, two, one, two].map(({ shared }) => shared.rateLimits.take("log-in:a", rate));
    expect(await Promise.all(takes)).toEqual([0, 0, 0, 0]);
    const wait = await two.shared.rateLimits.take("log-in:a", rate);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(2_000);
    expect(await one.shared.rateLimits.take("log-in:b", rate)).toBe(0);
    await eventually("a token is there again", async () => (await one.shared.rateLimits.take("log-in:a", rate)) === 0);
    expect(await one.shared.rateLimits.take("no limit", { perSecond: Infinity, burst: 1 })).toBe(0);
  });

  it("a bucket that would be full again is forgotten", async () => {
    const one = await nodes.join();
    await one.shared.rateLimits.take("brief", { perSecond: 0.1, burst: 1 });
    // Full in ten seconds, and a second more.
    const left = Number(await server.command("PTTL", "holdfast:rate:brief"));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(11_000);
  });
});

it.each(["nan", "-inf", "-1e308", "words"])("a bucket that holds %j instead of tokens begins anew", async (text) => {
  const one = await nodes.join();
  const rate = { perSecond: 0.001, burst: 1 };
  await server.command("HSET", `holdfast:rate:tokens ${text}`, "tokens", text, "at", "1");
  await server.command("HSET", `holdfast:rate:at ${text}`, "tokens", "0", "at", text);
  expect(await one.shared.rateLimits.take(`tokens ${text}`, rate)).toBe(0);
  expect(await one.shared.rateLimits.take(`tokens ${text}`, rate)).toBeGreaterThan(0);
  await one.shared.rateLimits.take(`at ${text}`, rate);
  expect(await one.shared.rateLimits.take(`at ${text}`, rate)).toBeGreaterThan(0);
});

describe("submissions", () => {
  const KEY = "a-submission";
  const hashOf = (session: string): string => `holdfast:submissions:${createHash("sha256").update(session).digest("base64url")}`;
  const running: { readonly node: TestNode; readonly key: string }[] = [];
  const begin = async (node: TestNode, key = KEY, session = "ann") => {
    const state = await node.shared.submissions.begin(key, session);
    if (state.run) running.push({ node, key });
    return state;
  };
  const end = ({ shared }: TestNode, outcome: string | undefined, key = KEY) => shared.submissions.end(key, outcome);
  /** A node that leaves waits for what it runs. */
  const endAll = () => Promise.all(running.splice(0).map(({ node, key }) => end(node, undefined, key)));
  afterEach(endAll);

  it("what one node has answered no other runs", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    expect(await begin(one)).toEqual({ run: true });
    await end(one, "answered");
    for (const node of [one, two, two]) expect(await begin(node)).toEqual({ run: false, outcome: "answered" });
    expect(await begin(two, "another")).toEqual({ run: true });
    expect(Number(await server.command("PTTL", hashOf("ann")))).toBeGreaterThan(500_000);
  });

  it("what one node runs the others wait for: for its answer, or until it may be sent again", async () => {
    const [one, two, three] = [await nodes.join(), await nodes.join(), await nodes.join()];
    await begin(one, "slow");
    const waiting = [begin(two, "slow"), begin(three, "slow"), begin(three, "slow")];
    let settled = 0;
    for (const state of waiting) void state.then(() => settled++);
    for (const [index, node] of [two, three].entries()) await begin(node, `another ${index}`);
    expect(settled).toBe(0);
    await end(one, undefined, "slow");
    const runs = await Promise.race(waiting.map(async (state, index) => ({ index, state: await state })));
    expect(runs.state).toEqual({ run: true });
    await end(runs.index === 0 ? two : three, "at last", "slow");
    const states = (await within(Promise.all(waiting), "all have an answer")).map((state) => JSON.stringify(state)).toSorted();
    expect(states).toEqual(['{"run":false,"outcome":"at last"}', '{"run":false,"outcome":"at last"}', '{"run":true}'].toSorted());
  });

  it("of many sent to all nodes together exactly one runs", async () => {
    const all = await Promise.all([1, 2, 3].map(() => nodes.join()));
    for (let round = 0; round < 20; round++) {
      const key = `round ${round}`;
      let ran = 0;
      await within(Promise.all([...all, ...all].map(async (node) => {
        if (!(await begin(node, key)).run) return;
        ran++;
        await end(node, "done", key);
      })), "all have an answer");
      expect(ran).toBe(1);
    }
  });

  it("one that a killed node had is free when its lease has run out, and not before", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const killed = "node-killed";
    const leaseEnds = Date.now() + 3_000;
    await server.command("ZADD", "{holdfast}:nodes", String(leaseEnds), killed);
    await server.command("HSET", hashOf("ann"), "taken", `${Date.now() + 600_000} r${killed}:1`);
    let ran = 0;
    const states = await within(Promise.all([one, two].map(async (node) => {
      const state = await begin(node, "taken");
      if (!state.run) return state.outcome;
      ran++;
      expect(Date.now()).toBeGreaterThanOrEqual(leaseEnds);
      await end(node, "once", "taken");
      return "once";
    })), "it is free");
    expect([ran, states]).toEqual([1, ["once", "once"]]);
  });

  it("while the database is away they wait for it, and how the others ended is written when it is back", async () => {
    const own = await RedisServer.start();
    const apart = new Nodes({ url: own.url });
    const [one, two, serving] = [await apart.join(), await apart.join(), await apart.join({ outage: "serve" })];
    await begin(one);
    await own.kill();
    await end(one, "answered");
    expect(await begin(one)).toEqual({ run: false, outcome: "answered" });
    let settled = false;
    const waiting = Promise.resolve(begin(two, "waits")).then((state) => {
      settled = true;
      return state;
    });
    // A node that keeps serving knows only its own.
    expect([await begin(serving, "alone"), settled]).toEqual([{ run: true }, false]);
    await own.begin();
    expect(await within(waiting, "it runs")).toEqual({ run: true });
    await eventually("it is written", async () => String(await own.command("HGET", hashOf("ann"), KEY)).endsWith(" danswered"));
    expect(await begin(two)).toEqual({ run: false, outcome: "answered" });
    await endAll();
    await apart.end();
    await own.stop();
  });

  it("one that a node runs although no answer reaches it is ended for the others, too", async () => {
    const network = await BreakableNetwork.to(server.port);
    try {
      const [one, two] = [await nodes.join({ url: `redis://127.0.0.1:${network.port}`, outage: "serve" }), await nodes.join()];
      network.cut({ way: "answers" });
      // The claim has arrived.
      expect(await one.shared.submissions.begin("form", "session")).toEqual({ run: true });
      await one.shared.submissions.end("form", "done");
      network.mend();
      expect(await within(two.shared.submissions.begin("form", "session"), "it is known to the other")).toEqual({ run: false, outcome: "done" });
    } finally {
      await nodes.end();
      await network.close();
    }
  });

  it("a key of another type, or a right that was taken away, refuses them: none waits for ever, and it may be sent again", async () => {
    const one = await nodes.join();
    await server.command("SET", hashOf("ann"), "of somebody else");
    for (let i = 0; i < 2; i++) await expect(within(begin(one, "refused"), "it is refused")).rejects.toThrow("WRONGTYPE");
    await server.command("DEL", hashOf("ann"));
    await server.command("ACL", "SETUSER", "default", "-hset");
    await expect(within(begin(one, "refused"), "it is refused")).rejects.toThrow(/NOPERM|can't run this command/);
    await server.command("ACL", "SETUSER", "default", "+hset");
    expect(await within(begin(one, "refused"), "it runs")).toEqual({ run: true });
    await end(one, "", "refused");
  });

  it.each(["", "words", "12", "99999999999999 r", "99999999999999 rnode"])("a field that holds %j is no claim", async (text) => {
    const one = await nodes.join();
    const session = `garbled ${text}`;
    const own = `own ${text}`;
    for (const field of [own, ...Array.from({ length: 99 }, (_, i) => `field ${i}`)]) await server.command("HSET", hashOf(session), field, text);
    for (const name of [own, `new ${text}`]) {
      expect(await within(begin(one, name, session), "it runs")).toEqual({ run: true });
      await end(one, "", name);
    }
  });

  it("of one session a hundred are remembered; those of others stay, and all expire", async () => {
    const one = await nodes.join();
    const answered = async (name: string, session: string): Promise<void> => {
      await begin(one, name, session);
      await end(one, "", name);
    };
    await answered("mine", "quiet");
    for (let i = 0; i < 120; i++) await answered(`many ${i}`, "busy");
    expect(await begin(one, "mine", "quiet")).toEqual({ run: false, outcome: "" });
    expect(await begin(one, "many 119", "busy")).toEqual({ run: false, outcome: "" });
    expect(await begin(one, "many 0", "busy")).toEqual({ run: true });
    const hashes = [(await server.command("KEYS", "holdfast:submissions:*")) as unknown as string[]].flat();
    for (const hash of hashes) {
      expect(Number(await server.command("HLEN", hash))).toBeLessThanOrEqual(100);
      expect(Number(await server.command("PTTL", hash))).toBeGreaterThan(0);
    }
  });
});

describe("the journal", () => {
  it("every node reads each record once, in order, and none from before its time", async () => {
    const one = nodes.make();
    const read = new Map<string, unknown[]>();
    const reader = (name: string) => {
      const records: unknown[] = [];
      read.set(name, records);
      return { record: (record: unknown) => void records.push(record), lost() {}, gap: () => void records.push("gap") };
    };
    one.shared.journal.read(reader("one"));
    await one.pubsub.connect(one.shared.carrier);
    await one.shared.journal.append({ n: "before two" }, 1_000);
    const two = nodes.make();
    two.shared.journal.read(reader("two"));
    await two.pubsub.connect(two.shared.carrier);
    // More than one page, from both.
    const count = 700;
    const all = Array.from({ length: count }, (_, n) => n);
    for (const n of all) await (n % 2 === 0 ? one : two).shared.journal.append({ n }, 1_000);
    await eventually("both have read all", () => read.get("one")!.length === count + 1 && read.get("two")!.length === count);
    expect(read.get("two")).toEqual(all.map((n) => ({ n })));
    expect(read.get("one")).toEqual([{ n: "before two" }, ...all.map((n) => ({ n }))]);
  });

  it("a record of somebody else is none", async () => {
    const one = nodes.make();
    const records: unknown[] = [];
    one.shared.journal.read({ record: (record) => void records.push(record), lost() {}, gap() {} });
    await one.pubsub.connect(one.shared.carrier);
    await server.command("XADD", "{holdfast}:journal", "*", "r", '["forged"]');
    await server.command("XADD", "{holdfast}:journal", "*", "odd", "field");
    // A record with our signature that cannot be parsed.
    await server.command("XADD", "{holdfast}:journal", "*", "r", new Envelopes(secret).sign("{"));
    await one.shared.journal.append("ours", 1_000);
    await eventually("ours is read", () => records.includes("ours"));
    expect(records).toEqual([null, "ours"]);
    expect(one.log.join()).toContain("a record of the journal was refused");
  });
});
