// What its users do on the blog's pages.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBrowser, type LivePage } from "holdfast/testing";
import { SEED_LOGINS } from "../src/db/seeds.js";
import { createApp, type App } from "../src/web/endpoint.js";

let app: App;

beforeEach(async () => {
  app = await createApp({
    databaseUrl: ":memory:", secret: "a secret of the tests, and of no one else", seeds: true, log: () => {},
    passwordCost: { memoryCost: 64, timeCost: 1, parallelism: 1 },
  });
});
afterEach(() => app.close());

async function open(role: string, path: string): Promise<LivePage> {
  const { email, password } = SEED_LOGINS.find((one) => one.role === role && one.confirmed)!;
  const browser = openBrowser(app.endpoint);
  await browser.get("/login");
  (await browser.post("/login", { email, password })).expectRedirect("/posts");
  return browser.visit(path);
}

test("a title that is refused leaves the form open, with the reason beside it; one that is saved closes it", async () => {
  const page = await open("editor", "/posts/1");
  expect(page.has("#rename")).toBe(false);
  await page.follow({ selector: "a", text: "Rename" });
  page.expectPatch("/posts/1?open=rename");
  await page.submit("#rename", { title: "   " });
  page.expectText("#rename .hf-error", "A post needs a title");
  await page.submit("#rename", { title: " Better " });
  page.expectPatch("/posts/1");
  page.expectText("#title", "Better");
  expect(page.has("#rename")).toBe(false);
});

test("the form opens with the title of now, whoever has changed it", async () => {
  const page = await open("editor", "/posts/1");
  const other = await open("admin", "/posts/1?open=rename");
  await other.submit("#rename", { title: "Renamed by the admin" });
  await page.settle();
  await page.follow({ selector: "a", text: "Rename" });
  expect(page.attr('#rename [name="title"]', "value")).toBe("Renamed by the admin");
});

test("users come in pages, and a ban on the second one is seen there", async () => {
  for (let i = 10; i < 70; i++) {
    await app.accounts.registerUser({ email: `${i}@many.example`, name: `Zoe ${i}`, password: "long enough 123" });
  }
  const page = await open("admin", "/users");
  expect(page.count("tbody tr")).toBe(50);
  await page.follow({ selector: ".hf-page a", text: "2" });
  page.expectPatch("/users?page=2");
  expect(page.count("tbody tr")).toBe(14);
  await page.click('[aria-label="Ban Zoe 69"]');
  await page.settle();
  expect(page.has('[aria-label="Let Zoe 69 in"]')).toBe(true);
  expect(page.count("tbody tr")).toBe(14);
});
