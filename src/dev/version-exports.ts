import { ssrExportNameKey, ssrModuleExportsKey, type ModuleRunnerContext } from "vite/module-runner";
import { ExportCell } from "./export-cell.js";

/** The values of a version's exports, by name. */
export type ExportReads = Map<string, () => unknown>;

/** A module whose importers see its exports through cells, which outlive its versions. */
export interface CellModule {
  readonly cells: Map<string, ExportCell>;
  /** It has `export *`: a new name in the re-exported module is new here too. */
  exportsAll: boolean;
  /** Its first version has run. */
  evaluated: boolean;
}

/** What one version of a module exports, according to its evaluation. */
export class VersionExports {
  readonly #context: ModuleRunnerContext;
  readonly #module: CellModule;
  readonly #next: ExportReads | undefined;

  /** @param next takes the exports of a version that is not installed yet; undefined for a module's first version, whose cells it makes */
  constructor(context: ModuleRunnerContext, module: CellModule, next: ExportReads | undefined) {
    this.#context = context;
    this.#module = module;
    this.#next = next;
  }

  define(name: string, read: () => unknown): void {
    const module = this.#module;
    if (this.#next === undefined) module.cells.set(name, new ExportCell(read));
    else this.#next.set(name, read);
    this.#context[ssrExportNameKey](name, () => {
      const cell = module.cells.get(name);
      try {
        return cell === undefined ? read() : cell.value;
      } catch (error) {
        throw module.evaluated
          ? error
          : new ReferenceError(`Cannot access '${name}' before initialization: modules import each other in a circle`);
      }
    });
  }

  /** Takes `export *`. A module's own names take precedence over those that it passes on: ECMA-262, 16.2.1.7.2.1. */
  defineAll(source: unknown): void {
    if (typeof source !== "object" || source === null) return;
    this.#module.exportsAll = true;
    const known: ReadonlyMap<string, unknown> = this.#next ?? this.#module.cells;
    for (const name of Object.keys(source)) {
      if (name !== "default" && !known.has(name)) this.define(name, (): unknown => Reflect.get(source, name));
    }
  }

  /** Drops an export that only passes on a name that is not there. */
  forget(name: string): void {
    this.#module.cells.delete(name);
    this.#next?.delete(name);
    delete this.#context[ssrModuleExportsKey][name];
  }
}
