import { readFile } from "node:fs/promises";

/** How long an editor may take to fill a file that it has truncated, ms. */
const EMPTY_MS = 5;
const EMPTY_TRIES = 20;
/** When a file is read once more after a change, ms: two writes may arrive as one event. */
const AGAIN_MS = 50;

/** Reports saved files by their content: one change at a time, however many events an editor causes. */
export class ChangedFiles {
  readonly #handle: (files: readonly string[]) => Promise<void>;
  readonly #texts: Map<string, string>;
  readonly #waiting = new Set<string>();
  #working = false;
  #closed = false;

  /**
   * @param handle called with the files whose content has changed; the next call waits for it
   * @param texts what files are known to hold, by their paths: see `loadedTexts`
   */
  constructor(handle: (files: readonly string[]) => Promise<void>, texts: Map<string, string>) {
    this.#handle = handle;
    this.#texts = texts;
  }

  /** Compares every known file: any of them may have been saved before the watcher saw it. */
  compareAll(): void {
    for (const file of this.#texts.keys()) this.saved(file);
  }

  saved(file: string): void {
    this.#waiting.add(file);
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#waiting.size > 0 && !this.#closed) {
      const saved = [...this.#waiting];
      this.#waiting.clear();
      const changed: string[] = [];
      for (const file of saved) if (await this.#hasChanged(file)) changed.push(file);
      if (changed.length === 0) continue;
      await this.#handle(changed);
      setTimeout(() => changed.forEach((file) => this.saved(file)), AGAIN_MS).unref();
    }
    this.#working = false;
  }

  async #hasChanged(file: string): Promise<boolean> {
    let text = "";
    for (let tries = 0; text === "" && tries < EMPTY_TRIES; tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, EMPTY_MS));
      text = await readFile(file, "utf8").catch(() => "");
    }
    if (this.#texts.get(file) === text) return false;
    this.#texts.set(file, text);
    return true;
  }

  close(): void {
    this.#closed = true;
  }
}
