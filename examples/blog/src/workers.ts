import cluster from "node:cluster";
import { once } from "node:events";

/**
 * Serves with several processes on one port: Node hands each connection to one of them. They need a Redis, or they refuse to start.
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
  // One after the other: the first makes and fills the database.
  for (let started = 0; started < count && !ending; started++) {
    const worker = cluster.fork();
    const ended = once(worker, "exit").then(() => "ended" as const);
    // A worker that cannot start has said why, and the next one would fail in the same way.
    if ((await Promise.race([once(worker, "listening"), ended])) === "ended") process.exit(1);
  }
  cluster.on("exit", () => {
    if (!ending) cluster.fork();
  });
}

/** Whether this process speaks for all: the only one, or the last of those that were started together. */
export function speaksForAll(count: number): boolean {
  return cluster.worker === undefined || cluster.worker.id === count;
}
