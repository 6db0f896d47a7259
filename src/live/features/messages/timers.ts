import type { Job } from "../../../mailbox/index.js";
import { Feature, type Owner } from "../../socket/index.js";

/** The timers of a view or a component. Their jobs run in the view's mailbox. */
export class Timers extends Feature {
  readonly #owner: Owner;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  override get open(): number {
    return this.#timers.size;
  }

  /** Starts a timer. Returns a function that cancels it. */
  start(ms: number, job: Job, repeat: boolean): () => void {
    // A slow handler does not make the clock pile up: at most one job is queued.
    let waiting = false;
    const fire = (): void => {
      if (!repeat) this.#timers.delete(timer);
      if (waiting) return;
      waiting = true;
      this.#owner.view.post(() => {
        waiting = false;
        return this.#owner.ended ? undefined : job();
      });
    };
    const timer = repeat ? setInterval(fire, ms) : setTimeout(fire, ms);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  override end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
