import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Context, Hono, MiddlewareHandler, Next } from "hono";
import { clientModules } from "./client-modules.js";

const require = createRequire(import.meta.url);
const ROOT = "/assets/holdfast";

/** The path of the script that connects a page. */
export function startPath(): string {
  return `${ROOT}/${clientModules().version}/start.js`;
}

/**
 * The client without a bundler: the two npm packages as they are, and our modules with their imports pointed at them, under
 * a path that names their version. Each version's path is served by all: a page of the one before finds a client.
 * Whoever bundles imports `holdfast/client` instead.
 */
export function serveClient(app: Hono, headers: MiddlewareHandler): void {
  const { texts, version } = clientModules();
  const packages: [string, () => Promise<string>][] = [
    ["phoenix.js", () => readFile(packaged("phoenix", "phoenix.mjs"), "utf8")],
    ["phoenix_live_view.js", () => readFile(packaged("phoenix_live_view", "phoenix_live_view.esm.js"), "utf8")],
  ];
  const files = new Map<string, () => Promise<string>>([
    ...packages, ...packages.map(([name, read]): [string, () => Promise<string>] => [`:version/${name}`, read]),
    ["client.js", () => Promise.resolve(`export * from "./${version}/client/index.js";\n`)],
  ]);
  for (const [path, text] of texts) files.set(`:version/${path}`, () => Promise.resolve(text));
  for (const [name, read] of files) {
    let text: Promise<string> | undefined;
    app.get(`${ROOT}/${name}`, headers, async (c) =>
      c.body(await (text ??= read()), 200, {
        "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=3600",
      }));
  }
}

/** The files of a folder, for paths with a dot in them: nobody waits for the disk to say that a page is no file. */
export function publicFiles(root: string, headers: MiddlewareHandler): MiddlewareHandler {
  const files = serveStatic({ root });
  const serve = async (c: Context, next: Next): Promise<void> => {
    const file = await files(c, next);
    if (file instanceof Response) c.res = file;
  };
  return (c, next) => (c.req.path.includes(".") ? headers(c, () => serve(c, next)) : next());
}

/** A file beside the one that the package's `require` entry names. */
function packaged(name: string, file: string): string {
  return require.resolve(name).replace(/[^/\\]+$/, file);
}
