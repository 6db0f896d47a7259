import { MailboxTimers, type Job } from "../../../mailbox/index.js";
import { Feature, type Owner } from "../../socket/index.js";

/** The timers of a view or a component. Their jobs run in the view's mailbox. */
export class Timers extends Feature {
  readonly #timers: MailboxTimers;

  constructor(owner: Owner) {
    super();
    // A component may end while a job of it is queued.
    this.#timers = new MailboxTimers((job) => owner.view.post(() => (owner.ended ? undefined : job())));
  }

  override get open(): number {
    return this.#timers.size;
  }

  /** Runs a job once, after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, job: Job): () => void {
    return this.#timers.after(ms, job);
  }

  /** Runs a job every `ms` milliseconds. Returns a function that cancels it. */
  every(ms: number, job: Job): () => void {
    return this.#timers.every(ms, job);
  }

  override end(): void {
    this.#timers.end();
  }
}
