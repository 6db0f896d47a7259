/** A wait that can be cut short. */
export class Pause {
  #end: (() => void) | undefined;

  /** Waits, until the time is over or `end` is called. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(), ms);
      this.#end = () => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
    });
  }

  end(): void {
    this.#end?.();
  }
}
