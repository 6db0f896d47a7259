import { createEndpoint, html, rateLimit, type RateLimitStore } from "holdfast";
import type { Hono } from "hono";
import { expect, onTestFinished, test, vi } from "vitest";

const logged: Readonly<Record<string, unknown>>[] = [];

function appWith(routes: (app: Hono) => void): Hono {
  return createEndpoint({
    secret: "a secret of this test, long enough to be one", routes, trustProxy: "loopback", csrfExempt: () => true,
    errorPage: ({ status }) => html`<h1>Error ${status}</h1>`,
    log: (_message, details) => void logged.push(details),
  }).app;
}

/** Posts as a client of this address would, through the proxy on this machine. */
function post(app: Hono, path: string, address = "203.0.113.7"): Promise<Response> {
  const headers = { "x-forwarded-for": address };
  return Promise.resolve(app.request(path, { method: "POST", headers }, { holdfast: { peer: "127.0.0.1" } }));
}

const statuses = async (responses: readonly Promise<Response>[]): Promise<number[]> => (await Promise.all(responses)).map(({ status }) => status);

test("beyond the burst a client is told when to come back, on the application's error page; the handler does not run", async () => {
  // The time stands still: a bucket that refills meanwhile would be ready sooner.
  const now = vi.spyOn(performance, "now").mockReturnValue(performance.now());
  onTestFinished(() => now.mockRestore());
  let ran = 0;
  const app = appWith((routes) => void routes.post("/login", rateLimit({ perSecond: 0.1, burst: 2 }), (c) => c.text(`${++ran}`)));
  expect(await statuses([post(app, "/login"), post(app, "/login")])).toEqual([200, 200]);
  const refused = await post(app, "/login");
  expect([refused.status, refused.headers.get("retry-after"), ran]).toEqual([429, "10", 2]);
  expect(await refused.text()).toContain("<h1>Error 429</h1>");
  expect(logged.at(-1)).toEqual({ method: "POST", path: "/login", reason: "rate limit", retryAfter: 10 });
});

test("other clients are not affected, and the addresses of one IPv6 network are one client", async () => {
  const app = appWith((routes) => void routes.post("/login", rateLimit({ perSecond: 0.1, burst: 1 }), (c) => c.text("in")));
  expect(await statuses([
    post(app, "/login", "203.0.113.7"), post(app, "/login", "203.0.113.8"),
    post(app, "/login", "2001:db8:0:7::1"), post(app, "/login", "2001:db8:0:7::2"), post(app, "/login", "2001:db8:0:8::1"),
  ])).toEqual([200, 200, 200, 429, 200]);
});

test("each path counts for itself; a name makes several one", async () => {
  const alone = { perSecond: 0.1, burst: 1 };
  const app = appWith((routes) => {
    for (const path of ["/a", "/b"]) routes.post(path, rateLimit(alone), (c) => c.text("in"));
    for (const path of ["/c", "/d"]) routes.post(path, rateLimit({ ...alone, name: "mail" }), (c) => c.text("in"));
  });
  expect(await statuses([post(app, "/a"), post(app, "/b"), post(app, "/a")])).toEqual([200, 200, 429]);
  expect(await statuses([post(app, "/c"), post(app, "/d")])).toEqual([200, 429]);
});

test("a store of the application's own is asked under the path, or the name, and the client", async () => {
  const store = memoryStore();
  const rate = { perSecond: 0.1, burst: 1, store };
  const app = appWith((routes) => {
    routes.post("/a/:id", rateLimit(rate), (c) => c.text("in"));
    routes.post("/b", rateLimit({ ...rate, name: "mail" }), (c) => c.text("in"));
  });
  expect(await statuses([post(app, "/a/1"), post(app, "/a/2"), post(app, "/b")])).toEqual([200, 429, 200]);
  expect([...store.keys]).toEqual(["/a/:id 203.0.113.7", "mail 203.0.113.7"]);
});

test("`by` decides who counts together, and who does not count", async () => {
  const by = async (c: { req: { query(name: string): string | undefined } }): Promise<string | undefined> => c.req.query("user");
  const app = appWith((routes) => void routes.post("/vote", rateLimit({ perSecond: 0.1, burst: 1, by }), (c) => c.text("in")));
  expect(await statuses(["?user=a", "?user=b", "?user=a", "", "", ""].map((query) => post(app, `/vote${query}`))))
    .toEqual([200, 200, 429, 200, 200, 200]);
});

test("the backplane counts for all nodes together", async () => {
  const store = memoryStore();
  const nodes = [0, 1].map(() => {
    const endpoint = createEndpoint({
      secret: "a secret of this test, long enough to be one", csrfExempt: () => true,
      routes: (app) => void app.post("/login", rateLimit({ perSecond: 0.1, burst: 1 }), (c) => c.text("in")),
      backplane: {
        open: () => ({
          rateLimits: store, revocations: { revoke: async () => {}, revokedAt: async () => undefined },
          lease: { durationMs: 1, held: () => true, whenHeld: async () => {}, watch: () => () => {} },
          journal: { append: async () => {}, read: () => {} },
          carrier: { start: async () => {}, publish: () => {}, subscribe: async () => {}, unsubscribe: () => {}, close: async () => {} } as never,
          close: async () => {},
        }) as never,
      },
    });
    return endpoint.app;
  });
  expect(await statuses(nodes.map((app) => post(app, "/login")))).toEqual([200, 429]);
});

test.each([[0, 5], [1, 0], [Number.NaN, 1], [-1, 1]])("a rate of %d a second, %d at once is refused", (perSecond, burst) => {
  expect(() => rateLimit({ perSecond, burst })).toThrow(/perSecond above 0/);
});

/** Counts whole requests, and never forgets. */
function memoryStore(): RateLimitStore & { readonly keys: ReadonlySet<string> } {
  const counts = new Map<string, number>();
  return {
    get keys() {
      return new Set(counts.keys());
    },
    async take(key, { burst }) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count > burst ? 1_000 : 0;
    },
  };
}
