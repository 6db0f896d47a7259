import { createEndpoint, type Endpoint } from "holdfast";
import { openBrowser, type LivePage } from "holdfast/testing";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { serve } from "holdfast/node";
import { eventually } from "../support/lab.js";
import { answer, heard, PhoenixClient } from "../support/phoenix-client.js";
import { log, paths, routes, said, socket, unsaid, watch } from "./programs/parts.js";

let endpoint: Endpoint;
beforeEach(() => {
  endpoint = createEndpoint({ secret: "a secret of the guides, long enough to be one", live: routes, sockets: { "/socket": socket }, log: () => {} });
});
afterEach(() => endpoint.close());
const visit = (path: string): Promise<LivePage> => openBrowser(endpoint).visit(path);

test("observing: each line of the log is JSON, errors with their stack", async () => {
  const lines: string[] = [];
  const written = vi.spyOn(console, "log").mockImplementation((text: string) => void lines.push(text));
  onTestFinished(() => written.mockRestore());
  const failing = createEndpoint({
    secret: "a secret of the guides, long enough to be one", log,
    routes: (app) => void app.get("/fails", () => {
      throw new Error("the database is away");
    }),
  });
  onTestFinished(() => failing.close());
  expect((await failing.app.request("/fails")).status).toBe(500);
  expect(lines.map((each) => JSON.parse(each) as object)).toContainEqual(expect.objectContaining({
    level: "error", incident: expect.any(String) as string,
    err: { message: "the database is away", stack: expect.stringContaining("parts.test.ts") as string },
  }));
});

test("templates: text is escaped, a false attribute is left out, and a false part of a class writes nothing", async () => {
  const page = await visit("/todos");
  page.expectText("#todo-1", "Milk & <honey>");
  expect([page.attr("#todo-1", "class")?.trim(), page.attr("#todo-2", "class")?.trim()]).toEqual(["todo done", "todo"]);
  expect([page.has("#todo-1 input[checked]"), page.has("#todo-2 input[checked]")]).toEqual([true, false]);
  expect(page.attr("ul", "data-count")).toBe("2");
});

test("components: each has a state of its own, and the view hears what it handed over", async () => {
  const page = await visit("/cards");
  await page.click({ selector: ".card:first-of-type button", text: "Clicks" });
  page.expectText(".card:first-of-type", "Clicks: 1");
  page.expectText(".card:last-of-type", "Clicks: 0");
  await page.click({ selector: ".card:first-of-type button", text: "Remove" });
  expect(page.count(".card")).toBe(1);
  page.expectText(".card", "Clicks: 0");
});

test("components: one that renders itself", async () => {
  const page = await visit("/thread");
  page.expectText("#thread > li > ul > li > ul > li", "Two!");
  await page.click({ selector: "button", text: "Yes." });
  page.expectText("#thread", "Yes.");
  page.refuteText("#thread", "Two!");
});

test("tasks: the page is there before its task has ended", async () => {
  (await openBrowser(endpoint).get("/report")).expectText("#total", "Adding …");
  const page = await visit("/report");
  await page.renderAsync();
  page.expectText("#total", "42 €");
});

test("tasks: an outcome reaches the function that was passed with its task", async () => {
  const page = await visit("/export");
  await page.click("#start");
  await page.renderAsync();
  page.expectText("#state", "42 rows");
});

test("streams: a temporary assign is sent once, and another one replaces what is shown", async () => {
  const page = await visit("/yearbook");
  page.expectText("#book p:first-child", "2025, line 1");
  await page.click("button");
  page.expectText("button", "The book after 2026");
  expect([page.count("#book p"), page.text("#book p:last-child")]).toEqual([200, "2026, line 200"]);
});

test("streams: what is said comes, what is taken back goes", async () => {
  const page = await visit("/chat");
  endpoint.broadcast(said, { id: 2, text: "Anybody here?" });
  await page.settle();
  expect(page.count("#messages li")).toBe(2);
  endpoint.broadcast(unsaid, { id: 1, text: "Hello" });
  await page.settle();
  page.expectText("#messages", "Anybody here?");
  page.refuteText("#messages", "Hello");
});

test("presence: two tabs of one person are one entry, and who types is shown to the others", async () => {
  const [ada, again, cleo] = [await visit("/rooms/7/ada"), await visit("/rooms/7/ada"), await visit("/rooms/7/cleo")];
  await again.click("button");
  await ada.settle();
  await cleo.renderAsync();
  cleo.expectText("ul", /ada in plum is typing, 2 tabs\s*cleo in teal, 1 tabs/);
});

test("navigation: the URL says what is searched and how it is sorted, for a link, a patch and a reload", async () => {
  const page = await visit("/books");
  await page.change("#search", { q: "m" });
  page.expectPatch("/books?q=m&sort=title");
  page.expectText("#found", /^\s*Emma\s*Middlemarch\s*$/);
  await page.follow({ selector: "a", text: "year" });
  expect(page.url).toBe("/books?q=m&sort=year");
  (await visit("/books?q=&sort=year")).expectText("#found", /^\s*Emma\s*Middlemarch\s*Dracula\s*$/);
  expect((await openBrowser(endpoint).get("/books?sort=smell")).status).toBe(404);
});

test("navigation: paths take their parameters, and then the query", () => {
  expect([paths.books(), paths.books({ q: "emma", page: 2 }), paths.book({ id: 3 }, { from: "search" })])
    .toEqual(["/books", "/books?q=emma&page=2", "/books/3?from=search"]);
});

test("navigation: one view has two URLs, and its action says which it is at", async () => {
  const page = await visit("/books/3");
  expect(page.has("#loan")).toBe(false);
  await page.follow({ selector: "a", text: "Borrow" });
  expect(page.url).toBe("/books/3/loan");
  page.expectText("#loan", "three weeks");
  expect((await openBrowser(endpoint).get("/books/99")).status).toBe(404);
});

test("navigation: the layout marks the link to the present page, for a patch too", async () => {
  const page = await visit("/shelves");
  page.expectText("[aria-current]", /^\/shelves$/);
  await page.follow({ selector: "a", text: "/shelves/new" });
  page.expectText("[aria-current]", /^\/shelves\/new$/);
});

test("channels: the npm client joins a room, is heard by another, and is refused where it may not be", async () => {
  const { url } = await serve(endpoint, { port: 0 });
  const [ann, ben] = ["ann", "ben"].map((name) => new PhoenixClient(url, { params: { name } })) as [PhoenixClient, PhoenixClient];
  onTestFinished(() => [ann, ben].forEach((client) => client.close()));
  const mine = await ann.join("room:hall");
  const theirs = await ben.join("room:hall");
  const words = heard(theirs.channel, "said");
  expect(await answer(mine.channel.push("say", { text: " Good evening " }), "say")).toEqual({ number: 1 });
  await eventually(() => expect(words).toEqual([{ by: "ann", text: "Good evening" }]));
  expect((await ben.join("room:kitchen")).reply).toEqual({ last: [{ by: "ann", text: "Good evening" }] });
  await expect(ben.join("room:board")).rejects.toThrow("members only");
  await expect(answer(mine.channel.push("say", { text: "" }), "say")).rejects.toThrow();
});

// #region channel-test
test("a room passes on what somebody says, and lets nobody onto the board", async () => {
  const connect = async (name?: string) => openBrowser(endpoint).handshake({ path: "/socket", ...(name && { params: { name } }) });
  const [ann, ben, nobody] = [await connect("ann"), await connect("ben"), await connect()];
  if (ann instanceof Response || ben instanceof Response) throw new Error("refused");
  expect(nobody).toMatchObject({ status: 403 });

  // The number of the join, the message's own, the topic, the event, the payload.
  expect(await ann.push("1", "1", "room:garden", "phx_join", {})).toMatchObject({ status: "ok" });
  await ben.push("1", "1", "room:garden", "phx_join", {});
  const heard: unknown[] = [];
  ben.listen((frame) => void (frame?.event === "said" && heard.push(frame.payload)));
  expect(await ann.push("1", "2", "room:garden", "say", { text: "Hello" })).toMatchObject({ status: "ok" });
  expect(await ann.push("1", "3", "room:garden", "say", { text: "" })).toMatchObject({ status: "error" });
  expect(heard).toEqual([{ by: "ann", text: "Hello" }]);
  expect(await ben.push("2", "2", "room:board", "phx_join", {})).toEqual({ status: "error", response: { reason: "members only" } });
});
// #endregion

test("telemetry: spans and refusals are recorded until nobody listens any more", async () => {
  const records: unknown[] = [];
  const stop = watch({ record: (name, _value, labels) => void records.push([name, labels]) });
  onTestFinished(stop);
  const page = await visit("/rooms/7/ada");
  await page.click("button");
  await page.pushRaw("event", { type: "click", event: "type~id=1", value: {} });
  expect(records).toEqual([["event_ms", { view: "Room", event: "type" }], ["refused", { view: "Room", reason: "not_rendered" }]]);
  stop();
  await page.click("button");
  expect(records).toHaveLength(2);
});

test("a clock has the time at once", async () => {
  expect(Date.parse((await visit("/clock")).text("time"))).toBeGreaterThan(0);
});
