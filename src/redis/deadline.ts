/** The clocks of a machine, ms. */
export interface Clocks {
  /** Never jumps, but stands still while the machine is suspended. */
  monotonic(): number;
  /** Keeps running while the machine is suspended, but may be set. */
  wall(): number;
}

export const systemClocks: Clocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/** A moment, on both clocks. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export function momentOf(clocks: Clocks): Moment {
  return { monotonic: clocks.monotonic(), wall: clocks.wall() };
}

/**
 * How long ago a moment was, ms, by whichever clock shows more: the monotonic one misses a suspended machine, the wall clock
 * misses time when it is set back. Too long is safe, too short is not.
 */
export function elapsedSince(moment: Moment, clocks: Clocks): number {
  return Math.max(clocks.monotonic() - moment.monotonic, clocks.wall() - moment.wall);
}
