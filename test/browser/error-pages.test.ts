// What people meet when something fails must be readable for everybody, in production and in development.
import { createEndpoint, Forbidden, html, liveSession, liveView } from "holdfast";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { axeViolations } from "./support/axe.js";
import { newSecret } from "./support/app.js";
import { watch } from "./support/browser.js";
import { DevApp, documentedApp } from "./support/dev.js";
import { useServed } from "./support/served.js";

const Broken = liveView.define({
  name: "broken", authorize: "public",
  mount() {
    throw new Error("no paper");
  },
  render: () => html`<p>never</p>`,
});
const endpoint = createEndpoint({
  secret: newSecret(), log() {}, live: [liveSession("default", {}, (live) => live("/broken", Broken))],
  routes: (app) => void app.get("/closed", () => {
    throw new Forbidden();
  }),
});
const served = useServed(endpoint);

/** Within the body, because axe does not tell the contrast of what stands beside it. */
async function violationsOf(page: Page, element: string): Promise<string[]> {
  await page.evaluate((name) => document.body.append(document.querySelector(name)!), element);
  return axeViolations(page, element);
}

it.each([["/nowhere", 404], ["/closed", 403], ["/broken", 500]])("production: %s, with status %i", async (path, status) => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1100, 320]) {
      const context = await served.browser.newContext({ colorScheme, viewport: { width, height: 700 } });
      const { page } = await watch(context);
      expect((await page.goto(served.url + path))?.status()).toBe(status);
      expect(await page.textContent("h1")).not.toBe("");
      expect({ colorScheme, width, found: await axeViolations(page) }).toEqual({ colorScheme, width, found: [] });
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await context.close();
    }
  }
});

it("development: the page of a crashed request, the overlay over a page, and the notice in its corner", async () => {
  const app = await DevApp.start(await documentedApp());
  try {
    const url = await app.url();
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await served.browser.newContext({ colorScheme });
      const { page } = await watch(context);
      await page.goto(url);
      await page.waitForSelector("[data-phx-main].phx-connected");
      const zone = '<p id="zone" phx-drop-target="nowhere">here</p><button';
      await app.save("src/counter.ts", "<button", zone, /new code/);
      await page.waitForSelector("#zone");
      await page.dispatchEvent("#zone", "drop", { dataTransfer: await page.evaluateHandle(() => new DataTransfer()) });
      await page.waitForSelector("holdfast-notice [role=status]");
      const inNotice = await violationsOf(page, "holdfast-notice");
      await app.save("src/counter.ts", zone, "${<button", /the old code runs on/);
      await page.waitForSelector("holdfast-error h2");
      const inOverlay = await violationsOf(page, "holdfast-error");
      await app.save("src/counter.ts", "${<button", "<button", /new code/);
      await page.waitForSelector("holdfast-error", { state: "detached" });
      await app.save("src/label.ts", "=> `Clicked", "=> { throw new Error('no label') } //", /new code/);
      expect((await page.goto(url))?.status()).toBe(500);
      const onPage = await axeViolations(page);
      await app.save("src/label.ts", "=> { throw new Error('no label') } //", "=> `Clicked", /new code/);
      await context.close();
      expect({ colorScheme, inNotice, inOverlay, onPage }).toEqual({ colorScheme, inNotice: [], inOverlay: [], onPage: [] });
    }
  } finally {
    await app.stop();
  }
});
