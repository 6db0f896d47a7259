// Pages are compressed where nobody else can learn from their length what stands in them.
import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createEndpoint, html, liveSession, liveView, type Endpoint, type EndpointOptions } from "holdfast";
import { serve } from "holdfast/node";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { z } from "zod";

const SECRET = "iban DE89370400440532013000";

/** What BREACH needs: a user's secret, and words of whoever asks, in one page. */
const Search = liveView.define({
  name: "search", authorize: "public",
  params: z.object({ q: z.string().optional() }),
  mount: (_socket, { params }) => ({ q: params.q ?? "" }),
  render: ({ q }) => html`<h1>Results for ${q}</h1><p>${SECRET}</p><ul>${Array.from({ length: 100 }, (_, i) => html`<li id="row-${i}">a row of the list</li>`)}</ul>`,
});

const endpoints: Endpoint[] = [];
async function start(options: Partial<EndpointOptions> = {}): Promise<string> {
  const endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, live: [liveSession("default", {}, (live) => live("/", Search))],
    routes: (app) => void app.get("/plain", (c) => endpoint.renderPage(c, html`${"a page of a plain route. ".repeat(100)}`)), ...options,
  });
  endpoints.push(endpoint);
  return (await serve(endpoint, { port: 0 })).url;
}

interface Answer { encoding: string | undefined; vary: string | undefined; body: Buffer; cookie: string }

/** Not `fetch`, which sets some of these headers itself. */
function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { "accept-encoding": "gzip, br", ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part)).on("error", reject).on("end", () => resolve({
        encoding: response.headers["content-encoding"], vary: response.headers.vary, body: Buffer.concat(parts),
        cookie: (response.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; "),
      }));
    }).on("error", reject).end();
  });
}

let base = "";
let cookie = "";
beforeAll(async () => {
  base = await start();
  ({ cookie } = await get(base));
  expect(cookie).not.toBe("");
});
afterAll(async () => {
  for (const endpoint of endpoints) await endpoint.close();
});

test("a page is a tenth of its size on the way, and the same page", async () => {
  const plain = await get(base, { "accept-encoding": "identity" });
  expect([plain.encoding, plain.vary]).toEqual([undefined, "accept-encoding"]);
  const br = await get(base);
  expect([br.encoding, br.vary]).toEqual(["br", "accept-encoding"]);
  expect(br.body.length).toBeLessThan(plain.body.length / 4);
  expect(brotliDecompressSync(br.body).toString()).toContain(`<p>${SECRET}</p>`);
  const gzip = await get(base, { "accept-encoding": "gzip" });
  expect([gzip.encoding, gunzipSync(gzip.body).toString().includes(SECRET)]).toEqual(["gzip", true]);
  expect((await get(`${base}/plain`)).encoding).toBe("br");
  expect((await get(base, { "accept-encoding": "br;q=0" })).encoding).toBeUndefined();
});

describe("BREACH", () => {
  it.each<[string, Record<string, string>, boolean]>([
    ["a link on the site itself", { "sec-fetch-site": "same-origin" }, true],
    ["a bookmark", { "sec-fetch-site": "none" }, true],
    ["another site", { "sec-fetch-site": "cross-site" }, false],
    ["another site of the same domain", { "sec-fetch-site": "same-site" }, false],
    ["a browser that does not say who asks", {}, false],
  ])("a user's page that %s asks for: compressed or not", async (_name, headers, compressed) => {
    expect((await get(base, { cookie, ...headers })).encoding).toBe(compressed ? "br" : undefined);
    expect((await get(base, { authorization: "Basic dTpw", ...headers })).encoding).toBe(compressed ? "br" : undefined);
    // Nobody's page holds nothing that is anybody's.
    expect((await get(base, headers)).encoding).toBe("br");
  });

  it("another site learns nothing of a secret from the length of pages with a guess of its own in them", async () => {
    // Tokens are new each time, and so the length varies a little: an attacker asks more often.
    const length = async (guess: string, site: string): Promise<number> => {
      let sum = 0;
      for (let i = 0; i < 10; i++) sum += (await get(`${base}/?q=${encodeURIComponent(guess)}`, { cookie, "sec-fetch-site": site })).body.length;
      return sum / 10;
    };
    const wrong = "uvwx YZ71926835407162938475";
    expect(wrong.length).toBe(SECRET.length);
    // It would, were the page compressed for it: the right guess repeats what stands there.
    expect(await length(SECRET, "same-origin")).toBeLessThan((await length(wrong, "same-origin")) - 10);
    expect(await length(SECRET, "cross-site")).toBe(await length(wrong, "cross-site"));
  });

  it("tokens of forms and sockets are others in each page of the same session", async () => {
    const tokens = await Promise.all([1, 2].map(async () => {
      const page = (await get(base, { cookie, "accept-encoding": "identity" })).body.toString();
      return [/name="csrf-token" content="([^"]+)"/, /data-phx-session="([^"]+)"/].map((pattern) => pattern.exec(page)![1]!);
    }));
    for (const [first, second] of [[tokens[0]![0]!, tokens[1]![0]!], [tokens[0]![1]!, tokens[1]![1]!]] as const) {
      // No run of characters that a guess could be compared with, but for what says how a token is made.
      for (let at = 0; at + 12 <= first.length; at++) expect(second).not.toContain(first.slice(at, at + 12));
    }
  });
});

test("compressPages: false compresses none", async () => {
  expect((await get(await start({ compressPages: false }))).encoding).toBeUndefined();
});
