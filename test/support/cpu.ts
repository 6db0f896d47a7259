import { readFileSync } from "node:fs";

/** CPU time that this process takes for something, µs: what else the machine does is not counted. */
export function cpuTime(run: () => unknown): number {
  const from = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(from);
  return user + system;
}

/** The same, of something that is awaited. */
export async function awaitedCpuTime(run: () => Promise<unknown>): Promise<number> {
  const from = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(from);
  return user + system;
}

/** The least of several times, µs: compilers, collections and a cold cache only add. */
export const leastCpuTime = (rounds: number, run: () => unknown): number =>
  Math.min(...Array.from({ length: rounds }, () => cpuTime(run)));

/** A tick of the kernel's accounts, µs. */
const TICK_US = 10_000;

/** User and system time of a process with all its threads, µs, by Linux's accounts: proc_pid_stat(5). */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
