// What its users do on the blog's pages.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LivePage } from "holdfast/testing";
import type { App } from "../src/web/endpoint.js";
import { browserOf, login, seededBlog } from "./seeded-blog.js";

let app: App;

beforeEach(async () => {
  app = await seededBlog();
});
afterEach(() => app.close());

const open = async (role: string, path: string): Promise<LivePage> => (await browserOf(app, login(role))).visit(path);

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

test("a list that is open for weeks holds no more posts than one that is opened", async () => {
  const page = await open("reader", "/posts");
  const editor = await app.accounts.authenticate(login("editor").email, login("editor").password);
  for (let i = 0; i < 60; i++) await app.blog.createPost(editor!, { title: `Post ${i}`, body: "…" });
  await page.settle();
  const shown = [...page.html("#posts").matchAll(/>(Post \d+)</g)].map(([, title]) => title);
  expect(shown).toEqual(Array.from({ length: 50 }, (_, i) => `Post ${59 - i}`));
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
