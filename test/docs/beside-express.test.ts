import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connected, watch } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { start } from "./programs/beside-express.js";

let browser: Browser;
let running: ReturnType<typeof start>;
let base: string;
beforeAll(async () => {
  browser = await launch();
  vi.stubEnv("PORT", "0");
  running = start("a secret of the guides, long enough to be one");
  await once(running.server, "listening");
  base = `http://127.0.0.1:${(running.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await browser?.close();
  await running?.endpoint.close();
  running?.server.close();
});

test("pages of Express and live pages share a port and a log-in, and signing out of Express closes what is open", async () => {
  const { page, complaints } = await watch(await browser.newContext());
  expect((await page.goto(`${base}/nowhere`))?.status()).toBe(404);
  await page.goto(`${base}/board`);
  expect(page.url()).toBe(`${base}/`);
  expect(await page.textContent("body")).toBe("A page of Express");
  await page.request.post(`${base}/login`, { form: { name: "Ada" } });
  await page.goto(`${base}/board`);
  await connected(page);
  await page.click("button");
  await page.waitForSelector("button:text('1')");
  expect(await page.textContent("h1")).toBe("Ada");
  await page.request.post(`${base}/logout`);
  await page.waitForURL(`${base}/`);
  expect((await page.goto(`${base}/board`))?.url()).toBe(`${base}/`);
  expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
});
