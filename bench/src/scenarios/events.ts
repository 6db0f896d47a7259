// Events, one after the other on each connection: each is sent once the previous one is answered.
import { closeViews, openViews, quantile, type View } from "../client.js";
import { many } from "../options.js";
import { EVENTS, type PageEvent } from "../record.js";
import { type Load, type Scenario, serverCpu } from "./load.js";

/** Sends events for some seconds, then waits for the last answers. */
async function send(
  views: readonly View[],
  { name, value }: PageEvent,
  from: number,
  seconds: number,
): Promise<{ waits: number[]; bytes: number }> {
  const waits: number[] = [];
  let bytes = 0;
  let next = from;
  const until = performance.now() + seconds * 1000;
  await Promise.all(views.map((view) => new Promise<void>((resolve) => {
    const once = (): void => {
      const sent = performance.now();
      view.event(name, value(next++), (_reply, length) => {
        const now = performance.now();
        waits.push(now - sent);
        bytes += length;
        if (now < until) once();
        else resolve();
      });
    };
    once();
  })));
  return { waits, bytes };
}

async function load(base: string, path: string, connections: number): Promise<Load> {
  const event = EVENTS[path]!;
  const views = await openViews(base, path, connections);
  let sent = 0;
  return {
    async turn(seconds) {
      const before = await serverCpu(base);
      const began = performance.now();
      const { waits, bytes } = await send(views, event, sent, seconds);
      const took = performance.now() - began;
      const operations = waits.length;
      sent += operations;
      return {
        cost: ((await serverCpu(base)) - before) / operations, operations, perSecond: operations / (took / 1000),
        p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), bytes: bytes / operations,
      };
    },
    end: () => closeViews(views),
  };
}

const scenario = (name: string, title: string, path: string, connections: number): Scenario => ({
  name, title, unit: "µs", begin: (base) => load(base, path, many(connections)),
});

/** With one connection no two messages can be read or written together. */
export const eventScenarios: readonly Scenario[] = [
  scenario("counter", "counter, 200 connections", "/counter", 200),
  scenario("counter-one", "counter, 1 connection", "/counter", 1),
  scenario("rows", "one of 1,000 rows, 50 connections", "/rows", 50),
  scenario("rows-one", "one of 1,000 rows, 1 connection", "/rows", 1),
];
