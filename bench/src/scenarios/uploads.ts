// Files, two at a time: each is chosen, sent chunk by chunk as the npm client sends it, and consumed.
import { closeViews, openViews, quantile, type View } from "../client.js";
import { many, TINY } from "../options.js";
import { FILES, SAVE_FILES, sendFile, uploadRefOf } from "../record.js";
import { type Load, type Scenario, serverCpu } from "./load.js";

const MIB = 2 ** 20;
/** Large enough that sending it takes longer than choosing and consuming it. */
const FILE_BYTES = TINY ? MIB : 64 * MIB;

async function load(base: string, connections: number): Promise<Load> {
  const views = await openViews(base, FILES, connections);
  return {
    async turn(seconds) {
      const waits: number[] = [];
      const before = await serverCpu(base);
      const began = performance.now();
      const sender = async (view: View): Promise<void> => {
        const ref = uploadRefOf(view);
        do {
          const from = performance.now();
          await sendFile(view, ref, FILE_BYTES);
          await view.ask(SAVE_FILES, {});
          waits.push(performance.now() - from);
        } while (performance.now() - began < seconds * 1000);
      };
      await Promise.all(views.map(sender));
      const took = performance.now() - began;
      const operations = (waits.length * FILE_BYTES) / MIB;
      return {
        cost: ((await serverCpu(base)) - before) / operations, operations, perSecond: operations / (took / 1000),
        p50: quantile(waits, 0.5), p99: quantile(waits, 0.99),
      };
    },
    end: () => closeViews(views),
  };
}

export const uploadScenarios: readonly Scenario[] = [
  { name: "upload", title: "a MiB of a 64 MiB file, 2 at a time", unit: "µs", begin: (base) => load(base, many(2)) },
];
