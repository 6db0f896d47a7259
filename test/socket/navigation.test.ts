import { html, liveRender, liveView, navigate, NotFound } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { StickyViews } from "../../src/live/page/sticky-views.js";
import { liveView as sourceView } from "../../src/live/definition/index.js";
import { all } from "../support/all-events.js";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";

const seen: string[] = [];
const Stays = liveView.define({
  name: "stays",
  authorize: "public",
  mount: () => ({ n: 0 }),
  events: {
    go: { handle: () => navigate("/other") },
    inc: { handle: (socket) => socket.update("n", (n) => n + 1) },
  },
  render: ({ n }, on) => html`<b>${n}<i phx-click=${all(on)}></i></b>`,
});
const Page = liveView.define({
  name: "Page",
  params: z.object({ hops: z.coerce.number().default(0), forbidden: z.string().optional() }),
  authorize: (_assigns, { params }) => params.forbidden === undefined,
  handleParams(socket, { params: { hops }, uri }) {
    seen.push(uri.search);
    if (hops > 0) socket.pushPatch(`/?hops=${hops - 1}`);
  },
  events: {
    say: { handle: (socket) => socket.putFlash("info", "said") },
    patch: { params: z.object({ to: z.string() }), handle: (socket, { to }) => socket.pushPatch(to) },
    sayAndPatch: {
      handle(socket) {
        socket.putFlash("info", "moved");
        socket.pushPatch("/?moved");
      },
    },
    leave: { handle: () => navigate("/other") },
    sayAndLeave: {
      handle(socket) {
        socket.putFlash("info", "left");
        return navigate("/other");
      },
    },
  },
  render: ({ flash }, on) => html`<main>${flash.info}<i phx-click=${all(on)}></i>${liveRender(Stays, { id: "stays", sticky: true })}</main>`,
});
const Other = liveView.define({ name: "Other", authorize: "public", render: ({ flash }) => html`<p>${flash.info}</p>` });

let lab: Lab;
let page: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": Page, "/other": Other });
});
afterAll(() => lab.close());
beforeEach(async () => {
  page = await lab.open("/");
  seen.length = 0;
  lab.log.length = 0;
});
afterEach(() => lab.cut());

const patches = (): unknown[] => page.socket.frames.filter(([, , , event]) => event === "live_patch").map((frame) => frame[4]);

describe("the flash", () => {
  it("that was shown is gone after a patch; what is set together with the patch is shown", async () => {
    expect((await page.event("say")).response).toEqual({ diff: { 0: "said" } });
    expect((await page.event("patch", { to: "/?next" })).response).toEqual({ diff: { 0: "" } });
    expect((await page.event("sayAndPatch")).response).toEqual({ diff: { 0: "moved" } });
  });

  it("goes along with a navigation if nobody has seen it yet, and only then", async () => {
    await page.event("say");
    expect((await page.event("leave")).response).toEqual({ live_redirect: { to: "/other", kind: "push" } });
    const another = await lab.open("/");
    expect((await another.event("sayAndLeave")).response).toEqual({
      live_redirect: { to: "/other", kind: "push", flash: expect.any(String) as string },
    });
  });
});

describe("a patch", () => {
  it("that patches on in handleParams is one entry of the history: where it came to rest", async () => {
    expect(await page.event("patch", { to: "/?hops=2" })).toEqual({ status: "ok", response: {} });
    expect(seen).toEqual(["?hops=2", "?hops=1", "?hops=0"]);
    expect(patches()).toEqual([{ kind: "push", to: "/?hops=0" }]);
  });

  it("that the policy refuses moves no URL", async () => {
    // The client loads that URL, and sees the page that says why.
    const { response } = await page.event("patch", { to: "/?forbidden=1" });
    expect(response).toEqual({ redirect: { status: 302, to: "/?forbidden=1" } });
    expect(patches()).toEqual([]);
    expect(seen).toEqual([]);
  });
});

describe("a sticky view", () => {
  it("that navigates sends its page elsewhere, and stays", async () => {
    const stays = await page.child("stays", undefined);
    expect((await stays.event("go")).response).toEqual({ live_redirect: { to: "/other", kind: "push" } });
    expect((await stays.event("inc")).response).toEqual({ diff: { 0: "1" } });
    await eventually(() => expect(lab.log).toEqual([]));
  });

  it("is found by its name before any page has shown it, as after a restart", () => {
    const defined = sourceView.define({ name: "never shown", authorize: "public", render: () => html`<p></p>` as never });
    expect(new StickyViews().get("never shown")).toBe(defined);
    expect(new StickyViews().get("nobody")).toBeUndefined();
  });
});

it("events behind a patch that is refused reach no handler: the view is closed behind the answer", async () => {
  const calls: string[] = [];
  let asked = (): void => {};
  const reached = new Promise<void>((resolve) => (asked = resolve));
  let answer = (): void => {};
  const looked = new Promise<void>((resolve) => (answer = resolve));
  const Post = liveView.define({
    name: "Post", authorize: "public", params: z.object({ post: z.string() }),
    async handleParams(_socket, { params: { post } }) {
      if (post === "1") return;
      asked();
      await looked;
      throw new NotFound(`post ${post}`);
    },
    events: { act: { handle: () => void calls.push("act") } },
    render: (_assigns, on) => html`<b phx-click=${on.act}></b>`,
  });
  const own = await startLab({ "/": Post });
  try {
    const view = await own.open("/?post=1");
    const patched = view.call("live_patch", { url: `${own.base}/?post=2#comments` });
    await reached;
    view.sendEvent("act");
    view.post("live_patch", { url: `${own.base}/?post=1` });
    // Its answer comes behind all that the server has read.
    await view.socket.heartbeat();
    answer();
    expect(await patched).toEqual({ status: "ok", response: { redirect: { status: 302, to: "/?post=2" } } });
    const joinRef = view.socket.joinRefs.get(view.topic)!;
    expect(await view.socket.push("phx_close")).toEqual([joinRef, joinRef, view.topic, "phx_close", {}]);
    expect(await view.event("act")).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    expect([calls, own.log]).toEqual([[], []]);
  } finally {
    await own.close();
  }
});

it("the schema of a view's parameters is asked once for each URL, and not before each event", async () => {
  let asked = 0;
  const Counted = liveView.define({
    name: "Counted", params: z.object({ n: z.coerce.number().transform((n) => (asked++, n)) }), authorize: (_assigns, { params }) => params.n > 0,
    events: { act: { handle: () => {} } }, render: (_assigns, on) => html`<b phx-click=${on.act}></b>`,
  });
  const own = await startLab({ "/": Counted });
  try {
    const view = await own.open("/?n=1");
    asked = 0;
    for (let times = 0; times < 3; times++) await view.event("act");
    expect(asked).toBe(0);
    await view.call("live_patch", { url: `${own.base}/?n=2` });
    await view.event("act");
    expect(asked).toBe(1);
  } finally {
    await own.close();
  }
});
