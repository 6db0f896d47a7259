import { createEndpoint, NotFound } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { database, live, noteOf, pubsub, renamed, renameNote, routes } from "./programs/project.js";

const endpoint = createEndpoint({ secret: "a secret of the guides, long enough to be one", pubsub, live, routes: routes!, log: () => {} });
beforeAll(() => database.executeMultiple("create table notes (id integer primary key, owner integer, title text); insert into notes values (1, 7, 'Milk')"));
afterAll(async () => {
  await endpoint.close();
  database.close();
});

test("a context reads for its user, and publishes what it has changed", async () => {
  const heard: unknown[] = [];
  pubsub.subscribe(renamed, ({ payload }) => void heard.push(payload));
  await renameNote({ id: 7 }, 1, "Bread");
  expect(heard).toEqual([{ id: 1, title: "Bread" }]);
  expect(await noteOf({ id: 7 }, 1)).toEqual({ id: 1, title: "Bread" });
  await expect(renameNote({ id: 8 }, 1, "Jam")).rejects.toThrow(NotFound);
});

test("the language of the session is that of the view and of the document", async () => {
  const browser = openBrowser(endpoint);
  const page = await browser.visit("/");
  page.expectText("p", "Hello, Ada! 1/1/1970");
  expect((await browser.post("/locale", { locale: "de" })).status).toBe(302);
  const again = await browser.visit("/");
  again.expectText("p", "Hallo, Ada! 1.1.1970");
  expect((await browser.get("/")).body).toContain('<html lang="de">');
});
