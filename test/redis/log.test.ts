// What a node with a database says in the log, and how much it matters.
import { format } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createEndpoint, liveSession, type LogFunction } from "holdfast";
import { redis } from "holdfast/redis";
import { RedisServer } from "../support/redis-server.js";
import { eventually } from "./support.js";

let server: RedisServer;
const ends: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  server = await RedisServer.start(["--appendonly", "yes"]);
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await server.stop();
  vi.restoreAllMocks();
});

async function start(log?: LogFunction): Promise<void> {
  const endpoint = createEndpoint({
    secret: "a secret of these tests, long enough", backplane: redis({ url: server.url }), live: [liveSession("default", {}, () => {})], ...(log && { log }),
  });
  ends.push(() => endpoint.close());
  await endpoint.join();
}

/** An outage that is longer than the node's lease, and its end. */
async function outage(lines: readonly string[]): Promise<void> {
  const said = (text: string) => lines.some((line) => line.includes(text));
  await server.kill();
  await eventually("the lease runs out", () => said("the node's lease has run out"));
  await server.begin();
  await eventually("the lease is held again", () => said("the node holds its lease again"));
  await eventually("both connections are back", () => lines.filter((line) => line.includes("redis is back")).length === 2);
}

it("a node that comes up has nothing to warn of; an outage is an error, and its end is none", async () => {
  const lines: string[] = [];
  await start((message, _details, level) => void lines.push(`${level}: ${message}`));
  expect(lines).toEqual(["info: redis is connected", "info: redis is connected", "info: the node holds its lease"]);
  lines.length = 0;
  await outage(lines);
  const levels = new Map(lines.map((line) => [line.slice(line.indexOf(": ") + 2), line.slice(0, line.indexOf(": "))]));
  expect([...levels].filter(([message]) => /redis is|lease/.test(message)).toSorted()).toEqual([
    ["redis is away", "error"], ["redis is back", "info"], ["the node holds its lease again", "info"],
    ["the node's lease has run out: it waits for redis", "error"],
  ]);
});

it("stderr is silent while nothing is wrong, and says of an outage also that it is over", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "error").mockImplementation((...said: unknown[]) => void lines.push(format(...said)));
  await start();
  expect(lines).toEqual([]);
  await outage(lines);
});
