import { bare, keyOf, propertyOf, textOf } from "./nodes.js";
import type { SourceFile } from "./source-file.js";

/** The names of the events that the application declares: the entries of `events` with a handler. */
export class EventNames {
  readonly #names = new Set<string>();
  /** True if a name is computed: then any name may be declared. */
  #open = false;

  constructor(files: readonly SourceFile[]) {
    for (const { nodes } of files) {
      for (const node of nodes.all) {
        if (node.type !== "Property") continue;
        const definition = bare(node.value);
        if (definition.type !== "ObjectExpression" || propertyOf(definition, "handle") === undefined) continue;
        const name = keyOf(node);
        if (name === undefined) this.#open = true;
        else if (textOf(propertyOf(definition, "form")) === undefined) this.#names.add(name);
        else for (const phase of ["change", "submit"]) this.#names.add(`${name}.${phase}`);
      }
    }
  }

  /** Whether an event of this name may be declared. `lv:…` are Holdfast's own. */
  has(name: string): boolean {
    return this.#open || this.#names.has(name) || name.startsWith("lv:");
  }

  get all(): ReadonlySet<string> {
    return this.#names;
  }
}
