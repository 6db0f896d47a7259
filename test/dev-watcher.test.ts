import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { holdfast } from "holdfast/vite";

let folder: string;
let vite: ViteDevServer;
const save = (file: string, text: string): void => writeFileSync(join(folder, "src", file), text);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "dev-texts-")));
  symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder, "node_modules"));
  mkdirSync(join(folder, "src"));
  save("word.ts", 'export const word = (): string => "old";');
  save("endpoint.ts", `
    import { createEndpoint, html, liveSession, liveView } from "holdfast";
    import { word } from "./word.js";
    const Page = liveView.define({ authorize: "public", render: () => html\`<p>\${word()}</p>\` });
    export const endpoint = createEndpoint({
      secret: "a secret of the test, long enough to be one", live: [liveSession("default", {}, (live) => live("/", Page))], log: () => {},
    });`);
  vite = await createServer({
    root: folder, configFile: false, logLevel: "silent", cacheDir: join(folder, ".vite"), plugins: [holdfast()],
    // The test itself is the watcher.
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
  });
  await vite.listen();
}, 60_000);
afterAll(async () => {
  await vite?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("a module that is saved after it was loaded and before the watcher is ready is loaded again", async () => {
  const page = async (): Promise<string> => (await fetch(vite.resolvedUrls!.local[0]!)).text();
  expect(await page()).toContain("<p>old</p>");
  save("word.ts", 'export const word = (): string => "new";');
  expect(await page()).toContain("<p>old</p>");
  vite.watcher.emit("ready");
  await expect.poll(page, { timeout: 60_000 }).toContain("<p>new</p>");
});
