import { serve } from "holdfast/node";
import { expect, onTestFinished, test } from "vitest";
import { clickAnswered, connected, watch } from "../browser/support/browser.js";
import { launch } from "../browser/support/chromium.js";
import { createBoard } from "./programs/hooks.js";

test("the hooks of the guide sort, are answered, and are told by the server; no build step was needed", async () => {
  const { url, close } = await serve(createBoard("a secret of the guide, long enough to be one"), { port: 0 });
  onTestFinished(() => close());
  const browser = await launch();
  onTestFinished(() => browser.close());
  const { page, complaints } = await watch(await browser.newContext());
  await page.goto(url);
  await connected(page);
  await page.waitForFunction(() => /\d:\d\d/.test(document.querySelector("#at")?.textContent ?? ""));
  await page.press("li[data-id='3']", "ArrowUp");
  await page.waitForSelector("#board[title='3 saved']");
  expect(await page.$$eval("#board li", (items) => items.map((item) => item.dataset["id"]))).toEqual(["1", "3", "2"]);
  await clickAnswered(page, "#find");
  await page.waitForSelector("li[data-id='2']:focus");
  expect(complaints).toEqual([]);
});
