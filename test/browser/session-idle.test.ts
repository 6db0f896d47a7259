import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fixture } from "./support/app.js";
import { connected, watch } from "./support/browser.js";
import { useServed } from "./support/served.js";

const IDLE_MS = 3_600_000;
/** Longer than half of it, shorter than the whole. */
const STEP_MS = 2_400_000;

const { endpoint } = fixture(undefined, { sessionIdleMs: IDLE_MS, idleMs: Infinity });
const served = useServed(endpoint);
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() }));
afterEach(() => void vi.useRealTimers());

it("somebody who only works on a page, and requests none, stays logged in when it connects again", async () => {
  const context = await served.browser.newContext();
  const { page, loads, complaints } = await watch(context);
  await page.goto(`${served.url}/login`);
  await page.fill("#user", "ada");
  await page.click("#log-in");
  await page.waitForURL(`${served.url}/account`);
  await connected(page);
  for (let step = 1; step <= 3; step++) {
    vi.setSystemTime(Date.now() + STEP_MS);
    const kept = page.waitForResponse(`${served.url}/live/session`);
    await page.click("#inc");
    expect((await kept).status()).toBe(204);
    await page.waitForFunction((count) => document.querySelector("#count")?.textContent === count, String(step));
  }
  vi.setSystemTime(Date.now() + STEP_MS);
  await endpoint.disconnect("users_socket:ada");
  // It mounts again, and nothing sends it to the log-in page.
  await page.waitForFunction(() => document.querySelector("[data-phx-main].phx-connected #count")?.textContent === "0");
  expect([page.url(), loads(), complaints]).toEqual([`${served.url}/account`, 2, []]);
  await context.close();
});
