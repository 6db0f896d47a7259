// Client hooks in TypeScript beside their views, without a Vite of the application's own.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connected, watch, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";
import { DevApp } from "./support/dev.js";

const FILES = {
  "src/main.ts": `
    import { createEndpoint, liveSession } from "holdfast";
    import { serve } from "holdfast/node";
    import { Board } from "./board.js";
    const endpoint = createEndpoint({
      secret: process.env["SECRET"]!, live: [liveSession("default", {}, (live) => live("/", Board))],
      clientHooks: ["./shout.js", "./board.hooks.js"].map((path) => new URL(path, import.meta.url)),
    });
    console.log((await serve(endpoint, { port: Number(process.env["PORT"]) })).url);`,
  "src/shout.ts": `
    import { defineHook, push } from "holdfast/hooks";
    export const Shout = defineHook("Shout", { pushes: { shouted: push<{ text: string }, { loud: string }>() } });
    export const mark: string = "!";`,
  "src/board.ts": `
    import { html, liveView, reply } from "holdfast";
    import { z } from "zod";
    import { Shout, mark } from "./shout.js";
    export const Board = liveView.define({
      name: "board", authorize: "public",
      mount: () => ({ at: 0 }),
      events: { shouted: { from: Shout.pushes.shouted, params: z.object({ text: z.string() }), handle: (_socket, { text }) => reply({ loud: text.toUpperCase() + mark }) } },
      render: () => html\`<form id="post"><input id="note" name="note"></form><p id="shout" phx-hook="Shout" phx-update="ignore"></p><p id="echo" phx-hook="Echo" phx-update="ignore"></p>\`,
    });`,
  "src/board.hooks.ts": `
    import { clientHook, type ClientHooks } from "holdfast/client";
    import { Shout } from "./shout.ts";
    interface Said { readonly text: string }
    const first: Said = { text: "first" };
    export default clientHook(Shout, {
      async mounted() {
        const { loud } = await this.pushEvent("shouted", first satisfies Said);
        this.el.textContent = loud;
      },
    }) as ClientHooks;`,
  "src/echo.hooks.ts": `
    export default { Echo: { mounted(this: { el: HTMLElement }) { this.el.textContent = "echo"; } } };`,
};

let browser: Browser;
let app: DevApp;
let tab: Watched;
beforeAll(async () => {
  browser = await launch();
  app = await DevApp.start(FILES);
  tab = await watch(await browser.newContext());
  await tab.page.goto(await app.url());
  await connected(tab.page);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** Makes the page load again, and waits until it is told of further changes. */
async function reloads<T>(act: () => Promise<T>): Promise<T> {
  const told = tab.page.waitForEvent("websocket", (socket) => socket.url().includes("/__holdfast/socket")).then((socket) => socket.waitForEvent("framereceived"));
  const result = await act();
  await told;
  await connected(tab.page);
  return result;
}

it("compiles them, with what they import, and the browser's tools see their sources", async () => {
  await tab.page.waitForSelector("#shout:text('FIRST!')");
  const src = await tab.page.getAttribute("link[data-holdfast-hooks][href$='1-board.hooks.js']", "href");
  const served = await (await tab.page.request.get(new URL(src!, tab.page.url()).href)).text();
  const map = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(served)![1]!;
  expect(JSON.parse(Buffer.from(map, "base64").toString())).toMatchObject({ sourcesContent: [FILES["src/board.hooks.ts"]] });
});

it("runs a saved hook on the open pages", async () => {
  const said = await reloads(() => app.save("src/board.hooks.ts", '"first"', '"second"', /new client hooks/));
  expect(said).toMatch(/^src\/board\.hooks\.ts: new client hooks in \d+ ms$/);
  await tab.page.waitForSelector("#shout:text('SECOND!')");
});

it("keeps the old hook while the new one does not compile, and shows where", async () => {
  const loads = tab.loads();
  await tab.page.fill("#note", "half a thought");
  await app.save("src/board.hooks.ts", "interface Said", "interfaces Said", /the old client hooks run on/);
  await tab.page.waitForSelector("holdfast-error");
  expect(await tab.page.textContent("holdfast-error a")).toMatch(/^src\/board\.hooks\.ts:4:\d+$/);
  // What mends something else leaves it on the page.
  await app.save("src/board.ts", "<form", "<b>other</b><form", /the old client hooks run on/);
  await tab.page.waitForSelector("b:text('other')");
  await tab.page.waitForSelector("holdfast-error");
  expect(await tab.page.inputValue("#note")).toBe("half a thought");
  expect(tab.loads()).toBe(loads);
  await reloads(() => app.save("src/board.hooks.ts", "interfaces Said", "interface Said", /new client hooks/));
  await tab.page.waitForSelector("holdfast-error", { state: "detached" });
  await reloads(() => app.save("src/board.hooks.ts", '"second"', '"third"', /new client hooks/));
  await tab.page.waitForSelector("#shout:text('THIRD!')");
});

it("says what a browser would not find", async () => {
  await app.save("src/board.hooks.ts", 'import { Shout } from "./shout.ts";', 'import { Shout } from "./shout.ts";\nimport "zod";', /the old client hooks run on/);
  await tab.page.waitForSelector('holdfast-error h2:text("board.hooks.ts imports what a browser cannot find")');
  await reloads(() => app.save("src/board.hooks.ts", '\nimport "zod";', "", /new client hooks/));
  await tab.page.waitForSelector("holdfast-error", { state: "detached" });
});

it("says how the client is called, where a hook calls it otherwise", async () => {
  await reloads(() => app.save("src/board.hooks.ts", "clientHook(Shout,", 'clientHook("Shout" as never,', /new client hooks/));
  await expect.poll(() => tab.complaints.join("\n")).toMatch(/The hooks of \S+ are missing.*clientHook: the declaration.*got: +a string.*fix: +clientHook\(Chart/s);
  await reloads(() => app.save("src/board.hooks.ts", 'clientHook("Shout" as never,', "clientHook(Shout,", /new client hooks/));
  await tab.page.waitForSelector("#shout:text('THIRD!')");
});

it("swaps a module that both sides import on both", async () => {
  await reloads(() => app.save("src/shout.ts", '"!"', '"?"', /new client hooks/));
  await tab.page.waitForSelector("#shout:text('THIRD?')");
});

it("loads an open page again if the server that it finds after a restart has other hooks, and only then", async () => {
  const loads = tab.loads();
  const token = await tab.page.getAttribute("script[data-token]", "data-token");
  await app.save("src/main.ts", "console.log(", "console.log('again',", /Starting again: src\/main\.ts is the main module/);
  await tab.page.waitForFunction((old) => document.querySelector("script[data-token]")?.getAttribute("data-token") !== old, token);
  expect(tab.loads()).toBe(loads);
  await app.save("src/main.ts", '"./board.hooks.js"', '"./board.hooks.js", "./echo.hooks.ts"', /Starting again/);
  await tab.page.waitForSelector("#echo:text('echo')");
  expect(tab.loads()).toBe(loads + 1);
});
