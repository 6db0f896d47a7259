import type { Mistake } from "../errors/index.js";

/** What is data as it is: see `assertData`, which checks the same at run time, and more. */
type Plain = string | number | boolean | bigint | null | undefined | Date | ArrayBuffer | ArrayBufferView;

/**
 * `T` if it is data by its type; a value that is not becomes a `Mistake` that names the place. An instance of a class is found
 * by its methods.
 */
export type AsData<T> = T extends Plain ? T
  : T extends (...args: never) => unknown ? Mistake<"a function is no data: publish plain values">
  : T extends PromiseLike<unknown> ? Mistake<"a promise is no data: await it">
  : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> ? T
  : T extends object ? { readonly [K in keyof T]: AsData<T[K]> }
  : unknown extends T ? T : Mistake<"a symbol is no data">;
