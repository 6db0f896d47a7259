import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { clickAnswered, connected, watch } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { DevApp } from "../browser/support/dev.js";
import { GuideApp } from "./support/guide-app.js";

// docs/guides/first-page.md as its reader works through it.
const FILES = ["package.json", "tsconfig.json", "src/main.ts", "src/poll.ts", "src/votes.ts"];
const read = (path: string): Promise<string> => readFile(new URL(`../../examples/first-page/${path}`, import.meta.url), "utf8");

test("the page runs under holdfast dev: two windows vote together, and what is saved appears in both", async () => {
  const app = await DevApp.start(Object.fromEntries(await Promise.all(FILES.map(async (path) => [path, await read(path)] as const))));
  onTestFinished(() => app.stop());
  const url = await app.url();
  const browser = await launch();
  onTestFinished(() => browser.close());
  const context = await browser.newContext();
  const [left, right] = [(await watch(context)).page, (await watch(context)).page];
  for (const page of [left, right]) {
    await page.goto(url);
    await connected(page);
  }
  await clickAnswered(left, "button >> text=Tea");
  await right.waitForSelector("button:text('Tea: 1')");
  expect(await right.textContent("p")).toBe("You have voted 0 times.");
  // Its own answer need not be there before the other window's message.
  await left.waitForSelector("p:text('You have voted 1 times.')");
  await app.save("src/poll.ts", "Tea or coffee?", "What shall it be?", /new code/);
  for (const page of [left, right]) await page.waitForSelector("h1:text('What shall it be?')");
  expect(await left.textContent("p")).toBe("You have voted 1 times.");
});

test("the same program compiles and runs without the development server", async () => {
  const app = await GuideApp.build("first-page");
  onTestFinished(() => app.stop());
  const { url } = await app.start();
  expect(await (await fetch(url)).text()).toContain("Tea or coffee?");
});
