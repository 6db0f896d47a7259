import { expect, onTestFinished, test } from "vitest";
import { SEED_LOGINS } from "../examples/blog/dist/db/seeds.js";
import { BlogServer } from "./browser/support/blog.js";
import { Browser } from "./support/browser.js";
import { RedisServer } from "./support/redis-server.js";

test("the blog with WEB_CONCURRENCY: two processes serve its port, and a log-out on one closes the pages of both", async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  // It says that it is open when the last of them is.
  const blog = await BlogServer.startWorkers(redis.url, 2);
  onTestFinished(() => blog.stop());
  const browser = new Browser(blog.url);
  onTestFinished(() => browser.close());
  const { email, password } = SEED_LOGINS.find(({ role, confirmed }) => role === "editor" && confirmed)!;
  await browser.get("/login");
  await browser.post("/login", { email, password });
  // Connections are handed out in turn, so both have some.
  const tabs = await Promise.all(Array.from({ length: 6 }, () => browser.open("/posts")));
  await browser.post("/logout");
  expect(await Promise.all(tabs.map(({ socket }) => socket.code()))).toEqual(tabs.map(() => 1001));
});
