// Proofs: tests that have two sizes. `npm test` runs the small one with a fixed seed; `npm run prove` runs the full one with a
// seed of its own and keeps what came of it. One code for both, so the long one cannot rot.
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";

/** What a run of a proof is given. */
export interface ProofRun<Size> {
  readonly size: Size;
  /** Where its randomness begins: the same seed is the same run. */
  readonly seed: number;
  /** Keeps a number beside the result: how much was tried, how long it took, what was found. */
  figure(name: string, value: number): void;
}

/** A proof's two sizes. */
export interface Sizes<Size> {
  readonly small: Size;
  readonly full: Size;
}

/** What `npm run prove` hands down to the tests, as JSON in `HOLDFAST_PROVE`. */
interface Orders {
  readonly size: "small" | "full";
  readonly seed: number;
  /** The folder of the results; null keeps none. */
  readonly results: string | null;
  /** What each result begins with: commit, machine. */
  readonly stamp: Readonly<Record<string, unknown>>;
}

/** What came of one run of a proof: a line of its results. */
export interface ProofResult {
  readonly seed: number;
  readonly size: unknown;
  readonly seconds: number;
  readonly figures: Readonly<Record<string, number>>;
  /** Undefined if it held. */
  readonly failed: string | undefined;
}

/** Runs a proof and tells what came of it; it does not throw. */
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
/** A full proof takes minutes; whoever hangs is ended all the same. */
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
