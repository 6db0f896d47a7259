import { expect, it } from "vitest";
import { keysOf } from "./keys.js";
import { Membership } from "./membership.js";

type Records = readonly (readonly [string, readonly string[]])[];

/** A membership with clocks and a database that do what the test says. */
function setUp(): {
  clocks: { monotonic: number; wall: number };
  database: {
    epoch: string; records: Records; nodes: string[]; left: string[]; leaseMs: number; asked: string[][];
    answer: (reply: unknown) => Promise<unknown>;
  };
  membership: Membership;
  log: string[];
} {
  const clocks = { monotonic: 0, wall: 1_000_000 };
  const log: string[] = [];
  const database = {
    epoch: "e1", records: [] as Records, nodes: ["me", "other"], left: [] as string[], leaseMs: 5_000, asked: [] as string[][],
    answer: (reply: unknown): Promise<unknown> => Promise.resolve(reply),
  };
  const run = async (command: string[]): Promise<unknown> => {
    database.asked.push(command);
    if (command[2] !== "4") return [];
    const cursor = command.at(-1)!;
    const { epoch, records, nodes, left, leaseMs } = database;
    const now = clocks.wall + 500;
    return database.answer([
      epoch, now, nodes.flatMap((node) => [node, String(now + leaseMs)]), left, cursor === "" ? [] : records.filter(([id]) => id > cursor),
      cursor === "" ? "0" : cursor, [],
    ]);
  };
  const membership = new Membership("me", run, keysOf("test"), {
    monotonic: () => clocks.monotonic, wall: () => clocks.wall,
  }, (text) => (text === "foreign" ? undefined : text), {
    lost: () => log.push("lost"), renewed: (ms) => log.push(`renewed in ${ms}`), moved: (key) => log.push(`moved ${key}`),
  });
  membership.read({ record: (record) => log.push(`read ${String(record)}`), lost: () => log.push("journal lost"), gap: () => log.push("gap") });
  membership.watch({ lapsed: () => log.push("lapsed"), regained: () => log.push("regained") });
  return { clocks, database, membership, log };
}

it("a lease counts from the moment when it was asked for, not from the answer", async () => {
  const { clocks, database, membership } = setUp();
  expect(membership.held()).toBe(false);
  database.answer = async (reply) => {
    clocks.monotonic += 2_000;
    return reply;
  };
  await membership.renew();
  clocks.monotonic = 4_999;
  expect(membership.held()).toBe(true);
  clocks.monotonic = 5_000;
  expect(membership.held()).toBe(false);
});

it("the clock that says more counts: a machine that was suspended, and a clock that was set back, hold no lease", async () => {
  const suspended = setUp();
  await suspended.membership.renew();
  suspended.clocks.wall += 5_000;
  expect(suspended.membership.held()).toBe(false);
  const setBack = setUp();
  await setBack.membership.renew();
  setBack.clocks.wall -= 3_600_000;
  setBack.clocks.monotonic += 4_999;
  expect(setBack.membership.held()).toBe(true);
  setBack.clocks.monotonic += 1;
  expect(setBack.membership.held()).toBe(false);
});

it("the journal is read before the lease is held again, and those who wait for it go on then", async () => {
  const { clocks, database, membership, log } = setUp();
  await membership.renew();
  clocks.monotonic += 6_000;
  database.records = [["1", ["r", "first"]], ["2", ["r", "foreign"]], ["3", ["r", "second"]]];
  const waiting = membership.whenHeld().then(() => log.push(`goes on, held: ${membership.held()}`));
  await membership.renew();
  await waiting;
  expect(log).toEqual(["renewed in 0", "regained", "lapsed", "renewed in 0", "read first", "read second", "regained", "goes on, held: true"]);
  await membership.renew();
  expect(log.filter((line) => line.startsWith("read"))).toHaveLength(2);
});

it("a journal of many pages is read to its end first", async () => {
  const { clocks, database, membership, log } = setUp();
  await membership.renew();
  clocks.monotonic += 6_000;
  const all = Array.from({ length: 1_200 }, (_, i): readonly [string, readonly string[]] => [String(10_000 + i), ["r", String(i)]]);
  database.answer = async (reply) => {
    const [epoch, now, leases, left, records, ...rest] = reply as [string, number, string[], string[], Records, string, string[]];
    expect(membership.held()).toBe(false);
    return [epoch, now, leases, left, records.slice(0, 500), ...rest];
  };
  database.records = all;
  await membership.renew();
  expect(log.filter((line) => line.startsWith("read"))).toEqual(all.map((_, i) => `read ${i}`));
  expect(membership.held()).toBe(true);
});

it("another epoch is a loss: it is reported, and the new journal is read from its beginning", async () => {
  const { database, membership, log } = setUp();
  await membership.renew();
  log.length = 0;
  database.epoch = "e2";
  database.records = [["1", ["r", "new"]]];
  await membership.renew();
  expect(log).toEqual(["renewed in 0", "lost", "journal lost", "renewed in 0", "read new"]);
  expect(membership.held()).toBe(true);
});

it("who was alive counts until its lease has run out, though the list is lost or the database's clock is set", async () => {
  const { clocks, database, membership } = setUp();
  const nodesIn = async (ms: number): Promise<readonly string[]> => {
    clocks.monotonic += ms;
    await membership.renew();
    return membership.nodes;
  };
  await membership.renew();
  clocks.monotonic += 3_000;
  // The list is lost, comes back, and is lost again.
  database.nodes = ["me"];
  expect(await nodesIn(0)).toEqual(["me", "other"]);
  database.nodes = ["me", "new"];
  await membership.renew();
  database.nodes = ["me"];
  expect(await nodesIn(1_999)).toEqual(["me", "other", "new"]);
  expect(await nodesIn(1)).toEqual(["me", "new"]);
  // Its lease seems shorter: the database's clock was set forward.
  database.nodes = ["me", "new"];
  database.leaseMs = 1_000;
  await membership.renew();
  database.nodes = ["me"];
  // Our own wall clock is set, which is nothing to the other node.
  clocks.wall += 3_600_000;
  expect(await nodesIn(2_999)).toEqual(["me", "new"]);
  expect(await nodesIn(1)).toEqual(["me"]);
});

it("while the database does not answer, nobody is taken for dead: the others may renew their leases unheard", async () => {
  const { clocks, database, membership } = setUp();
  await membership.renew();
  database.answer = () => Promise.reject(new Error("not heard"));
  clocks.monotonic += 3_600_000;
  await membership.renew().catch(() => {});
  expect(membership.nodes).toEqual(["me", "other"]);
  database.answer = (reply) => Promise.resolve(reply);
  database.nodes = ["me"];
  await membership.renew();
  expect(membership.nodes).toEqual(["me"]);
});

it("who may have renewed its lease in data that was lost counts for a lease", async () => {
  const { clocks, database, membership } = setUp();
  await membership.renew();
  clocks.monotonic += 4_999;
  database.epoch = "e2";
  database.nodes = ["me"];
  await membership.renew();
  clocks.monotonic += 4_999;
  await membership.renew();
  expect(membership.nodes).toEqual(["me", "other"]);
  clocks.monotonic += 1;
  await membership.renew();
  expect(membership.nodes).toEqual(["me"]);
});

it("who has said goodbye counts no longer", async () => {
  const { database, membership } = setUp();
  await membership.renew();
  database.nodes = ["me"];
  database.left = ["other"];
  await membership.renew();
  expect(membership.nodes).toEqual(["me"]);
});

it("a node that was away while the data was lost, or for longer than records are kept, has a gap", async () => {
  const { clocks, database, membership, log } = setUp();
  await membership.renew();
  clocks.monotonic += 6_000;
  database.epoch = "e2";
  await membership.renew();
  expect(log.filter((line) => line === "gap")).toHaveLength(1);
  clocks.wall += 3_599_999;
  await membership.renew();
  expect(log.filter((line) => line === "gap")).toHaveLength(1);
  clocks.wall += 3_600_000;
  await membership.renew();
  expect(log.filter((line) => line === "gap")).toHaveLength(2);
});

it("who asks during a renewal shares the next, and is not given the old one's answer", async () => {
  const { database, membership } = setUp();
  let answerFirst = (): void => {};
  database.answer = (reply) => new Promise((resolve) => (answerFirst = () => resolve(reply)));
  const first = membership.renew();
  database.answer = (reply) => Promise.resolve(reply);
  const later = [membership.renew(), membership.renew()];
  database.nodes = ["me", "other", "new"];
  answerFirst();
  await first;
  expect(membership.nodes).toEqual(["me", "other"]);
  await Promise.all(later);
  expect(membership.nodes).toEqual(["me", "other", "new"]);
  expect(database.asked).toHaveLength(2);
});

it("a renewal that fails costs nothing but time", async () => {
  const { clocks, database, membership } = setUp();
  await membership.renew();
  database.answer = () => Promise.reject(new Error("away"));
  await expect(membership.renew()).rejects.toThrow("away");
  await expect(Promise.all([membership.renew(), membership.renew()])).rejects.toThrow("away");
  expect(membership.held()).toBe(true);
  clocks.monotonic += 5_000;
  expect(membership.held()).toBe(false);
  database.answer = (reply) => Promise.resolve(reply);
  await membership.renew();
  expect(membership.held()).toBe(true);
});

it("its clock is the database's", async () => {
  const { clocks, membership } = setUp();
  await membership.renew();
  expect(membership.now()).toBe(clocks.wall + 500);
});

it("after leave it holds nothing, and a late answer does not change that", async () => {
  const { database, membership } = setUp();
  await membership.renew();
  let answer = (): void => {};
  database.answer = (reply) => new Promise((resolve) => (answer = () => resolve(reply)));
  const late = membership.renew();
  const left = membership.leave();
  answer();
  await Promise.all([late, left]);
  expect(membership.held()).toBe(false);
  expect(database.asked.at(-1)!.slice(2)).toEqual(["2", "{test}:nodes", "{test}:left", "me", "5000"]);
});

it("a renewal that waits for another is not asked for behind leave: the others would count the node for a lease longer", async () => {
  const { database, membership } = setUp();
  let answer = (): void => {};
  database.answer = (reply) => new Promise((resolve) => (answer = () => resolve(reply)));
  const [first, next] = [membership.renew(), membership.renew()];
  database.answer = (reply) => Promise.resolve(reply);
  const left = membership.leave();
  answer();
  await Promise.all([first, next, left]);
  // The renewal has four keys, the goodbye two.
  expect(database.asked.map(([, , keys]) => keys)).toEqual(["4", "2"]);
});
