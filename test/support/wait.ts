/** How long a test waits for something that must happen, ms. Only a failing test waits that long. */
export const DEADLINE_MS = 60_000;

/** The promise, or an error that names what did not happen in time. */
export async function within<T>(promise: Promise<T>, what: string, ms: number = DEADLINE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A gate at which code under test waits until the test opens it. */
export class Gate {
  /** Resolves when code waits at the gate. */
  readonly entered: Promise<void>;
  #enter!: () => void;
  #open!: () => void;
  readonly #opened: Promise<void>;

  constructor() {
    this.entered = new Promise((resolve) => (this.#enter = resolve));
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  wait(): Promise<void> {
    this.#enter();
    return this.#opened;
  }

  open(): void {
    this.#open();
  }
}
