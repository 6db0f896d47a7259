/** Every module that a source names: static, dynamic, type, re-exported, required. */
export function importsOf(text: string): readonly {
  /** undefined where an `import()` has no constant */
  readonly specifier: string | undefined;
  readonly line: number;
  /** only types come from there */
  readonly types: boolean;
  /** what it takes from there; "*" for everything */
  readonly names: readonly string[];
}[];

/** Every name that a source exports; nothing for `export *`. */
export function exportsOf(text: string): readonly { readonly name: string; readonly line: number }[];
