import { isBuiltin } from "node:module";
import { ModuleNames } from "./module-names.js";
import { SourceError } from "./source-error.js";

/** A module that imports another one, with its text. */
export interface Importer {
  readonly file: string;
  readonly source: string | undefined;
}

/** What an import of names lacks. */
interface Missing {
  /** To be thrown: the module needs a name that it does not get. */
  readonly error: SourceError | undefined;
  /** Names that the importer only passes on: types, whose imports and exports TypeScript leaves out. */
  readonly passedOn: readonly string[];
}

/**
 * Looks for the imports that the other module has no exports for. Vite's module runner leaves them undefined, where Node refuses
 * to load the module: ECMA-262, 16.2.1.6.4.
 *
 * @param lacking the names that the other module does not export
 * @param isThere whether a specifier of the importer means the other module
 */
export async function missingImports(
  { file, source }: Importer, lacking: readonly string[], isThere: (specifier: string) => Promise<boolean>,
): Promise<Missing> {
  if (source === undefined) return { error: undefined, passedOn: [] };
  const names = new ModuleNames(file, source);
  const passedOn: string[] = [];
  for (const { source: specifier, name, local, exported, start } of names.links) {
    if (!lacking.includes(name) || !await isThere(specifier)) continue;
    const again = exported === undefined ? names.exportsOf(new Set(local === undefined ? [] : [local])) : [exported];
    if (again.length === 0) {
      return {
        error: new SourceError(`The requested module '${specifier}' does not provide an export named '${name}'`, file, source, start),
        passedOn,
      };
    }
    passedOn.push(...again);
  }
  return { error: undefined, passedOn };
}

/** The codes of Vite and Node for a module that is not there. */
const NOT_FOUND = new Set<unknown>(["ERR_LOAD_URL", "ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);
/** How Vite words names that a package does not export. */
const NOT_EXPORTED = /^\[vite\] (The requested module|Named export) /;

/** Gives the error of an import that failed its place, if it is the import itself that is wrong. */
export function importFailure(error: unknown, { file, source }: Importer, specifier: string): unknown {
  if (!(error instanceof Error) || error instanceof SourceError || source === undefined) return error;
  const notFound = "code" in error && NOT_FOUND.has(error.code);
  if (!notFound && !NOT_EXPORTED.test(error.message)) return error;
  const name = /'([^']+)' not found|named '([^']+)'/.exec(error.message)?.slice(1).find((each) => each !== undefined);
  const links = new ModuleNames(file, source).links.filter((link) => link.source === specifier);
  const link = (notFound ? undefined : links.find((each) => each.name === name)) ?? links[0];
  if (link === undefined) return error;
  const text = "code" in error && error.code === "ERR_LOAD_URL" ? `Cannot find module '${specifier}'`
    : error.message.startsWith(`Cannot find module '${specifier}'`) ? `Cannot find module '${specifier}'${adviceFor(specifier)}`
    : error.message.replace("[vite] ", "").trimEnd();
  return new SourceError(text, file, source, link.start);
}

/** An alias such as `@/lib` is not a package name. */
function adviceFor(specifier: string): string {
  const name = /^(?:@[a-z\d][\w.-]*\/)?[a-z\d][\w.-]*(?=\/|$)/.exec(specifier)?.[0];
  return name === undefined ? "" : `: is the package installed? npm install ${name}`;
}

/** Whether the names that an import takes are checked here: Vite checks those of packages itself. */
export function isUnchecked(url: string): boolean {
  return url.startsWith("/") || isBuiltin(url);
}
