import { Feature, type Owner } from "../../socket/index.js";
import { hooked } from "../hooks/index.js";
import type { MaybePromise } from "../../../mailbox/index.js";
import type { AsyncOutcome, AsyncTask } from "./async-result.js";

/** How many tasks are running in a view, including its components, and who waits for them. */
class TasksAtWork extends Feature {
  #count = 0;
  #waiting: (() => void)[] = [];

  begun(): void {
    this.#count++;
  }

  ended(): void {
    this.#count--;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when the next task ends; undefined if none is running. */
  next(): Promise<void> | undefined {
    return this.#count === 0 ? undefined : new Promise((resolve) => this.#waiting.push(resolve));
  }

  override end(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Resolves when the next task of a view ends; undefined if none is running. Only tests wait for it. */
export function tasksDone(view: Owner): Promise<void> | undefined {
  return view.peek(TasksAtWork)?.next();
}

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

  /** Starts a task. A running task of the same name is aborted, and its outcome ignored. */
  start<T>(name: string, task: AsyncTask<T>, handle: (outcome: AsyncOutcome<T>) => MaybePromise<void>): void {
    const owner = this.#owner;
    const { view } = owner;
    const controller = new AbortController();
    const previous = this.#running.get(name);
    this.#running.set(name, controller);
    const atWork = view.root.feature(TasksAtWork);
    if (previous === undefined) atWork.begun();
    const ended = (outcome: AsyncOutcome<T>): void => {
      if (this.#running.get(name) !== controller) return;
      this.#running.delete(name);
      if (!outcome.ok && !controller.signal.aborted) view.context.log("task failed", { view: view.name, task: name, error: outcome.error });
      view.post(() => (owner.ended ? undefined : hooked(owner, "handleAsync", [name, outcome], () => handle(outcome))));
      atWork.ended();
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
    // Nobody is left to receive the outcome of tasks aborted now.
    this.#running.clear();
    for (const _ of running) this.#owner.view.root.peek(TasksAtWork)?.ended();
    for (const controller of running) this.#owner.guarded("aborting a task threw", () => controller.abort());
  }
}
