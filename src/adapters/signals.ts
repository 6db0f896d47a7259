import type { Endpoint } from "../endpoint/index.js";

/** Ends with the process's signals: SIGTERM, which a deploy sends, drains; SIGINT, which a developer sends, does not wait. */
export function drainOnSignals(
  close: Endpoint["close"], log: (message: string, details: Readonly<Record<string, unknown>>) => void,
): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    // Once: the second signal is Node's again, and ends the process immediately. First: the others are still counted then.
    process.prependOnceListener(signal, () => {
      // An application that listens to the signal itself has something of its own to end, and ends the process itself.
      const alone = process.listenerCount(signal) === 0;
      close({ drain: signal === "SIGTERM" }).catch((error: unknown) => log("close failed", { error })).finally(() => {
        if (alone) process.exit(0);
      });
    });
  }
}
