import { createRequire } from "node:module";
import type { ESTree, ParseResult, parseSync } from "vite";

/** A node of a program as oxc produces it: ESTree with TypeScript. */
export type Node = ESTree.Node;
export type { ESTree, ParseResult };

/** Parses a program. Positions are offsets in UTF-16 code units. */
export type Parse = typeof parseSync;

/**
 * Loads the parser that comes with Vite (oxc) without the rest of Vite: loading that would take longer than checking an
 * application.
 *
 * @returns undefined if Vite is not installed
 */
export function loadParser(): Parse | undefined {
  let vite: string;
  try {
    vite = createRequire(import.meta.url).resolve("vite");
  } catch {
    return undefined;
  }
  const utils: unknown = createRequire(vite)("rolldown/utils");
  return hasParser(utils) ? utils.parseSync : undefined;
}

function hasParser(value: unknown): value is { parseSync: Parse } {
  return typeof value === "object" && value !== null && "parseSync" in value && typeof value.parseSync === "function";
}
