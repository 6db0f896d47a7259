/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a value must be awaited. Not `instanceof Promise`, because some libraries bring their own promises. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as Promise<T>).then === "function";
}

/**
 * Continues with a value, in the same tick if it is available: most of what a page does waits for nothing and should not pay
 * for waiting.
 */
export function andThen<T, U>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(goOn) : goOn(value);
}
