/**
 * How long the event loop has been held, and whose code has held it. A sample sees only the code of its moment, which may be the
 * short render behind a handler of seconds, so the code that was seen for most of the time is the one to name.
 */
export class Hold {
  #ms = 0;
  readonly #msOf = new Map<number, number>();

  get ms(): number {
    return this.#ms;
  }

  /** The label that was seen for the longest time; 0 if none was seen. */
  get label(): number {
    let longest = 0;
    let label = 0;
    for (const [each, ms] of this.#msOf) {
      if (ms <= longest) continue;
      longest = ms;
      label = each;
    }
    return label;
  }

  /**
   * The event loop has not turned since the last sample.
   *
   * @param label the code that runs now
   * @param ms the time since that sample
   */
  add(label: number, ms: number): void {
    this.#ms += ms;
    this.#msOf.set(label, (this.#msOf.get(label) ?? 0) + ms);
  }

  /** The event loop has turned. */
  end(): void {
    this.#ms = 0;
    this.#msOf.clear();
  }
}
