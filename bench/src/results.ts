// Results are lines of JSON that are appended and never changed: a run that went badly stays in the table.
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Measurement } from "./measure.js";
import { type Machine, ROOT } from "./options.js";

const RESULTS = join(ROOT, "bench/results");

/** What every saved result has. */
export interface Saved {
  /** ISO 8601, UTC. */
  readonly when: string;
  readonly commit: string;
  readonly machine: Machine;
}

/** One run of the scenarios on one version of Node. */
export interface SavedRun extends Saved, Measurement {
  readonly rounds: number;
  readonly seconds: number;
}

/** Kinds of results, each with its own file. */
export type Kind = "runs" | "growth" | "honesty" | "tracing";

const file = (kind: Kind): string => join(RESULTS, `${kind}.jsonl`);

/** Measured values keep four digits; counts are kept as they are. */
function short(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

/** Appends a result to those of its kind. */
export async function append(kind: Kind, result: Saved): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await appendFile(file(kind), `${JSON.stringify(result, short)}\n`);
  console.error(`appended to ${relative(ROOT, file(kind))}`);
}

/** All results of a kind, the oldest first. */
export async function saved<T extends Saved>(kind: Kind): Promise<T[]> {
  const text = await readFile(file(kind), "utf8").catch(() => "");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as T);
}

/** The median; for an even count the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return (sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1]! + sorted[half]!) / 2) ?? NaN;
}
