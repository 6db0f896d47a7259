/** What stands in the place of a type that cannot be: the compiler shows the sentence. */
export interface Mistake<Sentence extends string> {
  readonly "holdfast": Sentence;
}
