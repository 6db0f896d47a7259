// Proofs: tests in two sizes. `npm test` runs the small one with a fixed seed; `npm run prove` runs the full one with a new seed
// and saves the result. Both run the same code, so the full one cannot rot.
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";

/** What a run of a proof receives. */
export interface ProofRun<Size> {
  readonly size: Size;
  /** The seed of its randomness: the same seed gives the same run. */
  readonly seed: number;
  /** Saves a number with the result: how much was tried, how long it took, what was found. */
  figure(name: string, value: number): void;
}

/** A proof's two sizes. */
export interface Sizes<Size> {
  readonly small: Size;
  readonly full: Size;
}

/** What `npm run prove` passes to the tests, as JSON in `HOLDFAST_PROVE`. */
interface Orders {
  readonly size: "small" | "full";
  readonly seed: number;
  /** The folder of the results; null: none are saved. */
  readonly results: string | null;
  /** The first fields of each result: commit, machine. */
  readonly stamp: Readonly<Record<string, unknown>>;
}

/** The result of one run of a proof: a line of its file. */
export interface ProofResult {
  readonly seed: number;
  readonly size: unknown;
  readonly seconds: number;
  readonly figures: Readonly<Record<string, number>>;
  /** Undefined if it held. */
  readonly failed: string | undefined;
}

/** Runs a proof and returns its result; never throws. */
export async function outcome<Size>(size: Size, seed: number, run: (proof: ProofRun<Size>) => unknown): Promise<ProofResult & { cause?: unknown }> {
  const figures: Record<string, number> = {};
  const began = performance.now();
  const result = (failed?: string): ProofResult =>
    ({ seed, size, seconds: Math.round(performance.now() - began) / 1000, figures, failed });
  try {
    await run({ size, seed, figure: (name, value) => void (figures[name] = value) });
    return result();
  } catch (cause) {
    return { ...result(cause instanceof Error ? cause.message : String(cause)), cause };
  }
}

const NO_ORDERS: Orders = { size: "small", seed: 1, results: null, stamp: {} };
const orders = process.env["HOLDFAST_PROVE"] === undefined ? NO_ORDERS : (JSON.parse(process.env["HOLDFAST_PROVE"]) as Orders);
/** A full proof takes minutes; one that hangs is ended. */
const TIMEOUT_MS = orders.size === "full" ? 6 * 3_600_000 : 600_000;

/**
 * Registers a proof as a test.
 *
 * @param id its name on the command line and the name of its results' file: `npm run prove -- keyed-lists`
 * @param sentence what it proves, as a test's name
 * @param sizes what `npm test` and `npm run prove` run it with
 * @example
 * proof("keyed-lists", "every order of a list is drawn as a full render draws it", {
 *   small: { sequences: 1_000 }, full: { sequences: 100_000 },
 * }, ({ size, seed, figure }) => {
 *   for (let i = 0; i < size.sequences; i++) play(seed + i);
 *   figure("diffs", seen.diffs);
 * });
 */
export function proof<Size>(id: string, sentence: string, sizes: Sizes<Size>, run: (proof: ProofRun<Size>) => unknown): void {
  test(`${sentence} [proof ${id}]`, { timeout: TIMEOUT_MS }, async () => {
    const { cause, ...result } = await outcome(sizes[orders.size], orders.seed, run);
    if (orders.results !== null) {
      await mkdir(orders.results, { recursive: true });
      const line = { proof: id, when: new Date().toISOString(), ...orders.stamp, ...result };
      await appendFile(join(orders.results, `${id}.jsonl`), `${JSON.stringify(line)}\n`);
    }
    if (result.failed !== undefined) throw cause;
  });
}
