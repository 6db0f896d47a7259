// The load that a scenario puts on one server.
import { serverStats } from "../client.js";

/** What one turn on one server cost. */
export interface Cost {
  /** Microseconds of server CPU for each operation; KiB for each view where memory is measured. */
  readonly cost: number;
  readonly operations: number;
  /** Operations in a second, as fast as the generator asks. */
  readonly perSecond?: number;
  /** Milliseconds from asking to the answer (of a broadcast and a disconnect: until the last client has it). */
  readonly p50?: number;
  readonly p99?: number;
  /** The mean of what was received for an operation. */
  readonly bytes?: number;
}

/** A server under load, in turns. Between them it rests, its connections stay. */
export interface Load {
  /** Loads the server for about that many seconds, and waits for everything that it has begun. */
  turn(seconds: number): Promise<Cost>;
  end(): Promise<void>;
}

/** One row of the tables. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** The unit of its cost. */
  readonly unit: "µs" | "KiB";
  /** Set if it is measured by a number of operations instead of seconds: one turn in a round, without warm-up. */
  readonly once?: true;
  /** How many operations warm a server up, where the seconds that warm every scenario up are too few. */
  readonly warmOperations?: number;
  begin(base: string): Promise<Load>;
}

/** Microseconds of CPU that a server has used so far. */
export async function serverCpu(base: string): Promise<number> {
  return (await serverStats(base)).cpu_us;
}
