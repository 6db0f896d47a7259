import type { Endpoint } from "../endpoint/index.js";

/** Handles the process's signals: SIGTERM, which a deploy sends, drains; SIGINT, which a developer sends, does not wait. */
export function drainOnSignals(
  close: Endpoint["close"], log: (message: string, details: Readonly<Record<string, unknown>>) => void,
): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    // Once: a second signal is handled by Node and exits immediately. Prepended: other listeners are still counted then.
    process.prependOnceListener(signal, () => {
      // An application that listens to the signal has its own clean-up, and exits itself.
      const alone = process.listenerCount(signal) === 0;
      close({ drain: signal === "SIGTERM" }).catch((error: unknown) => log("close failed", { error })).finally(() => {
        if (alone) process.exit(0);
      });
    });
  }
}
