/**
 * Holds what is pushed before a join is answered, because the client would ignore it. Bounded.
 */
export class HeldPushes {
  readonly #max: number;
  #held: (() => void)[] | undefined = [];

  /** @param max how many may be held */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether the join has been answered. */
  get released(): boolean {
    return this.#held === undefined;
  }

  /**
   * Pushes now, or when the join is answered.
   *
   * @returns how many are held if that is too many; otherwise undefined
   */
  push(push: () => void): number | undefined {
    if (this.#held === undefined) return void push();
    const count = this.#held.push(push);
    return count > this.#max ? count : undefined;
  }

  /** The join has been answered: pushes everything held, in order. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const push of held) push();
  }
}
