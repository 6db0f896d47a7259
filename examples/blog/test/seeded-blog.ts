// The blog with its seeds in memory, and browsers in which a seed is logged in.
import { openBrowser, type Browser } from "holdfast/testing";
import { SEED_LOGINS } from "../src/db/seeds.js";
import { createApp, type App } from "../src/web/endpoint.js";

export function seededBlog(): Promise<App> {
  return createApp({
    databaseUrl: ":memory:", secret: "a secret of the tests, and of no one else", seeds: true, log: () => {},
    passwordCost: { memoryCost: 64, timeCost: 1, parallelism: 1 },
  });
}

/** The seed with this role. */
export const login = (role: string, confirmed = true) => SEED_LOGINS.find((l) => l.role === role && l.confirmed === confirmed)!;

/** A browser in which somebody has logged in by the form. */
export async function browserOf(app: App, { email, password }: { email: string; password: string }): Promise<Browser> {
  const browser = openBrowser(app.endpoint);
  await browser.get("/login");
  (await browser.post("/login", { email, password })).expectRedirect("/posts");
  return browser;
}
