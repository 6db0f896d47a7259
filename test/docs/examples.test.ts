import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { exports: Record<string, string | { types: string }> };
const entries = Object.entries(exports).flatMap(([subpath, target]) => (typeof target === "string" ? [] : [[subpath, fileURLToPath(new URL(target.types, root))] as const]));

/** What this test uses of a compiler that has an API. TypeScript 7 has none. */
interface Compiler {
  createProgram(files: readonly string[], options: object): {
    getTypeChecker(): { getSymbolAtLocation(file: object): Symbol_ | undefined; getExportsOfModule(symbol: Symbol_): Symbol_[]; getAliasedSymbol(symbol: Symbol_): Symbol_ };
    getSourceFile(file: string): object | undefined;
  };
  readonly SymbolFlags: { readonly Alias: number };
  readonly ModuleKind: { readonly NodeNext: number };
  readonly ScriptTarget: { readonly ES2023: number };
}
interface Symbol_ {
  readonly name: string;
  readonly flags: number;
  getJsDocTags(): readonly { readonly name: string }[];
}

const compiler = createRequire(new URL("test/typescript/6.0/package.json", root))("typescript") as Compiler;
const program = compiler.createProgram(entries.map(([, file]) => file), {
  module: compiler.ModuleKind.NodeNext, target: compiler.ScriptTarget.ES2023, skipLibCheck: true, types: [],
});
const checker = program.getTypeChecker();

/** What a subpath's declarations export, each with the tags of its docstring. */
function declared(file: string): { name: string; tags: string[] }[] {
  return checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!)
    .map((symbol) => ({ name: symbol.name, symbol: symbol.flags & compiler.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol }))
    .map(({ name, symbol }) => ({ name, tags: symbol.getJsDocTags().map((tag) => tag.name) }));
}

test.each(entries)("each value that %s exports has an example in its docstring", async (subpath, file) => {
  // Classes of which only the type is exported are no values.
  const values = Object.keys((await import(/* @vite-ignore */ `holdfast${subpath.slice(1)}`)) as object);
  const tags = new Map(declared(file).map((each) => [each.name, each.tags]));
  expect(values.filter((name) => !tags.get(name)?.includes("example"))).toEqual([]);
});
