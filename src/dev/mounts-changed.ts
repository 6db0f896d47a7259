import { ModuleNames, throughLink } from "./module-names.js";
import type { AppModules } from "./modules.js";
import type { Definition } from "./scope.js";

/** What is known of a module while a change is followed through its importers. */
interface Visited {
  readonly before: ModuleNames;
  readonly now: ModuleNames;
  /** Local names whose import has changed. */
  readonly imported: Set<string>;
  /** Exported names that have changed. */
  readonly exported: Set<string>;
}

/**
 * Finds the views and components that were mounted with something that has changed: a schema, a constant or a function that
 * their mount, topics, params or authorize name, themselves or by way of others. All definitions of a module count together,
 * because they cannot be told apart in its text.
 *
 * @param changed the new texts of the changed modules, by id; `source` of each module is still its old text
 */
export async function mountsChanged(modules: AppModules, changed: ReadonlyMap<string, string>): Promise<ReadonlySet<Definition>> {
  const visited = new Map<string, Visited>();
  const visit = (id: string): Visited | undefined => {
    const known = visited.get(id);
    if (known !== undefined) return known;
    const { source } = modules.module(id);
    if (source === undefined) return undefined;
    const file = modules.fileOf(id);
    const before = new ModuleNames(file, source);
    const text = changed.get(id);
    const made = {
      before,
      now: text === undefined ? before : new ModuleNames(file, text),
      imported: new Set<string>(),
      exported: new Set<string>(),
    };
    visited.set(id, made);
    return made;
  };
  const result = new Set<Definition>();
  const waiting = new Set(changed.keys());
  // A module that is added while it is worked on is visited again.
  for (const id of waiting) {
    waiting.delete(id);
    const module = visit(id);
    if (module === undefined) continue;
    const names = module.now.changedSince(module.before, module.imported);
    for (const name of module.now.exportsOf(names)) module.exported.add(name);
    if (module.now.mountsOtherwise(module.before, names)) for (const each of modules.definitionsOf(id)) result.add(each);
    if (module.exported.size === 0) continue;
    for (const importer of modules.importersOf(id)) {
      const other = visit(importer);
      if (other !== undefined && await pass(modules, id, module.exported, importer, other)) waiting.add(importer);
    }
  }
  return result;
}

/** Tells an importer which names have changed. Returns whether it did not know. */
async function pass(
  modules: AppModules, id: string, changed: ReadonlySet<string>, importer: string, { now, imported, exported }: Visited,
): Promise<boolean> {
  const known = imported.size + exported.size;
  for (const link of now.links) {
    if (await modules.resolve(link.source, importer) !== id) continue;
    const passed = throughLink(link, changed);
    for (const name of passed.local) imported.add(name);
    for (const name of passed.exported) exported.add(name);
  }
  return imported.size + exported.size > known;
}
