// What the compiler says of the wrong programs in test/types, and what an editor shows of a right one. Each directive `@ts-expect-error -- words` is taken away, and the
// compiler's words are compared with those behind it (`…` stands for any). It is TypeScript 6, the last version with an API;
// `npm run check:typescript` compiles the same programs with every version that is supported.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type typescript from "./typescript/6.0/node_modules/typescript/lib/typescript.js";

const here = fileURLToPath(new URL("./", import.meta.url));
const ts = createRequire(`${here}typescript/6.0/package.json`)("typescript") as typeof typescript;
const { config } = ts.readConfigFile(`${here}typescript/tsconfig.json`, (path) => ts.sys.readFile(path));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${here}typescript`);
const FILES = ["wrong-programs.ts", "wrong-parts.ts", "wrong-uses.ts", "wrong-days.ts", "wrong-habits.ts", "wrong-jsx.tsx", "hooks.ts", "one-mistake.ts"].map((name) => `${here}types/${name}`);

const HOVER = `${here}types/hover.ts`;

/** A file's text as the compiler is given it: its directives are comments, of the same length. */
const textOf = (path: string): string => {
  const text = readFileSync(path, "utf8");
  return FILES.includes(path) ? text.replaceAll("@ts-expect-error", "$ts-expect-error") : text;
};
const service = ts.createLanguageService({
  getCompilationSettings: () => ({ ...options, noErrorTruncation: true }),
  getScriptFileNames: () => [...FILES, HOVER],
  getScriptVersion: () => "1",
  getScriptSnapshot: (path) => (ts.sys.fileExists(path) ? ts.ScriptSnapshot.fromString(textOf(path)) : undefined),
  getCurrentDirectory: () => here,
  getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
  fileExists: (path) => ts.sys.fileExists(path),
  readFile: (path) => ts.sys.readFile(path),
  readDirectory: (...args) => ts.sys.readDirectory(...args),
  directoryExists: (path) => ts.sys.directoryExists(path),
  getDirectories: (path) => ts.sys.getDirectories(path),
  ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
});

interface WrongProgram {
  readonly at: string;
  readonly code: string;
  readonly words: string;
  readonly said: string;
}

/** The wrong programs of a file: the line below each directive, and what the compiler says of it. */
function wrongPrograms(path: string): WrongProgram[] {
  const lines = textOf(path).split("\n");
  const said = new Map<number, string[]>();
  for (const { file, start, messageText } of service.getSemanticDiagnostics(path)) {
    const { line } = ts.getLineAndCharacterOfPosition(file!, start!);
    said.set(line, [...(said.get(line) ?? []), ts.flattenDiagnosticMessageText(messageText, "\n")]);
  }
  return lines.flatMap((line, index) => {
    const words = /\$ts-expect-error -- (.*)$/.exec(line)?.[1];
    if (words === undefined) return [];
    return [{ at: `${path.slice(here.length)}:${index + 2}`, code: lines[index + 1]!.trim(), words, said: said.get(index + 1)?.join("\n") ?? "" }];
  });
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

describe("what the compiler says of", () => {
  const programs = FILES.flatMap(wrongPrograms);
  test("the wrong programs is compared", () => expect(programs.length).toBeGreaterThan(50));
  test.each(programs)("$code ($at)", ({ words, said }) => {
    expect(said.replaceAll(/\s+/g, " ")).toMatch(new RegExp(words.split("…").map((part) => escaped(part.trim())).join(".*")));
  });
});

test("an editor shows one object, whatever hooks, mount, props and schemas have added to it", () => {
  expect(service.getSemanticDiagnostics(HOVER)).toEqual([]);
  const shown = [...textOf(HOVER).matchAll(/\/\*\?\*\//g)].map(({ index, 0: { length } }) =>
    ts.displayPartsToString(service.getQuickInfoAtPosition(HOVER, index + length)?.displayParts).replaceAll(/\s+/g, " "));
  expect(shown).toEqual([
    "const user: OnMount<{ user: { name: string; }; }, {}>",
    "const team: OnMount<{ team: string; }, { user: { name: string; }; }>",
    'const themed: OnMountWithEvents<{ dark: boolean; }, {}, "toggle", { toggle: unknown; }>',
    "(parameter) data: { to: number; }",
    "(parameter) data: { by: number; id: number; }",
    "const assigns: { readonly user: { name: string; }; readonly team: string; readonly n: number; readonly posts: Stream<{ id: number; }>; "
      + "readonly flash: Flash; readonly liveAction: undefined; }",
    "(parameter) assigns: { readonly user: { name: string; }; readonly team: string; readonly n: number; readonly posts: Stream<{ id: number; }>; "
      + "readonly flash: Flash; readonly liveAction: undefined; }",
    "(parameter) on: { readonly add: (bound: { id: number; }) => EventRef; readonly jump: EventRef; }",
    "(parameter) socket: MountSocket<{ title: string; readonly id: string; readonly myself: number; }, string>",
    "(parameter) assigns: { readonly title: string; readonly id: string; readonly myself: number; readonly open: boolean; }",
  ]);
});
