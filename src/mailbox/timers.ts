import { LONGEST_MS } from "../errors/options.js";
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
    if (this.#ended) return () => {};
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      timer = setTimeout(() => {
        this.#running.delete(timer);
        if (left > LONGEST_MS) wait(left - LONGEST_MS);
        else this.#post(job);
      }, Math.min(left, LONGEST_MS));
      this.#running.add(timer);
    };
    wait(ms);
    return () => this.#cancel(timer);
  }

  /**
   * Posts a job every `ms` milliseconds, at least every 24 days. While one run waits in the queue no other joins it, so a slow handler
   * piles up nothing. Returns a function that cancels it.
   */
  every(ms: number, job: Job): () => void {
    if (this.#ended) return () => {};
    let queued = false;
    const timer = setInterval(() => {
      if (queued) return;
      queued = true;
      this.#post(() => {
        queued = false;
        return job();
      });
    }, Math.min(ms, LONGEST_MS));
    this.#running.add(timer);
    return () => this.#cancel(timer);
  }

  #cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.#running.delete(timer);
  }

  /** Cancels all of them. None starts any more. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
