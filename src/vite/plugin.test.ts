import { afterAll, beforeAll, expect, it } from "vitest";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type ViteDevServer } from "vite";
import { holdfast } from "./index.js";

const STYLE = "h1 { color: green }";

let folder: string;
let file: string;
let vite: ViteDevServer;
/** What the style's file had in it each time that pages were about to be told of it; undefined: it was gone. */
const told: (string | undefined)[] = [];
/** What happens to the file after the watcher has reported it. */
let editor = (): void => {};

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "vite-plugin-")));
  file = join(folder, "style.css");
  writeFileSync(file, STYLE);
  vite = await createServer({
    root: folder, configFile: false, logLevel: "silent", cacheDir: join(folder, ".vite"), optimizeDeps: { noDiscovery: true },
    // No application is served here, and the test itself says what the watcher sees.
    server: { middlewareMode: true, ws: false, watch: null },
    plugins: [
      { name: "slow-editor", enforce: "pre", hotUpdate: () => void setImmediate(editor) },
      { ...holdfast(), configureServer: () => {} },
      { name: "page", hotUpdate(): void { if (this.environment.name === "client") told.push(existsSync(file) ? readFileSync(file, "utf8") : undefined); } },
    ],
  });
});
afterAll(async () => {
  await vite?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("tells pages of a file that an editor empties first once its text is there", async () => {
  await vite.environments.client.transformRequest("/style.css");
  writeFileSync(file, "");
  editor = () => writeFileSync(file, STYLE);
  vite.watcher.emit("change", file);
  await expect.poll(() => told, { timeout: 60_000 }).toEqual([STYLE]);
});

it("does not stop at a file that is gone", async () => {
  rmSync(file);
  editor = () => {};
  told.length = 0;
  vite.watcher.emit("change", file);
  await expect.poll(() => told, { timeout: 60_000 }).toEqual([undefined]);
});
