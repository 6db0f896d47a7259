import { cpus } from "node:os";
import { sleep } from "../load/client.mjs";
import { NOISY } from "./options.js";

/** Milliseconds of CPU that the whole machine has used. */
function used(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Waits until the machine has been quiet for four seconds, unless told not to. */
export async function quiet(): Promise<void> {
  if (NOISY) return;
  let told = false;
  for (let calm = 0; calm < 2; ) {
    const before = used();
    await sleep(2000);
    const cores = (used() - before) / 2000;
    calm = cores < 0.15 ? calm + 1 : 0;
    if (calm === 0 && !told) {
      console.error(`waiting for a quiet machine (others use ${cores.toFixed(2)} cores)`);
      told = true;
    }
  }
}
