// The processes of a run: servers that are measured, and the generator that measures them.
import { type ChildProcess, spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT, SMOKE } from "./options.js";

const HERE = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const LOAD = join(ROOT, "bench/load/load.mjs");

/** A server that runs. */
export interface Server {
  readonly base: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(file: string, env: Record<string, string> = {}): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, ["--expose-gc", file], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production", PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  void ended.then(() => running.delete(child));
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once("data", () => resolve());
    void ended.then((code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return {
    base: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Holdfast's pages. A fresh server for each scenario: what one leaves behind is not another's to pay. */
export function startHoldfast(): Promise<Server> {
  return start(HERE("./server.js"));
}

/** The floor of events: a bare `ws` that parses each frame and answers. */
export function startFloor(): Promise<Server> {
  return start(join(ROOT, "bench/load/echo.mjs"));
}

/** The twin of broadcasts, closes and memory: bare sockets. */
export function startBare(feedBytes: number): Promise<Server> {
  return start(HERE("./bare.js"), { FEED_BYTES: String(feedBytes) });
}

/** What the generator says of one run. */
export type Numbers = Readonly<Record<string, unknown>>;

/** Runs one scenario of the generator once, for so many seconds, on a server that has worked before. */
export async function generate(scenario: string, options: readonly string[], seconds: number): Promise<Numbers> {
  const file = join(tmpdir(), `holdfast-bench-${process.pid}.json`);
  const fixed = ["--runs", "1", "--pause", "0", "--warm", "1", "--secs", String(seconds), "--json", file];
  const smoke = SMOKE ? ["--warm", "0.3", "--settle", "1", "--n", "40", "--rounds", "5"] : [];
  const child = spawn(process.execPath, [LOAD, scenario, ...smoke, ...fixed, ...options], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
  });
  running.add(child);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (/waiting|discarded/.test(text)) process.stderr.write(text);
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  running.delete(child);
  if (code !== 0) throw new Error(`the generator ended with ${code} in ${scenario}:\n${said}`);
  const { results } = JSON.parse(await readFile(file, "utf8")) as { results: { runs: Numbers[] }[] };
  await rm(file);
  return results[0]!.runs[0]!;
}
