import { afterEach, beforeEach, expect, it } from "vitest";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";
import { NodeProcess } from "./node-process.js";

interface Disconnected {
  readonly sockets: number;
  readonly nodes: readonly string[];
  readonly missing: readonly { node: string; reason: string }[];
  readonly recorded: boolean;
  readonly began: number;
  readonly resolved: number;
}

/** A node's lease is 5 s long, and its watchers wait for a second more. Who waits for this long has waited twice. */
const TWO_LEASES_MS = 10_000;

let server: RedisServer;
let nodes: NodeProcess[];
beforeEach(async () => {
  server = await RedisServer.start();
  nodes = await Promise.all([1, 2, 3].map(() => NodeProcess.start(server.url)));
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.kill()));
  await server.stop();
});

/** Opens sockets of an id on each node, and waits until handlers of them have run. */
async function busy(id: string): Promise<void> {
  for (const node of nodes) await node.ask(`open ${id} 5`);
  for (const node of nodes) await within(startsOn(node, id), "handlers run");
}

async function startsOn(node: NodeProcess, id: string): Promise<void> {
  while ((await node.ask<number>(`last ${id}`)) === 0);
}

/** Expects that no handler of the id started after the promise resolved, and that none of its sockets is open. */
async function expectFenced(node: NodeProcess, id: string, { resolved }: Disconnected): Promise<void> {
  expect(await node.ask<number>(`last ${id}`)).toBeLessThanOrEqual(resolved);
  expect(await node.ask<number>(`count ${id}`)).toBe(0);
}

proof("fence", "behind a disconnect no handler starts on any of three processes, while sockets fire without pause and one is stopped now and then", {
  small: { rounds: 20, stopped: 0 },
  full: { rounds: 1_000, stopped: 0.02 },
}, async ({ size, seed, figure }) => {
  const chance = new Chance(seed);
  const took: number[] = [];
  let stops = 0;
  for (let round = 0; round < size.rounds; round++) {
    const id = `user-${round}`;
    await busy(id);
    const [asked, other] = chance.shuffled(nodes);
    const stop = chance.maybe(size.stopped);
    if (stop) other!.signal("SIGSTOP");
    const result = await asked!.ask<Disconnected>(`disconnect ${id}`);
    if (stop) other!.signal("SIGCONT");
    expect(result).toMatchObject({ sockets: stop ? 10 : 15, missing: stop ? [{ node: other!.id }] : [], recorded: true });
    for (const node of nodes) {
      while (!(await node.ask<boolean>("held")));
      await expectFenced(node, id, result);
      expect(await node.ask<number>("gaps")).toBe(0);
      await node.ask("forget");
    }
    if (stop) stops++;
    else took.push(result.resolved - result.began);
  }
  took.sort((a, b) => a - b);
  figure("stops", stops);
  figure("medianMs", Math.round(took[Math.floor(took.length / 2)]! * 10) / 10);
  figure("worstMs", Math.round(took.at(-1)! * 10) / 10);
});

/** The connection of the process that is stopped is lost, and with it what it has not read. The two others subscribe again. */
async function loseItsConnection(): Promise<void> {
  await server.command("CLIENT", "KILL", "TYPE", "pubsub");
  while (JSON.stringify(await server.command("PUBSUB", "NUMSUB", "holdfast:c:n:")) !== '["holdfast:c:n:",2]');
}

it("a process that is paused is named as missing, and does nothing for that id when it resumes", async () => {
  await busy("ann");
  const stopped = nodes[2]!;
  stopped.signal("SIGSTOP");
  await loseItsConnection();
  const result = await nodes[0]!.ask<Disconnected>("disconnect ann");
  expect(result).toMatchObject({ sockets: 10, missing: [{ node: stopped.id, reason: "timeout" }], recorded: true });
  expect(result.resolved - result.began).toBeLessThan(TWO_LEASES_MS);
  stopped.signal("SIGCONT");
  while (!(await stopped.ask<boolean>("held")));
  for (const node of nodes) await expectFenced(node, "ann", result);
  // It was away, but missed nothing.
  expect(await stopped.ask<number>("gaps")).toBe(0);
  await busy("bob");
});

it("a process that is killed is named once, and then it is gone", async () => {
  await busy("ann");
  await nodes[2]!.kill();
  const killed = nodes.pop()!;
  const result = await nodes[0]!.ask<Disconnected>("disconnect ann");
  expect(result).toMatchObject({ sockets: 10, missing: [{ node: killed.id, reason: "timeout" }] });
  expect(await nodes[0]!.ask<Disconnected>("disconnect bob")).toMatchObject({ missing: [] });
});

it("while the database is away a disconnect returns within a lease and a second, and says who did not answer", async () => {
  await busy("ann");
  await server.kill();
  const result = await nodes[0]!.ask<Disconnected>("disconnect ann");
  expect(result).toMatchObject({ sockets: 5, nodes: [nodes[0]!.id], recorded: false });
  expect(result.missing.map(({ node }) => node).toSorted()).toEqual([nodes[1]!.id, nodes[2]!.id].toSorted());
  expect(result.resolved - result.began).toBeLessThan(TWO_LEASES_MS);
  // No node acts without a lease.
  for (const node of nodes) expect(await node.ask<boolean>("held")).toBe(false);
  await server.begin();
  for (const node of nodes) while (!(await node.ask<boolean>("held")));
  for (const node of nodes) await within(endsOn(node, "ann"), "the order arrives");
});

async function endsOn(node: NodeProcess, id: string): Promise<void> {
  while ((await node.ask<number>(`count ${id}`)) > 0);
}

it("a process that is stopped while the database loses its data starts from nothing, for it cannot know what it missed", async () => {
  await busy("ann");
  const stopped = nodes[2]!;
  stopped.signal("SIGSTOP");
  const result = await nodes[0]!.ask<Disconnected>("disconnect ann");
  await server.command("FLUSHALL");
  stopped.signal("SIGCONT");
  while (!(await stopped.ask<boolean>("held")));
  for (const node of nodes) await expectFenced(node, "ann", result);
  expect(await stopped.ask<number>("gaps")).toBe(1);
});

it("a process that is stopped is named, though the database has lost the list of nodes", async () => {
  const stopped = nodes[2]!;
  stopped.signal("SIGSTOP");
  await server.command("DEL", "{holdfast}:nodes");
  expect(await nodes[0]!.ask<Disconnected>("disconnect ann")).toMatchObject({ missing: [{ node: stopped.id, reason: "timeout" }] });
  stopped.signal("SIGCONT");
});

it("a process that is stopped is named, though somebody has written over the list of nodes, and starts from nothing", async () => {
  await busy("ann");
  const stopped = nodes[2]!;
  stopped.signal("SIGSTOP");
  await loseItsConnection();
  await server.command("SET", "{holdfast}:nodes", "theirs");
  const result = await nodes[0]!.ask<Disconnected>("disconnect ann");
  expect(result).toMatchObject({ missing: [{ node: stopped.id, reason: "timeout" }] });
  stopped.signal("SIGCONT");
  while (!(await stopped.ask<boolean>("held")));
  for (const node of nodes) await expectFenced(node, "ann", result);
  expect(await stopped.ask<number>("gaps")).toBe(1);
});

it("a process that is stopped while the database throws the journal away starts from nothing", async () => {
  await busy("ann");
  const stopped = nodes[2]!;
  stopped.signal("SIGSTOP");
  await loseItsConnection();
  const result = await nodes[0]!.ask<Disconnected>("disconnect ann");
  await server.command("DEL", "{holdfast}:journal");
  stopped.signal("SIGCONT");
  while (!(await stopped.ask<boolean>("held")));
  for (const node of nodes) await expectFenced(node, "ann", result);
  expect(await stopped.ask<number>("gaps")).toBe(1);
});

it("a process that is stopped while the database's clock is set forward, and so the journal shortened, starts from nothing", async () => {
  await busy("ann");
  const stopped = nodes[2]!;
  stopped.signal("SIGSTOP");
  await loseItsConnection();
  const result = await nodes[0]!.ask<Disconnected>("disconnect ann");
  await nodes[0]!.ask<Disconnected>("disconnect bob");
  // Of the two records the second one then removes the first.
  const [[last]] = (await server.command("XREVRANGE", "{holdfast}:journal", "+", "-", "COUNT", "1")) as [[string]];
  expect(await server.command("XTRIM", "{holdfast}:journal", "MINID", last)).toBe(2);
  stopped.signal("SIGCONT");
  while (!(await stopped.ask<boolean>("held")));
  for (const node of nodes) await expectFenced(node, "ann", result);
  expect(await stopped.ask<number>("gaps")).toBe(1);
});

it("a dead process whose lease seems to last for an hour, because the database's clock was set back, is named for a lease", async () => {
  const [seconds] = (await server.command("TIME")) as string[];
  await server.command("ZADD", "{holdfast}:nodes", String((Number(seconds) + 3_600) * 1_000), "node-dead");
  expect(await nodes[0]!.ask<Disconnected>("disconnect ann")).toMatchObject({ missing: [{ node: "node-dead", reason: "timeout" }] });
  expect(await nodes[0]!.ask<Disconnected>("disconnect ann")).toMatchObject({ missing: [], recorded: true });
});
