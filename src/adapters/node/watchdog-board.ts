import type { ActivityBoard } from "../../telemetry/index.js";

/** The slots of the shared memory: the main thread writes, the watchdog reads, except for `named`. */
export const SLOT = {
  /** Increments while the event loop turns. */
  beat: 0,
  /** The label of the running job; 0: no view's. */
  current: 1,
  /** The label of the job that ran last and is awaiting something. */
  waiting: 2,
  /** Written by the watchdog: the label that it has named; `NOTHING_NAMED` otherwise. */
  named: 3,
  /** 1: the watchdog must stop. */
  stop: 4,
} as const;
export const NOTHING_NAMED = -1;

/** Names in shared memory, each in a cell with its length and text. If an application has more, the rest appear as "…". */
const CELLS = 1024;
const CELL_BYTES = 64;
const NAMES_AT = 64;
/** A label has the number of the view in its upper bits, and that of the job in its lower ones. */
const JOB_BITS = 10;
const OTHERS = 1;

/** The view and job behind a label. */
export interface Named {
  readonly view: string;
  readonly job: string;
}

/** The main thread's side: an update costs a lookup or two and a store, and allocates nothing. */
export class WatchdogBoard implements ActivityBoard {
  readonly memory = new SharedArrayBuffer(NAMES_AT + CELLS * CELL_BYTES);
  readonly slots = new Int32Array(this.memory, 0, NAMES_AT / 4);
  readonly #cells = new Uint8Array(this.memory, NAMES_AT);
  readonly #numbers = new Map<string, number>();
  /** The view that was labelled last, and its number: one event is labelled several times. */
  #view = "";
  #viewNumber: number;
  readonly #encoder = new TextEncoder();

  constructor() {
    this.slots[SLOT.named] = NOTHING_NAMED;
    this.#write(OTHERS, "…");
    this.#viewNumber = this.#number(this.#view);
  }

  get current(): number {
    return this.slots[SLOT.current]!;
  }
  set current(label: number) {
    this.slots[SLOT.current] = label;
  }
  set waiting(label: number) {
    this.slots[SLOT.waiting] = label;
  }

  label(view: string, job: string): number {
    if (view !== this.#view) {
      this.#view = view;
      this.#viewNumber = this.#number(view);
    }
    return (this.#viewNumber << JOB_BITS) | this.#number(job);
  }

  #number(name: string): number {
    return this.#numbers.get(name) ?? this.#add(name);
  }

  #add(name: string): number {
    const number = this.#numbers.size + OTHERS + 1;
    if (number >= CELLS) return OTHERS;
    this.#write(number, name);
    this.#numbers.set(name, number);
    return number;
  }

  #write(number: number, name: string): void {
    const cell = this.#cells.subarray(number * CELL_BYTES, (number + 1) * CELL_BYTES);
    cell[0] = this.#encoder.encodeInto(name, cell.subarray(1)).written;
  }
}

/** The view and job behind a label; undefined for 0. */
export function namedBy(memory: SharedArrayBuffer, label: number): Named | undefined {
  if (label === 0) return undefined;
  const cells = new Uint8Array(memory, NAMES_AT);
  const text = (number: number): string => {
    const at = number * CELL_BYTES;
    // A copy, because the decoder refuses shared memory.
    return new TextDecoder().decode(cells.slice(at + 1, at + 1 + cells[at]!));
  };
  return { view: text(label >>> JOB_BITS), job: text(label & ((1 << JOB_BITS) - 1)) };
}
