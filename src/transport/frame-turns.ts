import { performance } from "node:perf_hooks";
import { TurnEnd } from "./turn-end.js";

/** Something with frames that wait for a later turn of the event loop. */
export interface Deferred {
  /** Handles the first of them. If more wait, it is added again. */
  next(): void;
}

/**
 * For how long frames are handled in one turn of the event loop, ms. Node reads every readable socket before it turns, and
 * accepts one connection a turn: without a limit a thousand busy sockets are a thousand events before the next handshake. At 10
 * ms a handshake, which takes a few turns, is answered within some tens of milliseconds, and turning costs under one percent.
 */
export const TURN_MS = 10;

/**
 * Shares the event loop between frames and everything else. Frames are handled as they arrive until the turn's time is used up;
 * then sockets wait in one queue, first in, first out, and each turn handles one frame of each in order.
 */
export class FrameTurns {
  readonly #end: TurnEnd;
  readonly #now: () => number;
  readonly #waiting = new Set<Deferred>();
  /** When this turn's first frame was handled; undefined before it. */
  #since: number | undefined;

  /**
   * @param now milliseconds of a clock that never goes back
   * @param end shared with what else happens then
   */
  constructor(now: () => number = () => performance.now(), end: TurnEnd = new TurnEnd()) {
    this.#now = now;
    this.#end = end;
    end.on(() => this.#next());
  }

  /** Whether a frame may be handled now. If not, its socket must be added to the queue. */
  admits(): boolean {
    return this.#waiting.size === 0 && this.#inTime();
  }

  /** Queues a socket whose frame was not admitted, or that has more. One that is queued keeps its place. */
  add(deferred: Deferred): void {
    this.#waiting.add(deferred);
  }

  remove(deferred: Deferred): void {
    this.#waiting.delete(deferred);
  }

  #next(): void {
    this.#since = undefined;
    if (this.#waiting.size === 0) return;
    for (const first of this.#waiting) {
      if (!this.#inTime()) return;
      this.#waiting.delete(first);
      first.next();
    }
  }

  #inTime(): boolean {
    const now = this.#now();
    if (this.#since !== undefined) return now - this.#since < TURN_MS;
    this.#since = now;
    this.#end.due();
    return true;
  }
}
