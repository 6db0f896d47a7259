import type { Content } from "../html/index.js";

/** A value that is loaded beside the view: what there is of it now. */
export type AsyncResult<T> = {
  /** A task is at work. */
  readonly loading: boolean;
  /** Why the last task failed; undefined: it did not. */
  readonly failed: unknown;
} & (
  | { /** There is a result. */ readonly ok: true; readonly result: T }
  | { readonly ok: false; readonly result: undefined }
);

/** What is shown for each state. */
export interface AsyncSlots<T> {
  /** There is a result. It stays while it is loaded again, and when that fails. */
  readonly ok: (result: T) => Content;
  /** Nothing is there yet. */
  readonly loading: Content | (() => Content);
  /** The task failed, for a reason that may not be for users' eyes. */
  readonly failed: Content | ((reason: unknown) => Content);
}

/**
 * Renders what an asynchronous assign has come to. A result that there once was comes before a later failure.
 *
 * @example
 * asyncResult(user, { loading: "…", failed: "not available", ok: (user) => html`<b>${user.name}</b>` })
 */
export function asyncResult<T>(result: AsyncResult<T>, slots: AsyncSlots<T>): Content {
  if (result.ok) return slots.ok(result.result);
  // With a task at work the old reason is no longer news; without either, the task has not begun.
  const { loading, failed } = result;
  if (!loading && failed !== undefined && failed !== null && failed !== false) {
    return typeof slots.failed === "function" ? slots.failed(failed) : slots.failed;
  }
  return typeof slots.loading === "function" ? slots.loading() : slots.loading;
}
