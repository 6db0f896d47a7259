import { performance } from "node:perf_hooks";
import { createEndpoint, Forbidden, html, liveSession, liveView, NotFound, type Endpoint } from "holdfast";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { startLab, type Joined, type Lab } from "./support/lab.js";

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

it("a forbidden page is a 403, unless the application hides it", async () => {
  const open = make();
  for (const path of ["/admin/secret", "/posts/1", "/plain"]) expect((await answer(open, path)).status, path).toBe(403);
  expect((await answer(open, "/posts/2")).status).toBe(404);
});

it("hidden, it cannot be distinguished from a missing page: not by status, page or headers", async () => {
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
  let [forbidden, nothing] = [Infinity, Infinity];
  // A busy machine may miss a step; the fastest says what the code does.
  for (let round = 0; round < 5 || (Math.abs(forbidden - nothing) >= 20 && round < 30); round++) {
    forbidden = Math.min(forbidden, (await answer(hiding, "/posts/1")).ms);
    nothing = Math.min(nothing, (await answer(hiding, "/posts/2")).ms);
  }
  expect(Math.abs(forbidden - nothing)).toBeLessThan(20);
  expect(nothing).toBeGreaterThanOrEqual(98);
});

it("hides only where a function says so", async () => {
  const some = make((path) => path.startsWith("/admin/"));
  expect((await answer(some, "/admin/secret")).status).toBe(404);
  let least = Infinity;
  for (let round = 0; round < 3 || (least >= 95 && round < 30); round++) {
    const elsewhere = await answer(some, "/posts/1");
    expect(elsewhere.status).toBe(403);
    least = Math.min(least, elsewhere.ms);
  }
  expect(least).toBeLessThan(95);
});

it("refused tokens stay 403: they say nothing about what exists", async () => {
  expect((await make(true).app.request("/plain", { method: "POST" })).status).toBe(403);
});

describe("at the socket's door", () => {
  /** What it costs the application to find out that something is somebody else's. */
  const LOOKED_UP_MS = 40;
  /** Less than two steps. */
  const ONE_STEP_MS = 198;
  const look = async (id: string): Promise<void> => {
    if (id === "0") return;
    if (id !== "1") throw new NotFound("no such document");
    await wait(LOOKED_UP_MS);
    throw new Forbidden("document 1 is somebody else's");
  };
  const Doc = liveView.define({
    name: "Doc", authorize: "public", params: z.object({ id: z.string() }),
    handleParams: (_socket, { params: { id } }) => look(id),
    events: { go: { params: z.object({ to: z.string() }), handle: (socket, { to }) => socket.pushPatch(to) } },
    render: (_assigns, on) => html`<b phx-click=${on.go}>a document</b>`,
  });
  const Guarded = liveView.define({ name: "Guarded", authorize: "public", render: () => html`<p></p>` });

  let lab: Lab;
  afterEach(() => lab.close());
  async function open(hideForbidden: boolean | ((path: string) => boolean)): Promise<Joined> {
    lab = await startLab({}, {
      hideForbidden,
      live: [
        liveSession("docs", {}, (live) => {
          live("/docs/:id", Doc);
          live("/admin/secret", Secret);
          live("/guarded", Guarded);
          live("/posts/:id", Post);
        }),
        liveSession("elsewhere", {}, (live) => live("/elsewhere", Guarded)),
      ],
      routes: (app) => app.use("/guarded", async () => {
        await wait(LOOKED_UP_MS);
        throw new Forbidden();
      }),
    });
    return lab.open("/docs/0");
  }

  /** What an attempt is answered, and how long that takes at least: a busy machine misses steps, and the fastest says what the code does. */
  async function least(attempt: () => Promise<unknown>): Promise<{ answer: unknown; ms: number }> {
    let answer: unknown;
    let ms = Infinity;
    for (let round = 0; round < 3 || (ms >= ONE_STEP_MS && round < 30); round++) {
      const from = performance.now();
      answer = await attempt();
      ms = Math.min(ms, performance.now() - from);
    }
    return { answer, ms };
  }

  const UNSEEN = ["/docs/1", "/docs/2", "/admin/secret", "/posts/1", "/posts/2", "/guarded", "/elsewhere", "/nowhere"];

  it("a join and a live navigation reveal nothing about what exists, by their words or their time", async () => {
    const { socket, page } = await open(true);
    for (const path of UNSEEN) {
      for (const where of [{ url: lab.base + path }, { url: undefined, redirect: lab.base + path }]) {
        const { answer, ms } = await least(() => socket.join(page, where));
        expect(answer, JSON.stringify(where)).toEqual({ status: "error", response: { reason: "reload", status: 404 } });
        expect(ms, JSON.stringify(where)).toBeGreaterThanOrEqual(98);
        expect(ms, JSON.stringify(where)).toBeLessThan(ONE_STEP_MS);
      }
    }
    expect((await socket.join(page)).status).toBe("ok");
  });

  it("nor does a patch, whoever asks for it", async () => {
    await open(true);
    for (const path of UNSEEN) {
      const patched = await least(async () => (await (await lab.open("/docs/0")).call("live_patch", { url: lab.base + path })).response);
      expect(patched.answer, path).toEqual({ link_redirect: true });
      expect(patched.ms, path).toBeGreaterThanOrEqual(98);
    }
    // A view that crashes would say that there is something to crash at.
    expect(lab.log.map(({ message }) => message)).not.toContain("view crashed");
    for (const path of ["/docs/1", "/docs/2"]) {
      const pushed = await least(async () => (await (await lab.open("/docs/0")).event("go", { to: path })).response);
      expect(pushed.answer, path).toEqual({ redirect: { status: 302, to: path } });
      expect(pushed.ms, path).toBeGreaterThanOrEqual(98);
    }
  });

  it("only where the option says so, whatever the spelling of the path", async () => {
    const { socket, page } = await open((path) => path.startsWith("/admin/"));
    const join = async (path: string): Promise<unknown> => (await socket.join(page, { url: undefined, redirect: lab.base + path })).response;
    for (const path of ["/admin/secret", "/%61dmin/secret", "/%61dmin/nothing", "/admin/nothing"]) expect(await join(path), path).toEqual({ reason: "reload", status: 404 });
    expect(await join("/docs/1")).toEqual({ reason: "reload", status: 403 });
    expect(await join("/docs/2")).toEqual({ reason: "reload", status: 404 });
    expect(await join("/guarded")).toEqual({ reason: "unauthorized" });
    expect(await join("/nowhere")).toEqual({ reason: "unauthorized" });
  });

  it("a function that throws hides, and ends nothing", async () => {
    const { socket, page } = await open(() => {
      throw new Error("on purpose");
    });
    for (const path of ["/nowhere", "/admin/secret"]) {
      expect(await socket.join(page, { url: undefined, redirect: lab.base + path })).toEqual({ status: "error", response: { reason: "reload", status: 404 } });
    }
    expect(lab.log.map(({ message }) => message)).toContain("hideForbidden threw");
    expect((await socket.join(page)).status).toBe("ok");
  });
});
