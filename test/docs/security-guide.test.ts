import type { Endpoint } from "holdfast";
import { openBrowser, type Browser } from "holdfast/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { check, lookups, posts, postUpdated, startGuide, suspend, userChanged, users } from "./security-guide.js";

let endpoint: Endpoint;
beforeEach(() => {
  endpoint = startGuide();
  users.set(1, { id: 1, role: "reader", confirmedAt: new Date() });
  users.set(2, { id: 2, role: "editor", confirmedAt: new Date() });
  posts.set(1, { id: 1, title: "Hello" });
});
afterEach(() => endpoint.close());

async function loggedIn(id: number): Promise<Browser> {
  const browser = openBrowser(endpoint);
  await browser.get("/login");
  (await browser.post("/login", { id: String(id) })).expectRedirect("/");
  return browser;
}
const PATH = "/posts/1/edit";

test("mounting: both doors ask who it is, once each", async () => {
  (await openBrowser(endpoint).get(PATH)).expectRedirect("/login");
  (await (await loggedIn(3)).get(PATH)).expectRedirect("/login"); // not confirmed
  expect((await (await loggedIn(1)).get(PATH)).status).toBe(403);
  const editor = await loggedIn(2);
  lookups.length = 0;
  const dead = await editor.get(PATH);
  expect(lookups).toEqual([2]);
  users.get(2)!.confirmedAt = null;
  (await dead.connect()).expectRedirect("/login");
  expect(lookups).toEqual([2, 2]);
});

test("events: what changes elsewhere is heard, and a role that is lost ends the page at once", async () => {
  const page = await (await loggedIn(2)).visit(PATH);
  endpoint.broadcast(postUpdated(1), { id: 1, title: "From elsewhere" });
  await page.settle();
  expect(page.attr("#post input", "value")).toBe("From elsewhere");
  await page.submit("#post", { title: "Mine" });
  expect(posts.get(1)!.title).toBe("Mine");

  users.get(2)!.role = "reader";
  endpoint.broadcast(userChanged(2), null);
  await page.settle();
  expect(page.live).toBe(false);
  await page.pushRaw("event", { type: "form", event: "updatePost", value: "title=No", meta: {} });
  expect(posts.get(1)!.title).toBe("Mine");
  await page.rejoin();
  expect(page.joinError).toEqual({ reason: "reload", status: 403 });
});

test("events: only what the page shows reaches a handler", async () => {
  const page = await (await loggedIn(2)).visit(PATH);
  posts.set(2, { id: 2, title: "Another" });
  await page.expectRefused(() => page.pushRaw("event", { type: "click", event: "deletePost~id=2", value: {} }), { reason: "not_rendered" });
  expect(posts.has(2)).toBe(true);
  await page.click("#delete");
  expect(posts.has(1)).toBe(false);
});

test("disconnecting: the pages close, and a copy of the cookie opens nothing", async () => {
  const browser = await loggedIn(2);
  const page = await browser.visit(PATH);
  await suspend(endpoint, users.get(2)!);
  expect(page.closed?.code).toBe(1001);
  (await browser.get(PATH)).expectRedirect("/login");
});

test("the attack holds, and the matrix says who may what", async () => {
  const matrix = await check(endpoint, await loggedIn(1), await loggedIn(2));
  expect(matrix).toContain("| /posts/:postId/edit |  | policy, hook × 1 | → /login | 403 | open |");
  expect(matrix).toContain("| /posts/:postId/edit | deletePost | the view's | – | – | allowed |");
});
