import { createEndpoint, html, NotFound } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { database, errorPage, live, noteOf, pubsub, renamed, renameNote, routes } from "./programs/project.js";

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

test("an error page stands in the root layout, and speaks the language that middleware has set", async () => {
  const other = createEndpoint({
    secret: "a secret of the guides, long enough to be one", errorPage: errorPage!, log: () => {},
    rootLayout: ({ inner }) => html`<html lang="en"><body>${inner}</body></html>`,
    routes: (app) => app.use("/de/*", (c, next) => {
      c.set("locale", "de");
      return next();
    }),
  });
  expect((await openBrowser(other).get("/de/nothing")).body).toBe('<html lang="en"><body><h1>Hier ist nichts.</h1></body></html>');
  expect((await openBrowser(other).get("/nothing")).body).toContain("<h1>There is nothing here.</h1>");
  await other.close();
});
