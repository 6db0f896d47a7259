/** An error of one field. */
interface Issue {
  readonly message: string;
  /** The issue's position among all of the form. */
  readonly order: number;
}

/**
 * A form's errors by field: a tree along the paths, so that each field and each nested form finds its own issues without
 * searching the others'.
 *
 * @example
 * const issues = new FormIssues();
 * issues.add(["comments", "0", "body"], "is too short");
 * issues.at(["comments", "0"]).at(["body"]).own // ["is too short"]
 */
export class FormIssues {
  readonly #children = new Map<string, FormIssues>();
  readonly #own: Issue[] = [];
  /** How many issues are here and below. */
  #count = 0;

  add(path: readonly string[], message: string): void {
    this.#insert(path, 0, { message, order: this.#count });
  }

  /** Whether there are no issues, here and below. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** The issues of exactly this field. */
  get own(): readonly string[] {
    return this.#own.map(({ message }) => message);
  }

  /** The issues of this field and everything below it, in the order in which they were added to the form. */
  get all(): readonly string[] {
    const found: Issue[] = [];
    const collect = (node: FormIssues): void => {
      for (const issue of node.#own) found.push(issue);
      for (const child of node.#children.values()) collect(child);
    };
    collect(this);
    return found.sort((a, b) => a.order - b.order).map(({ message }) => message);
  }

  /** The issues at and below a path. */
  at(path: readonly string[]): FormIssues {
    const [first, ...rest] = path;
    return first === undefined ? this : (this.#children.get(first)?.at(rest) ?? NONE);
  }

  #insert(path: readonly string[], depth: number, issue: Issue): void {
    this.#count++;
    const key = path[depth];
    if (key === undefined) return void this.#own.push(issue);
    let child = this.#children.get(key);
    if (child === undefined) this.#children.set(key, (child = new FormIssues()));
    child.#insert(path, depth + 1, issue);
  }
}

/** No issues. Nothing is ever added to it, because `at` is for reading. */
const NONE = new FormIssues();
