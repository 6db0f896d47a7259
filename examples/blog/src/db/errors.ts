/**
 * Whether the database refused a write because a unique value is taken. Drivers wrap the error more than
 * once, so the chain of causes is searched.
 *
 * @example
 * catch (error) { if (isUniqueViolation(error)) return false; throw error; }
 */
export function isUniqueViolation(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if (/UNIQUE constraint failed/i.test(cause.message)) return true;
  }
  return false;
}
