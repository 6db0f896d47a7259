// Measures how busy other processes keep the machine. A number measured beside them is marked as such.
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { sleep } from "./client.js";
import { PATIENCE_SECONDS, TINY } from "./options.js";

/** Cores that others may use while a turn is measured: more makes it noisy. */
export const NOISY_CORES = 0.2;
/** Cores that others may use before a scenario begins. */
const QUIET_CORES = 0.15;
const LOOK_MS = 2000;

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/**
 * Milliseconds of CPU that the whole machine has used since it began. On Linux that includes what the hypervisor gave to other
 * machines ("steal"), which `os.cpus()` does not tell.
 */
function used(): number {
  if (process.platform === "linux") {
    const [user, nice, system, , , irq, softIrq, steal] = readFileSync("/proc/stat", "utf8")
      .split("\n")[0]!
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user! + nice! + system! + irq! + softIrq! + steal!) * TICK_MS;
  }
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Begins to watch. The returned function says how many cores others have used since, given what our servers used. */
export function watchOthers(): (serverCpuUs: number) => number {
  const from = performance.now();
  const before = used();
  const own = process.cpuUsage();
  return (serverCpuUs) => {
    const { user, system } = process.cpuUsage(own);
    const others = used() - before - (user + system + serverCpuUs) / 1000;
    return Math.max(0, others / (performance.now() - from));
  };
}

/**
 * Waits until other processes have been quiet for four seconds, at most as long as `--patience` says. Returns the cores that
 * they used last.
 */
export async function waitForQuiet(): Promise<number> {
  if (TINY) return 0;
  const until = performance.now() + PATIENCE_SECONDS * 1000;
  let told = false;
  for (let calm = 0; ; ) {
    const others = watchOthers();
    await sleep(LOOK_MS);
    const cores = others(0);
    calm = cores < QUIET_CORES ? calm + 1 : 0;
    if (calm === 2 || performance.now() > until) return cores;
    if (calm === 0 && !told) {
      console.error(`waiting for a quiet machine (others use ${cores.toFixed(2)} cores)`);
      told = true;
    }
  }
}
