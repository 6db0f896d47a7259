import { createEndpoint, html, type Endpoint } from "holdfast";
import { accessMatrix, attack, openBrowser, renderComponent, type Browser } from "holdfast/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp } from "../../examples/better-auth/src/app.js";
import { routes } from "./programs/events.js";

// The tests that docs/guides/testing-and-security.md shows.
let endpoint: Endpoint;
const start = (app: Endpoint): void => void (endpoint = app);
beforeEach(() => start(createEndpoint({ secret: "a secret of the guide, long enough to be one", live: routes, log: () => {} })));
afterEach(() => endpoint.close());

// #region page
test("cards are searched and removed", async () => {
  const page = await openBrowser(endpoint).visit("/cards");
  await page.change("form", { query: "Milk" });
  expect(page.count("li")).toBe(1);
  await page.click({ selector: "li button", text: "Remove" });
  page.refuteText("ul", "Milk");
});
// #endregion

// #region two-steps
test("the page can be read before its script runs", async () => {
  const dead = await openBrowser(endpoint).get("/cards");
  dead.expectText("ul", "Milk");
  const page = await dead.connect();
  expect(page.live).toBe(true);
});
// #endregion

// #region form
test("a taken name is refused at its field, and another one is accepted", async () => {
  const page = await openBrowser(endpoint).visit("/register");
  await page.submit("form", { name: "ada" });
  page.expectText("form", "is taken");
  await page.submit("form", { name: "cleo" });
  page.expectText("#done", "Welcome.");
});
// #endregion

// #region lost
test("what was typed is there again after the connection was lost", async () => {
  const page = await openBrowser(endpoint).visit("/register");
  await page.change("form", { name: "half a th" });
  page.disconnect();
  await page.rejoin();
  expect(page.attr("input[name=name]", "value")).toBe("half a th");
});
// #endregion

// #region refused
test("nobody removes a card that the page does not show", async () => {
  const page = await openBrowser(endpoint).visit("/cards");
  await page.expectRefused(
    () => page.pushRaw("event", { type: "click", event: "remove~id=99", value: {} }),
    { reason: "not_rendered" },
  );
});
// #endregion

// #region component
test("a badge says its number", async () => {
  const badge = (props: { count: number }) => html`<b class="badge">${props.count}</b>`;
  (await renderComponent(badge, { count: 3 })).expectText("b", "3");
});
// #endregion

// #region principals
async function register(email: string): Promise<Browser> {
  const browser = openBrowser(endpoint);
  await browser.get("/register");
  await browser.post("/register", { email, password: "correct horse battery" });
  return browser;
}

async function everybody() {
  start(createApp({ secret: "a secret of the guide, long enough to be one", url: "http://localhost" }));
  return { nobody: openBrowser(endpoint), admin: await register("ada@desk.example"), user: await register("cleo@desk.example") };
}
// #endregion

// #region matrix
test("who may what is in access-matrix.md", async () => {
  const principals = await everybody();
  await expect(await accessMatrix(endpoint, { principals })).toMatchFileSnapshot("access-matrix.md");
});
// #endregion

// #region attack
test("the application holds", async () => {
  const principals = await everybody();
  const report = await attack(endpoint, { principals, paths: ["/login"] });
  report.expectHeld();
});
// #endregion
