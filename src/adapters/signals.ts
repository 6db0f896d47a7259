import type { Endpoint } from "../endpoint/index.js";

/**
 * Handles the process's signals. SIGTERM, which a deploy sends, drains, however often it comes: systemd and others send it to a whole
 * process group, and a parent passes it on again. SIGINT, which a developer sends, does not wait; the second one is Node's, and exits
 * immediately.
 */
export function drainOnSignals(
  close: Endpoint["close"], log: (message: string, details: Readonly<Record<string, unknown>>) => void,
): void {
  const end = (signal: "SIGTERM" | "SIGINT"): void => {
    // An application that listens to the signal has its own clean-up, and exits itself.
    const alone = process.listenerCount(signal) === 0;
    close({ drain: signal === "SIGTERM" }).catch((error: unknown) => log("close failed", { error })).finally(() => {
      if (alone) process.exit(0);
    });
  };
  // Once, and prepended: other listeners are still counted then.
  process.prependOnceListener("SIGINT", () => end("SIGINT"));
  process.prependOnceListener("SIGTERM", () => {
    end("SIGTERM");
    process.on("SIGTERM", () => {});
  });
}
