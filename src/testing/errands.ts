/**
 * What the kit does by itself, as the client would: joins of nested views, leaves, commands of `phx-mounted`. Whoever acts
 * on the page waits for it.
 */
export class Errands {
  readonly #running = new Set<Promise<unknown>>();
  #failure: { readonly error: unknown } | undefined;

  /** How many are under way. */
  get size(): number {
    return this.#running.size;
  }

  /** Follows a task. What it throws is thrown by the next `quiet`. */
  add(task: Promise<unknown>): void {
    const done = task.catch((error: unknown) => this.fail(error)).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  /** Keeps the first error for the test, which alone can see it. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Resolves when none is under way; throws the first error that there was. */
  async quiet(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}
