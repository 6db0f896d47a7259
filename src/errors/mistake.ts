/** Replaces a type that cannot be right: the compiler shows the sentence. */
export interface Mistake<Sentence extends string> {
  readonly "holdfast": Sentence;
}

/**
 * What nobody has parsed: as good as `unknown`. For a parameter that is `unknown` itself, TypeScript takes a destructuring pattern's word:
 * `(socket, { id })` would be an `id` of type `any`.
 */
type Unparsed = {} | null | undefined;

/** A schema's output, or `Unparsed` without one. */
export type Parsed<P> = unknown extends P ? 0 extends 1 & P ? P : Unparsed : P;

/** `NoInfer`, but an editor shows the type alone. */
export type Inferred<P> = [P][P extends unknown ? 0 : never];
