import { AsyncResource } from "node:async_hooks";

/** Made while this module loads, when nobody's code runs. */
const NOBODY = new AsyncResource("HoldfastNobody");

/**
 * Runs a job of a view or a channel outside the async context of its caller. The caller of a message, or of an end, may be another
 * user's request or view: in its context an `AsyncLocalStorage` of the application's, such as Hono's `contextStorage()`, would
 * hand that user's request to this one's handler.
 */
export function withoutContext<T>(job: () => T): T {
  return NOBODY.runInAsyncScope(job);
}
