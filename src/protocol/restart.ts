/** The longest delay that a close reason may name, ms. */
const LONGEST_MS = 60_000;
const REASON = /^restart;(\d{1,5})$/;

/**
 * The reason of a close with code 1012 that tells the client when to reconnect: a restarting server spreads its clients, so
 * that they do not all return together. The npm client without `holdfast/client` treats it like any other reason.
 *
 * @param afterMs when the client should reconnect, ms from now; rounded, and kept within 0 to 60,000
 * @returns a reason of at most 13 bytes (RFC 6455, 5.5.1 allows 123)
 * @example
 * connection.close(CLOSE.restart, restartReason(Math.random() * 5_000)); // "restart;2500"
 */
export function restartReason(afterMs: number): string {
  const ms = Math.min(LONGEST_MS, Math.max(0, Math.round(afterMs)));
  return `restart;${Number.isNaN(ms) ? 0 : ms}`;
}

/**
 * The delay in a close reason.
 *
 * @returns ms, at most 60,000; undefined if the reason has none
 * @example
 * restartDelay("restart;2500"); // 2500
 */
export function restartDelay(reason: string): number | undefined {
  const digits = REASON.exec(reason)?.[1];
  return digits === undefined ? undefined : Math.min(LONGEST_MS, Number(digits));
}
