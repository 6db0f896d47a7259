import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that this process holds on its heap and beside it, behind a collection. */
async function heapBytes(): Promise<number> {
  // What a chain of microtasks has used is kept until it ends: 4 MB were seen on a busy machine.
  await turn();
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * By how much the heap grows, bytes, while something runs `looks` times: from the least of as many looks before that to the least of
 * these. One look is no measure, since a busy machine and the engine's own code move it by megabytes. What is left behind is in all.
 */
export async function heapGrowth(looks: number, run: () => Promise<unknown>): Promise<number> {
  const least = async (): Promise<number> => {
    let bytes = Infinity;
    for (let look = 0; look < looks; look++) {
      await run();
      bytes = Math.min(bytes, await heapBytes());
    }
    return bytes;
  };
  const before = await least();
  return (await least()) - before;
}
