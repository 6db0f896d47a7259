import { isRecent, KEPT_VALUES, weigh, type Kept } from "./kept.js";

/** How many renders back something counts whatever its size, and how many it does up to so many values. */
const ALWAYS = 8;
const USUALLY = 64;
const USUALLY_VALUES = 32_768;

/**
 * What the renders of the last half minute replaced, oldest first, within a bound.
 *
 * Two parts share one list. The late part is of the last renders: 64 of them, or if these hold more than 32,768 values, as few as 8.
 * The early part is all that came before it, and is dropped from its beginning until it holds at most 8,192 values. So a
 * client that makes a large list change often fills no memory, and a small page keeps every render.
 *
 * A weight is computed once, and only when a later render comes: until then its render may still add to it.
 */
export class KeptRenders {
  readonly #kept: Kept[] = [];
  /** How many belong to the early part, and the values in them. */
  #early = 0;
  #earlyValues = 0;
  /** How many have been weighed, those of the early part included; and the values in the others. */
  #weighed = 0;
  #lateValues = 0;

  get all(): readonly Kept[] {
    return this.#kept;
  }

  add(kept: Kept): void {
    this.#kept.push(kept);
  }

  /** A render begins to replace: moves what is no longer of the last renders to the early part. */
  begin(render: number): void {
    const kept = this.#kept;
    for (; this.#weighed < kept.length && kept[this.#weighed]!.render < render; this.#weighed++) {
      this.#lateValues += weigh(kept[this.#weighed]!);
    }
    for (; this.#early < this.#weighed; this.#early++) {
      const oldest = kept[this.#early]!;
      const isLarge = this.#lateValues > USUALLY_VALUES && oldest.render <= render - ALWAYS;
      if (!isLarge && oldest.render > render - USUALLY) return;
      this.#lateValues -= weigh(oldest);
      this.#earlyValues += weigh(oldest);
    }
  }

  /** Drops what is too old, and what exceeds the bound of the early part. */
  forget(now: number): void {
    let count = 0;
    for (let values = this.#earlyValues; count < this.#kept.length; count++) {
      const kept = this.#kept[count]!;
      const isEarly = count < this.#early;
      if (isRecent(kept.at, now) && (!isEarly || values <= KEPT_VALUES)) break;
      if (isEarly) values -= weigh(kept);
    }
    this.#drop(count);
  }

  /**
   * Keeps only the latest, up to so many values.
   *
   * @returns how many values it holds now, and whether that is all it had
   */
  shrink(most: number): { readonly values: number; readonly whole: boolean } {
    let values = 0;
    let first = this.#kept.length;
    for (; first > 0; first--) {
      const more = values + weigh(this.#kept[first - 1]!);
      if (more > most) break;
      values = more;
    }
    this.#drop(first);
    return { values, whole: first === 0 };
  }

  clear(): void {
    this.#drop(this.#kept.length);
  }

  /** Drops the first ones. */
  #drop(count: number): void {
    if (count === 0) return;
    for (const kept of this.#kept.splice(0, count)) {
      if (this.#early > 0) {
        this.#early--;
        this.#earlyValues -= weigh(kept);
      } else if (this.#weighed > 0) {
        this.#lateValues -= weigh(kept);
      }
      if (this.#weighed > 0) this.#weighed--;
    }
  }
}
