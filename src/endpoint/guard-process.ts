import { running } from "../live/index.js";

let guarded = false;

/**
 * A promise that nobody awaits, or a raw timer, that throws in a view's code ends that view and not the process. What no
 * view is to blame for stays what it is in Node: the end.
 */
export function guardProcess(): void {
  if (guarded) return;
  guarded = true;
  const blame = (error: unknown, origin: string): void => {
    const owner = running.getStore();
    if (owner !== undefined) return owner.crash(error);
    console.error(`[holdfast] ${origin}`, error);
    if (process.listenerCount(origin) === 1) process.exit(1);
  };
  process.on("unhandledRejection", (error) => blame(error, "unhandledRejection"));
  process.on("uncaughtException", (error) => blame(error, "uncaughtException"));
}
