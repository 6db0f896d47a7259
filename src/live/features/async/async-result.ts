import type { AsyncResult as Result } from "../../../components/index.js";

/**
 * A value that is loaded beside the view: what there is of it now.
 *
 * `ok` says that there is a result, `loading` that a task is at work, `failed` why the last one did not succeed. A reload
 * keeps the result that there was; so `ok` and `loading` may both be true.
 *
 * @example
 * ${user.ok ? user.result.name : user.failed ? "not available" : "loading …"}
 */
export type AsyncResult<T> = Result<T>;
/** There is no result yet. */
export type AsyncPending = Extract<Result<never>, { readonly ok: false }>;
/** There is a result. */
export type AsyncOk<T> = Extract<Result<T>, { readonly ok: true }>;

/** How a task ended: with a value, or with what it threw. */
export type AsyncOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** What a task is called with: aborted when the view leaves, when it is cancelled, or when another takes its name. */
export type AsyncTask<T> = (signal: AbortSignal) => Promise<T>;

/** Nothing yet: no result, a task at work. */
const LOADING: AsyncPending = Object.freeze({ ok: false, loading: true, failed: undefined, result: undefined });

/**
 * Results made by hand, for values that no task loads: tests, caches, values that were pushed.
 *
 * @example
 * mount: () => ({ weather: AsyncResult.ok(cache.weather) })
 */
export const AsyncResult = Object.freeze({
  /** A task is at work; the result that there was stays. */
  loading<T = never>(before?: AsyncResult<T>): AsyncResult<T> {
    return before === undefined ? LOADING : { ...before, loading: true, failed: undefined };
  },
  /** There is a result. */
  ok<T>(result: T): AsyncResult<T> {
    return { ok: true, loading: false, failed: undefined, result };
  },
  /** The task failed; the result that there was stays. */
  failed<T = never>(reason: unknown, before: AsyncResult<T> = LOADING): AsyncResult<T> {
    return { ...before, loading: false, failed: reason };
  },
});

/** An assign as the result of a task: what it was before, or nothing. */
export function resultIn(assign: unknown): AsyncResult<unknown> | undefined {
  const known = typeof assign === "object" && assign !== null && Object.hasOwn(assign, "ok") && Object.hasOwn(assign, "loading");
  return known ? (assign as AsyncResult<unknown>) : undefined;
}
