/** Whether Redis has answered and refused this client: a wrong password does not fix itself. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR Client sent AUTH)/.test(error.message);
}
