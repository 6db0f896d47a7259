/**
 * The promise, or an error when Redis takes too long. A busy process is not a slow Redis: where the event loop was held, timers
 * come before what has arrived meanwhile, so the answer gets one more turn to be read.
 *
 * @param ms how long it may take, ms
 * @throws what the promise rejects with; an Error when the time is over
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick for the order of the phases
 * @example
 * await inTime(client.sendCommand(["PING"]), 2_000);
 */
export async function inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(() => reject(new Error(`Redis has not answered within ${ms} ms`))), ms);
  });
  promise.catch(() => {});
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
