import { onSpan } from "../telemetry/index.js";
import type { Log } from "./log.js";

/**
 * Logs requests, joins and events with their durations; what fails is logged where it is caught, with its incident. It listens
 * to spans, which are the process's: of several endpoints in one process give one such a log.
 *
 * @returns what ends it
 */
export function logActivity(log: Log): () => void {
  const stops = [
    onSpan("request", { stop: ({ method, route, status, ms }) => log("request", { method, route, status, ms: rounded(ms) }) }),
    onSpan("join", { stop: ({ view, topic, ms }) => log("join", { view, topic, ms: rounded(ms) }) }),
    onSpan("event", { stop: ({ view, event, ms }) => log("event", { view, event, ms: rounded(ms) }) }),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Milliseconds with three decimals. */
function rounded(ms: number | undefined): number {
  return Math.round((ms ?? 0) * 1000) / 1000;
}
