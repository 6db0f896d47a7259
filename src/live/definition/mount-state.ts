import type { Mistake } from "../../errors/index.js";
import type { AssignsOf, NoAssigns, Overwrite, Redirect, Simplify } from "../socket/index.js";

/**
 * Stands for what `mount` returns until the compiler has seen `mount`. It remains if `mount` comes after a function that uses the
 * assigns: then `mount` may add none.
 */
export type Unmounted = void | Redirect | NoAssigns;

/** The assigns of a view or a component: `A`, and what mount returns. */
export type MountState<A extends object, R> = Overwrite<A, AssignsOf<R>>;

/**
 * The assigns of a view: those of its hooks, `A`, and what mount returns. An assign of both must have the hook's type: the hook sets it
 * again when it is refreshed, and the policy reads it as the hook's.
 */
export type ViewState<A extends object, R> = [keyof A & keyof AssignsOf<R>] extends [never]
  ? Simplify<A & AssignsOf<R>>
  : Kept<A, AssignsOf<R>>;
type Kept<A, Own> = Simplify<Omit<A, keyof Own> & {
  [K in keyof Own]: K extends keyof A
    ? [Own[K]] extends [A[K]] ? Own[K] : Mistake<"a hook sets an assign of this name, and will overwrite yours: give it another name">
    : Own[K];
}>;

/**
 * A definition whose `mount` the compiler has not seen yet.
 *
 * TypeScript infers in two rounds. In the first it leaves out functions whose parameters have no types, and `mount` is often
 * one. Whatever does not fit then ends the inference: the call is reported with a mount that returned nothing, so that one
 * wrong event makes every use of an assign an error. Therefore everything fits in that round: what was left out counts as any
 * kind of function, even as a constructor, which no `mount` is. The second round checks everything, with the assigns known.
 */
export type Unseen<R> = [Unmounted] extends [R] ? UnseenMount : never;

interface UnseenMount {
  readonly mount: new () => Mistake<"mount must stand before everything that uses its assigns; authorize and render are spelt so">;
}

/**
 * Has the compiler infer which keys a definition has. It does so through both branches of the condition and then takes the
 * first: the parameter's type has none of these keys, so a misspelt one is still reported.
 */
export type Written<Keys extends string> = [Keys] extends [string] ? never : { readonly [Key in Keys]: never };

declare const OTHERS: unique symbol;

/** Beside a mapped type that may have no keys: the compiler takes every object for `{}`, and reports no excess key. */
export interface NoOthers {
  readonly [OTHERS]?: never;
}

/**
 * `T`, which the key `Of` declares. It is `any` if that key is missing while there is one that nobody knows: `Of` is misspelt,
 * one error says so, and what uses `T` is no error of its own.
 */
export type Spelt<T, Of extends string, Keys extends string, Known extends string> =
  // oxlint-disable-next-line typescript/no-explicit-any -- nothing else lets every use pass
  Of extends Keys ? T : [Exclude<Keys, Known>] extends [never] ? T : any;
