import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BlogNodes } from "./support/blog-nodes.js";
import { BlogServer } from "./support/blog.js";
import { connected, watch, withoutNetwork, type Watched } from "./support/browser.js";
import { launch } from "./support/chromium.js";

const LOGINS = {
  admin: ["admin@blog.example", "admin-of-the-blog"],
  editor: ["editor@blog.example", "editor-of-the-blog"],
  reader: ["reader@blog.example", "reader-of-the-blog"],
  unconfirmed: ["new@blog.example", "new-on-the-blog"],
} as const;
const REFUSED = "error: Failed to load resource: the server responded with a status of 403 (Forbidden)";
const INVALID = "error: Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)";

let blog: BlogServer | BlogNodes;
let browser: Browser;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  [blog, browser] = await Promise.all([process.env["BLOG_NODES"] === "2" ? BlogNodes.start() : BlogServer.start(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await blog?.stop();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(blog.running).toBe(true);
});

/** A browser of its own, with its own cookies. */
async function newTab(options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext(options);
  contexts.push(context);
  if (blog instanceof BlogNodes) await context.addCookies([blog.nextCookie()]);
  return watch(context);
}

async function submitLogin({ page }: Watched, who: keyof typeof LOGINS): Promise<void> {
  const [email, password] = LOGINS[who];
  await page.goto(`${blog.url}/login`);
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.click("main button[type=submit]");
}

/** Somebody who has just logged in, in a browser of their own, on the list of posts. */
async function loggedIn(who: keyof typeof LOGINS, options: BrowserContextOptions = {}): Promise<Watched> {
  const tab = await newTab(options);
  await submitLogin(tab, who);
  await tab.page.waitForURL(`${blog.url}/posts`);
  await connected(tab.page);
  return tab;
}

async function open(tab: Watched, path: string): Promise<Watched> {
  await tab.page.goto(blog.url + path);
  await connected(tab.page);
  return tab;
}

async function another(tab: Watched, path: string): Promise<Watched> {
  return open(await watch(tab.page.context()), path);
}

const shows = async ({ page }: Watched, selector: string, text: string): Promise<void> => {
  await page.locator(selector, { hasText: text }).first().waitFor();
};

/** Every text in a diff; the keys of the wire's own are no texts. */
function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

async function publish(editor: Watched, title: string, body: string): Promise<string> {
  await open(editor, "/posts/new");
  await editor.page.fill("#post-form_title", title);
  await editor.page.fill("#post-form_body", body);
  await editor.page.click("#post-form button[type=submit]");
  await editor.page.waitForURL(/\/posts\/\d+$/);
  await shows(editor, "h1#title", title);
  return new URL(editor.page.url()).pathname;
}

async function save(editor: Watched, path: string, title: string, body: string): Promise<void> {
  await open(editor, `${path}/edit`);
  await editor.page.fill("#post-form_title", title);
  await editor.page.fill("#post-form_body", body);
  await editor.page.click("#post-form button[type=submit]");
  await editor.page.waitForURL(blog.url + path);
}

describe("registering", () => {
  it("shows what is wrong, mails a link, and lets in whoever confirms", async () => {
    const tab = await newTab();
    const { page } = tab;
    await page.goto(`${blog.url}/register`);
    await page.fill("#name", "Zoe <b>Zeal</b>");
    await page.fill("#email", "zoe@blog.example");
    await page.fill("#password", "short");
    await page.click("main button[type=submit]");
    await shows(tab, "#password-errors", "At least 12 characters");
    expect(await page.inputValue("#email")).toBe("zoe@blog.example");
    await page.fill("#password", "long enough for all");
    await page.click("main button[type=submit]");
    await page.waitForURL(`${blog.url}/login`);
    await shows(tab, ".flash.info", "zoe@blog.example");

    await page.goto(`${blog.url}/dev/mail`);
    await page.locator("article", { hasText: "zoe@blog.example" }).locator("a").click();
    await page.waitForURL(/\/confirm\//);
    await page.fill("#password", "somebody else's");
    await page.click("main button[type=submit]");
    await shows(tab, ".flash.error", "not the password that was chosen");
    await page.fill("#password", "long enough for all");
    await page.click("main button[type=submit]");
    await page.waitForURL(`${blog.url}/posts`);
    await connected(page);
    await shows(tab, ".flash.info", "Welcome, Zoe <b>Zeal</b>.");
    expect(tab.complaints).toEqual([INVALID, INVALID]);
  });

  it("keeps out whoever has not confirmed", async () => {
    const tab = await newTab();
    await submitLogin(tab, "unconfirmed");
    await shows(tab, ".flash.error", "not confirmed yet");
    await tab.page.goto(`${blog.url}/posts`);
    expect(tab.page.url()).toBe(`${blog.url}/login`);
    await shows(tab, ".flash.error", "Please log in first.");
    expect(tab.complaints).toEqual([INVALID]);
  });
});

describe("a post", () => {
  it("changes before the reader's eyes, and the frame holds the changed values only", async () => {
    const [editor, reader] = await Promise.all([loggedIn("editor"), loggedIn("reader")]);
    const path = await publish(editor, "Before", "The first stays.\n\nThe second changes.\n\nThe third stays.");
    await shows(reader, "#posts h2", "Before");
    await open(reader, path);
    await save(editor, path, "Between", "The first stays.\n\nThe second has changed.\n\nThe third stays.");
    await shows(reader, "h1#title", "Between");
    const loads = reader.loads();
    const sockets = reader.sockets.length;
    const before = reader.frames.length;

    await save(editor, path, "After", "The first stays.\n\nThe second has changed again.\n\nThe third stays.");
    await shows(reader, "h1#title", "After");
    await reader.page.waitForFunction(() => document.title === "After · Steady");
    expect(await reader.page.locator("#body p").allTextContents())
      .toEqual(["The first stays.", "The second has changed again.", "The third stays."]);
    expect([reader.loads(), reader.sockets.length]).toEqual([loads, sockets]);

    const frames = reader.frames.slice(before).filter(([, , topic]) => topic !== "phoenix");
    expect(frames.map(([joinRef, ref, , event]) => [typeof joinRef, ref, event])).toEqual([["string", null, "diff"]]);
    const diff = frames[0]![4];
    // The moment of the change is a value as well; its minute may be the same.
    const texts = leaves(diff).filter((text) => !/\d\d:\d\d/.test(text));
    expect(texts.toSorted()).toEqual(["After", "After", "The second has changed again."]);
    expect(JSON.stringify(diff)).not.toMatch(/"[sp]":/);
    expect([...editor.complaints, ...reader.complaints]).toEqual([]);
  });

  it("is not edited by readers: 403, the same page over HTTP and after the socket's reload", async () => {
    const [editor, reader] = await Promise.all([loggedIn("editor"), loggedIn("reader")]);
    const path = await publish(editor, "Not theirs", "To be read.");
    await open(reader, path);
    expect(await reader.page.locator(".editing").count()).toBe(0);
    const response = await reader.page.goto(`${blog.url}${path}/edit`);
    expect(response!.status()).toBe(403);
    const refusal = await reader.page.textContent("main");
    expect(refusal).toContain("You cannot see this page");

    await open(reader, path);
    const statuses: number[] = [];
    reader.page.on("response", (answer) => {
      if (answer.url() === `${blog.url}${path}/edit`) statuses.push(answer.status());
    });
    await reader.page.evaluate((to) => {
      (window as unknown as { liveSocket: { js(): { navigate(to: string): void } } }).liveSocket.js().navigate(to);
    }, `${path}/edit`);
    await shows(reader, "main h1", "You cannot see this page");
    expect(await reader.page.textContent("main")).toBe(refusal);
    expect(new Set(statuses)).toEqual(new Set([403]));
    expect(new Set(reader.complaints)).toEqual(new Set([REFUSED]));
  });

  it("shows tags, quotes and javascript: links as text, on the first load and in a diff", async () => {
    const hostile = `"'><script>window.pwned=1</script><img src=x onerror="window.pwned=1;alert(1)"> javascript:alert(1)`;
    const [editor, reader] = await Promise.all([loggedIn("editor"), loggedIn("reader")]);
    const path = await publish(editor, "Harmless", "Nothing yet.");
    await open(reader, path);
    const list = await another(reader, "/posts");
    await save(editor, path, hostile, `${hostile}\n\n</p></div>${hostile}`);
    await shows(reader, "h1#title", "javascript:alert(1)");
    await shows(list, "#posts h2", "javascript:alert(1)");
    for (const load of [false, true]) {
      if (load) {
        await reader.page.reload();
        await connected(reader.page);
        await list.page.reload();
        await connected(list.page);
      }
      expect(await reader.page.textContent("h1#title")).toBe(hostile);
      await reader.page.waitForFunction((title) => document.title === title, `${hostile} · Steady`);
      expect(await reader.page.locator("#body p").allTextContents()).toEqual([hostile, `</p></div>${hostile}`]);
      expect(await list.page.locator("#posts article").first().locator("h2").textContent()).toBe(hostile);
      for (const { page } of [reader, list]) {
        expect(await page.locator("main script, main img, main [onerror], a[href^='javascript']").count()).toBe(0);
        expect(await page.evaluate(() => (window as unknown as { pwned?: unknown }).pwned)).toBeUndefined();
      }
    }
    await open(editor, path);
    await editor.page.locator(".editing button", { hasText: "Delete…" }).click();
    await editor.page.locator("#delete .danger").click();
    for (const tab of [editor, reader]) {
      await tab.page.waitForURL(`${blog.url}/posts`);
      await shows(tab, ".flash.info", "was deleted");
    }
    await list.page.locator("#posts h2", { hasText: "pwned" }).waitFor({ state: "detached" });
    expect([...editor.complaints, ...reader.complaints, ...list.complaints]).toEqual([]);
  });
});

describe("a session's end", () => {
  it("by a ban closes every page and channel of the user, at once, and nobody else's", async () => {
    const [admin, editor, laptop, phone] = await Promise.all([
      loggedIn("admin"), loggedIn("editor"), loggedIn("reader"), loggedIn("reader"),
    ]);
    const second = await another(laptop, "/posts");
    const stolen = await laptop.page.context().cookies();
    // A page without a live view: only the channel's client is connected here.
    const channel = await watch(phone.page.context());
    await channel.page.goto(`${blog.url}/account`);
    // As text: the test runner would rewrite the import.
    const answer = await channel.page.evaluate(`(async () => {
      const { Socket } = await import("/assets/holdfast/phoenix.js");
      const token = document.querySelector("meta[name='csrf-token']").getAttribute("content");
      const socket = new Socket("/socket", { params: { _csrf_token: token } });
      socket.onClose(({ code }) => {
        document.documentElement.dataset.closed = code;
        socket.disconnect();
      });
      socket.connect();
      const lobby = socket.channel("lobby", {});
      return new Promise((resolve, reject) => {
        lobby.join().receive("error", reject).receive("ok", () => {
          lobby.push("ping", {}).receive("ok", resolve).receive("error", reject);
        });
      });
    })()`);
    expect(answer).toEqual({ pong: true });

    await admin.page.click("a[href='/users']");
    await admin.page.waitForURL(`${blog.url}/users`);
    await connected(admin.page);
    const row = admin.page.locator("tr", { hasText: "reader@blog.example" });
    await row.locator("button", { hasText: "Ban" }).click();
    for (const { page } of [laptop, second, phone]) {
      await page.waitForURL(`${blog.url}/login`);
      expect(await page.textContent("h1")).toBe("Log in");
    }
    await channel.page.waitForSelector("html[data-closed='1001']");
    await row.locator("button", { hasText: "Let in" }).waitFor();
    await connected(editor.page);
    expect([editor.loads(), editor.sockets.length]).toEqual([2, 1]);

    // Even when the user may come in again, what was open before stays worth nothing.
    await submitLogin(laptop, "reader");
    await shows(laptop, ".flash.error", "do not match");
    await row.locator("button", { hasText: "Let in" }).click();
    await row.locator("button", { hasText: "Ban" }).waitFor();
    const thief = await newTab();
    await thief.page.context().addCookies(stolen);
    await thief.page.goto(`${blog.url}/posts`);
    expect(thief.page.url()).toBe(`${blog.url}/login`);
    await submitLogin(phone, "reader");
    await phone.page.waitForURL(`${blog.url}/posts`);
    await connected(phone.page);
    expect([...admin.complaints, ...editor.complaints, ...phone.complaints, ...second.complaints]).toEqual([]);
    expect(laptop.complaints).toEqual([INVALID]);
    expect(channel.complaints).toEqual([]);
  });

  it("by logging out everywhere closes every page of the user in every browser", async () => {
    const [here, there, other] = await Promise.all([loggedIn("editor"), loggedIn("editor"), loggedIn("reader")]);
    const second = await another(there, "/posts/new");
    const stolen = await there.page.context().cookies();
    await here.page.goto(`${blog.url}/account`);
    await here.page.locator("main button", { hasText: "Log out everywhere" }).click();
    await here.page.waitForURL(`${blog.url}/login`);
    await shows(here, ".flash.info", "You are logged out on every device.");
    for (const { page } of [there, second]) await page.waitForURL(`${blog.url}/login`);
    const thief = await newTab();
    await thief.page.context().addCookies(stolen);
    await thief.page.goto(`${blog.url}/posts`);
    expect(thief.page.url()).toBe(`${blog.url}/login`);
    await connected(other.page);
    expect([other.loads(), other.sockets.length]).toEqual([2, 1]);
    for (const { complaints } of [here, there, second, other, thief]) expect(complaints).toEqual([]);
  });
});

describe("a server that is killed and started again", () => {
  it("finds its pages again, and a half-written post keeps its text", async () => {
    const [editor, reader] = await Promise.all([loggedIn("editor"), loggedIn("reader")]);
    await open(editor, "/posts/new");
    await editor.page.fill("#post-form_title", "Half a title");
    await editor.page.fill("#post-form_body", "Half a te");
    const loads = [editor.loads(), reader.loads()];

    await blog.kill();
    for (const { page } of [editor, reader]) await page.waitForSelector("[data-phx-main]:not(.phx-connected)");
    await editor.page.press("#post-form_body", "Control+End");
    await editor.page.keyboard.type("xt");
    await blog.run();
    for (const { page } of [editor, reader]) await connected(page);
    expect(await editor.page.inputValue("#post-form_title")).toBe("Half a title");
    expect(await editor.page.inputValue("#post-form_body")).toBe("Half a text");
    expect([editor.loads(), reader.loads()]).toEqual(loads);

    await editor.page.click("#post-form button[type=submit]");
    await shows(editor, "h1#title", "Half a title");
    await shows(editor, "#body p", "Half a text");
    await shows(reader, "#posts h2", "Half a title");
    expect(withoutNetwork([...editor.complaints, ...reader.complaints])).toEqual([]);
  });
});

describe("how it looks", () => {
  const folder = fileURLToPath(new URL("screenshots/", import.meta.url));
  const SIZES = [
    ["desktop", { viewport: { width: 1200, height: 800 }, colorScheme: "light" }],
    ["desktop-dark", { viewport: { width: 1200, height: 800 }, colorScheme: "dark" }],
    ["phone", { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
  ] as const;

  it.each(SIZES)("fits on a %s", async (name, options) => {
    await mkdir(folder, { recursive: true });
    const tooWide: string[] = [];
    const shoot = async ({ page }: Watched, title: string): Promise<void> => {
      await page.waitForFunction(() => !document.documentElement.classList.contains("loading"));
      await page.evaluate(() => { window.scrollTo(0, 0); });
      await page.screenshot({ path: `${folder}${name}-${title}.png`, fullPage: true, animations: "disabled" });
      const [content, screen] = await page.evaluate(() =>
        [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const);
      if (content > screen) tooWide.push(`${title}: ${content} > ${screen}`);
    };
    const stranger = await newTab(options);
    for (const path of ["login", "register", "dev/mail"]) {
      await stranger.page.goto(`${blog.url}/${path}`);
      await shoot(stranger, path.replace("/", "-"));
    }
    await stranger.page.goto(`${blog.url}/nowhere`);
    await shoot(stranger, "not-found");
    const admin = await loggedIn("admin", options);
    await shoot(admin, "posts");
    await admin.page.locator("#posts h2 a").last().click();
    await admin.page.locator("h1#title").waitFor();
    expect(await admin.page.locator(".flash").count()).toBe(0);
    await shoot(admin, "post");
    await admin.page.locator(".editing > .actions a", { hasText: "Rename" }).click();
    await admin.page.locator("#rename").waitFor();
    await shoot(admin, "post-rename");
    await open(admin, "/posts/new");
    await admin.page.fill("#post-form_title", "x");
    await admin.page.fill("#post-form_title", "");
    await shows(admin, ".hf-error", "title");
    await shoot(admin, "new");
    await open(admin, "/users");
    await shoot(admin, "users");
    await admin.page.goto(`${blog.url}/account`);
    await shoot(admin, "account");
    expect(tooWide).toEqual([]);
  });
});

// WCAG 2.2, 1.4.4 and 1.4.10.
it("no page scrolls sideways at 320 px with text of 200 %", async () => {
  const tab = await newTab({ viewport: { width: 320, height: 800 } });
  await tab.page.addInitScript(() => addEventListener("DOMContentLoaded", () => void (document.documentElement.style.fontSize = "200%")));
  const excess = (): Promise<number> => tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await tab.page.goto(`${blog.url}/register`);
  const wide: [string, number][] = [["/register", await excess()]];
  await submitLogin(tab, "admin");
  await tab.page.waitForURL(`${blog.url}/posts`);
  await connected(tab.page);
  for (const path of ["/posts", "/posts/1", "/posts/1/edit", "/posts/new", "/users"]) {
    wide.push([path, await excess()]);
    await open(tab, path);
    wide.push([path, await excess()]);
  }
  expect(wide.filter(([, pixels]) => pixels > 0)).toEqual([]);
});
