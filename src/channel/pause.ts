/** Waits that can be cut short. */
export class Pause {
  readonly #ends = new Set<() => void>();

  /** Resolves when the time is over, or when `end` is called. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#ends.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#ends.add(end);
    });
  }

  /** Ends every wait. */
  end(): void {
    for (const end of this.#ends) end();
  }
}
