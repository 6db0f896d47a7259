/** Shows to a watchdog what the event loop is busy with. */
export interface ActivityBoard {
  /** What runs now; 0 for nothing of a view. */
  current: number;
  /** What ran last and waits for something, so that it goes on in a later turn. */
  waiting: number;
  /** The number under which the watchdog finds these names. */
  label(view: string, job: string): number;
}

let board: ActivityBoard | undefined;

/** Shows from now on what runs, on this board; undefined: no more. */
export function showActivity(on: ActivityBoard | undefined): void {
  board = on;
}

/**
 * Some code of a view begins.
 *
 * @param job the event's name, or what else it is, in parentheses
 */
export function began(view: string, job: string): void {
  if (board !== undefined) board.current = board.label(view, job);
}

/** What runs now, to be given to `ended` when what begins next has ended. */
export function running(): number {
  return board === undefined ? 0 : board.current;
}

/**
 * The code that began last has returned to its caller.
 *
 * @param before what ran before it began: of `running`
 * @param waits it has returned a promise
 */
export function ended(before: number, waits: boolean): void {
  if (board === undefined) return;
  if (waits) board.waiting = board.current;
  board.current = before;
}
