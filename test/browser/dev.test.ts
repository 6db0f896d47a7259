import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Gate } from "../support/wait.js";
import { clickAnswered, connected, watch, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";
import { DevApp, documentedApp } from "./support/dev.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe("the program of docs/develop.md under holdfast dev", () => {
  let app: DevApp;
  let url: string;
  let tab: Watched;

  beforeEach(async () => {
    app = await DevApp.start(await documentedApp());
    url = await app.url();
    const context = await browser.newContext();
    tab = await watch(context);
    await tab.page.goto(url);
    await connected(tab.page);
  });
  afterEach(async () => {
    await tab?.page.context().close();
    await app?.stop();
  });

  /** What must outlive a swap: the count is in the view's assigns, the text in its field. */
  async function clickAndType(): Promise<void> {
    for (let i = 0; i < 2; i++) await clickAnswered(tab.page, "button");
    await tab.page.waitForSelector("text=Clicked 2 times");
    await tab.page.fill("#note", "half a thought");
  }
  async function expectKept(): Promise<void> {
    expect(await tab.page.inputValue("#note")).toBe("half a thought");
    expect(tab.loads()).toBe(1);
    expect(tab.sockets.filter((socket) => socket.url().includes("/live/"))).toHaveLength(1);
  }

  it("renders with a new render, and the view keeps its assigns, its socket and its form", async () => {
    await clickAndType();
    const said = await app.save("src/counter.ts", "<button", "<b>new</b><button", /new code/);
    await tab.page.waitForSelector("b:text('new')");
    expect(await tab.page.textContent("button")).toBe("Clicked 2 times");
    await expectKept();
    expect(said).toMatch(/^src\/counter\.ts: new code in \d+ ms, 1 page$/);
  });

  it("handles events with the new handler", async () => {
    await clickAndType();
    await app.save("src/counter.ts", "count + 1)", "count + 10)", /new code/);
    await expectKept();
    await tab.page.click("button");
    await tab.page.waitForSelector("text=Clicked 12 times");
  });

  it("calls the new version of a function in another module", async () => {
    await clickAndType();
    await app.save("src/label.ts", "Clicked", "Pressed", /new code/);
    await tab.page.waitForSelector("text=Pressed 2 times");
    await expectKept();
  });

  it("mounts a view again whose mount has changed, and says so", async () => {
    await clickAndType();
    const said = await app.save("src/counter.ts", "({ count: 0 })", "({ count: 100 })", /new code/);
    await tab.page.waitForSelector("text=Clicked 100 times");
    await expectKept();
    expect(said).toContain("1 view mounted again");
  });

  it("keeps the old code while the new one does not compile, and shows where", async () => {
    await clickAndType();
    await app.save("src/counter.ts", "<button", "${<button", /the old code runs on/);
    await tab.page.waitForSelector("holdfast-error");
    expect(await tab.page.textContent("holdfast-error a")).toMatch(/^src\/counter\.ts:\d+:\d+$/);
    expect(await tab.page.getAttribute("holdfast-error a", "href")).toContain(`${app.folder}/src/counter.ts:`);
    await tab.page.evaluate(() => document.querySelector<HTMLElement>("button[phx-click]")?.click());
    await tab.page.waitForSelector("text=Clicked 3 times");
    await expectKept();
    await app.save("src/counter.ts", "${<button", "<i>mended</i><button", /new code/);
    await tab.page.waitForSelector("i:text('mended')");
    await tab.page.waitForSelector("holdfast-error", { state: "detached" });
    await expectKept();
  });

  it("keeps the old code while the new one throws when it is loaded", async () => {
    await clickAndType();
    await app.save("src/counter.ts", 'authorize: "public",', "", /the old code runs on/);
    await tab.page.waitForSelector("holdfast-error dd:text('view_without_policy')");
    await tab.page.evaluate(() => document.querySelector<HTMLElement>("button[phx-click]")?.click());
    await tab.page.waitForSelector("text=Clicked 3 times");
    await expectKept();
  });

  it("shows a crash of a view over its page, with the source that threw", async () => {
    const schema = '{ "~standard": { version: 1, vendor: "a test", validate: (value: unknown) => ({ value: value as object }) } }';
    await app.save("src/counter.ts", "<button phx-click", '<button phx-value-password="hunter2" phx-value-id="7" phx-click', /new code/);
    await app.save("src/counter.ts", /handle: .* \} \},/, `params: ${schema}, handle: () => { throw new Error("out of paper"); } } },`, /new code/);
    await tab.page.click("button");
    await tab.page.waitForSelector("holdfast-error h2:text('out of paper')");
    const { line, text } = placeOf("out of paper", await readFile(join(app.folder, "src/counter.ts"), "utf8"));
    expect(await tab.page.textContent("holdfast-error a")).toMatch(new RegExp(`^src/counter\\.ts:${line}:\\d+$`));
    expect(await tab.page.textContent("holdfast-error mark")).toContain(text);
    expect(await tab.page.textContent("holdfast-error dl")).toMatch(/assigns.*count: 0/);
    const said = await tab.page.textContent("holdfast-error dl");
    expect(said).toMatch(/last event\s*increment .*id: '7'/s);
    expect(said).not.toContain("hunter2");
  });

  it("says on the page why an event is refused, until the code is mended, and the page works on", async () => {
    await clickAndType();
    await app.save("src/counter.ts", "increment: { handle", "increment: { authorize: () => false, handle", /new code/);
    await clickAnswered(tab.page, "button[phx-click]");
    const notice = tab.page.locator("holdfast-notice [role=status]");
    await notice.waitFor();
    expect(await notice.textContent()).toContain("event refused: increment: event_policy\nThe event's `authorize` refuses");
    expect(await tab.page.textContent("button[phx-click]")).toBe("Clicked 2 times");
    await app.save("src/counter.ts", "authorize: () => false, ", "", /new code/);
    await tab.page.waitForSelector("holdfast-notice", { state: "detached" });
    await clickAnswered(tab.page, "button[phx-click]");
    await tab.page.waitForSelector("text=Clicked 3 times");
    expect(tab.loads()).toBe(1);
  });

  it("says on the page that what a handler returned is ignored", async () => {
    await clickAndType();
    await app.save("src/counter.ts", /handle: .* \} \},/, "handle: (() => ({ count: 9 })) as () => void } },", /new code/);
    await clickAnswered(tab.page, "button[phx-click]");
    const notice = tab.page.locator("holdfast-notice [role=status]");
    await notice.waitFor();
    expect(await notice.textContent()).toContain("result ignored: increment: an object with the key count\nA handler returned an object");
    expect(await tab.page.textContent("button[phx-click]")).toBe("Clicked 2 times");
  });

  it("says on the page that a drop was ignored, because its target names no file input", async () => {
    await app.save("src/counter.ts", "<button", '<p id="zone" phx-drop-target="nowhere">here</p><button', /new code/);
    await tab.page.waitForSelector("#zone");
    const dataTransfer = await tab.page.evaluateHandle(() => new DataTransfer());
    await tab.page.dispatchEvent("button[phx-click]", "drop", { dataTransfer });
    expect(await tab.page.locator("holdfast-notice").count()).toBe(0);
    for (let drops = 0; drops < 2; drops++) await tab.page.dispatchEvent("#zone", "drop", { dataTransfer });
    expect(await tab.page.locator("holdfast-notice [role=status]").allTextContents())
      .toEqual([expect.stringContaining('phx-drop-target="nowhere" is the id of no file input on this page')]);
  });

  it("shows why the new mount throws, and the view is back when it is mended", async () => {
    await clickAndType();
    await app.save("src/counter.ts", "mount: () => ({ count: 0 })", 'mount: () => { if (Date.now() > 0) throw new Error("no counter"); return { count: 0 }; }', /new code/);
    await tab.page.waitForSelector("h1:text('no counter'), holdfast-error h2:text('no counter')");
    expect(await tab.page.textContent("mark, holdfast-error mark")).toContain("no counter");
    await app.save("src/counter.ts", /mount: .* \},/, "mount: () => ({ count: 5 }),", /new code/);
    await tab.page.waitForSelector("button:text('Clicked 5 times')");
  });

  it("answers a request that crashed with a page that says why, and loads it again when it is mended", async () => {
    await app.save("src/label.ts", "=> `Clicked", "=> { throw new Error('no label') } //", /new code/);
    const response = await tab.page.goto(url);
    expect(response?.status()).toBe(500);
    expect(await tab.page.textContent("h1")).toBe("no label");
    expect(await tab.page.textContent("mark")).toContain("no label");
    await app.save("src/label.ts", "=> { throw new Error('no label') } //", "=> `Clicked", /new code/);
    await tab.page.waitForSelector("text=Clicked 0 times");
  });

  it("loads the page of a crashed request again if it was mended before the page was connected", async () => {
    const mended = new Gate();
    await tab.page.routeWebSocket(/\/__holdfast\/socket/, async (route) => {
      await mended.wait();
      route.connectToServer();
    });
    await app.save("src/label.ts", "=> `Clicked", "=> { throw new Error('no label') } //", /new code/);
    await tab.page.goto(url);
    expect(await tab.page.textContent("h1")).toBe("no label");
    await mended.entered;
    await app.save("src/label.ts", "=> { throw new Error('no label') } //", "=> `Clicked", /new code/);
    mended.open();
    await tab.page.waitForSelector("text=Clicked 0 times");
  });

  it("brings back a page that has exhausted its crash budget, as soon as its view is mended", async () => {
    await app.save("src/label.ts", "=> `Clicked", "=> { throw new Error('no label') } //", /new code/);
    await tab.page.waitForSelector("h1:text('no label')");
    for (let i = 0; i < 6; i++) await tab.page.goto(url);
    await app.save("src/label.ts", "=> { throw new Error('no label') } //", "=> `Clicked", /new code/);
    await tab.page.waitForSelector("text=Clicked 0 times");
  });

  it("starts again for the main module, and pages connect to the new process", async () => {
    await app.save("src/main.ts", "console.log(", "console.log('again',", /Starting again: src\/main\.ts is the main module/);
    await app.url(2);
    await app.save("src/counter.ts", "<button", "<b>new</b><button", /new code/);
    await tab.page.waitForSelector("b:text('new')");
  });

  it("starts again for a module that keeps something, and names the line", async () => {
    await app.save("src/label.ts", "export", "let calls = 0;\nexport", /Starting again: src\/label\.ts:1 keeps `calls` in a variable/);
    await app.url(2);
  });

  it("does not start again for a main module that does not compile", async () => {
    await clickAndType();
    await app.save("src/main.ts", "createEndpoint({", "createEndpoint({{", /the old code runs on/);
    await tab.page.click("button", { force: true, noWaitAfter: true }).catch(() => {});
    expect(app.lines.join("\n")).not.toContain("Starting again");
    await tab.page.waitForSelector("holdfast-error");
  });

  it("lets nobody but its own pages open its socket", async () => {
    const token = await tab.page.getAttribute("script[data-token]", "data-token");
    const own = `${url.replace("http", "ws")}/__holdfast/socket?token=${token}`;
    const { host } = new URL(url);
    expect(await handshake(own, { origin: url })).toBe(101);
    expect(await handshake(own, { origin: "https://evil.example" })).toBe(403);
    expect(await handshake(own, {})).toBe(403);
    expect(await handshake(own.slice(0, -1), { origin: url })).toBe(403);
    // A name of the attacker's that their name server points at this machine.
    expect(await handshake(own, { origin: `http://rebound.example:${host.split(":")[1]}`, host: `rebound.example:${host.split(":")[1]}` })).toBe(403);
  });

  it("serves no sources and opens no editor: of Vite's own paths none is there, and neither is its socket", async () => {
    const paths = [
      "/@fs/etc/passwd?raw", "/@fs/etc/passwd?import&raw??", "/@vite/client", "/@id/__x00__", "/src/main.ts", "/src/main.ts?raw", "/.env?raw??", "/%2eenv",
      "/package.json", "/__open-in-editor?file=/etc/passwd", "/__vite_ping", "/node_modules/.vite/deps/_metadata.json",
    ];
    for (const path of paths) expect({ path, status: (await fetch(url + path)).status }).toEqual({ path, status: 404 });
    for (const protocol of ["vite-hmr", "vite-ping"]) {
      expect(await handshake(url.replace("http", "ws"), { origin: url, "sec-websocket-protocol": protocol })).toBe(404);
    }
    expect((await fetch(url)).headers.get("access-control-allow-origin")).toBeNull();
  });

  it("shows nothing of it, nor of the page, to a request under a foreign host name", async () => {
    const { request } = await import("node:http");
    const text = await new Promise<string>((resolve, reject) => {
      request(url, { headers: { host: "rebound.example" } }, (response) => {
        let all = "";
        response.setEncoding("utf8").on("data", (part: string) => (all += part)).on("end", () => resolve(all));
      }).on("error", reject).end();
    });
    expect(text).toContain("got: rebound.example\n");
    expect(text).not.toMatch(/Clicked|__holdfast/);
  });
});

describe("a view that a function makes, with live components, under holdfast dev", () => {
  const MAIN = `
    import { createEndpoint } from "holdfast";
    import { serve } from "holdfast/node";
    import { sessions } from "./router.js";
    const endpoint = createEndpoint({ secret: process.env["SECRET"]!, live: sessions({ greeting: "Hello" }) });
    console.log((await serve(endpoint, { port: Number(process.env["PORT"]) })).url);`;
  const ROUTER = `
    import { liveSession, type LiveSession } from "holdfast";
    import { layout } from "./layout.js";
    import { likesView, type Deps } from "./likes.js";
    export function sessions(deps: Deps): LiveSession[] {
      return [liveSession("default", { layout }, (live) => live("/", likesView(deps)))];
    }`;
  const LAYOUT = `
    import { html, type Layout } from "holdfast";
    export const layout: Layout = ({ inner }) => html\`<header>Old head</header>\${inner}\`;`;
  const LIKES = `
    import { html, keyed, liveView, memo, type LiveView } from "holdfast";
    import { Like } from "./like.js";
    import { row } from "./row.js";
    export interface Deps { readonly greeting: string }
    const rows = [{ id: 1 }, { id: 2 }];
    const kept = memo((item: { readonly id: number }) => row(item));
    export function likesView({ greeting }: Deps): LiveView {
      return liveView.define({
        name: "likes", authorize: "public",
        render: () => html\`<h1>\${greeting}, old</h1><ul>\${keyed(rows, ({ id }) => id, kept)}</ul>\${Like({ id: "a" })}\${Like({ id: "b" })}\`,
      });
    }`;
  const ROW = `
    import { html, type Rendered } from "holdfast";
    export const row = ({ id }: { readonly id: number }): Rendered => html\`<li>old \${id}</li>\`;`;
  const LIKE = `
    import { html, liveComponent } from "holdfast";
    export const Like = liveComponent().define({
      mount: () => ({ likes: 0 }),
      events: { like: { handle: (socket) => socket.update("likes", (likes) => likes + 1) } },
      render: ({ id, likes }, on) => html\`<button id=\${id} phx-click=\${on.like}>old \${likes}</button>\`,
    });`;
  let app: DevApp;
  let tab: Watched;

  beforeAll(async () => {
    app = await DevApp.start({
      "src/main.ts": MAIN, "src/router.ts": ROUTER, "src/layout.ts": LAYOUT, "src/likes.ts": LIKES, "src/row.ts": ROW, "src/like.ts": LIKE,
    });
    tab = await watch(await browser.newContext());
    await tab.page.goto(await app.url());
    await connected(tab.page);
    for (let i = 0; i < 3; i++) await clickAnswered(tab.page, "#a");
    await tab.page.waitForSelector("#a:text('old 3')");
  });
  afterEach(() => {
    expect(tab.loads()).toBe(1);
    expect(tab.complaints).toEqual([]);
  });
  afterAll(async () => {
    await tab?.page.context().close();
    await app?.stop();
  });

  it("makes the view again with what its function was given", async () => {
    await app.save("src/likes.ts", ", old", ", new", /new code/);
    await tab.page.waitForSelector("h1:text('Hello, new')");
    await tab.page.waitForSelector("#a:text('old 3')");
  });

  it("keeps the state of live components, and their new events work", async () => {
    await app.save("src/like.ts", "old ${likes}", "new ${likes}", /new code/);
    await tab.page.waitForSelector("#a:text('new 3')");
    await tab.page.waitForSelector("#b:text('new 0')");
    await app.save("src/like.ts", "likes + 1", "likes + 100", /new code/);
    await tab.page.click("#a");
    await tab.page.waitForSelector("#a:text('new 103')");
  });

  it("renders again the rows that memo had kept", async () => {
    await app.save("src/row.ts", "<li>old", "<li>new", /new code/);
    await tab.page.waitForSelector("li:text('new 2')");
  });

  it("renders again a live layout that the router has held since the start", async () => {
    await app.save("src/layout.ts", "Old head", "New head", /new code/);
    await tab.page.waitForSelector("header:text('New head')");
    await tab.page.waitForSelector("#a:text('new 103')");
  });

  it("mounts the page again when a component's mount has changed", async () => {
    await app.save("src/like.ts", "likes: 0", "likes: 7", /1 page \(1 view mounted again\)/);
    await tab.page.waitForSelector("#a:text('new 7')");
  });

  it("starts again when the routes have changed", async () => {
    await app.save("src/router.ts", '"/"', '"/:any?"', /Starting again: src\/main\.ts is the main module/);
  });
});

describe("a form whose schema stands in another module, under holdfast dev", () => {
  const FILES = {
    "src/main.ts": `
      import { createEndpoint, liveSession } from "holdfast";
      import { serve } from "holdfast/node";
      import { Notes } from "./notes.js";
      const endpoint = createEndpoint({ secret: process.env["SECRET"]!, live: [liveSession("default", {}, (live) => live("/", Notes))] });
      console.log((await serve(endpoint, { port: Number(process.env["PORT"]) })).url);`,
    "src/notes.ts": `
      import { form, formTag, liveView } from "holdfast";
      import { input } from "holdfast/components";
      import { emptyNote, Note } from "./schemas/index.js";
      export const Notes = liveView.define({
        name: "notes", authorize: "public",
        mount: () => ({ note: form(Note, emptyNote()) }),
        events: { save: { form: "note", handle: () => {} } },
        render: ({ note }, on) => formTag({
          for: note, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: input({ field: note.field("text"), label: "Text" }),
        }),
      });`,
    "src/schemas/index.ts": `
      export * from "./note.js";`,
    "src/schemas/note.ts": `
      import { z } from "zod";
      const Text = z.string().min(5, "at least five");
      export const Note = z.object({ text: Text });
      export const emptyNote = () => ({ text: "" });`,
  };
  let app: DevApp;
  let tab: Watched;

  beforeAll(async () => {
    app = await DevApp.start(FILES);
    tab = await watch(await browser.newContext());
    await tab.page.goto(await app.url());
    await connected(tab.page);
  });
  afterAll(async () => {
    await tab?.page.context().close();
    await app?.stop();
  });

  it("mounts the view again with the new schema, and the field keeps its text", async () => {
    await tab.page.fill("input[type=text]", "milk");
    await tab.page.waitForSelector("text=at least five");
    const said = await app.save("src/schemas/note.ts", "at least five", "five or more", /new code/);
    expect(said).toContain("1 view mounted again");
    await tab.page.waitForSelector("text=five or more");
    expect(await tab.page.inputValue("input[type=text]")).toBe("milk");
    expect(tab.loads()).toBe(1);
  });

  it("mounts it again for a function that mount calls, although no module ran again but the function's", async () => {
    const said = await app.save("src/schemas/note.ts", 'text: ""', 'text: "new"', /new code/);
    expect(said).toContain("1 view mounted again");
  });
});

describe("the blog under holdfast dev", () => {
  let app: DevApp;
  let tab: Watched;

  beforeAll(async () => {
    app = await DevApp.start("blog");
    const url = await app.url();
    tab = await watch(await browser.newContext());
    await tab.page.goto(`${url}/login`);
    await tab.page.fill("#email", "editor@blog.example");
    await tab.page.fill("#password", "editor-of-the-blog");
    await tab.page.click("main button[type=submit]");
    await tab.page.waitForURL(`${url}/posts`);
    await connected(tab.page);
  });
  afterAll(async () => {
    await tab?.page.context().close();
    await app?.stop();
  });

  it("shows a save on the page, and says how long it took", async () => {
    const file = "src/web/views/posts.ts";
    const took: number[] = [];
    for (let i = 1; i <= 30; i++) {
      const shown = tab.page.evaluate((text) => new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector("h1")?.textContent !== text) return;
          observer.disconnect();
          // The frame after the one that the change is drawn in.
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(Date.now())));
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
      }), `Posts ${i}`);
      await tab.page.evaluate(() => 0); // the observer is there
      const saved = Date.now();
      await app.save(file, /<h1>Posts.*?<\/h1>/, `<h1>Posts ${i}</h1>`);
      took.push((await shown) - saved);
    }
    took.sort((a, b) => a - b);
    console.log(`save to pixels: median ${took[15]} ms, p95 ${took[28]} ms, all ${took.join(" ")}`);
    expect(tab.loads()).toBe(2);
    // The aim is 100 ms on a quiet machine; this fails where a save is a restart.
    expect(took[15]).toBeLessThan(1_000);
    await app.save(file, "<h1>Posts 30</h1>", "<h1>Posts</h1>");
  });

  it("replaces a style sheet in the open page", async () => {
    const loads = tab.loads();
    await app.save("public/app.css", /^/, "h1 { letter-spacing: 7px !important }\n");
    await tab.page.waitForFunction(() => getComputedStyle(document.querySelector("h1")!).letterSpacing === "7px");
    expect(tab.loads()).toBe(loads);
    expect(tab.complaints).toEqual([]);
  });

  it("starts again for a context that the application holds, and the page connects again without a load", async () => {
    const loads = tab.loads();
    await app.save("src/blog/index.ts", /^/, "// another word\n", /Starting again: src\/main\.ts is the main module/);
    await app.url(4);
    await app.save("src/web/views/posts.ts", "<h1>Posts</h1>", "<h1>After</h1>", /new code/);
    await tab.page.waitForSelector("h1:text('After')");
    expect(tab.loads()).toBe(loads);
  });
});

/** The status that a websocket's handshake is answered with. */
function handshake(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on("open", () => {
      socket.close();
      resolve(101);
    });
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", reject);
  });
}

function placeOf(part: string, source: string): { line: number; text: string } {
  const lines = source.split("\n");
  const index = lines.findIndex((line) => line.includes(part));
  return { line: index + 1, text: lines[index]!.trim() };
}
