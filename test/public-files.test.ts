import fs from "node:fs";
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createEndpoint, html, liveSession, liveView, type Endpoint, type EndpointOptions, type RootLayout } from "holdfast";
import { serve } from "holdfast/node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Browser } from "./support/browser.js";
import { awaitedCpuTime } from "./support/cpu.js";

const secret = "a secret of this test, long enough to be one";
const css = "body { color: black; }\n".repeat(500);
const large = Buffer.alloc(700_000, "0123456789");
let folder = "";
let endpoint: Endpoint;
let base = "";

const rootLayout: RootLayout = ({ inner, csrfToken, asset }) => html`
  <html><head><meta name="csrf-token" content=${csrfToken}><link rel="stylesheet" href=${asset("/app.css")} phx-track-static></head><body>${inner}</body></html>`;

function make(options: Partial<EndpointOptions> = {}): Endpoint {
  const Page = liveView.define({
    authorize: "public",
    mount: (socket) => ({ changed: socket.staticChanged }),
    render: ({ changed }) => html`<p>${changed ? "changed" : "same"}</p>`,
  });
  return createEndpoint({ secret, rootLayout, log() {}, publicDir: join(folder, "public"), live: [liveSession("default", {}, (live) => live("/", Page))], ...options });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
  const put = async (name: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  await put("public/app.css", css);
  await put("public/app-4f3a9c1b.js", "export {};\n");
  await put("public/jquery-component.js", "export {};\n");
  await put("public/a b+ü.txt", "spaces");
  await put("public/built.js", "x".repeat(2000));
  await put("public/built.js.br", "as the build compressed it");
  await put("public/large.bin", large);
  await put("public/.env", "SECRET=1");
  await put("public/.git/config", "[core]");
  await put("public/.well-known/security.txt", "Contact: a");
  await put("public/sub/deep.txt", "deep");
  await put("secret.txt", "outside");
  await symlink(join(folder, "secret.txt"), join(folder, "public/link.txt"));
  await symlink(folder, join(folder, "public/up.d"));
  await symlink(join(folder, "public/.env"), join(folder, "public/env.txt"));
  await symlink(join(folder, "public/sub/deep.txt"), join(folder, "public/inside.txt"));
  endpoint = make();
  base = (await serve(endpoint, { port: 0 })).url;
});
afterAll(async () => {
  await endpoint.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> =>
  fetch(base + path, { method, headers: { "accept-encoding": "identity", ...headers } });

describe("a public file", () => {
  it("is served with its type, under any name that a URL can spell", async () => {
    const response = await get("/app.css");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/css; charset=utf-8"]);
    expect(await response.text()).toBe(css);
    expect(await (await get("/a%20b+%C3%BC.txt")).text()).toBe("spaces");
    expect(await (await get("/sub/deep.txt")).text()).toBe("deep");
    expect(await (await get("/inside.txt")).text()).toBe("deep");
    expect(await (await get("/.well-known/security.txt")).text()).toBe("Contact: a");
  });

  it.each([
    "/.env", "/.git/config", "/link.txt", "/up.d/secret.txt", "/env.txt", "/sub/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt", "/sub%2fdeep.txt",
    "/app.css%00.txt", "/app.css/", "//app.css", "/..%5csecret.txt", "/%ff.txt", "/sub.", "/no.file", `/${"a".repeat(5000)}.css`,
  ])("is not at %s", async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it("is not sent again to who has it: 304 by tag and by time", async () => {
    const first = await get("/app.css");
    await first.text();
    const etag = first.headers.get("etag")!;
    expect(etag).toMatch(/^"[\w-]{16}"$/);
    for (const [name, value] of [["if-none-match", etag], ["if-modified-since", first.headers.get("last-modified")!]] as const) {
      const again = await get("/app.css", { [name]: value });
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    expect((await get("/app.css", { "if-none-match": '"another"' })).status).toBe(200);
    expect((await get("/app.css", { "if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT" })).status).toBe(200);
  });

  it("is sent in part, and whole to who has an older one", async () => {
    const part = await get("/large.bin", { range: "bytes=300005-300014" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 300005-300014/700000", "5678901234"]);
    expect((await get("/large.bin", { range: "bytes=-5" })).headers.get("content-length")).toBe("5");
    expect((await get("/large.bin", { range: "bytes=700000-" })).status).toBe(416);
    const older = await get("/large.bin", { range: "bytes=0-1", "if-range": '"older"' });
    expect([older.status, Buffer.from(await older.arrayBuffer()).equals(large)]).toEqual([200, true]);
  });

  it("is compressed once, as the client asks, and under its own tag", async () => {
    const url = `${base}/app.css`;
    const bodies = await Promise.all(["br", "gzip", "br", "identity"].map(async (encoding) => {
      const response = await endpoint.fetch(new Request(url, { headers: { "accept-encoding": encoding } }));
      return { encoding: response.headers.get("content-encoding"), vary: response.headers.get("vary"), etag: response.headers.get("etag"), body: Buffer.from(await response.arrayBuffer()) };
    }));
    expect(bodies.map(({ encoding, vary }) => [encoding, vary])).toEqual([["br", "accept-encoding"], ["gzip", "accept-encoding"], ["br", "accept-encoding"], [null, "accept-encoding"]]);
    expect(brotliDecompressSync(bodies[0]!.body).toString()).toBe(css);
    expect(gunzipSync(bodies[1]!.body).toString()).toBe(css);
    expect(new Set(bodies.map(({ etag }) => etag)).size).toBe(3);
    expect((await get("/app.css", { "if-none-match": bodies[0]!.etag! })).status).toBe(304);
    const client = await get("/assets/holdfast/phoenix_live_view.js", { "accept-encoding": "br" });
    expect([client.headers.get("content-encoding"), Number(client.headers.get("content-length")) < 60_000]).toEqual(["br", true]);
  });

  it("is taken as a build has compressed it", async () => {
    const response = await endpoint.fetch(new Request(`${base}/built.js`, { headers: { "accept-encoding": "br, gzip" } }));
    expect([response.headers.get("content-encoding"), response.headers.get("content-type"), await response.text()])
      .toEqual(["br", "text/javascript; charset=utf-8", "as the build compressed it"]);
  });

  it("is kept forever only under a name that no other bytes will have", async () => {
    const asset = /href="(\/app\.css\?vsn=[^"]+)"/.exec(await (await get("/")).text())![1]!;
    const cache = async (path: string): Promise<string | null> => (await get(path)).headers.get("cache-control");
    expect(endpoint.asset("/app.css")).toBe(asset);
    expect(endpoint.asset("/absent.css")).toBe("/absent.css");
    expect(await cache(asset)).toBe("public, max-age=31536000, immutable");
    expect(await cache("/app-4f3a9c1b.js")).toBe("public, max-age=31536000, immutable");
    for (const path of ["/app.css", "/app.css?vsn=older", "/jquery-component.js"]) expect(await cache(path), path).toBe("public, no-cache");
    const own = make({ publicDir: { dir: join(folder, "public"), immutable: (path) => path.startsWith("/sub/") } });
    expect((await own.app.request("/sub/deep.txt")).headers.get("cache-control")).toContain("immutable");
    expect((await own.app.request("/app-4f3a9c1b.js")).headers.get("cache-control")).toBe("public, no-cache");
  });

  it("answers HEAD like GET without a body, and nothing else", async () => {
    const head = await get("/large.bin", {}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "700000", ""]);
    expect((await get("/app.css", {}, "POST")).status).toBe(403);
  });

  it("is as it is now when it changes", async () => {
    await writeFile(join(folder, "public/changing.txt"), "one");
    const first = await get("/changing.txt");
    expect(await first.text()).toBe("one");
    await writeFile(join(folder, "public/changing.txt"), "two");
    await utimes(join(folder, "public/changing.txt"), new Date(), new Date(Date.now() + 5000));
    const second = await get("/changing.txt", { "if-none-match": first.headers.get("etag")! });
    expect([second.status, await second.text()]).toEqual([200, "two"]);
  });
});

it("a folder may be named by a URL, alone or with options", async () => {
  const url = pathToFileURL(join(folder, "public"));
  for (const publicDir of [url, { dir: url }]) {
    const own = make({ publicDir });
    expect((await own.fetch(new Request("http://localhost/app.css"))).status).toBe(200);
    await own.close();
  }
});

it("a publicDir that is not a folder is refused at boot", () => {
  expect(() => make({ publicDir: join(folder, "nowhere") })).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
  expect(() => make({ publicDir: new URL("https://files.example/public") })).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
});

it("links that lead back to the folder do not keep an application from starting", async () => {
  const looped = join(folder, "looped");
  await mkdir(looped);
  await writeFile(join(looped, "app.css"), css);
  // Two of them: followed, each would double the way to the other.
  for (const name of ["a", "b"]) await symlink(".", join(looped, name));
  const started = make({ publicDir: looped });
  try {
    const { url } = await serve(started, { port: 0 });
    expect(await (await fetch(`${url}/app.css`)).text()).toBe(css);
    expect(await (await fetch(`${url}/a/b/app.css`)).text()).toBe(css);
  } finally {
    await started.close();
  }
});

describe("what a client says that its page tracks", () => {
  const joined = async (tracked: unknown): Promise<string> => {
    const browser = new Browser(base);
    const page = await browser.get("/");
    const socket = await browser.socket();
    const { response } = await socket.join(page, { params: { _csrf_token: page.csrf, _mounts: 0, _track_static: tracked } });
    browser.close();
    return JSON.stringify(response["rendered"]);
  };

  it("is compared with what the page would have now", async () => {
    const asset = /href="(\/app\.css\?vsn=[^"]+)"/.exec(await (await get("/")).text())![1]!;
    expect(await joined([base + asset])).toContain("same");
    expect(await joined([base + asset, `${base}/app.css?vsn=older`])).toContain("changed");
    expect(await joined([`${base}/gone.css?vsn=older`])).toContain("changed");
    expect(await joined([`${base}/app.css`, "https://cdn.example/x.js", 7, null])).toContain("same");
  });

  it("makes the server read no file and parse no long URL", async () => {
    await joined([]); // the page's own asset is known
    const sync = (["readFileSync", "statSync", "realpathSync"] as const).map((name) => vi.spyOn(fs, name));
    syncBuiltinESMExports();
    try {
      for (const tracked of [
        Array.from({ length: 3 }, () => `https://${"ü".repeat(9_900)}/app.css?vsn=x`), Array.from({ length: 100 }, (_, i) => `${base}/never-${i}.css?vsn=x`),
      ]) {
        // The URL parser alone took a second for such a host.
        let least = Infinity;
        for (let round = 0; round < 3; round++) least = Math.min(least, await awaitedCpuTime(() => joined(tracked)));
        expect(least).toBeLessThan(500_000);
      }
      expect(sync.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0]);
    } finally {
      for (const spy of sync) spy.mockRestore();
      syncBuiltinESMExports();
    }
  });
});
