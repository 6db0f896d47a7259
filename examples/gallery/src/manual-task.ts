/**
 * A task that ends when somebody clicks a button, instead of an API that answers at some time: each state can be looked at
 * for as long as you like.
 */
export class ManualTask<T> {
  readonly #promise: Promise<T>;
  succeed!: (value: T) => void;
  fail!: (reason: Error) => void;

  constructor() {
    this.#promise = new Promise<T>((resolve, reject) => {
      this.succeed = resolve;
      this.fail = reject;
    });
    // It may fail before anybody awaits it.
    this.#promise.catch(() => {});
  }

  /** The task itself. Like a `fetch`, it ends when its signal aborts. */
  readonly run = (signal: AbortSignal): Promise<T> => {
    signal.addEventListener("abort", () => this.fail(signal.reason as Error));
    return this.#promise;
  };
}
