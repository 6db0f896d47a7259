import type { Mistake } from "../errors/index.js";

/** A value that travels as JSON. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** `T` if it survives JSON; a value that does not (a Date, a Map, a function) becomes a `Mistake` that names the place. */
export type AsJson<T> = T extends Json ? T
  : T extends (...args: never) => unknown ? Mistake<"a function does not travel as JSON">
  : T extends Date ? Mistake<"a Date arrives as a string: send date.toISOString()">
  : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> ? Mistake<"a Map or a Set arrives as {}: send an array or an object">
  : T extends object ? { readonly [K in keyof T]: AsJson<T[K]> }
  : unknown extends T ? T : Mistake<"this does not travel as JSON">;
