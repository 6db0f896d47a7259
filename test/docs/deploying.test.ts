import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { Keyring } from "../../src/security/index.js";
import { clickAnswered, connected, reconnect, watch, withoutNetwork } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { freePort } from "../support/free-port.js";
import { RedisServer } from "../support/redis-server.js";
import { GuideApp } from "./support/guide-app.js";
import { installed, Proxy } from "./support/proxy.js";

// docs/guides/deploying.md: the desk of the tutorial, in production behind the proxies whose configuration the guide shows.
const guide = readFileSync(new URL("../../docs/guides/deploying.md", import.meta.url), "utf8");
/** What both nodes of the desk have, made by the line of the guide. */
const SECRET = execFileSync("sh", ["-c", `${/^export SECRET=.*$/m.exec(guide)![0]}; printf %s "$SECRET"`], { encoding: "utf8" });
let browser: Browser;
let app: GuideApp;
beforeAll(async () => {
  browser = await launch();
  app = await GuideApp.build("desk/1-board", "desk/2-people", "desk/3-form", "desk/4-ticket", "desk/5-test", "desk/6-nodes", "deploy");
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

for (const kind of ["nginx", "caddy"] as const) {
  // Where it is to be had it is installed, as on CI; a laptop without it loses this proof only.
  test.skipIf(installed(kind) === undefined && process.env["CI"] === undefined)(`behind ${kind}: pages, forms and sockets work over TLS, and a node that ends takes nothing with it`, async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.stop());
    const port = await freePort();
    const url = `https://localhost:${port}`;
    const env = { NODE_ENV: "production", SECRET, URL: url, REDIS_URL: redis.url };
    const nodes = [await app.start(env), await app.start(env)] as const;
    onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.stop()))));
    const [first, second] = nodes.map((node) => Number(new URL(node.url).port)) as [number, number];
    const proxy = await Proxy.start(kind, port, [first, second]);
    onTestFinished(() => proxy.stop());

    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    onTestFinished(() => context.close());
    const { page, complaints } = await watch(context);
    await page.goto(`${url}/login`);
    await page.fill("input[name=name]", "ada");
    await page.click("text=Log in");
    await connected(page);
    expect((await context.cookies()).map(({ name, secure }) => [name.startsWith("__Host-"), secure])).toContainEqual([true, true]);
    await page.click("text=New ticket");
    await page.fill("input[name=title]", "The printer is on fire");
    await page.fill("textarea[name=body]", "half a thought");

    await nodes[0].stop("SIGTERM");
    // Whichever node the page was on, it is on the other one now. A click between two connections is not sent; its text stays.
    await reconnect(page);
    await clickAnswered(page, "button:text('Open')");
    await page.waitForSelector("text=is open.");
    await page.click("text=The printer is on fire");
    await page.waitForSelector("text=half a thought");
    expect(withoutNetwork(complaints).filter((text) => !/WebSocket|50[23]/.test(text))).toEqual([]);
  });
}

test("an environment that is not complete is refused at boot, with everything that is missing", async () => {
  const said = await app.start({ SECRET: "short" }).then(() => "", (error: Error) => error.message);
  const [, message] = /^HoldfastError: ([\s\S]*?)\n {4}at /m.exec(said) ?? [];
  await expect(`${message}\n`).toMatchFileSnapshot("../../docs/guides/messages/environment.txt");
});

test("the Dockerfile's health check succeeds while the desk runs, and fails when it has ended", async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const node = await app.start({ NODE_ENV: "production", SECRET, URL: "https://desk.example", REDIS_URL: redis.url });
  onTestFinished(() => node.stop());
  const [, json] = /^HEALTHCHECK (?:--\S+ )+\\\n {2}CMD (.+)$/m.exec(readFileSync(new URL("../../examples/deploy/Dockerfile", import.meta.url), "utf8"))!;
  const [program, ...args] = JSON.parse(json!) as [string, ...string[]];
  expect(program).toBe("node");
  const check = () => spawnSync(process.execPath, args, { env: { PORT: new URL(node.url).port }, encoding: "utf8" });
  expect(check()).toMatchObject({ status: 0, stdout: "", stderr: "" });
  await node.stop("SIGTERM");
  expect(check()).toMatchObject({ status: 1, stdout: "", stderr: "" });
});

test("the guide's line makes a secret that the endpoint takes, and its refusal of another names the same", () => {
  expect(() => new Keyring(SECRET)).not.toThrow();
  const command = /^export SECRET=\$\((.*)\)$/m.exec(guide)![1]!;
  expect(() => new Keyring("a".repeat(64))).toThrow(expect.objectContaining({ code: "secret_weak", message: expect.stringContaining(command) as string }));
});

test("the Dockerfile copies what is there, and starts what the build writes", () => {
  const read = (path: string): string => readFileSync(new URL(`../../examples/${path}`, import.meta.url), "utf8");
  const scripts = (JSON.parse(read("desk/1-board/package.json")) as { scripts: Record<string, string> }).scripts;
  const dockerfile = read("deploy/Dockerfile");
  const command = (JSON.parse(/^CMD (.+)$/m.exec(dockerfile)![1]!) as string[]).join(" ");
  expect(command).toBe(scripts["start"]);
  expect(dockerfile).toContain("npm run build");
  expect(scripts["build"]).toBe("tsc");
  for (const [, sources = ""] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const source of sources.split(" ")) expect(["package.json", "package-lock.json", "tsconfig.json", "src"]).toContain(source);
  }
});
