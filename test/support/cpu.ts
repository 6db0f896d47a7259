import { readFileSync } from "node:fs";

/** A tick of the kernel's accounts, µs. */
const TICK_US = 10_000;

/** User and system time of a process with all its threads, µs, by Linux's accounts: proc_pid_stat(5). */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
