import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { Browser, Page } from "../support/browser.js";
import { handshakeStatus, RawSocket, type Reply } from "../support/raw-socket.js";
import { spellings } from "../../src/testing/attack/spellings.js";
import { attack, ONCE } from "./support/attack.js";
import { GUARDED, startTarget, type Target } from "./support/target.js";

let app: Target;
beforeAll(async () => {
  app = await startTarget();
});
afterAll(() => app.close());
beforeEach(() => void (app.ran.length = 0));
afterEach(() => app.cut());

/** Everything that a view may run; the hooks and policies of the page that is refused are among it. */
const NOTHING: string[] = [];

attack("joins-elsewhere", ONCE, async ({ tally }) => {
  const browser = app.browser();
  const page = await browser.get("/twin");
  const other = await browser.get("/");
  const { base } = app;
  const wrong: Record<string, unknown>[] = [
    { url: undefined }, { url: null }, { url: 7 }, { url: {} }, { url: [page.url] }, { url: "" }, { url: "/twin" }, { url: " " }, // none
    { redirect: page.url }, // both
    { url: "http://evil.example/twin" }, { url: base.replace("http", "https") + "/twin" }, { url: `${base}.evil.example/twin` },
    { url: `http://user@${new URL(base).host}/twin` }, { url: `//${new URL(base).host}/twin` }, { url: `javascript:${base}/twin` },
    { url: `${base.replace("127.0.0.1", "localhost")}/twin` }, { url: `${base}1/twin` },
    { url: `${base}/nowhere` }, { url: `${base}/` }, // no route, and another view's
    // another live session's: with a guard of its own, and open to everybody by its own GET
    { url: undefined, redirect: `${base}/vault` }, { url: `${base}/vault` },
    { url: undefined, redirect: `${base}/elsewhere` }, { url: `${base}/elsewhere` },
    { url: undefined, redirect: "http://evil.example/" }, { url: undefined, redirect: null },
  ];
  const socket = await browser.socket();
  for (const changes of wrong) {
    app.ran.length = 0;
    expect({ changes, status: (await socket.join(page, changes)).status }).toEqual({ changes, status: "error" });
    expect({ changes, ran: app.ran }).toEqual({ changes, ran: NOTHING });
  }
  tally.refused(wrong.length);
  expect((await socket.join(page)).status).toBe("ok");
  expect((await socket.join(page, { url: undefined, redirect: other.url })).status).toBe("ok");
  const elsewhere = await browser.get("/elsewhere");
  expect((await socket.join(elsewhere)).status).toBe("ok");
  tally.held(3);
});

/** Whether the view behind a guard has run at all. */
const reached = (): string[] => app.ran.filter((one) => /^(?:Admin|Vault|Staff)\.|handleParams \/(?:admin|staff)\//.test(one));

attack("guarded-paths-joined", ONCE, async ({ tally }) => {
  for (const path of Object.values(GUARDED)) {
    const member = await app.loggedIn(1);
    const inside = await member.get(path);
    expect({ path, status: inside.status }).toEqual({ path, status: 200 });
    expect((await (await member.socket()).join(inside)).status).toBe("ok");
    tally.held(2);

    // The tokens of who may, the session of who may not; and an open page of the same live session.
    const browser = await app.loggedIn(2);
    const page = await browser.get("/twin");
    const socket = await browser.socket();
    // The socket and the tokens are good, so what refuses is the guard.
    expect((await socket.join(page, { url: undefined, redirect: `${app.base}/everywhere` })).status).toBe("ok");
    tally.held();
    app.ran.length = 0;
    expect((await socket.join(inside)).status).toBe("error");
    for (const spelling of spellings(path)) {
      const url = app.base + spelling;
      for (const changes of [{ url }, { url: undefined, redirect: url }]) {
        const { status, response } = await socket.join(page, changes);
        expect({ spelling, changes, status, reached: reached() }).toEqual({ spelling, changes, status: "error", reached: [] });
        expect(JSON.stringify(response)).not.toMatch(/<h1>/);
        tally.refused();
      }
    }
  }
});

attack("guarded-paths-requested", ONCE, async ({ tally }) => {
  for (const path of Object.values(GUARDED)) {
    const stranger = await app.loggedIn(2);
    const member = await app.loggedIn(1);
    app.ran.length = 0;
    for (const spelling of spellings(path).filter((one) => !/\s/.test(one))) {
      expect({ spelling, status: (await stranger.fetch(app.base + spelling)).status, reached: reached() })
        .toEqual({ spelling, status: expect.toSatisfy((status: number) => status >= 400) as number, reached: [] });
      tally.refused();
    }
    expect((await member.get(path)).status).toBe(200);
    tally.held();
  }
});

attack("guarded-paths-patched", ONCE, async ({ tally }) => {
  for (const path of ["/admin/everywhere", "/staff/everywhere"]) {
    const stranger = await app.open("/everywhere", await app.loggedIn(2));
    app.ran.length = 0;
    for (const spelling of spellings(path)) {
      const { response } = await stranger.call("live_patch", { url: app.base + spelling });
      // The client is told to navigate there, through the page's own doors.
      expect({ spelling, response, reached: reached() }).toEqual({ spelling, response: { link_redirect: true }, reached: [] });
      tally.refused();
    }
    const member = await app.open("/everywhere", await app.loggedIn(1));
    app.ran.length = 0;
    await member.call("live_patch", { url: app.base + path });
    expect(reached()).toEqual([`Everywhere.handleParams ${path}`]);
    tally.held();
  }
});

attack("handshakes", ONCE, async ({ tally }) => {
  const browser = app.browser();
  const page = await browser.get("/twin");
  const { host, origin } = new URL(app.base);
  const refused = { status: 403 };
  const origins = [
    null, "null", "http://evil.example", `http://${host}.evil.example`, origin.replace("http", "https"), `${origin}/`, `${origin}:80`, origin.toUpperCase(), "",
    `http://evil.example#${origin}`, `${origin},http://evil.example`, origin.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)),
  ];
  for (const from of origins) {
    const status = await RawSocket.connect(app.base, { cookie: browser.cookie, csrf: browser.csrf, origin: from }).then(() => 101, (error: Error) => Number(/\d{3}/.exec(error.message)?.[0]));
    expect({ from, status }).toEqual({ from, ...refused });
    tally.refused();
  }
  // A stale or foreign CSRF token is let in, and told to load the page anew: see DESIGN 5.
  for (const csrf of ["", "x", page.session, (await app.browser().get("/twin")).csrf, `${browser.csrf}x`]) {
    app.ran.length = 0;
    const socket = await browser.socket({ csrf });
    expect({ csrf, reply: await socket.join(page) }).toEqual({ csrf, reply: { status: "error", response: { reason: "stale" } } });
    expect(app.ran).toEqual(NOTHING);
    tally.refused();
  }
  // A Host that is not ours, with its own origin.
  app.ran.length = 0;
  expect(await handshakeStatus(app.base, { cookie: browser.cookie, csrf: browser.csrf, origin: "http://evil.example", headers: { host: "evil.example" } })).toBe(421);
  expect(app.ran).toEqual(NOTHING);
  tally.refused();
  expect((await (await browser.socket()).join(page)).status).toBe("ok");
  tally.held();
});

const STALE: Reply = { status: "error", response: { reason: "stale" } };

/** What is wrong with each token. */
function damaged(token: string): string[] {
  const middle = token.length >> 1;
  const flipped = `${token.slice(0, middle)}${token[middle] === "A" ? "B" : "A"}${token.slice(middle + 1)}`;
  return ["", "x", token.slice(0, -1), token.slice(1), token.slice(0, middle), `${token}A`, ` ${token}`, token.toUpperCase(), flipped, token.repeat(2), token.replaceAll(".", "")];
}

attack("tokens", ONCE, async ({ tally }) => {
  const browser = await app.loggedIn(1);
  const page = await browser.get("/members");
  const second = await browser.get("/members");
  const stranger = await (await app.loggedIn(2)).get("/members");
  const socket = await browser.socket();
  const wrong: Record<string, unknown>[] = [
    ...damaged(page.session).filter((token) => token !== page.session).map((session) => ({ session })),
    { session: null }, { session: 7 }, { session: [page.session] },
    { session: stranger.session }, { session: second.session }, // another session's; another topic's
    { session: browser.csrf }, { session: browser.cookie.split("=")[1] }, { session: page.static ?? "x" }, // another purpose's
    { static: browser.csrf }, { static: page.session }, { static: "x" }, { static: 7 },
  ];
  for (const changes of wrong) {
    app.ran.length = 0;
    expect({ changes, reply: await socket.join(page, changes) }).toEqual({ changes, reply: STALE });
    expect(app.ran).toEqual(NOTHING);
  }
  // As it is, of another session: on its own topic, too.
  app.ran.length = 0;
  expect(await socket.join(stranger)).toEqual(STALE);
  for (const topic of ["lv:", "lv:x", second.topic, "lv:__proto__", page.topic.toUpperCase()]) {
    expect((await socket.join(page, {}, topic)).status).toBe("error");
  }
  expect(app.ran).toEqual(NOTHING);
  tally.refused(wrong.length + 6);
  expect((await socket.join(page)).status).toBe("ok");
  expect((await socket.join(second)).status).toBe("ok");
  tally.held(2);
});

attack("tokens-expired", ONCE, async ({ tally }) => {
  const own = await startTarget({ limits: { pageTokenMs: 1 } });
  try {
    const browser = await own.loggedIn(1);
    const page: Page = await browser.get("/members");
    const until = Date.now() + 2;
    while (Date.now() <= until) await new Promise((resolve) => setImmediate(resolve));
    own.ran.length = 0;
    expect(await (await browser.socket()).join(page)).toEqual(STALE);
    expect(own.ran).toEqual(NOTHING);
    tally.refused();
    const valid = await app.loggedIn(1);
    const fresh = await valid.get("/members");
    expect((await (await valid.socket()).join(fresh)).status).toBe("ok");
    tally.held();
  } finally {
    await own.close();
  }
});

attack("cookies", ONCE, async ({ tally }) => {
  const browser = await app.loggedIn(1);
  expect((await browser.get("/members")).status).toBe(200);
  const [[name = "", value = ""] = []] = [...browser.cookies];
  const stranger = await app.loggedIn(2);
  const headers = [
    ...damaged(value).filter((one) => one !== value && !one.startsWith(" ")).map((one) => `${name}=${one}`),
    `${name}=${value}; ${name}=${stranger.cookies.get(name) ?? ""}`, `${name}=${stranger.cookies.get(name) ?? ""}; ${name}=${value}`, // two of them
    `x${name}=${value}`, `${name.toUpperCase()}=${value}`, `${name}=${browser.csrf}`, "",
  ];
  for (const cookie of headers) {
    app.ran.length = 0;
    expect({ cookie, status: (await fetch(`${app.base}/members`, { headers: { cookie } })).status }).toEqual({ cookie, status: 403 });
    expect(app.ran).toEqual(["known"]); // the hook has nobody to tell the policy of
  }
  tally.refused(headers.length);
  expect((await fetch(`${app.base}/members`, { headers: { cookie: `${name}=${value}` } })).status).toBe(200);
  tally.held();
});

attack("csrf", ONCE, async ({ tally }) => {
  const browser = await app.loggedIn(1);
  await browser.get("/login");
  const stranger = app.browser();
  await stranger.get("/login");
  app.ran.length = 0;
  const page = await browser.get("/twin");
  const own = new URL(app.base).origin;
  const attempts: (readonly [fields: Record<string, string>, headers: Record<string, string>])[] = [
    ...["", "x", stranger.csrf, page.session, browser.csrf.slice(1)].map((token) => [{ _csrf_token: token }, {}] as const),
    [{ _csrf_token: "", a: browser.csrf }, {}], [{ "_csrf_token[]": browser.csrf, _csrf_token: "" }, {}],
    [{ _csrf_token: browser.csrf }, { origin: "http://evil.example" }], [{ _csrf_token: browser.csrf }, { origin: "null" }],
    [{ _csrf_token: browser.csrf }, { origin: own, "sec-fetch-site": "cross-site" }],
  ];
  app.ran.length = 0;
  for (const [fields, headers] of attempts) {
    expect({ fields, headers, status: (await browser.post("/act", fields, headers)).status }).toEqual({ fields, headers, status: 403 });
  }
  expect(app.ran).toEqual(NOTHING);
  tally.refused(attempts.length);
  expect((await browser.post("/act", {}, { origin: own })).status).toBe(200);
  expect(app.ran).toEqual(["act 1"]);
  tally.held();
});

attack("flash-of-another", ONCE, async ({ tally }) => {
  const browser = await app.loggedIn(1);
  const flash = [...browser.cookies].find(([name]) => name.includes("flash"));
  expect(flash).toBeDefined();
  const thief = await app.loggedIn(2);
  await thief.get("/twin"); // its own is shown, and gone
  const [name, value] = flash!;
  thief.cookies.set(name, value);
  const { html } = await thief.get("/twin");
  expect(html).toContain('<p id="flash"></p>');
  // A live navigation brings the flash with its join.
  const navigate = async (by: Browser): Promise<string> => {
    const page = await by.get("/board/x");
    return JSON.stringify(await (await by.socket()).join(page, { url: undefined, redirect: `${app.base}/twin`, flash: value }));
  };
  const stolen = await navigate(thief);
  expect(stolen).toContain('"status":"ok"');
  expect(stolen).not.toContain("secret");
  tally.refused(2);
  expect(await navigate(browser)).toContain("secret of 1");
  tally.held();
});
