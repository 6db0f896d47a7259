import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Envelopes } from "../../src/redis/envelope.js";
import { RedisServer } from "../support/redis-server.js";
import { eventually, Nodes, secret } from "./support.js";

let server: RedisServer;
let nodes: Nodes;
beforeAll(async () => {
  server = await RedisServer.start();
  nodes = new Nodes({ url: server.url });
});
afterEach(() => nodes.end());
afterAll(() => server.stop());

const LATER = Date.now() + 3_600_000;

describe("revocations", () => {
  it("what one node revokes is revoked on the other, and only that", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    await one.shared.revocations.revoke("session:a", 5, LATER);
    expect(await two.shared.revocations.revokedAt("session:a")).toBe(5);
    expect(await two.shared.revocations.revokedAt("session:b")).toBeUndefined();
  });

  it("of two times the later counts, and the later end, in either order", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const soon = Date.now() + 300;
    for (const [key, calls] of [["id:u", [[5, LATER], [9, soon], [7, soon]]], ["id:v", [[9, soon], [5, LATER]]]] as const) {
      for (const [at, until] of calls) await one.shared.revocations.revoke(key, at, until);
      expect(await two.shared.revocations.revokedAt(key)).toBe(9);
    }
    await one.shared.revocations.revoke("id:w", 9, soon);
    await eventually("the short one expires", async () => (await two.shared.revocations.revokedAt("id:w")) === undefined);
    expect(await two.shared.revocations.revokedAt("id:u")).toBe(9);
    expect(await two.shared.revocations.revokedAt("id:v")).toBe(9);
  });

  it("one without an end stays", async () => {
    const one = await nodes.join();
    await one.shared.revocations.revoke("id:forever", 1, Infinity);
    expect(await one.shared.revocations.revokedAt("id:forever")).toBe(1);
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
    const rate = { perSecond: 5, burst: 4 };
    const takes = [one, two, one, two].map(({ shared }) => shared.rateLimits.take("log-in:a", rate));
    expect(await Promise.all(takes)).toEqual([0, 0, 0, 0]);
    const wait = await two.shared.rateLimits.take("log-in:a", rate);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(200);
    expect(await one.shared.rateLimits.take("log-in:b", rate)).toBe(0);
    await eventually("a token is there again", async () => (await one.shared.rateLimits.take("log-in:a", rate)) === 0);
    expect(await one.shared.rateLimits.take("no limit", { perSecond: Infinity, burst: 1 })).toBe(0);
  });

  it("a bucket that would be full again is forgotten", async () => {
    const one = await nodes.join();
    await one.shared.rateLimits.take("brief", { perSecond: 1_000, burst: 1 });
    expect(Number(await server.command("PTTL", "holdfast:rate:brief"))).toBeGreaterThan(0);
    expect(Number(await server.command("PTTL", "holdfast:rate:brief"))).toBeLessThanOrEqual(1_001);
  });
});

describe("submissions", () => {
  const key = (name: string): string => name.padEnd(43, "-");

  it("what one node has answered is not run on another, for its session", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    expect(await one.shared.submissions.begin(key("a"), "ann")).toEqual({ run: true });
    await one.shared.submissions.end(key("a"), '["redirect","/b"]');
    expect(await two.shared.submissions.begin(key("a"), "ann")).toEqual({ run: false, outcome: '["redirect","/b"]' });
    expect(await two.shared.submissions.begin(key("b"), "ann")).toEqual({ run: true });
    await two.shared.submissions.end(key("b"), "");
    expect(await one.shared.submissions.begin(key("b"), "ann")).toEqual({ run: false, outcome: "" });
  });

  it("what one node runs is waited for on another; what fails there is run here", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    for (const [name, outcome, expected] of [["c", "done", { run: false, outcome: "done" }], ["d", undefined, { run: true }]] as const) {
      await one.shared.submissions.begin(key(name), "ann");
      let begun = false;
      const waiting = two.shared.submissions.begin(key(name), "ann").finally(() => (begun = true));
      // A round trip of the other node's, behind the one that asked.
      await two.shared.submissions.begin(key(`${name} other`), "ann");
      expect(begun).toBe(false);
      await one.shared.submissions.end(key(name), outcome);
      expect(await waiting).toEqual(expected);
    }
  });

  it("what a node was running when it died is run by another when its claim has ended", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    await one.shared.submissions.begin(key("e"), "dead");
    const waiting = two.shared.submissions.begin(key("e"), "dead");
    const hashes = (await server.command("KEYS", "holdfast:submissions:*")) as unknown as string[];
    for (const hash of [hashes].flat()) if (await server.command("HEXISTS", hash, key("e"))) await server.command("HSET", hash, key("e"), "1 r gone");
    expect(await waiting).toEqual({ run: true });
    // Too late: it is another's by now.
    await one.shared.submissions.end(key("e"), "late");
    await two.shared.submissions.end(key("e"), "in time");
    expect(await one.shared.submissions.begin(key("e"), "dead")).toEqual({ run: false, outcome: "in time" });
  });

  it("of one session a hundred are remembered; those of others stay, and all expire", async () => {
    const one = await nodes.join();
    const answered = async (name: string, session: string): Promise<void> => {
      await one.shared.submissions.begin(key(name), session);
      await one.shared.submissions.end(key(name), "");
    };
    await answered("mine", "quiet");
    for (let i = 0; i < 120; i++) await answered(`many ${i}`, "busy");
    expect(await one.shared.submissions.begin(key("mine"), "quiet")).toEqual({ run: false, outcome: "" });
    expect(await one.shared.submissions.begin(key("many 119"), "busy")).toEqual({ run: false, outcome: "" });
    expect(await one.shared.submissions.begin(key("many 0"), "busy")).toEqual({ run: true });
    const hashes = [(await server.command("KEYS", "holdfast:submissions:*")) as unknown as string[]].flat();
    for (const hash of hashes) {
      expect(Number(await server.command("HLEN", hash))).toBeLessThanOrEqual(100);
      expect(Number(await server.command("PTTL", hash))).toBeGreaterThan(0);
    }
  });

  it("without the database a node remembers alone", async () => {
    const away = await RedisServer.start();
    const node = await nodes.join({ url: away.url });
    await away.stop();
    await eventually("it is away", () => node.log.join().includes("redis is away"));
    expect(await node.shared.submissions.begin(key("f"), "ann")).toEqual({ run: true });
    await node.shared.submissions.end(key("f"), "alone");
    expect(await node.shared.submissions.begin(key("f"), "ann")).toEqual({ run: false, outcome: "alone" });
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
    // One of ours that cannot be read is one that nobody understands.
    await server.command("XADD", "{holdfast}:journal", "*", "r", new Envelopes(secret).sign("{"));
    await one.shared.journal.append("ours", 1_000);
    await eventually("ours is read", () => records.includes("ours"));
    expect(records).toEqual([null, "ours"]);
    expect(one.log.join()).toContain("a record of the journal was refused");
  });
});
