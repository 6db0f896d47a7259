import { performance } from "node:perf_hooks";
import { TurnEnd } from "./turn-end.js";

/** Something with queued frames. */
export interface Waiting {
  /** Sends everything that is queued. */
  flush(): void;
}

/** How long the first frame waits for others, ms; the job running at that moment may add to it. */
const TOGETHER_MS = 1;

/**
 * Sends together the frames that one pass of the event loop produces for many sockets: replies to a batch of reads, or the
 * pushes of a broadcast. If each frame were written immediately, its reader would wake up for it, find nothing more and go
 * back to sleep, and waking readers is most of the cost of a small frame.
 */
export class Outbox {
  #waiting: Waiting[] = [];
  /** When the first of them was added. */
  #since = 0;
  readonly #end: TurnEnd;
  readonly #now: () => number;

  /**
   * @param end shared with what else happens then
   * @param now milliseconds of a clock that never goes back
   */
  constructor(end = new TurnEnd(), now = () => performance.now()) {
    this.#now = now;
    this.#end = end;
    end.on(() => this.#flush());
  }

  /** Schedules a flush, at the latest at the end of this pass of the event loop. */
  add(waiting: Waiting): void {
    if (this.#waiting.push(waiting) === 1) this.#since = this.#now();
    else if (this.#now() - this.#since > TOGETHER_MS) this.#flush();
    this.#end.due();
  }

  #flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    waiting.forEach(flush);
  }
}

function flush(waiting: Waiting): void {
  waiting.flush();
}
