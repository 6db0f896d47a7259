import { Feature, type Owner } from "../../socket/index.js";
import { hooked } from "../hooks/index.js";
import type { MaybePromise } from "../../../mailbox/index.js";
import type { AsyncOutcome, AsyncTask } from "./async-result.js";

/** The tasks that run beside a view or a component, by name. */
export class Tasks extends Feature {
  readonly #owner: Owner;
  readonly #running = new Map<string, AbortController>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  override get open(): number {
    return this.#running.size;
  }

  /** Starts a task. One that has the name already is aborted and no longer waited for. */
  start<T>(name: string, task: AsyncTask<T>, handle: (outcome: AsyncOutcome<T>) => MaybePromise<void>): void {
    const owner = this.#owner;
    const { view } = owner;
    const controller = new AbortController();
    const previous = this.#running.get(name);
    this.#running.set(name, controller);
    const ended = (outcome: AsyncOutcome<T>): void => {
      if (this.#running.get(name) !== controller) return;
      this.#running.delete(name);
      if (!outcome.ok && !controller.signal.aborted) view.context.log("task failed", { view: view.name, task: name, error: outcome.error });
      view.post(() => (owner.ended ? undefined : hooked(owner, "handleAsync", [name, outcome], () => handle(outcome))));
    };
    controller.signal.addEventListener("abort", () => ended({ ok: false, error: controller.signal.reason }));
    previous?.abort();
    void view.own(async () => {
      try {
        ended({ ok: true, value: await task(controller.signal) });
      } catch (error) {
        ended({ ok: false, error });
      }
    });
  }

  cancel(name: string, reason?: unknown): void {
    this.#running.get(name)?.abort(reason);
  }

  override end(): void {
    const running = [...this.#running.values()];
    // What is aborted now has nobody left to tell.
    this.#running.clear();
    for (const controller of running) this.#owner.guarded("aborting a task threw", () => controller.abort());
  }
}
