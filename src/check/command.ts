import { existsSync, statSync, watch } from "node:fs";
import { check } from "./check.js";
import { FileReader, sourcesIn } from "./files.js";
import { loadParser } from "./parser.js";
import { asJson, asText } from "./report.js";

export const CHECK_USAGE = `holdfast check [path …] [--watch] [--json]

  Reads the templates in the TypeScript sources below these paths (default src) without running them, and says what is
  wrong in them. Give it all that belongs to one application: events and routes are looked for in what it reads.

  --watch   checks again whenever a source changes
  --json    one line of JSON for each check

  Ends with 0 if nothing is wrong, 1 if something is, 2 if it could not check.`;

/** How long a burst of changes may last, ms: an editor writes a file in several steps. */
const BURST_MS = 50;

/**
 * `holdfast check`.
 *
 * @returns the process's exit code; undefined while it watches
 */
export function runCheck(args: readonly string[]): number | undefined {
  const flags = new Set(args.filter((arg) => arg.startsWith("-")));
  const given = args.filter((arg) => !arg.startsWith("-"));
  const paths = given.length === 0 ? ["src"] : given;
  if (flags.has("--help")) {
    console.log(CHECK_USAGE);
    return 0;
  }
  const wrong = misused(flags, paths);
  if (wrong !== undefined) return misuse(wrong);
  const parse = loadParser();
  if (parse === undefined) {
    return misuse("holdfast check reads TypeScript by Vite's parser, which is not installed: npm install --save-dev vite");
  }
  const reader = new FileReader(parse);
  const show = flags.has("--json") ? asJson : asText;
  if (!flags.has("--watch")) return checkOnce(reader, paths, show);
  // Starts watching first, so that changes during the first check are seen.
  watchPaths(paths, () => {
    if (!flags.has("--json")) console.log("holdfast check: checking again");
    checkOnce(reader, paths, show);
  });
  checkOnce(reader, paths, show);
  return undefined;
}

/** What is wrong with the command line; undefined if nothing is. */
function misused(flags: ReadonlySet<string>, paths: readonly string[]): string | undefined {
  const unknown = [...flags].find((flag) => flag !== "--watch" && flag !== "--json");
  if (unknown !== undefined) return `There is no option ${unknown}.\n\n${CHECK_USAGE}`;
  const missing = paths.find((path) => !existsSync(path));
  if (missing === undefined) return undefined;
  return `There is no ${missing}: name the folder of the application's sources, as in "holdfast check src".`;
}

function checkOnce(reader: FileReader, paths: readonly string[], show: typeof asText): number {
  const started = performance.now();
  const files = reader.read(sourcesIn(paths.filter((path) => existsSync(path))));
  const problems = check(files);
  console.log(show({ files, problems, ms: performance.now() - started }));
  return problems.length > 0 ? 1 : files.length === 0 ? misuse("There are no TypeScript sources in what was named.") : 0;
}

function watchPaths(paths: readonly string[], changed: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  for (const path of paths) {
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(changed, BURST_MS);
    };
    // A removed folder causes an error of its watcher.
    watch(path, { recursive: statSync(path).isDirectory() }, soon).on("error", soon);
  }
}

function misuse(text: string): number {
  console.error(text);
  return 2;
}
