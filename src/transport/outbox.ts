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
  #due = false;
  readonly #now: () => number;
  readonly #passed = (): void => {
    this.#due = false;
    this.#flush();
  };

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Schedules a flush, at the latest at the end of this pass of the event loop. */
  add(waiting: Waiting): void {
    if (this.#waiting.push(waiting) === 1) this.#since = this.#now();
    else if (this.#now() - this.#since > TOGETHER_MS) this.#flush();
    if (this.#due) return;
    this.#due = true;
    setImmediate(this.#passed);
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each.flush();
  }
}
