import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Machine, ROOT, SMOKE } from "./options.js";
import type { Numbers } from "./processes.js";

/** Where results are kept; those of a smoke run are not worth it. */
export const RESULTS = SMOKE ? join(tmpdir(), "holdfast-bench-smoke") : join(ROOT, "bench/results");

/** One scenario's rounds, and those of what it is held against. */
export interface Measured {
  /** What `own` and `against` count: microseconds of server CPU per operation, milliseconds by the clock, or KiB. */
  readonly unit: "µs" | "ms" | "KiB";
  readonly own: readonly number[];
  /** The floor, or the twin of bare sockets, of the same round. */
  readonly against: readonly number[];
  /** What the generator said, round by round. */
  readonly raw: readonly Numbers[];
  readonly twin: readonly Numbers[];
}

/** One run of everything. */
export interface Saved {
  readonly when: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly scenarios: Readonly<Record<string, Measured>>;
}

/** The one in the middle by a number; of an even count the lower of the two in the middle. */
export function middle<T>(all: readonly T[], by: (each: T) => number): T | undefined {
  return all.toSorted((a, b) => by(a) - by(b))[Math.floor((all.length - 1) / 2)];
}

/** The middle one of numbers. */
export function median(values: readonly number[]): number {
  return middle(values, (value) => value) ?? NaN;
}

/** Own by against, round by round. */
export function ratios({ own, against }: Measured): number[] {
  return own.map((value, i) => value / against[i]!);
}

/** A number of the generator's by its path, as the median of the rounds: `latency_ms.p99`. */
export function field(raw: readonly Numbers[], path: string): number {
  const values = raw.map((numbers) => {
    let at: unknown = numbers;
    for (const key of path.split(".")) at = (at as Record<string, unknown> | undefined)?.[key];
    return typeof at === "number" ? at : NaN;
  });
  return median(values);
}

/** "1.18 (1.15–1.21)", or the median alone if there was one round. */
export function spread(values: readonly number[], digits: number): string {
  const middle = median(values).toFixed(digits);
  if (values.length < 2) return middle;
  return `${middle} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
}

/** Writes a result as JSON. */
export async function save(name: string, value: unknown): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, name), `${JSON.stringify(value, null, 1)}\n`);
  console.error(`wrote ${relative(ROOT, join(RESULTS, name))}`);
}

/** Reads a result that was saved under this name. */
export async function load<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(RESULTS, name), "utf8")) as T;
}

/** How many runs are shown beside each other. */
const SHOWN = 3;
const RUN = /^\d{4}-\d\d-\d\d-\d+\.json$/;

async function runFiles(): Promise<string[]> {
  const names = await readdir(RESULTS).catch(() => []);
  return names.filter((name) => RUN.test(name)).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Keeps a run, as the next of its day. */
export async function saveRun(saved: Saved): Promise<void> {
  const ofDay = (await runFiles()).filter((name) => name.startsWith(saved.when)).length;
  await save(`${saved.when}-${ofDay + 1}.json`, saved);
}

/** The runs of everything that were saved last, the latest of them last. */
export async function lastRuns(): Promise<Saved[]> {
  const files = (await runFiles()).slice(-SHOWN);
  if (files.length === 0) throw new Error("nothing saved yet: npm run bench -- --save");
  return Promise.all(files.map((name) => load<Saved>(name)));
}
