import { currentOwner } from "../telemetry/index.js";

/** What happens to the process when code without an owner throws, or rejects unheard. */
export type OnStrayError = "log" | "exit";

/** Who receives stray errors. */
interface ProcessGuard {
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly onStrayError: OnStrayError;
}

let guard: ProcessGuard | undefined;

/**
 * Keeps the process alive for its other users. If a view's or channel's code throws outside any `await`, only that view or
 * channel ends. An error without an owner is logged with its stack and ends nothing, unless `exit` restores Node's default:
 * then the process exits with code 1, if no other listener takes the error.
 *
 * That nobody reads stdout or stderr any more is not logged: that would be the next such error, without end, and the process would neither
 * serve nor hear a signal.
 *
 * A process has one guard; the last one set counts.
 *
 * @returns a function that gives back what was before: the guard before it, or Node's default
 */
export function guardProcess(next: ProcessGuard): () => void {
  const before = guard;
  if (before === undefined) {
    process.on("unhandledRejection", onRejection).on("uncaughtException", onException);
    for (const output of [process.stdout, process.stderr]) output.on("error", unread);
  }
  guard = next;
  return () => {
    if (guard !== next) return;
    guard = before;
    if (before !== undefined) return;
    process.off("unhandledRejection", onRejection).off("uncaughtException", onException);
    for (const output of [process.stdout, process.stderr]) output.off("error", unread);
  };
}

/** The reader of our output has gone: whoever collected the log was restarted, or `head` has seen enough. */
function unread(): void {
  if (guard?.onStrayError === "exit" && process.listenerCount("uncaughtException") === 1) process.exit(1);
}

const onRejection = (error: unknown): void => stray("unhandledRejection", error);
const onException = (error: unknown): void => stray("uncaughtException", error);

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
