import type { Endpoint } from "holdfast";
import { openBrowser, type Browser } from "holdfast/testing";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../examples/better-auth/src/app.js";
import { GuideApp } from "./support/guide-app.js";

let endpoint: Endpoint;
beforeEach(() => {
  endpoint = createApp({ secret: "a secret of the guide, long enough to be one", url: "http://localhost" });
});
afterEach(() => endpoint.close());

const password = "correct horse battery";
async function enter(door: "/login" | "/register", email: string): Promise<Browser> {
  const browser = openBrowser(endpoint);
  await browser.get(door);
  (await browser.post(door, { email, password })).expectRedirect("/");
  return browser;
}

test("who is not logged in is led to the log-in; who registers is in; a wrong password is not", async () => {
  (await openBrowser(endpoint).get("/")).expectRedirect("/login");
  const ada = await enter("/register", "ada@desk.example");
  (await ada.visit("/")).expectText("h1", "Hello, ada");
  const stranger = openBrowser(endpoint);
  await stranger.get("/login");
  (await stranger.post("/login", { email: "ada@desk.example", password: "wrong" })).expectRedirect("/login");
  (await stranger.get("/login")).expectText("[role=alert]", "Invalid email or password");
});

test("a log-out ends the pages of its session, and no other session's", async () => {
  const phone = await enter("/register", "ada@desk.example");
  const laptop = await enter("/login", "ada@desk.example");
  const [onPhone, onLaptop] = [await phone.visit("/"), await laptop.visit("/")];
  (await phone.post("/logout")).expectRedirect("/login");
  await onPhone.settle();
  await onLaptop.settle();
  expect([onPhone.live, onLaptop.live]).toEqual([false, true]);
});

test("a session that ends in better-auth's own API ends its pages at once", async () => {
  const ada = await enter("/register", "ada@desk.example");
  const page = await ada.visit("/");
  const answer = await ada.request("/api/auth/sign-out", { method: "POST", headers: { "content-type": "application/json", origin: "http://localhost" }, body: "{}" });
  expect(answer.status).toBe(200);
  await page.settle();
  expect(page.live).toBe(false);
  (await ada.get("/")).expectRedirect("/login");
});

test("log out everywhere closes every page, and copies of the cookies open nothing", async () => {
  const phone = await enter("/register", "ada@desk.example");
  const laptop = await enter("/login", "ada@desk.example");
  const [onPhone, onLaptop] = [await phone.visit("/"), await laptop.visit("/")];
  (await phone.post("/logout-everywhere")).expectRedirect("/login");
  expect([onPhone.live, onLaptop.live]).toEqual([false, false]);
  for (const browser of [phone, laptop]) (await browser.get("/")).expectRedirect("/login");
});

test("a ban closes the pages of whom it meets, who cannot log in again", async () => {
  const admin = await enter("/register", "ada@desk.example");
  const cleo = await enter("/register", "cleo@desk.example");
  expect((await cleo.get("/users")).status).toBe(403);
  const page = await cleo.visit("/");
  const users = await admin.visit("/users");
  await users.click({ selector: "li:last-child button", text: "Ban" });
  expect(page.live).toBe(false);
  users.expectText("li:last-child", /banned/);
  (await cleo.get("/")).expectRedirect("/login");
  await cleo.get("/login");
  (await cleo.post("/login", { email: "cleo@desk.example", password })).expectRedirect("/login");
});

test("a role that is taken away in better-auth's own API closes the page that it opened", async () => {
  const admin = await enter("/register", "ada@desk.example");
  const cleo = await enter("/register", "cleo@desk.example");
  const call = async (path: string, method: string, body?: object): Promise<string> => {
    const answer = await admin.request(`/api/auth/admin/${path}`, { method, headers: { "content-type": "application/json", origin: "http://localhost" }, ...(body && { body: JSON.stringify(body) }) });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const { users } = JSON.parse(await call("list-users", "GET")) as { users: { id: string; email: string }[] };
  const userId = users.find(({ email }) => email === "cleo@desk.example")!.id;
  await call("set-role", "POST", { userId, role: "admin" });
  const page = await cleo.visit("/users");
  await page.settle();
  expect(page.live).toBe(true);
  await call("set-role", "POST", { userId, role: "user" });
  await page.settle();
  expect(page.live).toBe(false);
  expect((await cleo.get("/users")).status).toBe(403);
});

test("a session that expires closes a page that nobody touches", async () => {
  await endpoint.close();
  endpoint = createApp({ secret: "a secret of the guide, long enough to be one", url: "http://localhost", everyMs: 5 });
  const page = await (await enter("/register", "ada@desk.example")).visit("/");
  await page.settle();
  expect(page.live).toBe(true);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 8 * 24 * 60 * 60 * 1000 });
  onTestFinished(() => void vi.useRealTimers());
  await vi.waitFor(() => expect(page.live).toBe(false), { timeout: 60_000 });
});

test("the program compiles and runs as it stands", async () => {
  const app = await GuideApp.build("better-auth");
  onTestFinished(() => app.stop());
  const { url } = await app.start();
  expect((await fetch(url, { redirect: "manual" })).status).toBe(302);
});
