/** The npm client's own delays by attempt, ms: here they are the longest ones. `assets/js/phoenix/socket.js` of phoenix 1.8.16. */
const RECONNECT_MS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];
const REJOIN_MS = [1000, 2000, 5000];

/**
 * When to connect again: at a random moment up to the npm client's delay ("full jitter"), so that clients that lost one
 * server do not meet the next one all at once.
 *
 * @param attempt 1 is the first
 * @returns ms
 */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  return random() * (RECONNECT_MS[attempt - 1] ?? 5000);
}

/**
 * When a view that crashed joins again: in the second half of the npm client's delay. Not earlier: a view that keeps
 * crashing must not use up the server's patience faster than it does today.
 *
 * @param attempt 1 is the first
 * @returns ms
 */
export function rejoinDelay(attempt: number, random: () => number = Math.random): number {
  return (0.5 + random() / 2) * (REJOIN_MS[attempt - 1] ?? 10_000);
}
