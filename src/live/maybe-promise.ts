import type { MaybePromise } from "./types.js";

/** Whether a value has to be waited for: not `instanceof Promise`, some libraries have promises of their own. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as Promise<T>).then === "function";
}

/** Goes on with a value, at once if it is there: most of what a page does waits for nothing, and should not pay for waiting. */
export function andThen<T, U>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(goOn) : goOn(value);
}
