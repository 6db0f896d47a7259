import type { DevEnvironment, HotPayload } from "vite";
import {
  ESModulesEvaluator, ModuleRunner, ssrExportAllKey, ssrExportNameKey, ssrImportKey, type EvaluatedModuleNode, type ModuleRunnerContext,
} from "vite/module-runner";
import { ExportCell } from "./export-cell.js";
import { importFailure, isUnchecked, missingImports, type Importer } from "./import-checks.js";
import { inScope, Scope, type Definition } from "./scope.js";
import { VersionExports, type CellModule, type ExportReads } from "./version-exports.js";

/** A module of the application, through all its versions. */
interface AppModule extends CellModule {
  /** What its last version defined itself. */
  scope: Scope;
  /** The text of its last version; undefined if it was not read from a file. */
  source: string | undefined;
}

/** The next version of a module, evaluated but not yet installed. */
export interface NextVersion {
  readonly exports: ReadonlyMap<string, () => unknown>;
  readonly scope: Scope;
}

/**
 * The application's modules, run by Vite's module runner. Importers see exports through cells, so a module can be evaluated
 * again on its own and replace its last version.
 */
export class AppModules {
  readonly #modules = new Map<string, AppModule>();
  /** The modules being evaluated again, with the exports of their new versions so far. */
  readonly #next = new Map<string, { readonly exports: ExportReads; readonly scope: Scope }>();
  /** Checks of imports from modules that still run, because they import each other: their `export *` may come later. */
  readonly #unchecked = new Map<string, (() => Promise<void>)[]>();
  readonly #environment: DevEnvironment;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #runner: ModuleRunner;

  /** @param texts what the loaded sources held, by their paths: see `loadedTexts` */
  constructor(environment: DevEnvironment, texts: ReadonlyMap<string, string>) {
    this.#environment = environment;
    this.#texts = texts;
    this.#runner = new ModuleRunner({
      hmr: false,
      sourcemapInterceptor: "node",
      transport: { invoke: (payload) => this.#invoke(payload) },
    }, new CellEvaluator((context, module) => this.#prepare(context, module)));
  }

  /** Importers of a changed module keep running: a module is fetched again when we say so, not when Vite's graph does. */
  #invoke(payload: HotPayload): Promise<{ result: unknown } | { error: unknown }> {
    if (payload.type === "custom" && isRepeatedFetch(payload.data)) return Promise.resolve({ result: { cache: true } });
    return this.#environment.hot.handleInvoke(payload);
  }

  #prepare(context: ModuleRunnerContext, { id, file }: EvaluatedModuleNode): Prepared {
    const next = this.#next.get(id);
    const module = next === undefined ? this.#add(id, file) : this.module(id);
    this.#unchecked.delete(id);
    const own = new VersionExports(context, module, next?.exports);
    return {
      scope: next?.scope ?? module.scope,
      evaluated: async () => {
        module.evaluated = true;
        for (const check of this.#unchecked.get(id) ?? []) await check();
        this.#unchecked.delete(id);
        if (next === undefined) for (const cell of module.cells.values()) cell.evaluated();
      },
      context: {
        ...context,
        [ssrImportKey]: async (url, metadata) => {
          const importer = { id, file, source: this.#texts.get(file) };
          const exports: unknown = await context[ssrImportKey](url, metadata).catch((error: unknown) => {
            throw importFailure(error, importer, url);
          });
          await this.#checkImport(importer, url, exports, metadata?.importedNames ?? [], own);
          return exports;
        },
        [ssrExportNameKey]: (name, read) => own.define(name, read),
        [ssrExportAllKey]: (source) => own.defineAll(source),
      },
    };
  }

  /** A module whose first version is about to run. */
  #add(id: string, file: string): AppModule {
    const module: AppModule = { cells: new Map(), scope: new Scope(), exportsAll: false, source: this.#texts.get(file), evaluated: false };
    this.#modules.set(id, module);
    return module;
  }

  /** Checks that a module gets the names that it imports, and drops the exports of its own that only pass on a name that is not there. */
  async #checkImport(
    importer: Importer & { readonly id: string }, url: string, exports: unknown, names: readonly string[], own: VersionExports,
  ): Promise<void> {
    if (typeof exports !== "object" || exports === null || !isUnchecked(url)) return;
    const target = this.#runner.evaluatedModules.getModuleByUrl(url)?.id;
    const check = async (): Promise<void> => {
      const lacking = names.filter((name) => !(name in exports));
      if (lacking.length === 0) return;
      const { error, passedOn } = await missingImports(importer, lacking, async (specifier) =>
        specifier === url || `node:${specifier}` === url || await this.resolve(specifier, importer.id) === target);
      if (error !== undefined) throw error;
      for (const name of passedOn) own.forget(name);
    };
    const runs = target !== undefined && (this.#next.has(target) || this.#modules.get(target)?.evaluated === false);
    if (runs) this.#unchecked.set(target, [...this.#unchecked.get(target) ?? [], check]);
    else await check();
  }

  /** Loads the application's main module and everything that it imports. */
  load(file: string): Promise<unknown> {
    return this.#runner.import(file);
  }

  /** The ids of the loaded modules whose source is this file. */
  idsOf(file: string): string[] {
    return [...(this.#runner.evaluatedModules.getModulesByFile(file) ?? [])].filter(({ id }) => this.#modules.has(id)).map(({ id }) => id);
  }

  fileOf(id: string): string {
    return this.#runner.evaluatedModules.getModuleById(id)?.file ?? id;
  }

  importersOf(id: string): string[] {
    return [...(this.#runner.evaluatedModules.getModuleById(id)?.importers ?? [])].filter((importer) => this.#modules.has(importer));
  }

  /** The id of the module that a specifier means; undefined if there is none. */
  async resolve(specifier: string, importer: string): Promise<string | undefined> {
    return (await this.#environment.pluginContainer.resolveId(specifier, importer))?.id;
  }

  /** The views and components that a module defines, and those that its functions made. */
  definitionsOf(id: string): readonly Definition[] {
    const { scope, cells } = this.module(id);
    return [scope.made, ...[...cells.values()].map((cell) => cell.made)].flat();
  }

  module(id: string): AppModule {
    return this.#modules.get(id)!;
  }

  /**
   * Evaluates a module again while its present version stays installed.
   *
   * @throws whatever its transform or its code throws; then nothing has changed
   */
  async evaluate(id: string): Promise<NextVersion> {
    const node = this.#runner.evaluatedModules.getModuleById(id)!;
    const { exports, promise, meta, map, evaluated } = node;
    const imports = new Set(node.imports);
    const next = { exports: new Map<string, () => unknown>(), scope: new Scope(this.module(id).scope.made) };
    const graph = this.#environment.moduleGraph;
    const known = graph.getModuleById(id);
    if (known !== undefined) graph.invalidateModule(known);
    this.#next.set(id, next);
    this.#runner.evaluatedModules.invalidateModule(node);
    try {
      await this.#runner.import(node.url);
      return next;
    } catch (error) {
      Object.assign(node, { exports, promise, meta, map, evaluated });
      for (const each of imports) node.imports.add(each);
      throw error;
    } finally {
      this.#next.delete(id);
    }
  }

  /** Adds an export that the module did not have before. */
  addCell(id: string, name: string, read: () => unknown): void {
    const cell = new ExportCell(read);
    cell.evaluated();
    this.module(id).cells.set(name, cell);
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}

/** The runner requests a module that it already has. */
function isRepeatedFetch({ name, data }: { readonly name?: unknown; readonly data?: unknown }): boolean {
  return name === "fetchModule" && Array.isArray(data) && (data as { cached?: unknown }[])[2]?.cached === true;
}

/** A module that is about to be evaluated. */
interface Prepared {
  readonly context: ModuleRunnerContext;
  readonly scope: Scope;
  /** Call it after the evaluation. Throws if a module that was imported in a circle gets a name that this one does not export. */
  evaluated(): Promise<void>;
}

type Prepare = (context: ModuleRunnerContext, module: EvaluatedModuleNode) => Prepared;

/**
 * The getters of exports in Vite's code: they return undefined for a variable that has no value yet, where Node throws a
 * ReferenceError (ECMA-262, 9.1.1.1.6).
 */
const SWALLOWED = /^(__vite_ssr_exportName__\(.+?, \(\) => )\{ try \{ return (.+) \} catch \{\} \}\);/gm;

/** Evaluates a module as Vite does, inside the scope of its definitions. */
class CellEvaluator extends ESModulesEvaluator {
  readonly #prepare: Prepare;

  constructor(prepare: Prepare) {
    super();
    this.#prepare = prepare;
  }

  override async runInlinedModule(context: ModuleRunnerContext, code: string, module?: Readonly<EvaluatedModuleNode>): Promise<void> {
    if (module === undefined) return super.runInlinedModule(context, code);
    const prepared = this.#prepare(context, module);
    await inScope(prepared.scope, async () => super.runInlinedModule(prepared.context, code.replace(SWALLOWED, "$1$2);")));
    await prepared.evaluated();
  }
}
