import type { LiveContext } from "../live/index.js";

/** Told of refusals and crashes. */
export type Log = LiveContext["log"];

/** What happens all day on a public address: worth a line only if it says how to mend something. */
const QUIET: ReadonlySet<string> = new Set(["event refused", "request refused", "handshake refused"]);

/** The log of an endpoint that has none of its own: a line on stderr for what somebody should look at. */
export function logToStderr(message: string, details: Readonly<Record<string, unknown>>): void {
  if (!QUIET.has(message) || "fix" in details) console.error(`[holdfast] ${message}`, details);
}

/**
 * Makes an application's log safe to call anywhere: one that throws or rejects would otherwise end the view, the handshake or
 * the process that has something to say.
 *
 * @param log may throw, return a promise, or both
 */
export function safeLog(log: (message: string, details: Readonly<Record<string, unknown>>) => unknown): Log {
  return (message, details) => {
    const failed = (reason: unknown): void => console.error(`[holdfast] ${message}`, details, "and log failed", reason);
    try {
      const logged = log(message, details);
      if (logged instanceof Promise) logged.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
