import { StatusError } from "../errors/index.js";
import type { MaybePromise } from "../mailbox/index.js";

/** How long a client should wait before it retries while sessions cannot be checked or ended, seconds. */
const RETRY_AFTER_S = 5;

/**
 * The store of revocations, or the application's own check, failed: nobody knows whether a session counts, or its end is not stored.
 * That is no bug of the page's: the same request succeeds once the store is back, and the answer says when to try.
 */
export class SessionsUnavailable extends StatusError {
  readonly retryAfterS = RETRY_AFTER_S;

  constructor(what: string, cause: unknown) {
    super(503, what, { cause });
  }
}

/**
 * Asks the store, and logs its failure.
 *
 * @throws {SessionsUnavailable} with what the store threw as its cause
 */
export async function askStore<T>(
  log: (message: string, details: Readonly<Record<string, unknown>>) => void, failed: string, ask: () => MaybePromise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    log(failed, { error: cause });
    throw new SessionsUnavailable(failed, cause);
  }
}
