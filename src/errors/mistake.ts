/** Replaces a type that cannot be right: the compiler shows the sentence. */
export interface Mistake<Sentence extends string> {
  readonly "holdfast": Sentence;
}
