import { bare, keyOf, textOf } from "./nodes.js";
import type { Node } from "./parser.js";
import type { SourceFile } from "./source-file.js";

/** The socket's methods that start a task under a name. */
const STARTING: ReadonlySet<string> = new Set(["startAsync", "assignAsync", "streamAsync"]);
/** The functions whose result is an assign, whose name is the task's. */
const LOADING: ReadonlySet<string> = new Set(["assignAsync", "streamAsync"]);

/** The names under which the application starts work beside its views: those of `startAsync`, and of assigns that tasks load. */
export class TaskNames {
  readonly #names = new Set<string>();
  /** True if a name is computed: then any name may be a task's. */
  #open = false;

  constructor(files: readonly SourceFile[]) {
    for (const { nodes } of files) {
      for (const node of nodes.all) {
        if (node.type !== "CallExpression") continue;
        const callee = bare(node.callee);
        const [first] = node.arguments;
        if (callee.type === "MemberExpression") {
          if (STARTING.has(keyOf(callee) ?? "")) this.#add(first);
        } else if (callee.type === "Identifier" && LOADING.has(callee.name)) {
          const parent = nodes.parentOf(node);
          // One task for several assigns has all their names.
          if (first?.type === "ArrayExpression") this.#add(first);
          else this.#know(parent?.type === "Property" ? keyOf(parent) : undefined);
        }
      }
    }
  }

  /** Whether a task of this name may be started. */
  has(name: string): boolean {
    return this.#open || this.#names.has(name);
  }

  get all(): ReadonlySet<string> {
    return this.#names;
  }

  #add(name: Node | undefined): void {
    if (name?.type !== "ArrayExpression") return this.#know(textOf(name));
    const names = name.elements.map((element) => textOf(element));
    this.#know(names.includes(undefined) ? undefined : names.join(" "));
  }

  #know(name: string | undefined): void {
    if (name === undefined) this.#open = true;
    else this.#names.add(name);
  }
}
