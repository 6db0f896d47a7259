import { currentOwner } from "../live/index.js";

/** What becomes of the process when code that nobody owns throws, or rejects and nobody listens. */
export type OnStrayError = "log" | "exit";

/** Who is told of stray errors. */
export interface ProcessGuard {
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly onStrayError: OnStrayError;
}

let guard: ProcessGuard | undefined;

/**
 * Keeps the process alive for its other users. What a view or a channel throws outside of any `await` ends that one. What
 * nobody owns is logged with its stack, and ends nothing, unless `exit` asks for Node's default: then the process ends with
 * code 1 where no other listener takes the error.
 *
 * There is one guard for a process; the last one counts.
 */
export function guardProcess(next: ProcessGuard): void {
  const first = guard === undefined;
  guard = next;
  if (!first) return;
  process.on("unhandledRejection", (error) => stray("unhandledRejection", error));
  process.on("uncaughtException", (error) => stray("uncaughtException", error));
}

function stray(origin: "unhandledRejection" | "uncaughtException", error: unknown): void {
  const { log, onStrayError } = guard!;
  const owner = currentOwner.get();
  try {
    if (owner !== undefined) return owner.crash(error);
  } catch (failure) {
    log("a view's end crashed", { error: failure });
  }
  log(`stray error: ${origin}`, { error, stack: error instanceof Error ? error.stack : undefined });
  if (onStrayError === "exit" && process.listenerCount(origin) === 1) process.exit(1);
}
