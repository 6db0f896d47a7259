/**
 * The folders of this package's own code: frames in it are not the application's. With source maps (`--enable-source-maps`)
 * they name `src`.
 */
const OWN = [new URL("../", import.meta.url).href, new URL("../../src/", import.meta.url).href];

/** The web layer below the application: where it calls is no place in anybody's template. */
const BELOW = /\/node_modules\/(?:hono|@hono\/node-server)\//;

/** V8's frames: `at fn (file:///app/page.js:12:5)`; other engines': `fn@file:///app/page.js:12:5`. */
const FRAME = /(?:at |\(|@)((?:file:|https?:|node:|\/|[a-zA-Z]:\\)[^()]*):(\d+):(\d+)\)?$/;

/** Components may call each other before a frame reaches the application's code. */
const DEPTH = 30;

/**
 * The place in the application's code that is running: the first frame outside this package.
 *
 * @returns file, line and column; undefined if the engine does not say
 */
export function callSite(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const { stack = "" } = new Error("call site");
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n")) {
    const frame = FRAME.exec(line.trim());
    if (frame === null) continue;
    const [, file = "", row, column] = frame;
    if (file.startsWith("node:") || BELOW.test(file) || isOwn(file)) continue;
    return `${file.replace(/^file:\/\//, "")}:${row}:${column}`;
  }
  return undefined;
}

function isOwn(file: string): boolean {
  const url = file.startsWith("/") ? `file://${file}` : file;
  // A test beside the code that it tests counts as application code.
  return OWN.some((own) => url.startsWith(own)) && !/\.test\.[jt]s$/.test(url);
}
