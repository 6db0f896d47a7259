/**
 * A task that ends when somebody on the page says so, instead of an API that answers some time: so one can look at each
 * state for as long as one likes.
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
    // Nobody may have begun to wait when it fails.
    this.#promise.catch(() => {});
  }

  /** What the view starts: as a `fetch` would, it ends when its signal says so. */
  readonly run = (signal: AbortSignal): Promise<T> => {
    signal.addEventListener("abort", () => this.fail(signal.reason as Error));
    return this.#promise;
  };
}
