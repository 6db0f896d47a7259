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

  /** Posts a job once, after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, job: Job): () => void {
    return this.#start(() => {
      const timer = setTimeout(() => {
        this.#running.delete(timer);
        this.#post(job);
      }, ms);
      return timer;
    });
  }

  /**
   * Posts a job every `ms` milliseconds. While it is still queued, no second one is, so that a slow handler lets the clock pile up nothing.
   * Returns a function that cancels it.
   */
  every(ms: number, job: Job): () => void {
    let queued = false;
    return this.#start(() => setInterval(() => {
      if (queued) return;
      queued = true;
      this.#post(() => {
        queued = false;
        return job();
      });
    }, ms));
  }

  /** After the end nothing starts. */
  #start(set: () => NodeJS.Timeout): () => void {
    if (this.#ended) return () => {};
    const timer = set();
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
