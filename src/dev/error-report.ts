import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { HoldfastError } from "../errors/index.js";
import type { ErrorReport, SourceFrame } from "./messages.js";
import { SourceError } from "./source-error.js";

/** Lines of source before and after the error's. */
const AROUND = 4;
/** V8's frames, whose file may be a URL: `at fn (file:///app/page.ts:12:5)`. */
const PLACE = /(?:\(|at |^)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/;
/** Stack frames of the machinery that runs the application. */
const MACHINERY = /node:|\/node_modules\/vite\/|\/dist\/dev\//;
/** Files whose lines a report shows. An error's text may name any file, and may have come from a client. */
const SOURCE = /\.(?:[cm]?[jt]sx?|css)$/;
/** The editor to open: VS Code, unless `HOLDFAST_EDITOR` names another scheme such as `cursor` or `zed`. */
const EDITOR = process.env["HOLDFAST_EDITOR"] ?? "vscode";

/** Builds the report of an error, whatever was thrown. */
export async function reportOf(
  title: string, error: unknown, root: string, more: ErrorReport["details"] = [],
): Promise<ErrorReport> {
  const lines = framesOf(error).filter((line) => !MACHINERY.test(line));
  const at = error instanceof HoldfastError ? error.parts.at : compilerPlace(error, root);
  const places = [at, ...lines].filter((line) => line !== undefined).map(placeIn).filter((place) => place !== undefined);
  // Sources of the workspace's other packages are the developer's own, too. Vite is loaded here, because holdfast/vite can be imported
  // without it.
  const { searchForWorkspaceRoot } = await import("vite");
  const workspace = searchForWorkspaceRoot(root);
  const place = places.find(({ file }) => isOwn(file, workspace));
  return {
    title, message: messageOf(error),
    details: [...partsOf(error), ...more],
    frame: place === undefined ? undefined : await frameAt(place, root),
    stack: lines
      .map((line) => line.replaceAll(root, ".").replaceAll(root.replaceAll(" ", "%20"), ".").replaceAll("file://", ""))
      .slice(0, 12),
  };
}

/** The frames of an error's stack. Its message stands before them, and may have lines that look like frames. */
function framesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { stack = "", message } = error;
  const at = stack.indexOf(message);
  return stack.slice(at === -1 ? 0 : at + message.length).split("\n").map((line) => line.trim()).filter((line) => line.startsWith("at "));
}

function messageOf(error: unknown): string {
  if (error instanceof HoldfastError) return error.parts.what;
  return error instanceof Error ? stripVTControlCharacters(error.message) : String(error);
}

function partsOf(error: unknown): ErrorReport["details"] {
  if (!(error instanceof HoldfastError)) return [];
  const { code, parts: { expected, got, fix } } = error;
  return Object.entries({ code, expected, got, fix }).flatMap(([label, text]) => (text === undefined ? [] : [{ label, text }]));
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where Vite's transform found a syntax error; it is part of its message. */
function compilerPlace(error: unknown, root: string): string | undefined {
  if (error instanceof SourceError) return error.at;
  const place = error instanceof Error ? /\[ (\S+:\d+:\d+) \]/.exec(stripVTControlCharacters(error.message))?.[1] : undefined;
  return place === undefined ? undefined : resolve(root, place);
}

function placeIn(text: string): Place | undefined {
  const match = PLACE.exec(text);
  if (match === null) return undefined;
  const [, file = "", line, column] = match;
  try {
    return {
      file: resolve(file.startsWith("file:") ? fileURLToPath(file) : existingPath(file)),
      line: Number(line),
      column: Number(column),
    };
  } catch {
    return undefined; // a URL that names no file here
  }
}

/** Source maps write spaces and other characters of a path as in a URL. */
function existingPath(file: string): string {
  return existsSync(file) ? file : decodeURI(file);
}

/** Whether a file is the application's own source: not a dependency, and in no folder that begins with a dot. */
function isOwn(file: string, root: string): boolean {
  return file.startsWith(`${root}/`) && SOURCE.test(file) && !/\/(?:node_modules\/|\.)/.test(file.slice(root.length));
}

async function frameAt({ file, line, column }: Place, root: string): Promise<SourceFrame | undefined> {
  try {
    const lines = (await readFile(file, "utf8")).split("\n").map((text, index) => ({ number: index + 1, text }));
    return {
      file: relative(root, file), line, column, editor: `${EDITOR}://file${encodeURI(file)}:${line}:${column}`,
      lines: lines.slice(Math.max(0, line - 1 - AROUND), line + AROUND),
    };
  } catch {
    return undefined; // the file is gone: its name is in the stack
  }
}

/** The report for a terminal. */
export function reportText({ title, message, details, frame, stack }: ErrorReport): string {
  const marked =
    frame?.lines.map(({ number, text }) => `${number === frame.line ? ">" : " "} ${String(number).padStart(4)} | ${text}`) ?? [];
  return [
    `${title}: ${message}`, ...details.map(({ label, text }) => `  ${label}: ${text}`),
    ...(frame === undefined ? stack : [`  at ${frame.file}:${frame.line}:${frame.column}`, ...marked]),
  ].join("\n");
}
