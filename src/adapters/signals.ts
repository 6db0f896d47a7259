import type { Endpoint } from "../endpoint/index.js";

/**
 * Handles the process's signals. SIGTERM, which a deploy sends, drains, however often it comes: systemd and others send it to a whole
 * process group, and a parent passes it on again. SIGINT, which a developer sends, does not wait; the second one is Node's, and exits
 * immediately.
 *
 * @returns takes the listeners away
 */
export function drainOnSignals(
  close: Endpoint["close"], log: (message: string, details: Readonly<Record<string, unknown>>) => void,
): () => void {
  /** @param own how many of the listeners are ours */
  const end = (signal: "SIGTERM" | "SIGINT", own: number): void => {
    // An application that listens to the signal has its own clean-up, and exits itself.
    const alone = process.listenerCount(signal) === own;
    close({ drain: signal === "SIGTERM" }).catch((error: unknown) => log("close failed", { error })).finally(() => {
      if (alone) process.exit(0);
    });
  };
  let draining = false;
  // Prepended: listeners that run once are still counted then.
  const interrupt = (): void => end("SIGINT", 0);
  process.prependOnceListener("SIGINT", interrupt);
  // It stays: without a listener, even for the moment in which a drain begins, SIGTERM ends the process.
  const terminate = (): void => {
    if (draining) return;
    draining = true;
    end("SIGTERM", 1);
  };
  process.prependListener("SIGTERM", terminate);
  return () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
  };
}

/**
 * Begins to serve, with signals handled from the first moment: the system gives a container's first process only the signals that it
 * listens to, so one that still waits for Redis could only be killed.
 */
export async function beginWithSignals<T>(
  close: Endpoint["close"], log: (message: string, details: Readonly<Record<string, unknown>>) => void, begin: () => Promise<T>,
): Promise<T> {
  const ignoreSignals = drainOnSignals(close, log);
  try {
    return await begin();
  } catch (error) {
    ignoreSignals();
    throw error;
  }
}
