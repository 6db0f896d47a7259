// The goals of the scenarios.
import type { Cold, Turn } from "./measure.js";
import { median } from "./results.js";

/** How a scenario is compared with its twin, and what it must reach. */
export interface Goal {
  readonly unit: "× twin" | "KiB above the twin";
  readonly digits: number;
  readonly must: number;
  readonly of: (costs: Cold, than: "twin" | "floor") => number;
}

const ratio = (must: number): Goal => ({
  unit: "× twin", digits: 2, must, of: (costs, than) => costs.own.cost / costs[than].cost,
});

const above = (must: number): Goal => ({
  unit: "KiB above the twin", digits: 1, must, of: (costs, than) => costs.own.cost - costs[than].cost,
});

/**
 * The goal of each scenario: half of what Phoenix LiveView 1.2.10 cost beside the same twin, on one machine and interleaved
 * with Holdfast, but not below 1.3. A missed goal is a reason to profile, never to move the goal.
 */
export const GOALS: Readonly<Record<string, Goal>> = {
  counter: ratio(1.3),
  "counter-one": ratio(1.3),
  rows: ratio(8),
  "rows-one": ratio(8),
  joins: ratio(1.5),
  "get-counter": ratio(3.7),
  "get-rows": ratio(3.7),
  upload: ratio(1.5),
  feed: ratio(1.8),
  "feed-stream": ratio(1.8),
  disconnect: ratio(2),
  heap: above(6),
  resident: above(12),
};

/** The median of all turns. */
export function typical({ of }: Goal, turns: readonly Turn[], than: "twin" | "floor" = "twin"): number {
  return median(turns.map((turn) => of(turn, than)));
}

/** The worst of all turns. */
export function worst({ of }: Goal, turns: readonly Turn[]): number {
  return Math.max(...turns.map((turn) => of(turn, "twin")));
}
