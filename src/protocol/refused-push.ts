/**
 * The reply to a client hook's event that the server refused. An error reply would leave the hook's element locked, and no reply
 * is also what a handler without one gives, so a refusal is a reply that no handler gives. It does not say why.
 */
export const REFUSED_PUSH = { "holdfast:refused": true } as const;

/**
 * Whether the reply to a hook's event says that it was refused.
 *
 * @example
 * isRefused({ "holdfast:refused": true }); // true
 */
export function isRefused(reply: unknown): boolean {
  return typeof reply === "object" && reply !== null && "holdfast:refused" in reply;
}
