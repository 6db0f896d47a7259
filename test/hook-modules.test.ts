import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createEndpoint, csrfField, html, liveSession, liveView, type LogFunction } from "holdfast";
import { serve } from "holdfast/node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hooks-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<URL> {
  await writeFile(join(folder, name), text);
  return pathToFileURL(join(folder, name));
}

const Page = liveView.define({ authorize: "public", render: () => html`<h1>Page</h1>` });
const served = (...given: readonly (URL | LogFunction)[]) => createEndpoint({
  secret: "a secret of the tests, and of no one else", live: [liveSession("default", {}, (live) => live("/", Page))],
  clientHooks: given.filter((each) => each instanceof URL), log: given.find((each) => typeof each === "function") ?? (() => {}),
});
type Served = ReturnType<typeof served>;
const links = async (endpoint: Served): Promise<string[]> =>
  [...(await (await endpoint.fetch(new Request("http://127.0.0.1/"))).text()).matchAll(/href="(\/assets\/holdfast\/hooks\/[^"]+)"/g)].map(([, href]) => href!);
const text = async (endpoint: Served, path: string): Promise<string> => (await endpoint.fetch(new Request(`http://127.0.0.1${path}`))).text();

test("modules are served with their imports of each other and of ours pointed at what browsers find, and nothing else is touched", async () => {
  const shared = await file("shared.js", 'export const name = "from \\"./elsewhere.js\\"";\n');
  const hooks = await file("a b.hooks.js", `import { clientHook } from "holdfast/client";
import {
  name,
} from './shared.js';
export * from "./shared.js";
export default { Probe: { mounted() { this.el.title = name + 'import x from "y"'; } } };
`);
  const endpoint = served(shared, hooks);
  const [first, second] = await links(endpoint);
  expect(await text(endpoint, first!)).toBe('export const name = "from \\"./elsewhere.js\\"";\n');
  const module = await text(endpoint, second!);
  expect(module).toMatch(/^import \{ clientHook \} from "\/assets\/holdfast\/[\w-]+\/client\/index\.js";$/m);
  expect(module).toMatch(/\} from '\.\/0-shared\.js';\nexport \* from "\.\/0-shared\.js";/);
  expect(module).toContain(`'import x from "y"'`);
  expect((await endpoint.fetch(new Request(`http://127.0.0.1${second!.replace(/hooks\/[^/]+/, "hooks/other")}`))).status).toBe(404);
});

test("in development they import the client that checks how it is called, and nothing else does", async () => {
  const hooks = await file("a.hooks.js", 'import { onPageEvent } from "holdfast/client";');
  const imported = async (): Promise<string> => {
    const endpoint = served(hooks);
    const [path] = await links(endpoint);
    return /from "([^"]+)"/.exec(await text(endpoint, path!))![1]!;
  };
  expect(await imported()).toMatch(/\/client\/index\.js$/);
  vi.stubEnv("NODE_ENV", "development");
  const checked = await imported();
  expect(checked).toMatch(/\/client\/checked\.js$/);
  // All that it imports is served, whether it is one module or many.
  const endpoint = served(hooks);
  const seen = new Set<string>();
  const load = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const answer = await endpoint.fetch(new Request(`http://127.0.0.1${path}`));
    expect(answer.status, path).toBe(200);
    const source = await answer.text();
    for (const [, specifier] of source.matchAll(/(?:from|import) ?"(\.{1,2}\/[^"]+)"/g)) await load(new URL(specifier!, `http://127.0.0.1${path}`).pathname);
  };
  await load(checked);
  expect(seen.size).toBeGreaterThan(1);
});

test("a compiled module is served without the comment that names its source map, which is not served", async () => {
  const compiled = await file("a.hooks.js", "export default {}; // sourceMappingURL=kept\n//# sourceMappingURL=a.hooks.js.map\n");
  const endpoint = served(compiled);
  const [path] = await links(endpoint);
  expect(await text(endpoint, path!)).toBe("export default {}; // sourceMappingURL=kept\n");
});

test("another text is another version; in development it is read again, otherwise at the next start", async () => {
  const hooks = await file("a.hooks.js", "export default {};");
  const endpoint = served(hooks);
  const before = await links(endpoint);
  await file("a.hooks.js", "export default { Other: {} };");
  expect(await links(endpoint)).toEqual(before);
  vi.stubEnv("NODE_ENV", "development");
  const [after] = await links(endpoint);
  expect([after]).not.toEqual(before);
  expect(await text(endpoint, after!)).toBe("export default { Other: {} };");
});

test("a module in TypeScript that nothing compiles is refused where it would be served, by its own name and by that of its compiled file", async () => {
  const source = await file("a.hooks.ts", "export default { A: {} as object };");
  for (const name of ["./a.hooks.js", "./a.hooks.ts"]) {
    const logged: unknown[] = [];
    const endpoint = served(new URL(name, source), (_message, { error }) => void logged.push(error));
    await expect(serve(endpoint, { port: 0, watchdog: false })).rejects.toThrow(/written in TypeScript[^]*a\.hooks\.js[^]*a\.hooks\.ts[^]*tsc/);
    // A test of the application, which no browser visits, runs from the sources.
    const [path] = await links(endpoint);
    expect((await endpoint.fetch(new Request(`http://127.0.0.1${path}`))).status).toBe(500);
    expect(String(logged)).toContain("written in TypeScript");
  }
  await file("a.hooks.js", "export default { A: {} };");
  for (const name of ["./a.hooks.js", "./a.hooks.ts"]) {
    const endpoint = served(new URL(name, source));
    await (await serve(endpoint, { port: 0, watchdog: false })).close();
    const [path] = await links(endpoint);
    expect(path).toMatch(/0-a\.hooks\.js$/);
    expect(await text(endpoint, path!)).toBe("export default { A: {} };");
  }
});

test("a file that is not there, and an import that a browser does not find, are said when the endpoint is made", async () => {
  expect(() => served(new URL("./none.js", pathToFileURL(folder)))).toThrow(/cannot be read.*clientHooks/s);
  const hooks = await file("a.hooks.js", 'import x from "lodash";');
  expect(() => served(hooks)).toThrow(/a\.hooks\.js imports what a browser cannot find[^]*"lodash"/);
  const other = await file("b.hooks.js", 'import "./not-listed.js";');
  expect(() => served(other)).toThrow(/"\.\/not-listed\.js"/);
});

test("a layout with its own entry gets the links alone", async () => {
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", clientHooks: [await file("a.hooks.js", "export default {};")], log() {},
    rootLayout: ({ inner, clientHooks }) => html`<!doctype html><html lang="en"><head>${clientHooks}</head><body>${inner}</body></html>`,
    live: [liveSession("default", {}, (live) => live("/", Page))],
  });
  expect(await links(endpoint)).toHaveLength(1);
  expect(await text(endpoint, "/")).not.toContain("<script");
});

test("a root layout with an entry of its own gets the client's settings, the same as in scripts", async () => {
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", log() {}, live: [liveSession("default", {}, (live) => live("/", Page))],
    rootLayout: ({ inner, scripts, csrfToken, clientSettings }) => html`<!doctype html><html lang="en"><head>${scripts}<script type="module" src="/own.js" ${clientSettings}></script></head>
      <body>${inner}<form method="post">${csrfField(csrfToken)}</form></body></html>`,
  });
  const body = await (await endpoint.fetch(new Request("http://localhost/"))).text();
  const settings = [...body.matchAll(/data-holdfast-frame-bytes="(\d+)" data-holdfast-draft-keys="([^"]+)"/g)].map(([all]) => all);
  expect(settings).toHaveLength(2);
  expect(settings[0]).toBe(settings[1]);
  expect(body).toMatch(/<input type="hidden" name="_csrf_token" value="[\w.-]+">/);
  await endpoint.close();
});
