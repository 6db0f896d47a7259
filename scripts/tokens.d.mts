/** Every module that a source names: static, dynamic, type, re-exported, required. */
export function importsOf(text: string): readonly {
  /** undefined where an `import()` has no constant */
  readonly specifier: string | undefined;
  readonly line: number;
  /** only types come from there */
  readonly types: boolean;
}[];
