import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Parse } from "./parser.js";
import { checkedFile, type CheckedFile } from "./project.js";
import { SourceFile } from "./source-file.js";

const SOURCE = /(?<!\.d)\.[cm]?tsx?$/;
/** Tests write wrong templates on purpose. */
const TEST = /\.(?:test|spec)\.[cm]?tsx?$/;
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "dist"]);

/** The sources at these paths: files as named, and everything below folders except tests. */
export function sourcesIn(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => (statSync(path).isDirectory() ? below(path) : [path])))];
}

function below(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : below(path);
    return SOURCE.test(entry.name) && !TEST.test(entry.name) ? [path] : [];
  });
}

/** Reads files, each version of a file once. */
export class FileReader {
  readonly #parse: Parse;
  #last: ReadonlyMap<string, CheckedFile> = new Map();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** Skips files that disappear between listing and reading. */
  read(paths: readonly string[]): CheckedFile[] {
    const now = new Map<string, CheckedFile>();
    for (const path of paths) {
      const text = textOf(path);
      if (text === undefined) continue;
      const last = this.#last.get(path);
      now.set(path, last?.source.text === text ? last : checkedFile(new SourceFile(path, text, this.#parse)));
    }
    this.#last = now;
    return [...now.values()];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
