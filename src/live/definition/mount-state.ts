import type { AssignsOf, Mistake, Overwrite } from "../socket/index.js";

/** In the place of what `mount` returns, as long as the compiler has not seen it. */
export type Unmounted = Partial<Mistake<"mount must stand before everything that uses its assigns">>;

/** Infers which keys a definition has: whether it has a `mount` is known before what that returns. */
export type DeclaredKeys<Key extends string> = { readonly [K in Key]?: unknown };

/**
 * The assigns of a view or a component: `A`, and what mount returns.
 *
 * TypeScript infers in two rounds. In the first it leaves out functions whose parameters have no types, and `mount` is often
 * one. Whatever does not fit then ends the inference: the call is reported with a mount that returned nothing, so that one
 * wrong event makes every use of an assign an error. So the state of that round is `never`, which fits every handler; the
 * second round checks the same places with the assigns known.
 */
export type MountState<A extends object, R, Key> =
  keyof Unmounted extends keyof R
    ? string extends keyof R ? Overwrite<A, AssignsOf<R>> : "mount" extends Key ? never : Overwrite<A, {}>
    : Overwrite<A, AssignsOf<R>>;
