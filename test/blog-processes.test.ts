import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { SEED_LOGINS } from "../examples/blog/dist/db/seeds.js";
import { newSecret } from "./browser/support/app.js";
import { BlogServer } from "./browser/support/blog.js";
import { Browser } from "./support/browser.js";
import { RedisServer } from "./support/redis-server.js";
import { within } from "./support/wait.js";

/** The blog with two processes on its port, and its Redis. */
async function startTwo(): Promise<{ blog: BlogServer; redis: RedisServer }> {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  // It says that it is open when the last of them is.
  const blog = await BlogServer.startWorkers(redis.url, 2);
  onTestFinished(() => blog.stop());
  return { blog, redis };
}

/** Somebody with that many tabs. Connections are handed out in turn, so both processes have some. */
async function visitor(blog: BlogServer, tabs: number): Promise<{ browser: Browser; tabs: Awaited<ReturnType<Browser["open"]>>[] }> {
  const browser = new Browser(blog.url);
  onTestFinished(() => browser.close());
  const { email, password } = SEED_LOGINS.find(({ role, confirmed }) => role === "editor" && confirmed)!;
  await browser.get("/login");
  await browser.post("/login", { email, password });
  return { browser, tabs: await Promise.all(Array.from({ length: tabs }, () => browser.open("/posts"))) };
}

test("the blog with WEB_CONCURRENCY: two processes serve its port, and a log-out on one closes the pages of both", async () => {
  const { blog } = await startTwo();
  const { browser, tabs } = await visitor(blog, 6);
  await browser.post("/logout");
  expect(await Promise.all(tabs.map(({ socket }) => socket.code()))).toEqual(tabs.map(() => 1001));
});

test("on SIGTERM both drain, though it comes to the group and from the parent, and then the parent ends", async () => {
  const { blog } = await startTwo();
  const { tabs } = await visitor(blog, 6);
  const ended = blog.ended();
  const codes = tabs.map(({ socket }) => socket.code());
  process.kill(blog.pid, "SIGTERM");
  // They close one after the other, so the others are still open. The parent passes the second signal on, too.
  expect(await Promise.race(codes)).toBe(1012);
  process.kill(blog.pid, "SIGTERM");
  expect(await Promise.all(codes)).toEqual(tabs.map(() => 1012));
  expect(await within(ended, "the parent ends")).toBe(0);
});

test("the secret is rotated by a list: sessions of the old one live on, until it is no longer in it", async () => {
  const blog = await BlogServer.start();
  onTestFinished(() => blog.stop());
  expect((await fetch(`${blog.url}/readyz`)).status).toBe(200);
  const { browser } = await visitor(blog, 0);
  const statusWith = async (secret: string): Promise<number> => {
    await blog.kill();
    await blog.run(secret);
    return (await browser.get("/account")).status;
  };
  expect(await statusWith(`${newSecret()},${blog.secret}`)).toBe(200);
  expect(await statusWith(newSecret())).toBe(302);
});

test("a process that is killed is replaced, and one that cannot start again is tried later and later", async () => {
  const { blog, redis } = await startTwo();
  const children = async (): Promise<number[]> => (await readFile(`/proc/${blog.pid}/task/${blog.pid}/children`, "utf8")).split(" ").flatMap((pid) => Number(pid) || []);
  const [first] = await children();
  await redis.command("CONFIG", "SET", "requirepass", "changed");
  process.kill(first!, "SIGKILL");
  const pauses = (): number[] => [...blog.errors.matchAll(/A worker has ended \(.*\). The next one starts in (\d+) ms\./g)].map(([, ms]) => Number(ms));
  await expect.poll(() => pauses().length, { timeout: 60_000 }).toBeGreaterThan(2);
  expect(blog.errors).toContain(`A worker has ended (pid ${first!}, SIGKILL)`);
  const [, second, third] = pauses();
  expect(second).toBeGreaterThanOrEqual(500);
  expect(third).toBe(2 * second!);
});

test("with a URL, where others can reach it, it has neither the seeds' accounts nor the mailbox, unless it is told to", async () => {
  const blog = await BlogServer.start();
  onTestFinished(() => blog.stop());
  const shown = async (env: Readonly<Record<string, string>>): Promise<readonly [mailbox: number, accounts: boolean]> => {
    await blog.kill();
    await blog.run(newSecret(), env);
    return [(await fetch(`${blog.url}/dev/mail`)).status, (await (await fetch(`${blog.url}/login`)).text()).includes(SEED_LOGINS[0]!.email)];
  };
  const named = { URL: "http://blog.example" };
  expect(await shown({})).toEqual([200, true]);
  expect(await shown({ ...named, NODE_ENV: "development" })).toEqual([200, true]);
  expect(await shown(named)).toEqual([404, false]);
  expect(await shown({ NODE_ENV: "production" })).toEqual([404, false]);
});
