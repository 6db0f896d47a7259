// Visits: pages by HTTP alone, and pages with their socket and join.
import { Agent } from "node:http";
import { get, quantile, ticketOf, View } from "../client.js";
import { many } from "../options.js";
import { type Cost, type Load, type Scenario, serverCpu } from "./load.js";

/** How many visitors there are at the same time. */
const VISITORS = 64;

/** Visitors who return as soon as they have been served, for some seconds; `visit` returns the received bytes. */
async function visits(base: string, seconds: number, visit: () => Promise<number>): Promise<Cost> {
  const waits: number[] = [];
  let bytes = 0;
  const before = await serverCpu(base);
  const began = performance.now();
  const visitor = async (): Promise<void> => {
    do {
      const from = performance.now();
      const received = await visit();
      bytes += received;
      waits.push(performance.now() - from);
    } while (performance.now() - began < seconds * 1000);
  };
  await Promise.all(Array.from({ length: many(VISITORS) }, visitor));
  const operations = waits.length;
  const took = performance.now() - began;
  return {
    cost: ((await serverCpu(base)) - before) / operations, operations, perSecond: operations / (took / 1000),
    p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), bytes: bytes / operations,
  };
}

/** Pages over connections that are kept. */
async function gets(base: string, path: string): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: VISITORS });
  return {
    turn: (seconds) => visits(base, seconds, async () => Buffer.byteLength((await get(base, path, { agent })).body)),
    end: async () => agent.destroy(),
  };
}

/** A page, its socket and its join, over new connections that are then closed. */
async function joins(base: string, path: string): Promise<Load> {
  return {
    turn: (seconds) => visits(base, seconds, async () => {
      const { view, bytes } = await View.joined(ticketOf(base, path, await get(base, path)));
      await view.close();
      return bytes;
    }),
    end: async () => {},
  };
}

/**
 * How many visits warm a server up. A visit runs much code once, so V8 takes long to call it hot: on Node 24 the cost of a GET
 * falls until about the 15,000th, and threads that compile cost up to 100 µs of each until then.
 */
const WARM_VISITS = many(20_000);

export const visitScenarios: readonly Scenario[] = [
  {
    name: "joins", title: "join: GET, handshake, `phx_join`, leave", unit: "µs", warmOperations: WARM_VISITS,
    begin: (base) => joins(base, "/counter"),
  },
  { name: "get-counter", title: "GET of the counter", unit: "µs", warmOperations: WARM_VISITS, begin: (base) => gets(base, "/counter") },
  { name: "get-rows", title: "GET of 1,000 rows", unit: "µs", warmOperations: WARM_VISITS, begin: (base) => gets(base, "/rows") },
];
