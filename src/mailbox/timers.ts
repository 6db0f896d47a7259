import type { Job } from "./mailbox.js";

/** Timers whose jobs run in a mailbox. */
export class MailboxTimers {
  readonly #post: (job: Job) => void;
  readonly #running = new Set<NodeJS.Timeout>();
  #ended = false;

  /** @param post puts a job into the mailbox */
  constructor(post: (job: Job) => void) {
    this.#post = post;
  }

  /** How many are running. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Starts a timer; after the end, none.
   *
   * @param ms milliseconds
   * @param repeat whether it fires every `ms`, or once
   * @returns a function that cancels it
   */
  start(ms: number, job: Job, repeat: boolean): () => void {
    if (this.#ended) return () => {};
    // A slow handler does not make the clock pile up: at most one job is queued.
    let queued = false;
    const fire = (): void => {
      if (!repeat) this.#running.delete(timer);
      if (queued) return;
      queued = true;
      this.#post(() => {
        queued = false;
        return job();
      });
    };
    const timer = repeat ? setInterval(fire, ms) : setTimeout(fire, ms);
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  /** Cancels all of them. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
