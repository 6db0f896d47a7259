// What an event costs when one process serves all, and when two share them.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { get, pool, ticketOf, View } from "../../bench/dist/client.js";
import { cpuOf } from "../support/cpu.js";
import { proof } from "../support/prove.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";

interface Process {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Processes of one application. */
async function start(redis: RedisServer, count: number): Promise<Process[]> {
  return Promise.all(Array.from({ length: count }, async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("cores-node.mjs", import.meta.url))], {
      stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_ENV: "production", REDIS_URL: redis.url, WEB_CONCURRENCY: String(count) },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line] = (await within(once(child.stdout, "data"), "the process is ready")) as [Buffer];
    return { url: line.toString().trim(), child };
  }));
}

/** Opens views on the processes in turn. */
async function open(processes: readonly Process[], count: number): Promise<View[]> {
  const views: View[] = [];
  await pool(count, 32, async (index) => {
    const { url } = processes[index % processes.length]!;
    views.push(await View.open(ticketOf(url, "/", await get(url, "/"))));
  });
  return views;
}

/** Fires events, one at a time on each view. @returns processor time of all processes for each event, µs */
async function fire(processes: readonly Process[], views: readonly View[], events: number): Promise<number> {
  const cpu = (): number => processes.reduce((sum, { child }) => sum + cpuOf(child.pid!), 0);
  const before = cpu();
  await Promise.all(views.map(async (view) => {
    for (let n = 0; n < events; n++) expect((await view.ask("inc", {})).reply.status).toBe("ok");
  }));
  return (cpu() - before) / (events * views.length);
}

proof("cores", "an event costs no more when two processes share them: it asks nothing of Redis", {
  small: { views: 20, events: 20, rounds: 1, dearer: Infinity },
  full: { views: 200, events: 500, rounds: 5, dearer: 1.25 },
}, async ({ size: { views: count, events, rounds, dearer }, figure }) => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const [one, two] = [await start(redis, 1), await start(redis, 2)];
  const [ofOne, ofTwo] = [await open(one, count), await open(two, count)];
  const costs: { one: number; two: number }[] = [];
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round++) {
    const cost = { one: await fire(one, ofOne, events), two: await fire(two, ofTwo, events) };
    if (round > 0) costs.push(cost);
  }
  for (const view of [...ofOne, ...ofTwo]) view.terminate();
  const median = (of: (cost: { one: number; two: number }) => number): number => costs.map((cost) => of(cost)).toSorted((a, b) => a - b)[Math.floor(costs.length / 2)]!;
  figure("oneUs", Math.round(median((cost) => cost.one) * 10) / 10);
  figure("twoUs", Math.round(median((cost) => cost.two) * 10) / 10);
  expect(median((cost) => cost.two / cost.one)).toBeLessThanOrEqual(dearer);
});
