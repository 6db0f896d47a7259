import { readFile } from "node:fs/promises";
import type { ExportCell } from "./export-cell.js";
import type { AppModules, NextVersion } from "./modules.js";
import { moduleState } from "./module-state.js";
import { mountsChanged } from "./mounts-changed.js";
import { replaceDefinition, type Definition, type Scope } from "./scope.js";

/** The outcome of a change. */
type SwapResult =
  /** The new code runs. `remount`: the views whose assigns the old code made, or all of them. */
  | { readonly kind: "swapped"; readonly remount: ReadonlySet<Definition> | "all" }
  /** The new code needs a new process. */
  | { readonly kind: "restart"; readonly why: string }
  /** The old code still runs. */
  | { readonly kind: "failed"; readonly error: unknown };

/** How often a module may be evaluated for one change: modules that import each other could otherwise loop forever. */
const MAX_EVALUATIONS = 3;

/** What a module's new version means for its importers. */
interface Replaced {
  /** They can stay as they are. */
  readonly fits: boolean;
  /** It has a new export. */
  readonly added: boolean;
}

/** The new code needs a new process. */
class NeedsRestart extends Error {}

/** Replaces the old code of changed files with the new one, all of it or nothing. */
export class Swap {
  readonly #modules: AppModules;
  readonly #main: string;
  readonly #shown: (file: string) => string;
  readonly #undo: (() => void)[] = [];
  readonly #replacements = new Map<Definition, Definition>();
  readonly #evaluations = new Map<string, number>();
  /** The previous versions of the modules evaluated for this change, to restore after a failure. */
  readonly #scopes = new Map<string, Scope>();
  /** The texts of these modules as they are now. */
  readonly #texts = new Map<string, string>();

  /** @param main the id of the application's main module */
  constructor(modules: AppModules, main: string, shown: (file: string) => string) {
    this.#modules = modules;
    this.#main = main;
    this.#shown = shown;
  }

  /** @param ids the changed modules */
  async run(ids: readonly string[]): Promise<SwapResult> {
    let stale: ReadonlySet<Definition>;
    try {
      const waiting = [...ids];
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const { fits, added } = await this.#module(id);
        for (const importer of this.#modules.importersOf(id)) {
          const concerned = !fits || (added && this.#modules.module(importer).exportsAll);
          if (concerned && !waiting.includes(importer)) waiting.push(importer);
        }
      }
      const changed = new Map([...this.#texts].filter(([id, text]) => this.#modules.module(id).source !== text));
      stale = await mountsChanged(this.#modules, changed);
      for (const [id, text] of changed) this.#modules.module(id).source = text;
    } catch (error) {
      for (const undo of this.#undo.reverse()) undo();
      for (const [id, scope] of this.#scopes) this.#modules.module(id).scope = scope;
      return error instanceof NeedsRestart ? { kind: "restart", why: error.message } : { kind: "failed", error };
    }
    return { kind: "swapped", remount: this.#put(stale) };
  }

  /** Evaluates one module and installs it. */
  async #module(id: string): Promise<Replaced> {
    const file = this.#modules.fileOf(id);
    const evaluations = (this.#evaluations.get(id) ?? 0) + 1;
    this.#evaluations.set(id, evaluations);
    const text = await readFile(file, "utf8");
    const state = moduleState(file, text);
    const why = id === this.#main ? "is the main module" : evaluations > MAX_EVALUATIONS ? "is imported in a circle" : state?.what;
    if (why !== undefined) {
      throw new NeedsRestart(`${this.#shown(file)}${state !== undefined && id !== this.#main ? `:${state.line}` : ""} ${why}`);
    }
    const next = await this.#modules.evaluate(id);
    this.#texts.set(id, text);
    return this.#replace(id, next);
  }

  #replace(id: string, { exports, scope }: NextVersion): Replaced {
    const module = this.#modules.module(id);
    if (!this.#scopes.has(id)) this.#scopes.set(id, module.scope);
    let fits = true;
    let added = false;
    for (const [name, read] of exports) {
      const cell: ExportCell | undefined = module.cells.get(name);
      if (cell === undefined) {
        this.#modules.addCell(id, name, read);
        added = true;
        continue;
      }
      const replaced = cell.replace(read);
      this.#undo.push(replaced.undo);
      if (!replaced.fits) fits = false;
      for (const each of replaced.scopes) this.#take(each);
    }
    for (const name of module.cells.keys()) if (!exports.has(name)) fits = false;
    this.#take(scope);
    module.scope = scope;
    return { fits, added };
  }

  #take({ replacements }: Scope): void {
    for (const [kept, fresh] of replacements) this.#replacements.set(kept, fresh);
  }

  /** @param stale definitions that mounted with something that has changed */
  #put(stale: ReadonlySet<Definition>): ReadonlySet<Definition> | "all" {
    const remount = new Set(stale);
    for (const [kept, fresh] of this.#replacements) if (replaceDefinition(kept, fresh)) remount.add(kept);
    // A component's definition does not know which pages show it.
    return [...remount].some((definition) => !("authorize" in definition)) ? "all" : remount;
  }
}
