// A team's own Vite: its server, its configuration, its client code, with the plugin in it.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connected, rejoins, watch, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";
import { DevApp } from "./support/dev.js";

const FILES = {
  "vite.config.ts": `import { defineConfig } from "vite";
    import { holdfast } from "holdfast/vite";
    export default defineConfig({
      cacheDir: ".vite", plugins: [holdfast({ endpoint: "src/endpoint.ts" })],
      server: { host: "127.0.0.1", port: Number(process.env.PORT), strictPort: true }, build: { rolldownOptions: { input: "src/client.ts" } },
    });`,
  "src/endpoint.ts": `import { createEndpoint, html, liveSession, viteManifest } from "holdfast";
    import { Counter } from "./counter.ts";
    const client = viteManifest("dist/.vite/manifest.json");
    export const endpoint = createEndpoint({
      secret: process.env.SECRET!, live: [liveSession("default", {}, (live) => live("/", Counter))],
      rootLayout: ({ inner, csrfToken }) => html\`<html lang="en"><head><meta name="csrf-token" content=\${csrfToken}>\${client.tags("src/client.ts")}</head><body>\${inner}</body></html>\`,
    });`,
  "src/counter.ts": `import { html, liveView } from "holdfast";
    export const Counter = liveView.define({
      name: "counter", authorize: "public",
      mount: () => ({ count: 0 }),
      events: { more: { handle: (socket) => socket.update("count", (count) => count + 1) } },
      render: ({ count }, on) => html\`<h1>\${count}</h1><button phx-click=\${on.more}>more</button><p id="shouted" phx-hook="Shout" phx-update="ignore"></p>\`,
    });`,
  // beside its view, in TypeScript
  "src/counter.hook.ts": `export const Shout = { mounted(this: { el: HTMLElement }): void { this.el.textContent = "first"; } };`,
  "src/client.ts": `import "./client.css";
    import { connect } from "holdfast/client";
    import { Shout } from "./counter.hook.ts";
    connect({ hooks: { Shout } });`,
  "src/wrong.ts": `export { connect } from "holdfast/client";`,
  "src/client.css": "h1 { color: rgb(255, 0, 0) }",
};

let browser: Browser;
let app: DevApp;
let tab: Watched;
beforeAll(async () => {
  browser = await launch();
  app = await DevApp.start(FILES, {}, [fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url))]);
  const url = await app.url();
  tab = await watch(await browser.newContext());
  await tab.page.goto(url);
  await connected(tab.page);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

function build(): void {
  const vite = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url));
  // Vitest's own NODE_ENV is not what a team builds with.
  execFileSync(process.execPath, [vite, "build", "--logLevel", "error"], { cwd: app.folder, env: { ...process.env, NODE_ENV: undefined } });
}

const color = (): Promise<string> => tab.page.evaluate(() => getComputedStyle(document.querySelector("h1")!).color);

it("serves pages, sockets and browser code from one address, hooks beside their views included", async () => {
  await tab.page.waitForSelector("#shouted:text('first')");
  await tab.page.click("button");
  await tab.page.waitForSelector("h1:text('1')");
  expect(await color()).toBe("rgb(255, 0, 0)");
  expect((await tab.page.request.get(`${new URL(tab.page.url()).origin}/nowhere`)).status()).toBe(404);
});

it("puts a view's new code into the page, which keeps its count", async () => {
  const loads = tab.loads();
  await app.save("src/counter.ts", "<h1>", "<h1>now ", /new code/);
  await tab.page.waitForSelector("h1:text('now 1')");
  expect(tab.loads()).toBe(loads);
});

it("leaves browser code to Vite: a style changes in place, a hook with a reload", async () => {
  const loads = tab.loads();
  await app.save("src/client.css", "rgb(255, 0, 0)", "rgb(0, 0, 255)");
  await tab.page.waitForFunction(() => getComputedStyle(document.querySelector("h1")!).color === "rgb(0, 0, 255)");
  expect(tab.loads()).toBe(loads);
  await app.save("src/counter.hook.ts", "first", "second");
  await tab.page.waitForSelector("#shouted:text('second')");
});

it("shows an error over the page, and restarts for changes that need it", async () => {
  await app.save("src/counter.ts", "now ", "${now ", /the old code runs on/);
  await tab.page.waitForSelector("holdfast-error");
  await app.save("src/counter.ts", "${now ", "then ", /new code/);
  await tab.page.waitForSelector("holdfast-error", { state: "detached" });
  // Vite's client waits for its next server in a worker, and then loads the page again.
  const loads = tab.loads();
  await rejoins(tab, () => app.save("src/endpoint.ts", '"en"', '"de"', /Starting again: src\/endpoint\.ts is the main module/));
  await tab.page.waitForSelector("html[lang=de] [data-phx-main].phx-connected");
  expect(tab.loads()).toBe(loads + 1);
  await tab.page.click("button");
  await tab.page.waitForSelector("h1:text('then 1')");
  await app.save("src/counter.ts", "then ", "last ", /new code/);
  await tab.page.waitForSelector("h1:text('last 1')");
  // Its connection works as before.
  await app.save("src/client.css", "rgb(0, 0, 255)", "rgb(0, 255, 0)");
  await tab.page.waitForFunction(() => getComputedStyle(document.querySelector("h1")!).color === "rgb(0, 255, 0)");
  expect(tab.loads()).toBe(loads + 1);
  expect(tab.complaints.filter((text) => text.startsWith("csp:"))).toEqual([]);
});

it("says what is wrong with a call of the client while it develops, and in what it builds has no word of it", async () => {
  const said = `import("/src/wrong.ts").then(({ connect }) => connect({ hook: {} })).catch(({ message }) => message)`;
  expect(await tab.page.evaluate(said)).toMatch(/connect has no option "hook".*write hooks/s);
  build();
  const built = readdirSync(join(app.folder, "dist/assets")).filter((name) => name.endsWith(".js"));
  expect(built).not.toEqual([]);
  for (const name of built) expect(readFileSync(join(app.folder, "dist/assets", name), "utf8").includes("client_misuse"), name).toBe(false);
});

it("builds the browser's code with the manifest that viteManifest reads", () => {
  build();
  expect(Object.keys(JSON.parse(readFileSync(join(app.folder, "dist/.vite/manifest.json"), "utf8")) as object)).toContain("src/client.ts");
});
