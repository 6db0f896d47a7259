/**
 * A value that is loaded beside the view: what there is of it now.
 *
 * `ok` says that there is a result, `loading` that a task is at work, `failed` why the last one did not succeed. A reload
 * keeps the result that there was; so `ok` and `loading` may both be true.
 *
 * @example
 * ${user.ok ? user.result.name : user.failed ? "not available" : "loading …"}
 */
export type AsyncResult<T> = AsyncOk<T> | AsyncPending;

interface AsyncState {
  /** A task is at work. */
  readonly loading: boolean;
  /** Why the last task failed: what it threw, or the reason it was cancelled for. */
  readonly failed: unknown;
}
/** There is a result. */
export interface AsyncOk<T> extends AsyncState {
  readonly ok: true;
  readonly result: T;
}
/** There is no result yet. */
export interface AsyncPending extends AsyncState {
  readonly ok: false;
  readonly result: undefined;
}

/** How a task ended: with a value, or with what it threw. */
export type AsyncOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** What a task is called with: aborted when the view leaves, when it is cancelled, or when another takes its name. */
export type AsyncTask<T> = (signal: AbortSignal) => Promise<T>;

/** The beginning: no result, a task at work. */
export const LOADING: AsyncPending = Object.freeze({ ok: false, loading: true, failed: undefined, result: undefined });

/** The same value, being loaded again. */
export function reloading<T>(before: unknown): AsyncResult<T> {
  return isAsyncResult(before) ? ({ ...before, loading: true, failed: undefined } as AsyncResult<T>) : LOADING;
}

/** What a task's end makes of the value. */
export function settled<T>(before: unknown, outcome: AsyncOutcome<T>): AsyncResult<T> {
  if (outcome.ok) return { ok: true, loading: false, failed: undefined, result: outcome.value };
  const { ok, result } = isAsyncResult(before) ? before : LOADING;
  return { ok, result, loading: false, failed: outcome.error } as AsyncResult<T>;
}

function isAsyncResult(value: unknown): value is AsyncResult<unknown> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "ok") && Object.hasOwn(value, "loading");
}
