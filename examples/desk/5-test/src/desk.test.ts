// src/desk.test.ts
import { openBrowser, type Browser } from "holdfast/testing";
import { afterAll, expect, test } from "vitest";
import { createApp } from "./app.js";

const endpoint = createApp("a secret for tests, long enough to be one");
afterAll(() => endpoint.close());

async function logIn(name: string): Promise<Browser> {
  const browser = openBrowser(endpoint);
  await browser.get("/login");
  (await browser.post("/login", { name })).expectRedirect("/");
  return browser;
}

test("a ticket that a customer opens appears on an agent's board", async () => {
  const board = await (await logIn("ada")).visit("/");
  const form = await (await logIn("cleo")).visit("/new");
  await form.submit("form[phx-submit]", { title: "The printer is on fire", body: "" });
  form.expectRedirect("/");
  await board.settle();
  board.expectText("#tickets", /The printer is on fire\s+from cleo, waiting/);
});

test("a title that says nothing is refused, and stays in its field", async () => {
  const page = await (await logIn("cleo")).visit("/new");
  await page.submit("form[phx-submit]", { title: "?", body: "" });
  page.expectText("form[phx-submit]", "Say in a few words what is wrong.");
  expect(page.attr("input[name=title]", "value")).toBe("?");
});

test("a customer sees no buttons, and cannot press them by hand", async () => {
  const page = await (await logIn("cleo")).visit("/tickets/1");
  expect(page.has("#close")).toBe(false);
  await page.expectRefused(
    () => page.pushRaw("event", { type: "click", event: "close~id=1", value: {} }),
    { reason: "not_rendered" },
  );
});

test("an agent takes a ticket, and the customer's page says so", async () => {
  const theirs = await (await logIn("cleo")).visit("/tickets/1");
  const ours = await (await logIn("ada")).visit("/tickets/1");
  await ours.click("#take");
  await theirs.settle();
  theirs.expectText("#state", "with ada");
  theirs.expectText("#online", "ada (agent)");
});
