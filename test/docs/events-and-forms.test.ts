import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpoint, type Endpoint } from "holdfast";
import { openBrowser, type LivePage } from "holdfast/testing";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { accounts, deliveries, deliveryRoutes, folder, pictureRoutes, routes } from "./programs/events.js";

let endpoint: Endpoint;
const refusals: unknown[] = [];
beforeEach(() => {
  refusals.length = 0;
  accounts.length = 0;
  deliveries.length = 0;
  endpoint = createEndpoint({
    secret: "a secret of the guide, long enough to be one", live: routes,
    routes(app) {
      pictureRoutes(app);
      deliveryRoutes(app, () => endpoint);
    },
    log: (_message, details) => void refusals.push(details["reason"]),
  });
});
afterEach(() => endpoint.close());

const visit = (path: string): Promise<LivePage> => openBrowser(endpoint).visit(path);

test("events: what is bound is what was rendered, and what is typed is parsed", async () => {
  const page = await visit("/cards");
  await page.change("form", { query: "Bre" });
  expect(page.count("li")).toBe(1);
  await page.click("li button");
  await page.change("form", { query: "" });
  expect(page.text("ul")).toContain("Milk");
  expect(page.text("ul")).not.toContain("Bread");
  await page.pushRaw("event", { type: "click", event: "remove~id=99", value: {} });
  await page.pushRaw("event", { type: "form", event: "search", value: `query=${"x".repeat(101)}` });
  expect(refusals).toEqual(["not_rendered", "bad_payload"]);
});

test("commands: the page changes in the browser, and the server hears of the choice alone", async () => {
  const page = await visit("/menu");
  await page.click({ selector: "#sizes button", text: "Large" });
  page.expectText("#open", "Size: large");
});

test("waiting: a push is bound like any event, and what appears says what the client does then", async () => {
  const page = await visit("/report");
  await page.click("#build");
  page.expectText("#report", "26 pages");
  expect(page.has("#done[phx-mounted][phx-remove]")).toBe(true);
});

test("hooks: an event that no element shows is let in, parsed and answered", async () => {
  const page = await visit("/board");
  expect(await page.renderHook("reorder", { order: [3, 1, 2] })).toEqual({ saved: 3 });
  await page.expectRefused(() => page.renderHook("reorder", { order: "all" }));
  expect(refusals).toEqual(["bad_payload"]);
});

test("forms: errors stand at their fields, lists keep what was typed, and what is sent has a key", async () => {
  const page = await visit("/register");
  await page.submit("form", { name: "ada" });
  page.expectText("form", "is taken");
  await page.change("form", { name: "cleo" });
  await page.click("#add");
  await page.click("#add");
  expect(page.count("label[for^=registration_guests]")).toBe(2);
  await page.click('button[name="guests_drop[]"][value="1"]');
  expect(page.count("label[for^=registration_guests]")).toBe(1);
  await page.submit("form", { name: "cleo" });
  page.expectText("form", "Who comes along?");
  await expect(page.submit("form", { "guests[1][name]": "ben" })).rejects.toThrow("the form has no such field, but name, guests[0][name]");
  await page.submit("form", { name: "cleo", "guests[0][name]": "ben" });
  page.expectText("#done", "Welcome.");
  expect(accounts).toMatchObject([{ name: "cleo", guests: [{ name: "ben" }], key: expect.stringMatching(/^[\w-]{22}$/) as string }]);
});

test("posted: a plain route reads nested names by the form's schema, and shows the form with its errors again", async () => {
  const browser = openBrowser(endpoint);
  await browser.get("/deliveries");
  const fields = { "delivery[name]": "Ada", "delivery[express]": "true", "delivery[addresses][0][street]": "1 High Street", "delivery[addresses][0][city]": "" };
  const refused = await browser.post("/deliveries", fields);
  expect([refused.status, deliveries]).toEqual([422, []]);
  refused.expectText("form", "Which city?");
  expect(refused.html("form")).toContain('value="1 High Street"');
  (await browser.post("/deliveries", { ...fields, "delivery[addresses][0][city]": "London", "delivery[owner]": "eve" })).expectRedirect("/deliveries");
  expect(deliveries).toEqual([{ name: "Ada", express: true, addresses: [{ street: "1 High Street", city: "London" }] }]);
});

test("uploads: what is not accepted is said, and what is sent is stored under a name of ours", async () => {
  folder.path = await mkdtemp(join(tmpdir(), "holdfast-guide-"));
  onTestFinished(() => rm(folder.path, { recursive: true }));
  const page = await visit("/pictures");
  const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  await page.chooseFiles("input[type=file]", [{ name: "notes.txt", content: "notes", type: "text/plain" }]);
  page.expectText("[role=alert]", "Only PNG and JPEG.");
  await page.click("figure button");
  const files = await page.chooseFiles("input[type=file]", [{ name: "cat.png", content: png, type: "image/png" }]);
  await files.send("cat.png");
  await page.submit("#pictures");
  page.expectText("#stored", "cat.png");
  const [id, ...others] = await readdir(folder.path);
  expect(others).toEqual([]);
  const get = (path: string) => endpoint.fetch(new Request(`http://localhost${path}`));
  const answer = await get(`/stored/${id}`);
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("x-content-type-options")]).toEqual([200, "image/png", "nosniff"]);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(png);
  expect((await get(`/stored/..%2F${id}`)).status).toBe(404);
});
