// What becomes of a session when the store fails, when answers cross, and when somebody else's middleware is there.
import {
  createEndpoint, fileRevocations, html, liveSession, liveView, logIn, logOut, memoryRevocations, putFlash, sessionOf, type RevocationStore,
} from "holdfast";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startFixture, type Fixture } from "../support/fixture-app.js";
import { handshakeStatus } from "../support/raw-socket.js";
import { Gate, within } from "../support/wait.js";

const SECRET = "a secret of these tests, and of no one else";
const Page = liveView.define({ name: "Page", authorize: "public", render: () => html`<main>page</main>` });
const live = [liveSession("default", {}, (routes) => routes("/live", Page))];

/** A store that fails as long as it is told to. */
class FailingRevocations implements RevocationStore {
  readonly #store = memoryRevocations();
  failing: "throws" | "rejects" | undefined;

  revoke(key: string, at: number, until: number): void | Promise<void> {
    return this.#fail() ?? this.#store.revoke(key, at, until);
  }
  revokedAt(key: string): number | undefined | Promise<number | undefined> {
    return (this.#fail() as Promise<undefined> | undefined) ?? this.#store.revokedAt(key);
  }
  #fail(): Promise<never> | undefined {
    if (this.failing === "throws") throw new Error("the store is down");
    return this.failing === "rejects" ? Promise.reject(new Error("the store is down")) : undefined;
  }
}

describe.each(["throws", "rejects"] as const)("a store of revocations that %s", (how) => {
  const revocations = new FailingRevocations();
  let app: Fixture;
  beforeAll(async () => {
    app = await startFixture({ revocations });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    revocations.failing = undefined;
    app.calls.clear();
  });
  afterEach(() => app.cut());

  it("logs nobody out: the request is answered 503 without a cookie, and succeeds when the store is back", async () => {
    const browser = await app.loggedIn(1);
    const before = browser.cookie;
    revocations.failing = how;
    app.calls.clear();
    for (const path of ["/posts/1", "/me", "/login"]) {
      const response = await browser.fetch(path);
      expect([response.status, response.headers.get("retry-after"), response.headers.getSetCookie()]).toEqual([503, "5", []]);
    }
    expect((await browser.post("/logout")).status).toBe(503);
    expect(app.calls.log, "no guard and no mount has run").toEqual([]);
    revocations.failing = undefined;
    expect(browser.cookie).toBe(before);
    expect(await (await browser.fetch("/me")).text()).toBe("1");
  });

  it("refuses a handshake with 503, which the client tries again", async () => {
    const browser = await app.loggedIn(1);
    const { page } = await browser.open("/posts/1");
    revocations.failing = how;
    expect(await handshakeStatus(app.base, { cookie: browser.cookie, csrf: browser.csrf })).toBe(503);
    revocations.failing = undefined;
    expect((await (await browser.socket()).join(page)).status).toBe("ok");
  });

  it("keeps nobody from an anonymous page, with a session or without", async () => {
    const browser = app.browser();
    await browser.get("/");
    revocations.failing = how;
    expect((await browser.get("/")).status).toBe(200);
    expect((await app.browser().get("/")).status).toBe(200);
  });

  it("makes a log-in fail, and nothing has changed", async () => {
    const browser = app.browser();
    await browser.get("/login");
    const before = browser.cookie;
    revocations.failing = how;
    const refused = await browser.post("/login", { userId: "1" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    revocations.failing = undefined;
    expect(browser.cookie).toBe(before);
    expect((await browser.post("/login", { userId: "1" })).status).toBe(302);
    expect(await (await browser.fetch("/me")).text()).toBe("1");
  });
});

describe.each(["throws", "rejects"] as const)("a store of revocations that %s while a request runs", (how) => {
  it("spoils neither the answer nor the log-in", async () => {
    const revocations = new FailingRevocations();
    const endpoint = createEndpoint({
      secret: SECRET, revocations, log() {}, limits: { sessionIdleMs: 60_000 }, csrfExempt: () => true,
      routes(app) {
        app.post("/login", async (c) => {
          revocations.failing = how;
          await logIn(c, {});
          return c.text("in");
        });
        app.get("/", (c) => {
          revocations.failing = how;
          return c.text("quick");
        });
      },
    });
    const login = await endpoint.app.request("/login", { method: "POST" });
    expect([login.status, login.headers.getSetCookie().length]).toEqual([200, 1]);
    revocations.failing = undefined;
    const response = await endpoint.app.request("/", { headers: { cookie: login.headers.getSetCookie()[0]!.split(";")[0]! } });
    expect([response.status, response.headers.getSetCookie()]).toEqual([200, []]);
    await endpoint.close();
  });

  it("answers 503 with Retry-After where a route ends all sessions of a user: none has ended, and the same request ends them later", async () => {
    const revocations = new FailingRevocations();
    const logged: [string, unknown][] = [];
    const endpoint = createEndpoint({
      secret: SECRET, revocations, csrfExempt: () => true, log: (message, details) => void logged.push([message, details]),
      routes(app) {
        app.post("/login", async (c) => {
          await logIn(c, { userId: 7, liveSocketId: "users:7" } as never);
          return c.text("in");
        });
        app.get("/who", (c) => c.text(JSON.stringify(sessionOf(c).values)));
        app.post("/end", async (c) => {
          if (c.req.query("down") !== undefined) revocations.failing = how;
          await endpoint.endSessions("users:7");
          return c.text("ended");
        });
      },
    });
    const login = await endpoint.app.request("/login", { method: "POST" });
    const headers = { cookie: login.headers.getSetCookie()[0]!.split(";")[0]! };
    const refused = await endpoint.app.request("/end?down", { method: "POST" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await refused.text()).not.toContain("the store is down");
    expect(logged).toContainEqual(["the end of a user's sessions cannot be stored", { error: new Error("the store is down") }]);
    revocations.failing = undefined;
    expect(await (await endpoint.app.request("/who", { headers })).text()).toBe('{"userId":7}');
    expect((await endpoint.app.request("/end", { method: "POST" })).status).toBe(200);
    expect(await (await endpoint.app.request("/who", { headers })).text()).toBe("{}");
    await endpoint.close();
  });
});

describe("an endpoint with its own routes", () => {
  let slow: Gate | undefined;
  const log: string[] = [];
  const endpoint = createEndpoint({
    secret: SECRET, live, log: (message) => void log.push(message),
    routes(app) {
      app.get("/api", (c) => c.json({ session: c.get("session" as never) ?? null }));
      app.use("/other/*", async (c, next) => {
        c.set("session" as never, { of: "another middleware" } as never);
        await next();
      });
      app.get("/other/page", (c) => c.json({ theirs: c.get("session" as never), ours: sessionOf(c).values }));
      app.get("/slow", async (c) => {
        const token = sessionOf(c).csrfToken();
        await slow?.wait();
        return c.text(token);
      });
      app.get("/token", (c) => c.text(sessionOf(c).csrfToken()));
      app.get("/who", (c) => c.text(JSON.stringify(sessionOf(c).values)));
      app.get("/flash", (c) => c.text(sessionOf(c).flash.info ?? "none"));
      app.post("/say", (c) => {
        putFlash(c, "info", "for one session".repeat(Number(c.req.query("times") ?? 1)));
        return c.text("said");
      });
      app.post("/login", async (c) => {
        await slow?.wait();
        await logIn(c, { userId: 7, liveSocketId: "users:7" } as never);
        return c.text("in");
      });
      app.post("/password", async (c) => {
        await endpoint.endSessions("users:7");
        await logIn(c, { userId: 7, liveSocketId: "users:7" } as never, { authenticatedAt: Date.now() });
        return c.text("in again");
      });
      app.post("/logout", async (c) => {
        await logOut(c);
        return c.text("out");
      });
    },
  });
  beforeEach(() => {
    slow = undefined;
    log.length = 0;
  });
  afterAll(() => endpoint.close());

  /** A browser's cookies, as far as these tests need them. */
  class Client {
    readonly jar = new Map<string, string>();
    async send(path: string, method = "GET", csrf?: string): Promise<string> {
      const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await endpoint.app.request(`http://localhost${path}`, { method, headers: { cookie, ...(csrf !== undefined && { "x-csrf-token": csrf }) } });
      this.take(response);
      return response.text();
    }
    take(response: Response): void {
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line)!;
        if (line.includes("Max-Age=0")) this.jar.delete(name);
        else this.jar.set(name, value);
      }
    }
    async post(path: string): Promise<string> {
      return this.send(path, "POST", await this.send("/token"));
    }
  }

  it("leaves c.get('session') to others, and finds its own beside theirs", async () => {
    const client = new Client();
    expect(await client.send("/api")).toBe('{"session":null}');
    expect(await client.send("/other/page")).toBe('{"theirs":{"of":"another middleware"},"ours":{}}');
    expect((await endpoint.app.request("/live")).status).toBe(200);
    expect(() => sessionOf({ get: () => undefined } as never)).toThrow(expect.objectContaining({ code: "session_misuse" }));
  });

  it("gives a visitor no cookie before something needs one", async () => {
    const client = new Client();
    for (const path of ["/api", "/who", "/flash"]) await client.send(path);
    expect([...client.jar]).toEqual([]);
    await client.send("/live");
    expect([...client.jar.keys()]).toEqual(["holdfast"]);
  });

  it("keeps a log-in when the answer to an earlier, anonymous request comes late", async () => {
    const client = new Client();
    slow = new Gate();
    const late = endpoint.app.request("http://localhost/slow"); // asked before there was any cookie
    await within(slow.entered, "the slow page");
    const gate = slow;
    slow = undefined;
    expect(await client.post("/login")).toBe("in");
    gate.open();
    client.take(await late);
    expect(await client.send("/who")).toBe('{"userId":7}');
  });

  it("ends a log-in whose request arrived before endSessions resolved, and says so", async () => {
    const client = new Client();
    const csrf = await client.send("/token");
    slow = new Gate();
    const login = client.send("/login", "POST", csrf);
    await within(slow.entered, "the log-in");
    await endpoint.endSessions("users:7");
    slow.open();
    await login;
    expect(await client.send("/who")).toBe("{}");
    expect(log).toEqual(["log-in overtaken by endSessions"]);
    slow = undefined;
    await client.post("/login");
    expect(await client.send("/who")).toBe('{"userId":7}');
  });

  describe("a clock that is set back", () => {
    const clock = Date.now.bind(Date);
    const HOUR = 3_600_000;
    let ahead: number;
    beforeEach(() => {
      ahead = HOUR;
      vi.spyOn(Date, "now").mockImplementation(() => clock() + ahead);
    });
    afterEach(() => void vi.restoreAllMocks());

    it("ends no session, and keeps none from being ended", async () => {
      const [client, later] = [new Client(), new Client()];
      await client.post("/login");
      ahead = 0;
      expect(await client.send("/who")).toBe('{"userId":7}');
      const copy = new Client();
      for (const [name, value] of client.jar) copy.jar.set(name, value);
      await endpoint.endSessions("users:7");
      expect(await client.send("/who")).toBe("{}");
      await later.post("/login");
      ahead = 2 * HOUR;
      expect([await copy.send("/who"), await later.send("/who"), log]).toEqual(["{}", '{"userId":7}', []]);
    });

    it("keeps nobody from logging in whose sessions were ended before", async () => {
      await endpoint.endSessions("users:7");
      ahead = 0;
      const [client, other] = [new Client(), new Client()];
      await client.post("/login");
      expect([await client.send("/who"), log]).toEqual(['{"userId":7}', []]);
      await client.post("/password");
      expect([await client.send("/who"), log]).toEqual(['{"userId":7}', []]);
      // A log-in that is under way ends all the same.
      const csrf = await other.send("/token");
      slow = new Gate();
      const login = other.send("/login", "POST", csrf);
      await within(slow.entered, "the log-in");
      await endpoint.endSessions("users:7");
      slow.open();
      slow = undefined;
      await login;
      expect([await other.send("/who"), log]).toEqual(["{}", ["log-in overtaken by endSessions"]]);
    });
  });

  it("lets a request that ends the sessions itself begin a new one", async () => {
    const [client, other] = [new Client(), new Client()];
    await client.post("/login");
    await other.post("/login");
    await client.post("/password");
    expect([await client.send("/who"), await other.send("/who"), log]).toEqual(['{"userId":7}', "{}", []]);
  });

  it("keeps no cookie of a session that was logged out, and a copy of it opens nothing", async () => {
    const client = new Client();
    await client.post("/login");
    expect([...client.jar.keys()]).toEqual(["holdfast-login"]);
    const copy = new Client();
    for (const [name, value] of client.jar) copy.jar.set(name, value);
    await client.post("/logout");
    expect([...client.jar.keys()]).toEqual([]);
    expect(await copy.send("/who")).toBe("{}");
  });

  it("shows a flash to the session that it was made for, and to no other", async () => {
    const [client, other] = [new Client(), new Client()];
    await other.send("/token");
    await client.post("/say");
    other.jar.set("__phoenix_flash__", client.jar.get("__phoenix_flash__")!);
    expect([await other.send("/flash"), await new Client().send("/flash"), await client.send("/flash")]).toEqual(["none", "none", "for one session"]);
  });

  it("sends no flash that is longer than a cookie may be, and says so", async () => {
    const client = new Client();
    expect(await client.post("/say?times=190")).toBe("said");
    expect([(await client.send("/flash")).length, log]).toEqual([15 * 190, []]);
    expect(await client.post("/say?times=200")).toBe("said");
    expect([await client.send("/flash"), log]).toEqual(["none", ["flash too long for its cookie"]]);
  });

  it("counts neither of two cookies of its name", async () => {
    const [client, other] = [new Client(), new Client()];
    await client.post("/login");
    await other.post("/login");
    const value = client.jar.get("holdfast-login")!;
    for (const second of [other.jar.get("holdfast-login")!, value, "", "x"]) {
      const cookie = `holdfast-login=${value}; a=1; holdfast-login=${second}`;
      expect(await (await endpoint.app.request("/who", { headers: { cookie } })).text()).toBe("{}");
    }
    expect(await (await endpoint.app.request("/who", { headers: { cookie: `a=1; holdfast-login=${value}` } })).text()).toBe('{"userId":7}');
  });

  it("reads no body of a request that has no session", async () => {
    let read = false;
    const body = new ReadableStream({
      pull(controller) {
        read = true;
        controller.enqueue(new Uint8Array(1000));
      },
    }, { highWaterMark: 0 });
    const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": "1000" };
    const response = await endpoint.app.request("/say", { method: "POST", body, headers, duplex: "half" } as RequestInit);
    expect([response.status, read]).toEqual([403, false]);
  });
});

describe("with an idle limit", () => {
  it("an answer that comes after the log-out does not bring the session's cookie back", async () => {
    const gate = new Gate();
    const endpoint = createEndpoint({
      secret: SECRET, log() {}, limits: { sessionIdleMs: 60_000 }, csrfExempt: () => true,
      routes(app) {
        app.get("/slow", async (c) => {
          await gate.wait();
          return c.text("slow");
        });
        app.get("/", (c) => c.text("quick"));
        app.post("/login", async (c) => {
          await logIn(c, {});
          return c.text("in");
        });
        app.post("/logout", async (c) => {
          await logOut(c);
          return c.text("out");
        });
      },
    });
    const [cookie = ""] = (await endpoint.app.request("/login", { method: "POST" })).headers.getSetCookie();
    const headers = { cookie: cookie.split(";")[0]! };
    expect((await endpoint.app.request("/", { headers })).headers.getSetCookie()).toEqual([expect.stringMatching(/^holdfast-login=./)]);
    const late = endpoint.app.request("/slow", { headers });
    await within(gate.entered, "the slow page");
    await endpoint.app.request("/logout", { method: "POST", headers });
    gate.open();
    expect((await late).headers.getSetCookie()).toEqual([]);
    await endpoint.close();
  });
});

describe("after a restart", () => {
  afterEach(() => vi.restoreAllMocks());
  const start = (revocations: RevocationStore): ReturnType<typeof createEndpoint> => createEndpoint({
    secret: SECRET, revocations, log() {}, csrfExempt: () => true,
    routes(app) {
      app.post("/login", async (c) => {
        await logIn(c, { userId: 7 } as never);
        return c.text("in");
      });
      app.post("/logout", async (c) => {
        await logOut(c);
        return c.text("out");
      });
      app.get("/who", (c) => c.text(JSON.stringify(sessionOf(c).values)));
    },
  });
  const login = async (endpoint: ReturnType<typeof createEndpoint>): Promise<{ cookie: string }> => {
    const [cookie = ""] = (await endpoint.app.request("/login", { method: "POST" })).headers.getSetCookie();
    return { cookie: cookie.split(";")[0]! };
  };

  it("a session that was logged out stays so with a file, and others stay logged in", async () => {
    const directory = await mkdtemp(join(tmpdir(), "holdfast-restart-"));
    const store = fileRevocations({ path: join(directory, "revocations") });
    const before = start(store);
    const [out, kept] = [await login(before), await login(before)];
    expect((await before.app.request("/logout", { method: "POST", headers: out })).status).toBe(200);
    await store.close();
    const again = fileRevocations({ path: join(directory, "revocations") });
    const after = start(again);
    expect(await (await after.app.request("/who", { headers: out })).text()).toBe("{}");
    expect(await (await after.app.request("/who", { headers: kept })).text()).toBe('{"userId":7}');
    await again.close();
    await rm(directory, { recursive: true });
  });

  it("all older sessions have ended with a memory that says so", async () => {
    const headers = await login(start(memoryRevocations()));
    const clock = Date.now.bind(Date);
    vi.spyOn(Date, "now").mockImplementation(() => clock() + 1000); // a restart takes time
    const after = start(memoryRevocations({ olderSessions: "end" }));
    expect(await (await after.app.request("/who", { headers })).text()).toBe("{}");
    expect(await (await after.app.request("/who", { headers: await login(after) })).text()).toBe('{"userId":7}');
  });

  describe("with a clock that is a year ahead for a while", () => {
    const clock = Date.now.bind(Date);
    const YEAR = 365 * 86_400_000;
    let ahead: number;
    let directory: string;
    beforeEach(async () => {
      ahead = 0;
      vi.spyOn(Date, "now").mockImplementation(() => clock() + ahead);
      directory = await mkdtemp(join(tmpdir(), "holdfast-clock-"));
    });
    afterEach(() => rm(directory, { recursive: true }));
    const file = () => fileRevocations({ path: join(directory, "revocations") });
    const logOutOf = ({ app }: ReturnType<typeof start>, headers: { cookie: string }) => app.request("/logout", { method: "POST", headers });
    const who = async ({ app }: ReturnType<typeof start>, headers: { cookie: string }) => (await app.request("/who", { headers })).text();

    it.each([["a memory", () => memoryRevocations()], ["a file", file]])("what %s has ended stays so", async (_name, open) => {
      const store = open();
      const endpoint = start(store);
      const [out, all] = [await login(endpoint), await login(endpoint)];
      await logOutOf(endpoint, out);
      await store.revoke("id:u", 7, Date.now() + YEAR / 2);
      ahead = YEAR;
      // Each revocation sweeps a few others, and each query what it finds.
      for (let i = 0; i < 20; i++) await logOutOf(endpoint, await login(endpoint));
      expect([await who(endpoint, out), store.revokedAt("id:u")]).toEqual(["{}", 7]);
      ahead = 0;
      expect([await who(endpoint, out), await who(endpoint, all), store.revokedAt("id:u")]).toEqual(["{}", '{"userId":7}', 7]);
    });

    it("a process that starts then knows what was ended before", async () => {
      const store = file();
      const before = start(store);
      const out = await login(before);
      await logOutOf(before, out);
      await store.close();
      ahead = YEAR;
      const again = file();
      ahead = 0;
      expect(await who(start(again), out)).toBe("{}");
      await again.close();
    });

    it("a session that began then is none afterwards, and what follows one lives no longer than others", async () => {
      const endpoint = start(memoryRevocations());
      ahead = YEAR;
      const future = await login(endpoint);
      expect(await who(endpoint, future)).toBe('{"userId":7}');
      ahead = 0;
      // The end of its user's sessions would be forgotten before it expires.
      expect(await who(endpoint, future)).toBe("{}");
      ahead = 86_400_000;
      const tomorrow = await login(endpoint);
      ahead = 0;
      const [cookie = ""] = (await endpoint.app.request("/login", { method: "POST", headers: tomorrow })).headers.getSetCookie();
      expect(Number(/Max-Age=(\d+)/.exec(cookie)?.[1])).toBeLessThanOrEqual(14 * 86_400);
    });

    it("whoever logs in afterwards is logged in, though all older sessions have ended", async () => {
      ahead = YEAR;
      const before = await login(start(memoryRevocations()));
      const endpoint = start(memoryRevocations({ olderSessions: "end" }));
      ahead = 0;
      const after = await login(endpoint);
      expect([await who(endpoint, before), await who(endpoint, after)]).toEqual(["{}", '{"userId":7}']);
      await logOutOf(endpoint, after);
      expect(await who(endpoint, after)).toBe("{}");
    });
  });

  it("sessions that may live for a shorter time than before end, if they would outlive the end of their user's", async () => {
    const of = (sessionMaxAgeMs: number) => createEndpoint({
      secret: SECRET, log() {}, csrfExempt: () => true, limits: { sessionMaxAgeMs }, revocations: memoryRevocations(),
      routes(app) {
        app.post("/login", async (c) => {
          await logIn(c, { userId: 7 } as never);
          return c.text("in");
        });
        app.get("/who", (c) => c.text(JSON.stringify(sessionOf(c).values)));
      },
    });
    const HOUR = 3_600_000;
    const headers = await login(of(4 * HOUR));
    const texts = [3, 1].map(async (hours) => (await of(hours * HOUR).app.request("/who", { headers })).text());
    expect(await Promise.all(texts)).toEqual(['{"userId":7}', "{}"]);
  });
});

describe("a text frame", () => {
  it("may be 1 MiB long on a socket that is logged in, and 64 KiB on any other", async () => {
    const app = await startFixture();
    try {
      const text = "x".repeat(100_000);
      const { page, socket } = await (await app.loggedIn(1)).open("/posts/1");
      expect((await socket.event(page, "unknown", { text })).status).toBe("ok");
      socket.sendEvent(page, "unknown", { text: "x".repeat(1_100_000) });
      expect(await socket.code()).toBe(1009);
      const visitor = await app.browser().open("/");
      visitor.socket.sendEvent(visitor.page, "unknown", { text });
      expect(await visitor.socket.code()).toBe(1009);
    } finally {
      await app.close();
    }
  });
});

