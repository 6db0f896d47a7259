/** Tells a watchdog what the event loop is busy with. */
export interface ActivityBoard {
  /** The running job; 0 if it is not a view's. */
  current: number;
  /** The job that ran last and is awaiting something, so that it may continue in a later turn. */
  waiting: number;
  /** The number under which the watchdog finds these names. */
  label(view: string, job: string): number;
}

let board: ActivityBoard | undefined;

/** Reports running jobs on this board from now on; undefined: on none. */
export function showActivity(on: ActivityBoard | undefined): void {
  board = on;
}

/**
 * Some code of a view begins.
 *
 * @param job the event's name, or another description in parentheses
 */
export function began(view: string, job: string): void {
  if (board !== undefined) board.current = board.label(view, job);
}

/** The running job, to pass to `ended` once the next one has ended. */
export function running(): number {
  return board === undefined ? 0 : board.current;
}

/**
 * The code that began last has returned to its caller.
 *
 * @param before the job that ran before it began, from `running`
 * @param waits whether it has returned a promise
 */
export function ended(before: number, waits: boolean): void {
  if (board === undefined) return;
  if (waits) board.waiting = board.current;
  board.current = before;
}
