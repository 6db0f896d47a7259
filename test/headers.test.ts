import { createEndpoint, csrfField, cspNonce, html, liveSession, liveView, logIn, NONCE, type Endpoint, type EndpointOptions, type RootLayout } from "holdfast";
import { serve } from "holdfast/node";
import { afterEach, describe, expect, it } from "vitest";

const secret = "a secret of this test, long enough to be one";
const endpoints: Endpoint[] = [];
afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
});

const Page = liveView.define({ authorize: "public", render: () => html`<p>page</p>` });

function make(options: Partial<EndpointOptions> = {}): Endpoint {
  const endpoint = createEndpoint({ secret, log() {}, live: [liveSession("default", {}, (live) => live("/", Page))], ...options });
  endpoints.push(endpoint);
  return endpoint;
}

/** The same header of four responses: two of a server, the first of its process among them, and two without one. */
async function everywhere(endpoint: Endpoint, name: string, path = "/"): Promise<(string | null)[]> {
  const { url } = await serve(endpoint, { port: 0 });
  const responses = [
    await fetch(url + path), await fetch(url + path), await endpoint.app.request(path), await endpoint.fetch(new Request(`http://localhost${path}`)),
  ];
  return responses.map(({ headers }) => headers.get(name));
}

const four = (value: unknown): unknown[] => [value, value, value, value];
const DEFAULT = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; object-src 'none'; "
  + "base-uri 'self'; frame-ancestors 'self'; form-action 'self'";

describe("a Content-Security-Policy", () => {
  it("that a middleware sets counts on every response, the first as well, and without a server too", async () => {
    const own = make({ routes: (app) => app.use(async (c, next) => { await next(); c.header("content-security-policy", "default-src 'none'"); }) });
    expect(await everywhere(own, "content-security-policy")).toEqual(four("default-src 'none'"));
  });

  it("that a handler sets on its response counts there, and the default everywhere else", async () => {
    const options: Partial<EndpointOptions> = {
      routes: (app) => app.get("/own", () => new Response("own", { headers: { "content-security-policy": "sandbox" } })),
    };
    expect(await everywhere(make(options), "content-security-policy", "/own")).toEqual(four("sandbox"));
    expect(await everywhere(make(options), "content-security-policy", "/nowhere")).toEqual(four(DEFAULT));
  });

  it("is changed by directive: sources, a list, a function of the default, or none", async () => {
    const changed = make({ csp: {
      connectSrc: "https://api.example", fontSrc: ["'self'", "https://fonts.example"], imgSrc: (sources) => [...sources, "https://cdn.example.com"],
      styleSrc: false, upgradeInsecureRequests: [],
    } });
    expect(await everywhere(changed, "content-security-policy")).toEqual(four(
      "default-src 'self'; script-src 'self'; img-src 'self' data: blob: https: https://cdn.example.com; object-src 'none'; base-uri 'self'; frame-ancestors 'self'; "
      + "form-action 'self'; connect-src https://api.example; font-src 'self' https://fonts.example; upgrade-insecure-requests"));
    expect(await everywhere(make({ csp: false }), "content-security-policy")).toEqual(four(null));
  });

  it.each([
    { scriptSrc: "'self'; report-uri https://evil.example" }, { scriptSrc: ["a b"] }, { scriptSrc: ["x,y"] }, { scriptSrc: "\n" },
    { scriptSrc: () => "self" as never }, { "script-src": "'self'" } as object, { imgSrc: [7 as never] },
  ])("that could not be what it says is refused: %j", (csp) => {
    expect(() => make({ csp })).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
  });

  it("has a nonce of each response, which its pages know", async () => {
    const rootLayout: RootLayout = ({ inner, get }) => html`<html><head><style nonce=${get("cspNonce")}></style></head><body>${inner}</body></html>`;
    const nonced = make({
      rootLayout, csp: { styleSrc: (sources) => [...sources.filter((source) => source !== "'unsafe-inline'"), NONCE], scriptSrc: ["'self'", NONCE] },
      routes: (app) => app.get("/nonce", (c) => c.text(cspNonce(c))),
    });
    const { url } = await serve(nonced, { port: 0 });
    const seen = new Set<string>();
    for (const response of [await fetch(url), await fetch(`${url}/nonce`), await nonced.app.request("/"), await nonced.app.request("/nonce")]) {
      const [, nonce = ""] = /style-src 'self' 'nonce-([\w-]{24})'/.exec(response.headers.get("content-security-policy")!)!;
      expect(response.headers.get("content-security-policy")).toContain(`script-src 'self' 'nonce-${nonce}'`);
      expect(await response.text()).toContain(nonce);
      seen.add(nonce);
    }
    expect(seen.size).toBe(4);
    const without = make({ routes: (app) => app.get("/nonce", (c) => c.text(cspNonce(c))) });
    expect((await without.app.request("/nonce")).status).toBe(500);
  });
});

describe("headers", () => {
  it("are added, changed, made for each response, and left out", async () => {
    const options: Partial<EndpointOptions> = { headers: {
      "Permissions-Policy": "camera=()", "x-frame-options": false, "Referrer-Policy": "no-referrer", "x-path": (c) => c.req.path, "x-none": () => undefined,
    } };
    expect(await everywhere(make(options), "permissions-policy")).toEqual(four("camera=()"));
    expect(await everywhere(make(options), "x-frame-options")).toEqual(four(null));
    expect(await everywhere(make(options), "referrer-policy")).toEqual(four("no-referrer"));
    expect(await everywhere(make(options), "x-path", "/nowhere")).toEqual(four("/nowhere"));
    expect(await everywhere(make(options), "x-none")).toEqual(four(null));
    expect(await everywhere(make(options), "x-content-type-options")).toEqual(four("nosniff"));
  });

  it("keep what has tokens of a session out of caches that others read, unless a response says how long it may be kept", async () => {
    const options: Partial<EndpointOptions> = {
      routes: (app) => app
        .get("/form", (c) => endpoints.at(-1)!.renderPage(c, html`<form method="post">${csrfField(c)}</form>`))
        .get("/public", (c) => c.text("for everybody", 200, { "cache-control": "public, max-age=60" })),
    };
    for (const [path, value] of Object.entries({ "/": "no-store", "/form": "private, no-cache", "/nowhere": "private, no-cache", "/public": "public, max-age=60" })) {
      expect(await everywhere(make(options), "cache-control", path)).toEqual(four(value));
    }
    expect(await everywhere(make({ ...options, headers: { "cache-control": "no-store" } }), "cache-control", "/form")).toEqual(four("no-store"));
  });

  it("let no cache that others read keep a cookie of ours with a response that says how long it may be kept", async () => {
    const upstream = await serve(make({ routes: (app) => app.get("/", (c) => c.text("for everybody", 200, { "cache-control": "public, max-age=60" })), live: [] }), { port: 0 });
    const texts = ["public, max-age=60", "max-age=60", "no-cache", 'max-age=60, private="x-a", s-maxage=60'];
    const own = ["private, max-age=60", "no-store", "max-age=60, Private"];
    const endpoint = make({
      limits: { sessionIdleMs: 60_000 },
      routes: (app) => app
        .get("/login", async (c) => { await logIn(c, {}); return c.text("in"); })
        .get("/handed", () => fetch(upstream.url))
        .get("/:text", (c) => c.text("for everybody", 200, { "cache-control": c.req.param("text") })),
    });
    const { url } = await serve(endpoint, { port: 0 });
    const [cookie = ""] = (await fetch(`${url}/login`)).headers.getSetCookie().map((line) => line.split(";")[0]!);
    const cache = async (text: string, headers: Record<string, string> = {}): Promise<unknown[]> => {
      const response = await fetch(`${url}/${encodeURIComponent(text)}`, { headers });
      return [response.headers.getSetCookie().length, response.headers.get("cache-control")];
    };
    // With an idle limit, each response to somebody with a session renews its cookie.
    for (const text of texts) expect(await cache(text, { cookie })).toEqual([1, "private, no-cache"]);
    expect(await cache("handed", { cookie })).toEqual([1, "private, no-cache"]);
    for (const text of own) expect(await cache(text, { cookie })).toEqual([1, text]);
    for (const text of texts) expect(await cache(text)).toEqual([0, text]);
    expect(await cache("handed")).toEqual([0, "public, max-age=60"]);
  });

  it("are on a response that cannot be changed, too", async () => {
    const { url } = await serve(make(), { port: 0 });
    const handed = make({ routes: (app) => app.get("/handed", () => fetch(url)) });
    expect(await everywhere(handed, "x-content-type-options", "/handed")).toEqual(four("nosniff"));
  });

  it.each([["a b", "c"], ["a", "b\r\nset-cookie: c"], ["", "x"]])("that are none are refused: %j with %j", (name, value) => {
    expect(() => make({ headers: { [name]: value } })).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
  });

  it("send browsers to https for half a year where the application is there", async () => {
    expect(await everywhere(make(), "strict-transport-security")).toEqual(four(null));
    expect(await everywhere(make({ url: "https://app.example" }), "strict-transport-security")).toEqual(four("max-age=15552000; includeSubDomains"));
  });
});

it("Trusted Types are an option, and load their policy before the client", async () => {
  const trusted = make({ trustedTypes: true, csp: { trustedTypes: (names) => [...names, "mine"] } });
  expect((await everywhere(trusted, "content-security-policy"))[0]).toBe(`${DEFAULT}; require-trusted-types-for 'script'; trusted-types default mine`);
  const page = await (await trusted.app.request("/")).text();
  expect(page.match(/<script[^>]*>/g)).toEqual([
    expect.stringMatching(/^<script src="\/assets\/holdfast\/(?:[\w-]+\/)?trusted-types\.js">$/), expect.stringMatching(/^<script type="module" src="[^"]+\/start\.js"/),
  ]);
  expect((await trusted.app.request("/assets/holdfast/trusted-types.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(await (await make().app.request("/")).text()).not.toContain("trusted-types");
});
