import { describe, expect, it } from "vitest";
import { loseConnection } from "./support/browser.js";
import { PATIENT, STATUS, useGallery } from "./support/gallery.js";

describe("not found, not allowed", () => {
  const gallery = useGallery();
  const ROOT = "/errors/refused";
  const PAGES = { 404: "There is nothing here", 403: "You may not see this" } as const;

  it.each([
    ["mount", "#mount-missing", `${ROOT}/mount/missing`, 404], ["mount", "#mount-forbidden", `${ROOT}/mount/forbidden`, 403],
    ["the view's policy", "#policy", `${ROOT}/policy`, 403],
    ["handleParams", "#params-missing", `${ROOT}?step=missing`, 404], ["handleParams", "#params-forbidden", `${ROOT}?step=forbidden`, 403],
    ["the router", "#nowhere", `${ROOT}/no/such/page`, 404],
  ] as const)("from %s %s: over HTTP and over the socket the same page", async (_where, selector, path, status) => {
    const response = await fetch(gallery.url + path);
    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(/no such|not for you|not this step|policy|Error/);
    gallery.expects(STATUS(status));
    const tab = await gallery.open(ROOT);
    const statuses: number[] = [];
    tab.page.on("response", (answer) => {
      if (answer.url() === gallery.url + path) statuses.push(answer.status());
    });
    await tab.click(selector);
    await tab.shows("h1", PAGES[status]);
    expect(new Set(statuses)).toEqual(new Set([status]));
    expect(tab.path).toBe(path);
  });

  it.each([["NotFound", "#event-missing"], ["Forbidden", "#event-forbidden"]])(
    "%s from an event: the view begins anew, as often as it happens", async (_name, selector) => {
      const tab = await gallery.open(ROOT);
      await tab.click("#count");
      await tab.shows("#count", "Clicked 1 times");
      await tab.rejoins(() => tab.click(selector));
      await tab.shows("#count", "Clicked 0 times");
      expect(tab.path).toBe(ROOT);
    });

  it("an event's policy that says no: the handler never runs, and the view lives on", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#count", "#event-policy");
    await gallery.refused("never", "event_policy");
    await tab.click("#count");
    await tab.shows("#count", "Clicked 2 times");
  });
});

describe("a crash", () => {
  const gallery = useGallery();
  const ROOT = "/errors/crash";

  it.each([
    ["in the handler", "#in-event", "the handler throws"], ["in render", "#in-render", "the template throws"],
    ["in a timer", "#in-timer", "the timer throws"], ["in a promise that nobody awaits", "#unawaited", "nobody waits for this"],
  ])("%s is this view's alone, and it comes back", async (_where, selector, message) => {
    const tab = await gallery.open(ROOT);
    const other = await gallery.another(tab, ROOT);
    for (const { page } of [tab, other]) await page.click("#count");
    await Promise.all([tab.shows("#count", "Clicked 1 times"), other.shows("#count", "Clicked 1 times")]);
    await tab.page.fill("#note", "half a sentence");
    await tab.rejoins(() => tab.click(selector));
    await tab.shows("#count", "Clicked 0 times");
    expect(await tab.page.inputValue("#note")).toBe("half a sentence");
    expect(gallery.crashes()).toEqual([message]);
    await tab.click("#count");
    await tab.shows("#count", "Clicked 1 times");
    await other.click("#count");
    await other.shows("#count", "Clicked 2 times");
    expect([tab.loads, other.loads]).toEqual([1, 1]);
  });

  it("in a subscription ends the views that listen, and not the one that published", async () => {
    const [speaker, listener] = [await gallery.open(ROOT), await gallery.open(ROOT)];
    for (const tab of [speaker, listener]) {
      await tab.click("#count");
      await tab.shows("#count", "Clicked 1 times");
    }
    await listener.rejoins(() => speaker.click("#in-message"));
    await listener.shows("#count", "Clicked 0 times");
    await speaker.click("#count");
    await speaker.shows("#count", "Clicked 2 times");
  });
});

describe("a page whose session is gone", () => {
  const gallery = useGallery();

  it("is stale when it reconnects: it loads itself, and lives again", async () => {
    const tab = await gallery.open("/errors/crash");
    await tab.click("#count");
    await tab.shows("#count", "Clicked 1 times");
    await tab.page.context().clearCookies();
    await loseConnection(tab.page);
    await expect.poll(() => tab.loads, PATIENT).toBe(2);
    await tab.connected();
    await tab.shows("#count", "Clicked 0 times");
    await tab.click("#count");
    await tab.shows("#count", "Clicked 1 times");
    expect(gallery.crashes()).toEqual([]);
  });
});

describe("a crash loop", () => {
  const gallery = useGallery({ crashBudget: 2 });
  const ROOT = "/errors/crash-loop";

  it.each(["mount", "message"])("in its %s stops after its budget with an error page, which joins nothing", async (where) => {
    gallery.expects(STATUS(500));
    const tab = await gallery.tab();
    await tab.page.goto(gallery.url + ROOT);
    await tab.connected();
    await tab.click(`#break-${where}`);
    // A join that crashes makes the client wait for 5 to 10 seconds before it loads the page again.
    await tab.shows("h1", "Something went wrong", 120_000);
    expect(tab.path).toBe(`${ROOT}?broken=${where}`);
    expect(gallery.crashes().filter((message) => /throws each time/.test(message))).toHaveLength(2);
    // Nothing on the error page would bring the loop back.
    expect(await tab.page.locator("[data-phx-session]").count()).toBe(0);
    await expect.poll(() => gallery.endpoint.connections, PATIENT).toBe(0);
    // The budget is this user's: somebody else has their own.
    const other = await gallery.open(ROOT);
    expect(await other.text("#state")).toBe("All is well.");
  });
});
