import { performance } from "node:perf_hooks";
import { createEndpoint, Forbidden, html, liveSession, liveView, NotFound, type Endpoint } from "holdfast";
import { expect, it } from "vitest";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const Secret = liveView.define({ name: "Secret", authorize: () => false, render: () => html`<p></p>` });
const Post = liveView.define({
  authorize: "public",
  async mount(_socket, { params }) {
    // Whoever is refused has made the database work; what is not there is found out at once.
    if ((params as { id: string }).id === "1") {
      await wait(30);
      throw new Forbidden("post 1 is somebody else's");
    }
    throw new NotFound("no such post");
  },
  render: () => html`<p></p>`,
});

function make(hideForbidden?: boolean | ((path: string) => boolean)): Endpoint {
  return createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, ...(hideForbidden !== undefined && { hideForbidden }),
    live: [liveSession("default", {}, (live) => {
      live("/admin/secret", Secret);
      live("/posts/:id", Post);
    })],
    routes: (app) => app.get("/plain", () => { throw new Forbidden(); }),
  });
}

async function answer(endpoint: Endpoint, path: string): Promise<{ status: number; body: string; headers: string; ms: number }> {
  const from = performance.now();
  const response = await endpoint.app.request(path);
  const headers = [...response.headers].filter(([name]) => name !== "set-cookie");
  const body = await response.text();
  return { status: response.status, body, headers: JSON.stringify(headers), ms: performance.now() - from };
}

it("what is forbidden says so, unless the application hides it", async () => {
  const open = make();
  for (const path of ["/admin/secret", "/posts/1", "/plain"]) expect((await answer(open, path)).status, path).toBe(403);
  expect((await answer(open, "/posts/2")).status).toBe(404);
});

it("hidden, it cannot be told from what is not there: not by status, page or headers", async () => {
  const hiding = make(true);
  const nothing = await answer(hiding, "/posts/2");
  expect(nothing.status).toBe(404);
  for (const path of ["/admin/secret", "/posts/1", "/plain", "/nowhere"]) {
    const { status, body, headers } = await answer(hiding, path);
    // What is another one for each session.
    const csrf = /content="[\w-]{48}"| data-holdfast-draft-keys="[\w-]+"/g;
    expect({ status, body: body.replace(csrf, ""), headers }, path)
      .toEqual({ status: 404, body: nothing.body.replace(csrf, ""), headers: nothing.headers });
  }
});

it("nor by the time that it takes", async () => {
  const hiding = make(true);
  const times = { forbidden: [] as number[], nothing: [] as number[] };
  for (let round = 0; round < 5; round++) {
    times.forbidden.push((await answer(hiding, "/posts/1")).ms);
    times.nothing.push((await answer(hiding, "/posts/2")).ms);
  }
  // A busy machine may miss a step; then one of five, and the fastest says what the code does.
  const [forbidden, nothing] = [Math.min(...times.forbidden), Math.min(...times.nothing)];
  expect(Math.abs(forbidden - nothing)).toBeLessThan(20);
  expect(nothing).toBeGreaterThanOrEqual(98);
});

it("hides only where a function says so", async () => {
  const some = make((path) => path.startsWith("/admin/"));
  expect((await answer(some, "/admin/secret")).status).toBe(404);
  const elsewhere = [await answer(some, "/posts/1"), await answer(some, "/posts/1"), await answer(some, "/posts/1")];
  expect(elsewhere.map(({ status }) => status)).toEqual([403, 403, 403]);
  expect(Math.min(...elsewhere.map(({ ms }) => ms))).toBeLessThan(95);
});

it("refused tokens stay what they are: they say nothing of what is there", async () => {
  expect((await make(true).app.request("/plain", { method: "POST" })).status).toBe(403);
});
