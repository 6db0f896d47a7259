/** The npm client's own delays by attempt, ms; here they are upper bounds. From `assets/js/phoenix/socket.js` of phoenix 1.8.16. */
const RECONNECT_MS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];
const REJOIN_MS = [1000, 2000, 5000];

/**
 * When to reconnect: at a random moment up to the npm client's delay ("full jitter"), so that clients that lost one server do
 * not all hit the next one together.
 *
 * @param attempt 1 is the first
 * @returns ms
 */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  return random() * (RECONNECT_MS[attempt - 1] ?? 5000);
}

/**
 * When a crashed view joins again: in the second half of the npm client's delay. Not earlier, so that a view that keeps
 * crashing does not use up its crash budget on the server faster than with the npm client.
 *
 * @param attempt 1 is the first
 * @returns ms
 */
export function rejoinDelay(attempt: number, random: () => number = Math.random): number {
  return (0.5 + random() / 2) * (REJOIN_MS[attempt - 1] ?? 10_000);
}
