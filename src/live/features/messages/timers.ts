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

  /** Starts a timer. Returns a function that cancels it. */
  start(ms: number, job: Job, repeat: boolean): () => void {
    return this.#timers.start(ms, job, repeat);
  }

  override end(): void {
    this.#timers.end();
  }
}
