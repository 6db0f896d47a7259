import { isRecent, KEPT_VALUES, weigh, type Kept } from "./kept.js";

/**
 * Forms whose attributes were replaced, oldest first. Their events count for longer than others while the client may hold back a
 * submit: as long as a form's files are still arriving.
 */
export class KeptForms {
  readonly #kept: Kept[] = [];
  #values = 0;

  get all(): readonly Kept[] {
    return this.#kept;
  }

  add(form: Kept): void {
    this.#kept.push(form);
    this.#values += weigh(form);
  }

  /** Drops the oldest beyond the bound, and what is too old, unless a submit may be held back. */
  forget(now: number, submitsLater: () => boolean): void {
    let count = 0;
    for (let values = this.#values; count < this.#kept.length; count++) {
      const form = this.#kept[count]!;
      if (values <= KEPT_VALUES && (isRecent(form.at, now) || submitsLater())) break;
      values -= weigh(form);
    }
    this.#drop(count);
  }

  clear(): void {
    this.#drop(this.#kept.length);
  }

  #drop(count: number): void {
    if (count === 0) return;
    for (const form of this.#kept.splice(0, count)) this.#values -= weigh(form);
  }
}
