import type { AsyncResult as Result } from "../../../components/index.js";

/**
 * A value that is loaded beside the view, in its present state.
 *
 * `ok` means that there is a result, `loading` that a task is running, `failed` why the last one failed. A reload keeps the
 * previous result, so `ok` and `loading` may both be true.
 *
 * @example
 * ${user.ok ? user.result.name : user.failed ? "not available" : "loading …"}
 */
export type AsyncResult<T> = Result<T>;
/** There is no result yet. */
type AsyncPending = Extract<Result<never>, { readonly ok: false }>;

/** The outcome of a task: a value, or what it threw. */
export type AsyncOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** A task. Its signal aborts when the view leaves, when the task is cancelled, or when another takes its name. */
export type AsyncTask<T> = (signal: AbortSignal) => Promise<T>;

/** No result yet, and a task running. */
const LOADING: AsyncPending = Object.freeze({ ok: false, loading: true, failed: undefined, result: undefined });

/**
 * Results made by hand, for values that no task loads: tests, caches, pushed values.
 *
 * @example
 * mount: () => ({ weather: AsyncResult.ok(cache.weather) })
 */
export const AsyncResult = Object.freeze({
  /** A task is running; the previous result stays. */
  loading<T = never>(before?: AsyncResult<T>): AsyncResult<T> {
    return before === undefined ? LOADING : { ...before, loading: true, failed: undefined };
  },
  /** There is a result. */
  ok<T>(result: T): AsyncResult<T> {
    return { ok: true, loading: false, failed: undefined, result };
  },
  /** The task failed; the previous result stays. */
  failed<T = never>(reason: unknown, before: AsyncResult<T> = LOADING): AsyncResult<T> {
    return { ...before, loading: false, failed: reason };
  },
});

/** The assign's previous task result, or nothing. */
export function resultIn(assign: unknown): AsyncResult<unknown> | undefined {
  const known = typeof assign === "object" && assign !== null && Object.hasOwn(assign, "ok") && Object.hasOwn(assign, "loading");
  return known ? (assign as AsyncResult<unknown>) : undefined;
}
