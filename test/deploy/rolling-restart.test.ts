import { expect, onTestFinished } from "vitest";
import { pool } from "../../bench/dist/client.js";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { Cluster } from "./cluster.js";
import { Visitor } from "./visitor.js";

/** How many visitors arrive at a time. */
const AT_A_TIME = 32;

/** Somebody who loads the page again and again, by plain GETs. */
async function reload(url: string, mayStop: () => boolean): Promise<number[]> {
  const statuses: number[] = [];
  while (!mayStop()) {
    const response = await fetch(url);
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

proof("rolling-restart", "nobody notices that both nodes restart: what was answered is stored once, and so is what was sent again", {
  small: { visitors: 12, pauseMs: 100, restarts: 1, limits: { drainStepMs: 50 } },
  // They write as people do. Without a pause they measure how two saturated nodes share a machine with 500 clients.
  full: { visitors: 500, pauseMs: 10_000, restarts: 3, limits: {} },
}, async ({ size: { visitors, pauseMs, restarts, limits }, seed, figure }) => {
  const chance = new Chance(seed);
  const cluster = await Cluster.start(limits);
  onTestFinished(() => cluster.stop());
  const everybody: Visitor[] = [];
  await pool(visitors, AT_A_TIME, async (n) => void everybody.push(await Visitor.arrive(`visitor-${n}`, cluster.url, new Chance(chance.below(2 ** 31)))));
  let done = false;
  const writing = everybody.map((visitor) => visitor.write(pauseMs, () => done));
  const loading = reload(cluster.url, () => done);
  for (let restart = 0; restart < restarts; restart++) await cluster.rollingRestart();
  done = true;
  await Promise.all(writing);

  const texts = (await cluster.stored()).map(({ text }) => text);
  const answered = everybody.flatMap((visitor) => visitor.answered);
  expect(texts.toSorted()).toEqual(answered.toSorted());
  const journeys = everybody.map(({ journey }) => journey);
  expect(journeys.flatMap(({ refused }) => refused)).toEqual([]);
  expect(new Set(journeys.flatMap(({ closes }) => Object.keys(closes)))).toEqual(new Set(["1012"]));
  const total = (what: "resent" | "cuts"): number => journeys.reduce((sum, journey) => sum + journey[what], 0);
  expect(total("resent")).toBeGreaterThan(0);
  const statuses = await loading;
  expect(new Set(statuses)).toEqual(new Set([200]));
  figure("stored", texts.length);
  figure("resent", total("resent"));
  figure("cuts", total("cuts"));
  figure("pages", statuses.length);
});
