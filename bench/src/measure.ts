// Holdfast, its twin and the floor, in turns.
import { ROUNDS, SECONDS, TURNS, WARM_SECONDS } from "./options.js";
import { type Server, startHoldfast, startTwin } from "./processes.js";
import { waitForQuiet, watchOthers } from "./quiet.js";
import { record, type Script, type Sizes } from "./record.js";
import { type Cost, type Load, type Scenario, serverCpu } from "./scenarios/index.js";

const CONTENDERS = ["own", "twin", "floor"] as const;
type Contender = (typeof CONTENDERS)[number];

/**
 * One turn of each, one after the other. The speed of a shared machine changes from second to second, so only costs of the
 * same turn are compared.
 */
export interface Turn extends Readonly<Record<Contender, Cost>> {
  readonly round: number;
  /** The most cores that other processes used while one of the three was measured. */
  readonly others: number;
}

/** What each cost in its first seconds, before V8 had compiled much: the price of the first visitors after a start. */
export type Cold = Readonly<Record<Contender, Cost>>;

/** One scenario's turns, in the order they were taken. */
export interface Measured {
  readonly unit: Scenario["unit"];
  /** One of each round. Scenarios that are measured once have none, and neither have results from before 2026-11-28. */
  readonly cold?: readonly Cold[];
  readonly turns: readonly Turn[];
}

/** What was measured on one version of Node. */
export interface Measurement {
  readonly sizes: Sizes;
  readonly scenarios: Readonly<Record<string, Measured>>;
}

/** Runs a job while servers run, and then ends them. */
async function withServers<T>(starting: readonly Promise<Server>[], use: (servers: readonly Server[]) => Promise<T>): Promise<T> {
  const servers = await Promise.all(starting);
  try {
    return await use(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The list rotated, so that each turn begins with another contender. */
function rotated<T>(list: readonly T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** A server with its load. */
interface Loaded {
  readonly base: string;
  readonly load: Load;
}

async function oneTurn(loaded: ReadonlyMap<Contender, Loaded>, seconds: number, round: number, turn: number): Promise<Turn> {
  const costs: Partial<Record<Contender, Cost>> = {};
  let others = 0;
  for (const contender of rotated(CONTENDERS, turn)) {
    const { base, load } = loaded.get(contender)!;
    const before = await serverCpu(base);
    const used = watchOthers();
    costs[contender] = await load.turn(seconds);
    others = Math.max(others, used((await serverCpu(base)) - before));
  }
  return { ...(costs as Record<Contender, Cost>), round, others };
}

/**
 * Loads a fresh server until V8 has compiled what the scenario runs: for some seconds, and until as many operations as the
 * scenario asks for.
 *
 * @returns the cost of the first seconds
 */
async function warmUp(load: Load, atLeast: number): Promise<Cost> {
  const first = await load.turn(WARM_SECONDS);
  let { operations } = first;
  while (operations < atLeast) operations += (await load.turn(WARM_SECONDS)).operations;
  return first;
}

/** One round of one scenario: three fresh servers, warmed up, then turns. */
async function oneRound(node: string, script: Script, scenario: Scenario, round: number): Promise<{ cold?: Cold; turns: Turn[] }> {
  await waitForQuiet();
  const starting = [startHoldfast(node), startTwin(node, script, true), startTwin(node, script, false)];
  return withServers(starting, async (servers) => {
    const loaded = new Map<Contender, Loaded>();
    for (const [i, contender] of CONTENDERS.entries()) {
      const { base } = servers[i]!;
      loaded.set(contender, { base, load: await scenario.begin(base) });
    }
    const cold: Partial<Record<Contender, Cost>> = {};
    if (WARM_SECONDS > 0 && !scenario.once) {
      for (const [contender, { load }] of loaded) cold[contender] = await warmUp(load, scenario.warmOperations ?? 0);
    }
    const turns: Turn[] = [];
    for (let i = 0; i < (scenario.once ? 1 : TURNS); i++) turns.push(await oneTurn(loaded, SECONDS / TURNS, round, round + i));
    for (const { load } of loaded.values()) await load.end();
    return cold.own === undefined ? { turns } : { cold: cold as Cold, turns };
  });
}

/** Measures scenarios on one version of Node, over all rounds. */
export async function measure(node: string, scenarios: readonly Scenario[]): Promise<Measurement> {
  const { script, sizes } = await withServers([startHoldfast(node)], ([server]) => record(server!.base));
  const measured: Record<string, { unit: Scenario["unit"]; cold: Cold[]; turns: Turn[] }> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const scenario of scenarios) {
      const { cold, turns } = await oneRound(node, script, scenario, round);
      const all = (measured[scenario.name] ??= { unit: scenario.unit, cold: [], turns: [] });
      if (cold !== undefined) all.cold.push(cold);
      all.turns.push(...turns);
      for (const { own, twin, floor, others } of turns) {
        const figures = [own, twin, floor].map(({ cost }) => cost.toFixed(1)).join(" / ");
        console.error(`  round ${round + 1}, ${scenario.name}: ${figures} ${scenario.unit}, others ${others.toFixed(2)} cores`);
      }
    }
  }
  return { sizes, scenarios: measured };
}
