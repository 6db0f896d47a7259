/**
 * The end of this turn of the event loop, for everything of a transport that happens then. It takes one `setImmediate`, because
 * that allocates, and a turn often handles one small frame only.
 */
export class TurnEnd {
  readonly #callbacks: (() => void)[] = [];
  #due = false;
  readonly #passed = (): void => {
    this.#due = false;
    this.#callbacks.forEach(call);
  };

  /** Registers a callback for the end of every turn in which `due` was called. They are called in this order. */
  on(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** Something has to happen at the end of this turn. */
  due(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(this.#passed);
  }
}

function call(callback: () => void): void {
  callback();
}
