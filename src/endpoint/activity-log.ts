import { onSpan } from "../telemetry/index.js";
import type { Log } from "./log.js";
import { unroutedPath } from "./request-span.js";

/**
 * Logs requests, joins and events with their durations: a request by its route, or by its path if it has no route, as an asset.
 * Failures and refusals are logged where they are caught, with their incident or reason. It listens to spans, which belong to
 * the process: if a process has several endpoints, only one needs such a log.
 *
 * @returns a function that stops it
 */
export function logActivity(log: Log): () => void {
  const stops = [
    onSpan("request", { stop: (span) => {
      const { method, route, status, ms } = span;
      log("request", { method, ...(route === undefined ? { path: unroutedPath(span) } : { route }), status, ms: rounded(ms) });
    } }),
    onSpan("join", { stop: ({ view, topic, ms, refused }) => {
      if (refused === undefined) log("join", { view, topic, ms: rounded(ms) });
    } }),
    onSpan("event", { stop: ({ view, event, ms }) => log("event", { view, event, ms: rounded(ms) }) }),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Milliseconds with three decimals. */
function rounded(ms: number | undefined): number {
  return Math.round((ms ?? 0) * 1000) / 1000;
}
