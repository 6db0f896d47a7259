import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { importsOf } from "../../scripts/tokens.mjs";

const run = promisify(execFile);
const root = new URL("../../dist/index.js", import.meta.url);

/** All files that a built file loads, and the packages and builtins that they name. */
async function graphOf(entry: URL): Promise<{ files: Set<string>; packages: Set<string> }> {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = async (file: URL): Promise<void> => {
    if (files.has(file.href)) return;
    files.add(file.href);
    for (const { specifier = "" } of importsOf(await readFile(file, "utf8"))) {
      if (specifier.startsWith(".")) await visit(new URL(specifier, file));
      else packages.add(specifier);
    }
  };
  await visit(entry);
  return { files, packages };
}

const NODE_ONLY = /^(?:ws|@hono\/node-server.*|node:(?:http|https|http2|net|tls|stream.*))$/;

it("the root names neither ws nor node:http, and none of its files does; the adapter does", async () => {
  const { files, packages } = await graphOf(root);
  expect(files.size).toBeGreaterThan(50);
  // `node:net` is BlockList and isIP: addresses, no sockets.
  expect([...packages].filter((name) => NODE_ONLY.test(name) && name !== "node:net")).toEqual([]);
  expect([...packages]).toContain("hono");
  const adapter = await graphOf(new URL("adapters/node/index.js", new URL("./", root)));
  expect([...adapter.packages].filter((name) => NODE_ONLY.test(name))).toEqual(expect.arrayContaining(["ws", "node:http"]));
});

it("an endpoint created and called in a separate process loads no server, whatever its packages import", async () => {
  const hook = `export async function resolve(specifier, context, next) { console.error(specifier); return next(specifier, context); }`;
  const program = `
    import * as modules from "node:module";
    // Node 24 may end before the thread of \`register\` has written; Node 20 has only that.
    if (modules.registerHooks === undefined) modules.register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});
    else modules.registerHooks({ resolve(specifier, context, next) { console.error(specifier); return next(specifier, context); } });
    const { createEndpoint, html, liveSession, liveView } = await import(${JSON.stringify(root.href)});
    const Page = liveView.define({ authorize: "public", render: () => html\`<p>page</p>\` });
    const endpoint = createEndpoint({
      secret: "a secret of this test, long enough to be one", live: [liveSession("default", {}, (live) => live("/", Page))],
    });
    console.log((await endpoint.fetch(new Request("http://localhost/"))).status);`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", program], { cwd: fileURLToPath(new URL("../../", import.meta.url)) });
  const loaded = stderr.trim().split("\n");
  expect(stdout.trim()).toBe("200");
  expect(loaded).toContain("hono");
  expect(loaded.filter((name) => NODE_ONLY.test(name) && name !== "node:net")).toEqual([]);
});
