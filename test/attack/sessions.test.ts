// Sessions and keys: what was planted before a log-in, sealed with a key that is gone, or kept by a cache.
import { createEndpoint, csrfField, html, liveSession, liveView, logIn, onMount, putFlash, sessionOf, stream, type EndpointOptions } from "holdfast";
import { serve } from "holdfast/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { z } from "zod";
import { Browser } from "../support/browser.js";
import { attack, ONCE } from "./support/attack.js";
import { startTarget, type Target } from "./support/target.js";

let app: Target;
beforeAll(async () => {
  app = await startTarget();
});
afterAll(() => app.close());
beforeEach(() => void (app.ran.length = 0));
afterEach(() => app.cut());

const STALE = { status: "error", response: { reason: "stale" } };

attack("planted-sessions", ONCE, async ({ tally }) => {
  // The attacker has a session with a page and a socket, and plants its cookies in the victim's browser.
  const attacker = app.browser();
  const page = await attacker.get("/members");
  const { page: open, socket } = await attacker.open("/twin");
  const victim = attacker.copy();
  await victim.get("/login");
  expect((await victim.post("/login", { userId: "1" })).status).toBe(200);
  expect((await victim.get("/members")).status).toBe(200);
  tally.held();
  // The log-in began another session: neither the cookie, nor its tokens, nor its socket lead into it.
  for (const [name, value] of attacker.cookies) expect(victim.cookies.get(name)).not.toBe(value);
  expect(await socket.code()).toBe(1001);
  app.ran.length = 0;
  expect((await attacker.get("/members")).status).toBe(403);
  tally.refused(3);
  app.ran.length = 0;
  const again = await victim.socket();
  for (const stolen of [page, open]) {
    expect(await again.join(stolen)).toEqual(STALE);
    tally.refused();
  }
  const old = await victim.socket({ csrf: open.csrf });
  expect(await old.join(await victim.get("/twin"))).toEqual(STALE);
  for (const csrf of [open.csrf, page.csrf]) {
    expect((await victim.post("/act", { _csrf_token: csrf })).status).toBe(403);
    expect((await victim.fetch("/act", { method: "POST", headers: { "x-csrf-token": csrf } })).status).toBe(403);
    tally.refused(2);
  }
  tally.refused();
  expect(app.ran.filter((what) => !what.startsWith("Twin"))).toEqual([]);
  expect((await victim.post("/act")).status).toBe(200);
  tally.held();
});

attack("log-in-elsewhere", ONCE, async ({ tally }) => {
  // A page of another site logs its visitor in as the attacker, who then reads what the victim enters.
  const attacker = app.browser();
  await attacker.get("/login");
  const victim = app.browser();
  await victim.get("/login");
  const member = await app.loggedIn(1);
  await member.get("/login");
  app.ran.length = 0;
  for (const browser of [app.browser(), victim, member]) {
    const own = browser.csrf;
    for (const [token, headers] of [
      ["", {}], [attacker.csrf, {}], [attacker.csrf, { "sec-fetch-site": "cross-site" }], [own, { origin: "http://evil.example" }], [own, { origin: "null" }],
      [own, { "sec-fetch-site": "same-site" }], [own, { "sec-fetch-site": "cross-site", origin: app.base }],
    ] as const) {
      const answer = await browser.post("/login", { userId: "2", _csrf_token: token }, headers);
      expect({ token, headers, status: answer.status, cookie: answer.headers.getSetCookie().filter((one) => one.includes("-login")) })
        .toEqual({ token, headers, status: 403, cookie: [] });
      tally.refused();
    }
  }
  expect(app.ran).toEqual([]);
  expect((await member.get("/members")).status).toBe(200);
  await victim.get("/login");
  expect((await victim.post("/login", { userId: "2" })).status).toBe(200);
  tally.held(2);
});

const OLD = "the secret that was in use until today, long enough";
const NEW = "the secret that is in use from today on, long enough";

/** One application under several secrets. */
async function underSecret(secret: EndpointOptions["secret"]): Promise<{ readonly base: string; readonly ran: string[]; readonly close: () => Promise<unknown> }> {
  const ran: string[] = [];
  const known = onMount((_socket, { session }) => ({ userId: (session as { userId?: number }).userId }), { refresh: false });
  const Members = liveView.use(known).define({
    name: "Members",
    authorize: ({ userId }) => userId === 1,
    mount() {
      ran.push("mount");
      return { items: stream([{ id: 1 }]) };
    },
    events: { keep: { bind: z.object({ id: z.number() }), handle: (_socket, { id }) => void ran.push(`keep ${id}`) } },
    render: ({ flash, items }, on) => html`<h1>Members</h1><p>${flash.info ?? ""}</p>
      <ul id="items" phx-update="stream">${items.map((item, id) => html`<li id=${id} phx-click=${on.keep({ id: item.id })}></li>`)}</ul>`,
  });
  const endpoint = createEndpoint({
    secret, log() {},
    rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
    live: [liveSession("default", {}, (live) => live("/members", Members))],
    routes(routes) {
      routes.get("/login", (c) => endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
      routes.post("/login", async (c) => {
        await logIn(c, { userId: 1 } as object);
        putFlash(c, "info", "hello again");
        return c.text("in");
      });
      routes.get("/who", (c) => c.text(String((sessionOf(c).values as { userId?: number }).userId)));
    },
  });
  const { url: base, close } = await serve(endpoint, { port: 0, host: "127.0.0.1" });
  return { base, ran, close };
}

attack("removed-keys", ONCE, async ({ tally }) => {
  const apps = await Promise.all([underSecret(OLD), underSecret([NEW, OLD]), underSecret(NEW)]);
  const [before, between, after] = apps;
  try {
    const enter = async ({ base }: { readonly base: string }): Promise<Browser> => {
      const browser = new Browser(base);
      await browser.get("/login");
      expect((await browser.post("/login")).status).toBe(200);
      return browser;
    };
    /** The same cookies at another node, or after a deploy. */
    const at = ({ base }: { readonly base: string }, { cookies, csrf }: Browser): Browser => {
      const browser = new Browser(base);
      for (const [name, value] of cookies) browser.cookies.set(name, value);
      browser.csrf = csrf;
      return browser;
    };
    const session = ({ cookies }: Browser): string => [...cookies].find(([name]) => name.endsWith("-login"))![1];
    const keyId = (token: string): string => Buffer.from(token, "base64url").toString("hex", 1, 5);
    const old = await enter(before);
    const oldPage = await old.get("/members");
    // While both are configured, the old one opens and only the new one seals.
    expect((await at(between, old).get("/members")).html).toContain("Members");
    expect((await (await at(between, old).socket()).join(oldPage, { url: `${between.base}/members` })).status).toBe("ok");
    const fresh = await enter(between);
    expect(keyId(session(fresh))).not.toBe(keyId(session(old)));
    expect((await at(after, fresh).get("/members")).status).toBe(200);
    // A stream's event, as each secret has proven it for its own session.
    const shownOn = ({ html: text }: { readonly html: string }): string => /phx-click="(keep~[^"]+)"/.exec(text)![1]!;
    const rotated = await at(between, old).socket();
    await rotated.join(oldPage, { url: `${between.base}/members` });
    await rotated.event(oldPage, shownOn(oldPage));
    const newcomer = at(after, fresh);
    const newPage = await newcomer.get("/members");
    const current = await newcomer.socket();
    await current.join(newPage);
    after.ran.length = 0;
    await current.event(newPage, shownOn(oldPage));
    expect(after.ran).toEqual([]);
    tally.refused();
    await current.event(newPage, shownOn(newPage));
    expect([between.ran.at(-1), after.ran]).toEqual(["keep 1", ["keep 1"]]);
    tally.held(5);
    // Once it is removed, nothing of it opens; and what the new one has sealed does not open where only the old one is known.
    after.ran.length = before.ran.length = 0;
    const freshPage = await at(after, fresh).get("/members");
    after.ran.length = 0;
    for (const [place, browser, page, own] of [[after, old, oldPage, fresh], [before, fresh, freshPage, old]] as const) {
      expect(await (await at(place, browser).fetch("/who")).text()).toBe("undefined");
      expect((await at(place, browser).get("/members")).status).toBe(403);
      expect(await (await at(place, browser).socket()).join(page, { url: `${place.base}/members` })).toEqual(STALE);
      // A page token of the other secret on a session that is good here, and the header of one secret on what the other has sealed.
      expect((await (await at(place, own).socket()).join(page, { url: `${place.base}/members` })).status).toBe("error");
      const relabelled = Buffer.from(session(browser), "base64url");
      Buffer.from(session(own), "base64url").copy(relabelled, 0, 0, 5);
      const forged = at(place, browser);
      for (const [name] of forged.cookies) if (name.endsWith("-login")) forged.cookies.set(name, relabelled.toString("base64url"));
      expect((await forged.get("/members")).status).toBe(403);
      tally.refused(5);
    }
    expect([after.ran, before.ran]).toEqual([[], []]);
  } finally {
    await Promise.all(apps.map(({ close }) => close()));
  }
});

attack("cached-pages", ONCE, async ({ tally }) => {
  const member = await app.loggedIn(1);
  // What a cache takes for a style sheet is no page of the member's, and nothing that is his may be kept or framed.
  for (const path of ["/members", "/members?x.css", "/members/x.css", "/members/..%2fx.css", "/members;x.css", "/members%3bx.css", "/members%00.css", "/members%0a.css", "/members.css", "/members%23x.css", "/members%3fx.css", "/x.js", "/login"]) {
    const answer = await member.fetch(path);
    const body = await answer.text();
    const header = (name: string): string => answer.headers.get(name) ?? "";
    const own = new URL(path, app.base).pathname === "/members";
    expect({ path, shown: body.includes("<h1>Members") }).toEqual({ path, shown: own });
    expect({ path, cached: /no-store|private/.test(header("cache-control")), public: /public|s-maxage/.test(header("cache-control")) }).toEqual({ path, cached: true, public: false });
    expect({ path, framed: header("x-frame-options"), by: /frame-ancestors ([^;]*)/.exec(header("content-security-policy"))?.[1] }).toEqual({ path, framed: "SAMEORIGIN", by: "'self'" });
    expect(header("x-content-type-options")).toBe("nosniff");
    if (own) tally.held();
    else tally.refused();
  }
});
