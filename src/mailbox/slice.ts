/** How long one mailbox may work before the event loop turns, in milliseconds. */
const SLICE_MS = 10;

/** Counts turns of the event loop while any mailbox works; an idle process has no timer for it. */
let turn = 0;
let counting = false;

function currentTurn(): number {
  if (!counting) {
    counting = true;
    // `setImmediate` runs once per turn, after I/O: promises alone never get here.
    setImmediate(() => {
      turn++;
      counting = false;
    });
  }
  return turn;
}

/**
 * One mailbox's share of a turn of the event loop. Handlers that await only resolved promises never leave the microtask
 * queue, so time is measured per turn and not per call.
 */
export class Slice {
  #turn = -1;
  #since = 0;

  /** True if the mailbox has used up its share of this turn: it continues in the next one. */
  get over(): boolean {
    const now = performance.now();
    const current = currentTurn();
    if (this.#turn !== current) {
      this.#turn = current;
      this.#since = now;
      return false;
    }
    return now - this.#since > SLICE_MS;
  }
}
