// The browser suite under unrest: a slow network between the browser and the server, and pages that change all the time. The proof
// `false-refusals` sets HOLDFAST_UNREST; without it nothing here has an effect.
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { beforeEach } from "vitest";
import { SlowNetwork } from "../../support/slow-network.js";
import { UNSUITED } from "./unsuited.js";

/** How a test file runs. */
export interface Unrest {
  /** How long everything is on its way between browser and server, in each direction, ms. */
  readonly delayMs: number;
  /** How often every view changes, ms; 0: it changes by itself only. */
  readonly changeMs: number;
  /** The file of what the gate decided: `restless-views.mjs` and this module write to it. */
  readonly log: string;
}

const { HOLDFAST_UNREST: text, NODE_OPTIONS } = process.env;
/** Undefined: as always. */
export const unrest: Unrest | undefined = text === undefined ? undefined : (JSON.parse(text) as Unrest);

/** Environment for a program that serves views to a test: they change as those of the test itself do. */
export const UNREST_ENV: Readonly<Record<string, string>> = text === undefined ? {} : { HOLDFAST_UNREST: text, NODE_OPTIONS: NODE_OPTIONS ?? "" };

if (unrest !== undefined) {
  beforeEach(({ task, skip }) => {
    // What follows in the file belongs to this test.
    appendFileSync(unrest.log, `${JSON.stringify({ test: task.name })}\n`);
    const reasons = unrest.changeMs > 0 ? UNSUITED[basename(task.file.name, ".test.ts")] : undefined;
    const names = [task.name, task.suite?.name ?? ""];
    for (const [begin, reason] of Object.entries(reasons ?? {})) if (names.some((name) => name.startsWith(begin))) skip(reason);
  });
}

let network: Promise<SlowNetwork> | undefined;

/** The proxy that a browser must use; undefined: none. */
export async function slowProxy(): Promise<string | undefined> {
  if (unrest === undefined || unrest.delayMs === 0) return undefined;
  return (await (network ??= SlowNetwork.open(unrest.delayMs))).url;
}
