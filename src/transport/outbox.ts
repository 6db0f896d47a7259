/** What waits for the end of a turn. */
export interface Waiting {
  /** Sends everything that waits. */
  flush(): void;
}

/** How many of them go out together at most, so that the first need not wait for thousands. */
const TOGETHER = 128;

/**
 * Sends together what one turn has made for many sockets. A broadcast renders one view after the other; were each frame
 * written at once, its reader would wake up for it, find nothing more and go back to sleep, and waking readers is what a
 * broadcast would cost most.
 */
export class Outbox {
  #waiting: Waiting[] = [];
  #due = false;
  readonly #flush = (): void => {
    this.#due = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each.flush();
  };

  /** Flushes it at the end of this turn at the latest. */
  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#waiting.length >= TOGETHER) return this.#flush();
    if (this.#due) return;
    this.#due = true;
    void Promise.resolve().then(this.#flush);
  }
}
