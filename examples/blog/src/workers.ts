import cluster from "node:cluster";
import { once } from "node:events";

/**
 * Serves one port with several processes: Node hands each connection to one of them. They need Redis, and do not start without it.
 *
 * @param count how many
 */
export async function startWorkers(count: number): Promise<void> {
  let ending = false;
  // A terminal sends SIGINT to all processes by itself; an operator sends SIGTERM to this one.
  process.on("SIGINT", () => {
    ending = true;
  });
  process.on("SIGTERM", () => {
    ending = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGTERM");
  });
  // One after the other: the first creates and fills the database.
  for (let started = 0; started < count && !ending; started++) {
    const worker = cluster.fork();
    const ended = once(worker, "exit").then(() => "ended" as const);
    // A worker that cannot start has logged the reason, and the next one would fail for it too.
    if ((await Promise.race([once(worker, "listening"), ended])) === "ended") process.exit(1);
  }
  cluster.on("exit", () => {
    if (!ending) cluster.fork();
  });
}

/** Whether this process prints for all: the only one, or the last of those that were started together. */
export function speaksForAll(count: number): boolean {
  return cluster.worker === undefined || cluster.worker.id === count;
}
