import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpoint, html, liveSession, liveView, viteManifest } from "holdfast";
import { build } from "vite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

let folder = "";
const manifestFile = (): string => join(folder, "dist/.vite/manifest.json");

// What Vite itself builds, so that its format is asked and not remembered.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "manifest-"));
  const sources = {
    "src/client.ts": 'import "./client.css";\nimport { shared } from "./shared.ts";\nconsole.log(shared, () => import("./lazy.ts"));\n',
    "src/admin.ts": 'import { shared } from "./shared.ts";\nconsole.log("admin", shared);\n',
    "src/shared.ts": 'import "./shared.css";\nexport const shared = Math.random();\n',
    "src/lazy.ts": "console.log('lazy');\n", "src/client.css": "p { color: red }\n", "src/shared.css": "b { color: blue }\n", "src/app.css": "i { color: green }\n",
  };
  await mkdir(join(folder, "src"));
  for (const [path, text] of Object.entries(sources)) await writeFile(join(folder, path), text);
  await build({
    root: folder, configFile: false, logLevel: "error",
    build: { manifest: true, rolldownOptions: { input: ["src/client.ts", "src/admin.ts", "src/app.css"].map((path) => join(folder, path)) } },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shape = (text: string): string[] => text.replaceAll(/-[\w-]{8}\./g, "-#.").split(/(?<=>)(?=<)/);

test("an entry's tags: what it imports comes first, each style sheet once, and nothing that is loaded later", () => {
  const client = viteManifest(manifestFile());
  expect(shape(String(client.tags("src/client.ts")))).toEqual([
    '<link rel="stylesheet" href="/assets/shared-#.css" phx-track-static>', '<link rel="stylesheet" href="/assets/client-#.css" phx-track-static>',
    '<link rel="modulepreload" href="/assets/shared-#.js">', '<script type="module" src="/assets/client-#.js" phx-track-static>', "</script>",
  ]);
  expect(shape(String(client.tags("src/app.css")))).toEqual(['<link rel="stylesheet" href="/assets/app-#.css" phx-track-static>']);
  expect(client.url("src/lazy.ts")).toMatch(/^\/assets\/lazy-[\w-]{8}\.js$/);
  expect(viteManifest(manifestFile(), { base: "https://cdn.example.com/x/" }).url("src/lazy.ts")).toContain("https://cdn.example.com/x/assets/lazy-");
});

test("a page with them loads them, and browsers keep them forever", async () => {
  const client = viteManifest(manifestFile());
  const Page = liveView.define({ authorize: "public", render: () => html`<p>page</p>` });
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, publicDir: { dir: join(folder, "dist"), immutable: client.immutable },
    rootLayout: ({ inner }) => html`<html><head>${client.tags("src/client.ts")}</head><body>${inner}</body></html>`,
    live: [liveSession("default", {}, (live) => live("/", Page))],
  });
  const page = await (await endpoint.app.request("/")).text();
  const urls = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, url]) => url!);
  expect(urls).toHaveLength(4);
  for (const url of urls) {
    const response = await endpoint.app.request(url);
    expect([response.status, response.headers.get("cache-control")], url).toEqual([200, "public, max-age=31536000, immutable"]);
  }
  expect((await endpoint.app.request("/.vite/manifest.json")).status).toBe(404);
  await endpoint.close();
});

test("a missing manifest or entry is reported immediately", async () => {
  const client = viteManifest(manifestFile());
  const code = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return (error as { code?: string; message: string }).message;
    }
  };
  expect(code(() => client.url("src/none.ts"))).toContain("Vite has not built src/none.ts.");
  expect(code(() => client.tags("src/lazy.ts"))).toContain("src/lazy.ts is no entry: nothing would load it.");
  expect(code(() => viteManifest(join(folder, "none.json")))).toContain("There is no manifest of Vite.");
  await writeFile(join(folder, "bad.json"), "{");
  expect(code(() => viteManifest(join(folder, "bad.json")))).toContain("Vite's manifest is no JSON.");
  expect(await readFile(manifestFile(), "utf8")).toContain("isDynamicEntry");
});

test("in development nothing is read, and Vite's server has the sources", () => {
  vi.stubEnv("NODE_ENV", "development");
  const client = viteManifest(join(folder, "none.json"));
  vi.unstubAllEnvs();
  expect(String(client.tags("src/client.ts"))).toBe(
    '<script type="module" src="/@vite/client" phx-track-static></script><script type="module" src="/src/client.ts" phx-track-static></script>');
  expect(client.url("src/lazy.ts")).toBe("/src/lazy.ts");
  expect(client.immutable("/src/lazy.ts")).toBe(false);
});
