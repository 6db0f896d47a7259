import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "redis";
import type { HoldfastError } from "../../src/errors/index.js";
import { Envelopes } from "../../src/redis/envelope.js";
import { onTelemetry } from "../../src/telemetry/index.js";
import { BreakableNetwork } from "../support/breakable-network.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";
import { eventually, Nodes, secret, type TestNode } from "./support.js";

let server: RedisServer;
let nodes: Nodes;
beforeEach(async () => {
  server = await RedisServer.start();
  nodes = new Nodes({ url: server.url });
});
afterEach(async () => {
  await nodes.end();
  await server.stop();
});

/** The payloads that a node receives on a topic from now on. */
async function ear({ pubsub }: TestNode, topic: string): Promise<unknown[]> {
  const heard: unknown[] = [];
  await within(pubsub.subscribe(topic, ({ payload }) => heard.push(payload)).ready, "the subscription is ready");
  return heard;
}

/** Publishes until it is received: while a connection is down, messages may be lost. */
async function saysUntilHeard(node: TestNode, topic: string, payload: unknown, heard: unknown[]): Promise<void> {
  await eventually(`${String(payload)} is heard`, async () => {
    void node.pubsub.publish({ topic, event: "said", payload });
    await new Promise((resolve) => setTimeout(resolve, 20));
    return heard.includes(payload);
  });
}

/** Uses each part of the backplane on one node, and looks for it on the other. */
async function useEverything(one: TestNode, two: TestNode): Promise<void> {
  const heard = await ear(two, "used");
  await saysUntilHeard(one, "used", "plain", heard);
  await one.pubsub.publish({ topic: "used", event: "said", payload: "kept" }, { replay: 5 });
  await eventually("what is kept is heard", () => heard.includes("kept"));
  await one.shared.revocations.revoke("used", 7, Date.now() + 3_600_000);
  expect(await two.shared.revocations.revokedAt("used")).toBe(7);
  expect(await one.shared.submissions.begin("used", "session")).toEqual({ run: true });
  await one.shared.submissions.end("used", "done");
  expect(await two.shared.submissions.begin("used", "session")).toEqual({ run: false, outcome: "done" });
  const recorded = new Promise((resolve) => two.shared.journal.read({ record: resolve, lost() {}, gap() {} }));
  await one.shared.journal.append("a record", 60_000);
  expect(await within(recorded, "the record is read")).toBe("a record");
  await one.shared.rateLimits.take("used", { perSecond: 0.001, burst: 1 });
}

describe("on the bus", () => {
  it("a stranger, a replay and a node of another format are each told apart, and none of them is heard", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const refused: unknown[] = [];
    const stop = onTelemetry("holdfast:backplane:refused", (event) => refused.push(event));
    const heard = await ear(two, "a");
    const wire: string[] = [];
    const tap = createClient({ url: server.url });
    await tap.connect();
    await tap.subscribe("holdfast:c:t:a", (text) => wire.push(text));
    await one.pubsub.publish({ topic: "a", event: "said", payload: "genuine" });
    await eventually("it is on the wire", () => wire.length === 1);
    tap.destroy();
    const message = { topic: "t:a", event: "said", payload: "forged", node: one.pubsub.node, sequence: 1_000, version: 1 };
    const envelope = { message, sentAt: Date.now(), epoch: "any" };
    for (const text of [
      new Envelopes("another secret, long enough, of somebody").seal(envelope), "nonsense", wire[0]!,
      new Envelopes(secret).sign("[2,{}]\n"), new Envelopes(secret).sign("[1\n"),
    ]) await server.command("PUBLISH", "holdfast:c:t:a", text);
    await saysUntilHeard(one, "a", "last", heard);
    stop();
    expect(heard.filter((payload) => payload !== "last")).toEqual(["genuine"]);
    expect(refused).toEqual([
      { reason: "stranger", node: undefined }, { reason: "stranger", node: undefined }, { reason: "replay", node: one.pubsub.node },
      { reason: "version", node: undefined }, { reason: "malformed", node: undefined },
    ]);
    // Each kind is logged once.
    expect(two.log.filter((line) => line.includes("refused"))).toHaveLength(4);
  });

  it("a node with another secret is a stranger, and answers no request", async () => {
    const [one, other] = [await nodes.join(), await nodes.join({ secret: "a secret that was rotated on one node" })];
    for (const { pubsub } of [one, other]) pubsub.answer("who", () => 1);
    const { answers, missing } = await one.pubsub.request("who", null, { timeoutMs: 300 });
    expect(answers.map(({ node }) => node)).toEqual([one.pubsub.node]);
    expect(missing).toEqual([{ node: other.pubsub.node, reason: "timeout" }]);
    const told = (line: string): boolean => line.includes("another application uses this database") && line.includes("redis({ prefix })");
    await eventually("both say what to do", () => one.log.some(told) && other.log.some(told));
  });
});

describe("a database", () => {
  it("that is killed and comes back empty: subscriptions are back, and what was revoked is revoked again", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const lost: unknown[] = [];
    const stop = onTelemetry("holdfast:backplane:lost", (event) => lost.push(event));
    const heard = await ear(two, "a");
    await one.shared.revocations.revoke("session:a", 7, Date.now() + 3_600_000);
    await server.kill();
    // Subscriptions that begin or end meanwhile take effect afterwards.
    const meanwhile: unknown[] = [];
    const ready = two.pubsub.subscribe("b", ({ payload }) => meanwhile.push(payload)).ready;
    const ended = two.pubsub.subscribe("c", () => {});
    ended.unsubscribe();
    await server.begin();
    await within(ready, "the new subscription is ready");
    await saysUntilHeard(one, "a", "again", heard);
    await saysUntilHeard(one, "b", "new", meanwhile);
    await eventually("both nodes have noticed", () => lost.length === 2);
    stop();
    await eventually("it is revoked again", async () => (await two.shared.revocations.revokedAt("session:a")) === 7);
    for (const { pubsub } of [one, two]) pubsub.answer("who", () => 1);
    await eventually("both are alive", async () => (await one.pubsub.request("who", null, { timeoutMs: 1_000 })).answers.length === 2);
    const channels = await server.command("PUBSUB", "CHANNELS", "*:t:*");
    expect((channels as string[]).toSorted()).toEqual(["holdfast:c:t:a", "holdfast:c:t:b"]);
  });

  it("that is flushed is noticed within seconds, and written again", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    await one.shared.revocations.revoke("session:a", 7, Date.now() + 3_600_000);
    await server.command("FLUSHALL");
    await eventually("it is revoked again", async () => (await two.shared.revocations.revokedAt("session:a")) === 7);
    await eventually("both have leases", async () => Number(await server.command("ZCARD", "{holdfast}:nodes")) === 2);
    expect(one.log.join()).toContain("redis has lost its data");
    expect([one.shared.lease.held(), two.shared.lease.held()]).toEqual([true, true]);
  });

  it("that is silent while its connections stay open: nobody waits forever, leases lapse, and all is well afterwards", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const heard = await ear(two, "a");
    const log: string[] = [];
    one.shared.lease.watch({ lapsed: () => log.push("lapsed"), regained: () => log.push("regained") });
    server.pause();
    const began = performance.now();
    await expect(within(Promise.resolve(one.shared.revocations.revokedAt("session:a")), "an answer")).rejects.toThrow("within 2000 ms");
    expect(await within(one.shared.rateLimits.take("a", { perSecond: 0.001, burst: 1 }), "a count")).toBe(0);
    expect(await within(one.shared.rateLimits.take("a", { perSecond: 0.001, burst: 1 }), "a count")).toBeGreaterThan(0);
    one.pubsub.answer("who", () => 1);
    const { answers, missing } = await one.pubsub.request("who", null, { timeoutMs: 1_000 });
    expect([answers.length, missing]).toEqual([1, [{ node: two.pubsub.node, reason: "timeout" }]]);
    await eventually("the lease lapses", () => log.includes("lapsed"));
    expect(performance.now() - began).toBeGreaterThan(3_900);
    expect(one.shared.lease.held()).toBe(false);
    const goesOn = one.shared.lease.whenHeld();
    server.resume();
    await within(goesOn, "the lease is held again");
    expect(log).toEqual(["lapsed", "regained"]);
    await saysUntilHeard(one, "a", "again", heard);
    expect(one.log.join()).toContain("has not answered for 3000 ms");
  });

  it("that a node does not hear: it takes nobody for dead, since the others renew their leases all the same", async () => {
    const network = await BreakableNetwork.to(server.port);
    try {
      const [other, deaf] = [await nodes.join(), await nodes.join({ url: `redis://127.0.0.1:${network.port}` })];
      network.cut({ way: "answers" });
      await eventually("the lease lapses", () => !deaf.shared.lease.held());
      expect(other.shared.lease.held()).toBe(true);
      const { missing } = await deaf.pubsub.request("who", null, { timeoutMs: 500 });
      expect(missing).toContainEqual({ node: other.pubsub.node, reason: "timeout" });
    } finally {
      await nodes.end();
      await network.close();
    }
  });

  it("that cannot be reached yet is waited for", async () => {
    await server.kill();
    const node = nodes.make();
    const joining = node.pubsub.connect(node.shared.carrier);
    await eventually("it has tried", () => node.log.some((line) => line.includes("redis is away")));
    await server.begin();
    await within(joining, "the node joins");
    expect(node.shared.lease.held()).toBe(true);
  });

  it("that keeps nothing on disk is warned of, and one that does is not", async () => {
    const warned = ({ log }: TestNode): boolean => log.some((line) => line.includes("keeps nothing on disk"));
    expect(warned(await nodes.join())).toBe(true);
    await server.command("CONFIG", "SET", "appendonly", "yes");
    const kept = await nodes.join();
    expect([warned(kept), kept.log.join().includes("throws keys away")]).toEqual([false, false]);
    await server.command("CONFIG", "SET", "maxmemory", "100mb");
    await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    expect((await nodes.join()).log.join()).toContain("throws keys away");
  });

  it("that a client has given up on is asked by another client", async () => {
    const one = await nodes.join({ client: createClient({ url: server.url, socket: { reconnectStrategy: false } }) });
    const two = await nodes.join();
    const heard = await ear(one, "a");
    // A client that gives up is replaced.
    await server.kill();
    await server.begin();
    await saysUntilHeard(two, "a", "again", heard);
  });

  it("whose server has become a replica is looked for under its name again, and a failover that closes no connection is survived", async () => {
    const next = await RedisServer.start();
    const name = await BreakableNetwork.to(server.port);
    try {
      await next.command("REPLICAOF", "127.0.0.1", String(server.port));
      const [one, two] = [
        await nodes.join({ url: `redis://127.0.0.1:${name.port}` }), await nodes.join({ url: `redis://127.0.0.1:${name.port}` }),
      ];
      const heard = await ear(two, "a");
      await one.shared.revocations.revoke("session:a", 7, Date.now() + 3_600_000);
      await eventually("the replica is in step", async () => String(await next.command("INFO", "replication")).includes("master_link_status:up"));
      await server.command("WAIT", "1", "0");
      await next.command("REPLICAOF", "NO", "ONE");
      await server.command("REPLICAOF", "127.0.0.1", String(next.port));
      // New connections reach the new primary; those that are open stay with the old one.
      name.leadTo(next.port);
      await eventually("both have their leases at the new primary", async () => Number(await next.command("ZCARD", "{holdfast}:nodes")) === 2
        && one.log.concat(two.log).filter((line) => line.includes("has become a replica")).length >= 2
        && one.shared.lease.held() && two.shared.lease.held());
      expect(await two.shared.revocations.revokedAt("session:a")).toBe(7);
      await saysUntilHeard(one, "a", "again", heard);
    } finally {
      await nodes.end();
      await name.close();
      await next.stop();
    }
  });

  it("that refuses the node's commands is why its lease runs out, and the log says so", async () => {
    const node = await nodes.join();
    await server.command("ACL", "SETUSER", "default", "-eval");
    await eventually("the lease lapses", () => node.log.some((line) => line.includes("lease has run out")));
    expect(node.log.find((line) => line.includes("lease has run out"))).toContain("NOPERM");
    await server.command("ACL", "SETUSER", "default", "+eval");
    await within(node.shared.lease.whenHeld(), "the lease is held again");
  });

  it.each([
    ["channels", ["~*", "+@all", "resetchannels"]],
    ["subscriptions", ["~*", "&*", "+@all", "-subscribe"]],
    ["scripts", ["~*", "&*", "+@all", "-eval"]],
    ["some of the keys", ["~holdfast:*", "&*", "+@all"]],
    ["the keys of log-outs, forms and rates", ["~{holdfast}:*", "&*", "+@all"]],
    ["what a log-out needs", ["~*", "&*", "+@all", "-pttl"]],
    ["what a form needs", ["~*", "&*", "+@all", "-hset"]],
    ["what a replay needs", ["~*", "&*", "+@all", "-xrange"]],
    ["publishing", ["~*", "&*", "+@all", "-publish"]],
  ])("that does not allow its user %s ends the start with what to grant, and what was granted suffices", async (_what, rules) => {
    const allow = (...rights: string[]): Promise<unknown> => server.command("ACL", "SETUSER", "app", "reset", "on", ">right", ...rights);
    await allow(...rules);
    const url = server.url.replace("//", "//app:right@");
    const { pubsub, shared } = nodes.make({ url });
    const error = await within(pubsub.connect(shared.carrier), "the start ends").then(() => undefined, (reason: unknown) => reason as HoldfastError);
    expect(error).toMatchObject({ code: "endpoint_config_invalid" });
    await allow(...error!.parts.fix!.split(" ").slice(3));
    const [one, two] = [await nodes.join({ url }), await nodes.join({ url })];
    await useEverything(one, two);
    expect(one.log.concat(two.log).filter((line) => line.includes("refuse"))).toEqual([]);
  });

  it("that takes a right away while nodes run: the log says which, and what to grant", async () => {
    const node = await nodes.join();
    await server.command("ACL", "SETUSER", "default", "-get");
    await Promise.resolve(node.shared.revocations.revokedAt("a")).catch(() => {});
    await Promise.resolve(node.shared.revocations.revokedAt("a")).catch(() => {});
    const said = node.log.filter((line) => line.startsWith("redis refuses a command") && line.includes('"GET"'));
    expect(said).toEqual([expect.stringMatching(/NOPERM.*ACL SETUSER/)]);
  });

  it("whose memory is full does all that nodes need: sessions end, disconnects are recorded, forms and messages are sent", async () => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    await server.command("CONFIG", "SET", "maxmemory", "1");
    await expect(server.command("SET", "other", "1")).rejects.toThrow("OOM");
    await useEverything(one, two);
    await one.shared.lease.whenHeld();
    const late = await nodes.join();
    expect(late.shared.lease.held()).toBe(true);
    await server.command("FLUSHALL");
    await eventually("all have their leases again", async () => Number(await server.command("ZCARD", "{holdfast}:nodes")) === 3);
  });

  it.each([
    ["epoch", "string"], ["journal", "stream"], ["nodes", "zset"], ["left", "zset"],
  ])("in which somebody writes over %s: it is moved away and begun anew, though memory is full, and no lease lapses", async (name, type) => {
    const [one, two] = [await nodes.join(), await nodes.join()];
    const lapses: string[] = [];
    for (const { shared } of [one, two]) shared.lease.watch({ lapsed: () => lapses.push("lapsed") });
    const key = `{holdfast}:${name}`;
    await server.command("RPUSH", "of-another", "theirs");
    await server.command("CONFIG", "SET", "maxmemory", "1");
    await server.command("RENAME", "of-another", key);
    const logs = (): string => [...one.log, ...two.log].join();
    await eventually("a node says so", () => logs().includes("what is not ours"));
    expect(logs()).toContain(JSON.stringify({
      key, expected: type, got: "list", to: `${key}:moved`,
      fix: `give each application its own redis({ prefix }); then look at ${key}:moved, and delete it: DEL ${key}:moved`,
    }));
    expect(await server.command("LRANGE", `${key}:moved`, "0", "-1")).toEqual(["theirs"]);
    await useEverything(one, two);
    await nodes.join();
    await eventually("all have leases", async () => Number(await server.command("ZCARD", "{holdfast}:nodes")) === 3);
    expect(lapses).toEqual([]);
  });

  it("that refuses the password ends the start", async () => {
    await server.command("CONFIG", "SET", "requirepass", "right");
    const node = nodes.make({ url: server.url.replace("//", "//:wrong@") });
    await expect(within(node.pubsub.connect(node.shared.carrier), "the start ends")).rejects.toMatchObject({
      code: "endpoint_config_invalid", message: expect.stringMatching(/WRONGPASS[^]*fix: .*correct the url/) as string,
    });
    // A client of the application's own would try again for ever.
    const own = nodes.make({ client: createClient({ url: server.url, password: "wrong" }) });
    await expect(within(own.pubsub.connect(own.shared.carrier), "the start ends")).rejects.toThrow(/WRONGPASS/);
    const right = await nodes.join({ url: server.url.replace("//", "//:right@") });
    expect(right.shared.lease.held()).toBe(true);
  });

  it("that is a replica ends the start, and is told apart from a primary", async () => {
    await server.command("REPLICAOF", "127.0.0.1", "1");
    const node = nodes.make({ url: server.url });
    await expect(within(node.pubsub.connect(node.shared.carrier), "the start ends")).rejects.toMatchObject({
      code: "endpoint_config_invalid", message: expect.stringMatching(/read-only replica[^]*expected: a primary[^]*got: .*READONLY/) as string,
    });
    await server.command("REPLICAOF", "NO", "ONE");
    const primary = await nodes.join();
    expect(primary.shared.lease.held()).toBe(true);
  });

  it("that lacks what 6.2 brought ends the start: it could not record that a session has ended", async () => {
    const old = await RedisServer.start(["--rename-command", "XTRIM", ""]);
    try {
      const node = nodes.make({ url: old.url });
      await expect(within(node.pubsub.connect(node.shared.carrier), "the start ends")).rejects.toMatchObject({
        code: "endpoint_config_invalid", message: expect.stringMatching(/too old[^]*expected: Redis 6.2 or newer, or Valkey/) as string,
      });
    } finally {
      await nodes.end();
      await old.stop();
    }
  });

  it("that has no such database ends the start", async () => {
    const node = nodes.make({ url: `${server.url}/99` });
    await expect(within(node.pubsub.connect(node.shared.carrier), "the start ends")).rejects.toThrow(/DB index/);
  });

  it.each(["", "127.0.0.1:6379", "http://ann:hidden@127.0.0.1:6379", "redis"])("whose url is %j is refused with what to write, and no password is shown", (url) => {
    expect(() => nodes.make({ url })).toThrow(expect.objectContaining({
      code: "endpoint_config_invalid", message: expect.stringMatching(/^(?!.*hidden)[^]*fix: .*redis:\/\/127/) as string,
    }));
  });

  it("may be given as a client of the application's own", async () => {
    const client = createClient({ url: server.url });
    const one = await nodes.join({ client });
    const two = await nodes.join();
    const heard = await ear(two, "a");
    await saysUntilHeard(one, "a", "hello", heard);
    // It is only a template and never connected itself.
    expect(client.isOpen).toBe(false);
  });
});

it("a node that says goodbye is gone immediately, and leaves no channel behind", async () => {
  const [one, two] = [await nodes.join(), await nodes.join()];
  await ear(two, "a");
  await two.pubsub.close();
  expect(await server.command("ZRANGE", "{holdfast}:nodes", "0", "-1")).toEqual([one.pubsub.node]);
  await eventually("its channels are gone", async () => (await server.command("PUBSUB", "CHANNELS") as string[]).length === 3);
});
