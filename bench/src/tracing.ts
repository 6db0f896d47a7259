// What OpenTelemetry costs: the CPU of an event with and without it, at several samples.
import { get } from "./client.js";
import { commitToSave } from "./commit.js";
import { heading, noisyNote, table } from "./markdown.js";
import { machine, NODES, ROUNDS, SAVES, SECONDS, TINY, TURNS, WARM_SECONDS } from "./options.js";
import { nodeProgram, startHoldfast } from "./processes.js";
import { watchOthers } from "./quiet.js";
import { append, median, type Saved } from "./results.js";
import { SCENARIOS, serverCpu } from "./scenarios/index.js";

/** The share of events that begin a trace; null: no OpenTelemetry once more, which shows how exact the others are. */
const SAMPLES: readonly (number | null)[] = TINY ? [null, 1] : [null, 0, 0.01, 0.05, 1];
/** The handler that does the least: with any other, tracing is a smaller share. */
const COUNTER = SCENARIOS.find(({ name }) => name === "counter")!;

/** A saved run: for each sample, the CPU relative to the server without OpenTelemetry in the same turn. */
interface SavedTracing extends Saved {
  readonly rounds: number;
  readonly seconds: number;
  /** Microseconds per event without it, in each turn. */
  readonly off_us: readonly number[];
  readonly samples: readonly { readonly sample: number | null; readonly ratios: readonly number[] }[];
  /** The cores that other processes used, in each turn. */
  readonly others: readonly number[];
}

const percent = (ratio: number): string => `${ratio < 1 ? "−" : "+"}${Math.abs((ratio - 1) * 100).toFixed(1)} %`;

/** A saved run as markdown. Half of all turns lie between the quartiles. */
function tracingTable(saved: SavedTracing): string {
  const { rounds, seconds, samples, off_us: off, others } = saved;
  return [
    heading(
      saved,
      `medians of ${others.length} turns in ${rounds} rounds of ${seconds} s; without OpenTelemetry ${median(off).toFixed(1)} µs an event`,
    ),
    noisyNote(others),
    "",
    ...table(
      ["sample", "CPU of an event", "half of the turns between"],
      samples.map(({ sample, ratios }) => {
        const sorted = ratios.toSorted((a, b) => a - b);
        const at = (share: number): string => percent(sorted[Math.round((sorted.length - 1) * share)]!);
        return [sample ?? "none, measured again", percent(median(ratios)), `${at(0.25)} and ${at(0.75)}`];
      }),
    ),
  ].join("\n");
}

/**
 * One round on a fresh server. Each turn measures it without OpenTelemetry and with each sample, one after the other, in an order
 * that changes: one process, so that nothing else differs between them.
 */
async function oneRound(node: string, turn: (costs: readonly number[], others: number) => void): Promise<void> {
  const server = await startHoldfast(node);
  try {
    const load = await COUNTER.begin(server.base);
    const measured = async (settings: string, seconds: number): Promise<number> => {
      await get(server.base, `/bench/trace${settings}`, { method: "POST" });
      return (await load.turn(seconds)).cost;
    };
    const all = ["", ...SAMPLES.map((sample) => (sample === null ? "" : `?sample=${sample}`))];
    if (WARM_SECONDS > 0) for (const settings of [...all, ...all]) await measured(settings, WARM_SECONDS / 2);
    for (let i = 0; i < TURNS; i++) {
      const costs: number[] = [];
      const used = watchOthers();
      const before = await serverCpu(server.base);
      for (let k = 0; k < all.length; k++) {
        const at = (i + k) % all.length;
        costs[at] = await measured(all[at]!, SECONDS / TURNS);
      }
      turn(costs, used((await serverCpu(server.base)) - before));
    }
    await load.end();
  } finally {
    await server.stop();
  }
}

/** Measures on the first version of Node, prints and saves. */
export async function tracing(): Promise<void> {
  const commit = commitToSave();
  const node = nodeProgram(NODES[0]!);
  const off: number[] = [];
  const others: number[] = [];
  const samples = SAMPLES.map((sample) => ({ sample, ratios: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    await oneRound(node.program, ([without, ...costs], cores) => {
      off.push(without!);
      others.push(cores);
      for (const [i, cost] of costs.entries()) samples[i]!.ratios.push(cost / without!);
    });
    const medians = samples.map(({ sample, ratios }) => `${sample ?? "none again"}: ${percent(median(ratios))}`);
    console.error(`  round ${round + 1}: ${medians.join(", ")}`);
  }
  const saved: SavedTracing = {
    when: new Date().toISOString(), commit, machine: machine(node.version), rounds: ROUNDS, seconds: SECONDS, off_us: off, samples, others,
  };
  console.log(tracingTable(saved));
  if (SAVES) await append("tracing", saved);
}
