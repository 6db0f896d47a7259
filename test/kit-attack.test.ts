// The kit's attack finds what is wrong: applications with one hole each, and their sound twins.
import { createEndpoint, csrfField, html, liveSession, liveView, logIn, sessionOf, trustedHtml, type Endpoint, type RootLayout } from "holdfast";
import { accessMatrix, attack, openBrowser, type Browser } from "holdfast/testing";
import type { MiddlewareHandler } from "hono";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";

let endpoint: Endpoint;
afterEach(() => endpoint.close());

interface Holes {
  /** Writes what somebody typed as HTML. */
  readonly unescaped?: boolean;
  /** A guard that compares the path as it was written. */
  readonly rawPath?: boolean;
  /** A handler that throws for unusual text. */
  readonly fragile?: boolean;
  /** An event that its view's policy alone lets through. */
  readonly withoutPolicy?: boolean;
}

const rootLayout: RootLayout = ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`;

async function start(holes: Holes = {}): Promise<Readonly<Record<string, Browser>>> {
  const isAdmin: MiddlewareHandler = async (c, next) =>
    ((sessionOf(c).values as { role?: string }).role === "admin" ? next() : c.text("no", 403));
  const guard: MiddlewareHandler = (c, next) => {
    const path = holes.rawPath ? new URL(c.req.url).pathname : c.req.path;
    return path === "/admin" ? isAdmin(c, next) : next();
  };
  let stored = "";
  const Notes = liveView.define({
    name: "Notes",
    authorize: "public",
    mount: () => ({ text: stored, rows: [1, 2, 3] }),
    events: {
      save: {
        params: z.object({ text: z.string() }),
        handle(socket, { text }) {
          if (holes.fragile && text.includes("<svg>")) throw new Error("unusual");
          stored = text;
          socket.assign({ text });
        },
      },
      drop: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.update("rows", (rows) => rows.filter((row) => row !== id)) },
    },
    render: ({ text, rows }, on) => html`
      <form phx-change=${on.save} phx-submit=${on.save}><input name="text" value=${text}></form><p>${holes.unescaped ? trustedHtml(text) : text}</p>
      ${rows.map((id) => html`<button phx-click=${on.drop({ id })}>${id}</button>`)}`,
  });
  const Admin = liveView.define({
    name: "Admin",
    authorize: "public",
    events: { wipe: { ...(!holes.withoutPolicy && { authorize: () => true }), handle: () => undefined } },
    render: (_assigns, on) => html`<button phx-click=${on.wipe}>Wipe</button>`,
  });
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", rootLayout, log: () => {}, limits: { crashBudget: 1000 },
    live: [liveSession("site", {}, (live) => {
      live("/", Notes);
      live("/admin", Admin);
    })],
    routes(app) {
      app.use(guard);
      app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post" action="/login">${csrfField(c)}<input name="role"></form>`));
      app.post("/login", async (c) => {
        await logIn(c, { role: String((await c.req.parseBody())["role"]) } as object);
        return c.redirect("/");
      });
    },
  });
  const admin = openBrowser(endpoint);
  await admin.get("/login");
  await admin.post("/login", { role: "admin" });
  return { nobody: openBrowser(endpoint), admin };
}

test("a sound application holds: every kind is tried, and the controls are handled", async () => {
  const principals = await start();
  const report = await attack(endpoint, { principals, paths: ["/login"] });
  report.expectHeld();
  expect(report.holes).toEqual([]);
  for (const kind of ["wrong door", "forged event", "replay", "forged form", "hostile text"] as const) {
    expect({ kind, tried: report.count("refused", kind) > 0 }).toEqual({ kind, tried: true });
  }
  expect(report.attempts.filter(({ outcome }) => outcome === "handled").map(({ what }) => what)).toEqual(["drop~id=1", "wipe"]);
  expect(report.toString()).toMatch(/^wrong door +refused +\d+ +handled +0 +through +0$/m);
});

test("a guard that reads the path as it was written is found", async () => {
  const principals = await start({ rawPath: true });
  const report = await attack(endpoint, { principals });
  expect(report.holes.map(({ kind, principal, path }) => ({ kind, principal, path }))).toContainEqual({ kind: "wrong door", principal: "nobody", path: "/admin" });
  expect(() => report.expectHeld()).toThrow(/live navigation from \/ to \/%61dmin/);
});

test("text that becomes markup is found, and text that crashes a view", async () => {
  for (const hole of [{ unescaped: true }, { fragile: true }]) {
    const principals = await start(hole);
    const report = await attack(endpoint, { principals });
    expect(new Set(report.holes.map(({ kind }) => kind))).toEqual(new Set(["hostile text"]));
    await endpoint.close();
  }
});

test("data is left alone if it must be", async () => {
  const principals = await start();
  const report = await attack(endpoint, { principals, changesData: false });
  expect([report.count("handled"), report.count("through")]).toEqual([0, 0]);
  expect(() => report.expectHeld()).toThrow(/proven nothing/);
});

test("a browser of another endpoint is refused", async () => {
  const { admin } = await start();
  const other = endpoint;
  await start();
  await expect(attack(endpoint, { principals: { admin: admin! } })).rejects.toMatchObject({ code: "kit_expectation" });
  await other.close();
});

test("the access matrix has a row for each route and event, and asks policies without calling handlers", async () => {
  const principals = await start();
  expect(await accessMatrix(endpoint, { principals })).toBe(`\
| route | event | guards | nobody | admin |
| --- | --- | --- | --- | --- |
| / |  | public | open | open |
| / | save | the view's | allowed | allowed |
| / | drop | the view's | allowed | allowed |
| /admin |  | public | 403 | open |
| /admin | wipe | own policy | – | allowed |
`);
  await endpoint.close();
  const without = await start({ withoutPolicy: true });
  expect(await accessMatrix(endpoint, { principals: without })).toContain("| /admin | wipe | the view's | – | allowed |");
});
