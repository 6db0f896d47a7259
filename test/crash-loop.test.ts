import { expect, test } from "vitest";
import { createEndpoint, Forbidden, html, liveSession, liveView, StatusError } from "holdfast";
import { openBrowser } from "holdfast/testing";

test("a page that crashes again and again becomes an error page; another user's page does not", async () => {
  let mounts = 0;
  const Broken = liveView.define({
    authorize: "public",
    mount(socket) {
      if (socket.connected && ++mounts) throw new Error("on every connected mount");
    },
    render: () => html`<p id="fine">fine</p>`,
  });
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", log: () => {}, limits: { crashBudget: 3 },
    live: [liveSession("default", {}, (live) => live("/", Broken))],
  });
  const browser = openBrowser(endpoint);
  const early = await browser.get("/");
  for (let i = 0; i < 3; i++) expect((await browser.visit("/")).joinError).toEqual({ reason: "join crashed" });
  // The page that was open before is sent to the error page, and its mount is not tried again.
  expect((await early.connect()).joinError).toEqual({ reason: "reload", status: 500 });
  const page = await browser.get("/");
  expect([page.status, page.has("#fine"), page.has("[data-phx-main]"), mounts]).toEqual([500, false, false, 3]);
  expect((await openBrowser(endpoint).get("/")).status).toBe(200);
});

test("a refusal that a handler throws is an answer: it spends none of the page's budget, as often as it is thrown", async () => {
  const Guarded = liveView.define({
    authorize: "public",
    events: { remove: { handle: () => { throw new Forbidden("not yours"); } }, crash: { handle: () => { throw new Error("a mistake"); } } },
    render: (_assigns, on) => html`<button id="remove" phx-click=${on.remove}>-</button><button id="crash" phx-click=${on.crash}>!</button>`,
  });
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", log: () => {}, limits: { crashBudget: 2 },
    live: [liveSession("default", {}, (live) => live("/", Guarded))],
  });
  const browser = openBrowser(endpoint);
  const clicks = async (selector: string): Promise<number> => {
    for (let i = 0; i < 3; i++) {
      const page = await browser.visit("/");
      if (page.status !== 200) return i;
      await page.click(selector).catch(() => {});
      expect(page.dead).toBeDefined();
    }
    return 3;
  };
  expect([await clicks("#remove"), await clicks("#crash")]).toEqual([3, 2]);
});

test.each([
  ["a refusal", new Forbidden("not yours"), "info", "view refused", { view: "post", status: 403, why: "not yours" }],
  ["a failure with a status", new StatusError(502, "the bank is away"), "error", "view crashed", { view: "post" }],
])("%s that a handler throws is logged as what it is", async (_what, error, level, message, details) => {
  const logged: unknown[][] = [];
  const write = (as: string) => (said: object, about: string) => void logged.push([as, about, said]);
  const Post = liveView.define({
    name: "post", authorize: "public", mount: () => ({ count: 0 }),
    events: { remove: { handle: () => { throw error; } } },
    render: (_assigns, on) => html`<button phx-click=${on.remove}>-</button>`,
  });
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", live: [liveSession("default", {}, (live) => live("/", Post))],
    log: { debug: () => {}, info: write("info"), warn: write("warn"), error: write("error") },
  });
  const page = await openBrowser(endpoint).visit("/");
  await page.click("button");
  // Whoever tests the page learns what was thrown.
  await expect(page.click("button")).rejects.toThrow(error.message);
  expect(logged.filter(([, about]) => String(about).startsWith("view"))).toEqual([[level, message, expect.objectContaining(details)]]);
  // It joins again, with the state of the beginning.
  expect(await page.rejoin().then(() => page.has("button"))).toBe(true);
});
