import { bare } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";

interface Imported {
  readonly module: string;
  /** The name in that module; "*" for the whole module. */
  readonly name: string;
}

/** What a file imports, by local names. */
export class Imports {
  readonly #byLocal = new Map<string, Imported>();

  constructor(program: ESTree.Program) {
    for (const statement of program.body) {
      if (statement.type !== "ImportDeclaration") continue;
      const module = statement.source.value;
      for (const specifier of statement.specifiers) {
        const name = specifier.type !== "ImportSpecifier" ? "*"
          : specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
        this.#byLocal.set(specifier.local.name, { module, name });
      }
    }
  }

  /** Whether the file imports anything from Holdfast. */
  get fromHoldfast(): boolean {
    return [...this.#byLocal.values()].some(({ module }) => isHoldfast(module));
  }

  /** The Holdfast name that an expression refers to: `navigate`, even if the file imports it under another name. */
  ofHoldfast(node: Node): string | undefined {
    const expression = bare(node);
    if (expression.type === "Identifier") {
      const imported = this.#byLocal.get(expression.name);
      return imported !== undefined && isHoldfast(imported.module) ? imported.name : undefined;
    }
    if (expression.type !== "MemberExpression" || expression.computed || expression.property.type !== "Identifier") return undefined;
    return this.ofHoldfast(expression.object) === "*" ? expression.property.name : undefined;
  }

  /** The package that a local name is imported from: `zod` for `import { z } from "zod"`. */
  moduleOf(local: string): string | undefined {
    return this.#byLocal.get(local)?.module;
  }

  /** Whether a tag is Holdfast's `html`: imported from it, or from a file of the application that re-exports it. */
  isHtmlTag(node: Node): boolean {
    if (node.type !== "Identifier") return this.ofHoldfast(node) === "html";
    const imported = this.#byLocal.get(node.name);
    if (imported === undefined) return node.name === "html";
    return imported.name === "html" && (isHoldfast(imported.module) || /^[.#~]/.test(imported.module));
  }
}

function isHoldfast(module: string): boolean {
  return module === "holdfast" || module.startsWith("holdfast/");
}
