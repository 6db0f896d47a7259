/** How long a step of `afterPatience` is, ms. */
const STEP_MS = 50;

/**
 * Calls back after a time in which this process could have gone on: a step begins when the timer of the one before has run, so a
 * pause of the event loop counts as one step, however long it was. A single timer would be read before what has arrived during
 * such a pause, and on a busy machine a test would be told that nothing came.
 *
 * @param ms how long
 * @param late what happens then
 * @returns what stops it
 */
export function afterPatience(ms: number, late: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > STEP_MS ? wait(left - STEP_MS) : late()), Math.min(left, STEP_MS));
  };
  wait(ms);
  return () => clearTimeout(timer);
}
