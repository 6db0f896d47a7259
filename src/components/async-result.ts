import { checkProps, checkValue, FUNCTION, OBJECT, type Kind, type OptionsPlace } from "../errors/options.js";
import type { Content } from "../html/index.js";

/** A value that is loaded beside the view, in its present state. */
export type AsyncResult<T> = {
  /** Whether a task is running. */
  readonly loading: boolean;
  /** Why the last task failed; undefined if it did not. */
  readonly failed: unknown;
} & (
  | { /** There is a result. */ readonly ok: true; readonly result: T }
  | { readonly ok: false; readonly result: undefined }
);

/** The content for each state. */
export interface AsyncSlots<T> {
  /** Shown once there is a result. It stays during a reload, and if that fails. */
  readonly ok: (result: T) => Content;
  /** Shown while there is nothing yet. */
  readonly loading: Content | (() => Content);
  /** Shown if the task failed. The reason may not be fit for users' eyes. */
  readonly failed: Content | ((reason: unknown) => Content);
}

const PLACE: OptionsPlace = {
  of: "asyncResult",
  fix: 'asyncResult(user, { loading: "Loading …", failed: "Not now", ok: (user) => user.name })',
};
const RESULT: Kind = { called: "an assign of assignAsync", fits: OBJECT.fits };

/**
 * Renders the state of an asynchronous assign. An earlier result takes precedence over a later failure.
 *
 * @example
 * asyncResult(user, { loading: "…", failed: "not available", ok: (user) => html`<b>${user.name}</b>` })
 */
export function asyncResult<T>(result: AsyncResult<T>, slots: AsyncSlots<T>): Content {
  checkValue("template_value_refused", PLACE, "the first argument", result, RESULT);
  checkProps(PLACE, slots, { ok: FUNCTION });
  if (result.ok) return slots.ok(result.result);
  // While a task is running the old reason is obsolete; without either, the task has not begun.
  const { loading, failed } = result;
  if (!loading && failed !== undefined && failed !== null && failed !== false) {
    return typeof slots.failed === "function" ? slots.failed(failed) : slots.failed;
  }
  return typeof slots.loading === "function" ? slots.loading() : slots.loading;
}
