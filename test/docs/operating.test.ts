import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { createEndpoint, fileRevocations, html, liveSession, liveView, logIn, logOut, sessionOf, type Endpoint, type RevocationStore } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { backUp, endSessionsOf, metrics } from "./programs/operating.js";

const secret = "a secret of the operator, long enough to be one";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "holdfast-operating-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

const Counter = liveView.define({
  name: "counter", authorize: "public", mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<button phx-click=${on.inc}>${count}</button>`,
});

/** An application whose users log in and out. */
function appWith(revocations: RevocationStore): Endpoint {
  const endpoint: Endpoint = createEndpoint({
    secret, revocations, log: () => {}, live: [liveSession("default", {}, (live) => live("/", Counter))],
    routes(app) {
      metrics(app, () => endpoint);
      app.get("/in/:id", async (c) => {
        await logIn(c, { userId: Number(c.req.param("id")), liveSocketId: `users_socket:${c.req.param("id")}` });
        return c.text("in");
      });
      app.get("/out", async (c) => {
        await logOut(c);
        return c.text("out");
      });
      app.get("/who", (c) => c.text(String(sessionOf(c).values.userId ?? "nobody")));
    },
  });
  onTestFinished(() => endpoint.close());
  return endpoint;
}

test("a backup of the running application has its rows and its log-outs, and a restored one refuses a cookie that was logged out", async () => {
  const [data, to] = [await folder(), await folder()];
  const db = createClient({ url: `file:${join(data, "app.db")}` });
  onTestFinished(() => db.close());
  await db.execute("PRAGMA journal_mode = WAL");
  await db.batch(["CREATE TABLE posts (title TEXT)", "INSERT INTO posts VALUES ('kept')"]);
  const browser = openBrowser(appWith(fileRevocations({ path: join(data, "revocations") })));
  await browser.get("/in/7");
  const cookie = browser.cookies.header("/") ?? "";
  await browser.get("/out");
  await backUp(data, to);
  await db.execute("INSERT INTO posts VALUES ('later')");

  const restored = createClient({ url: `file:${join(to, "app.db")}` });
  onTestFinished(() => restored.close());
  expect((await restored.execute("SELECT title FROM posts")).rows.map(({ title }) => title)).toEqual(["kept"]);
  const who = await appWith(fileRevocations({ path: join(to, "revocations") })).app.request("/who", { headers: { cookie } });
  expect(await who.text()).toBe("nobody");
});

test("another process ends a user's sessions: theirs, and nobody else's", async () => {
  const path = join(await folder(), "revocations");
  const endpoint = appWith(fileRevocations({ path }));
  const [ada, ben] = [openBrowser(endpoint), openBrowser(endpoint)];
  await ada.get("/in/7");
  await ben.get("/in/8");
  await endSessionsOf("7", secret, path);
  await expect.poll(async () => (await ada.get("/who")).body).toBe("nobody");
  expect((await ben.get("/who")).body).toBe("8");
});

test("/metrics counts events and sockets, for whoever knows the token", async () => {
  vi.stubEnv("METRICS_TOKEN", "a token");
  onTestFinished(() => void vi.unstubAllEnvs());
  const endpoint = appWith(fileRevocations({ path: join(await folder(), "revocations") }));
  const page = await openBrowser(endpoint).visit("/");
  await page.click("button");
  await page.click("button");
  const answer = await endpoint.app.request("/metrics", { headers: { authorization: "Bearer a token" } });
  const text = await answer.text();
  expect(text).toMatch(/^app_events_total\{view="counter"\} 2$/m);
  expect(text).toMatch(/^app_event_ms_total\{view="counter"\} [\d.]+$/m);
  expect(text).toMatch(/^app_sockets \d+$/m);
  expect((await endpoint.app.request("/metrics")).status).toBe(404);
});
