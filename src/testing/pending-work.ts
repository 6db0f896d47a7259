/**
 * Work that the client does by itself: joins of nested views, leaves, `phx-mounted`. Every action of a test waits for it.
 */
export class PendingWork {
  readonly #running = new Set<Promise<unknown>>();
  #failure: { readonly error: unknown } | undefined;

  /** The number of running tasks. */
  get size(): number {
    return this.#running.size;
  }

  /** Tracks a task. If it fails, the next `quiet` throws its error. */
  add(task: Promise<unknown>): void {
    const done = task.catch((error: unknown) => this.fail(error)).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  /** Keeps an error for the test. Only the first one counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Resolves when no task is running; throws the first error. */
  async quiet(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}
