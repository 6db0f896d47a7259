/** What waits to be sent. */
export interface Waiting {
  /** Sends everything that waits. */
  flush(): void;
}

/** How long the first of them waits for more at most, in milliseconds, and for the work that is under way then. */
const TOGETHER_MS = 1;

/**
 * Sends together what one pass of the event loop has made for many sockets: answers to what had come in meanwhile, or the
 * pushes of a broadcast. Were each frame written at once, its reader would wake up for it, find nothing more and go back to
 * sleep, and waking readers is most of what a small frame costs.
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

  /** Flushes it at the end of this pass of the event loop at the latest. */
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
