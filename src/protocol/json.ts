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

/**
 * A payload whose type was declared. If it holds what JSON would lose, all of it is one `Mistake`, which names the property: compared
 * property by property, the message about a row of a table would list its columns first.
 */
export type Sendable<P> = [P] extends [AsJson<P>] ? P : [Lost<P>] extends [never] ? P & AsJson<P> : Mistake<Lost<P>>;

/** What of `T` JSON would lose, as sentences with a path. Deeper down `AsJson` has to find it: a type may contain itself. */
type Lost<T, Path extends string = "", Depth extends readonly unknown[] = []> = T extends Json ? never
  : AsJson<T> extends Mistake<infer Sentence> ? At<Path, Sentence>
  : Depth["length"] extends 5 ? never
  : T extends readonly (infer Item)[] ? Lost<Item, `${Path}[]`, [...Depth, unknown]>
  : T extends object ? { [K in keyof T & string]-?: Lost<T[K], `${Path}.${K}`, [...Depth, unknown]> }[keyof T & string]
  : never;

type At<Path extends string, Sentence extends string> = Path extends "" ? Sentence
  : Path extends `.${infer Names}` ? `${Names}: ${Sentence}` : `${Path}: ${Sentence}`;
