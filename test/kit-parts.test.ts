// What pages are made of beside one view and its template, tried with the kit against the real server: streams, live
// components, nested and sticky views, tasks, hooks of the client, connect params.
import { assignAsync, createEndpoint, html, JS, liveComponent, liveRender, liveSession, liveView, stream, type Endpoint } from "holdfast";
import { openBrowser, renderIsolated } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { DEADLINE_MS } from "./support/wait.js";

interface Item {
  readonly id: string;
  readonly text: string;
}
const item = (id: string, text = id.toUpperCase()): Item => ({ id, text });

const ended: string[] = [];

const Like = liveComponent<{ name: string }>().define({
  name: "Like",
  mount(socket) {
    socket.onTerminate(() => void ended.push(socket.assigns.name));
    return { likes: 0 };
  },
  events: {
    like: { handle: (socket) => socket.update("likes", (likes) => likes + 1) },
    moved: { from: "anywhere", params: z.object({ by: z.number() }), handle: (socket, { by }) => socket.update("likes", (likes) => likes + by) },
  },
  render: ({ id, name, likes }, on) => html`<div id=${id} class="like"><b>${name}: ${likes}</b><button phx-click=${on.like}>+</button></div>`,
});

const Parts = liveView.define({
  name: "Parts",
  authorize: "public",
  mount: () => ({ items: stream([item("a"), item("b")], { domId: ({ id }) => id }), shown: ["one", "two"] as readonly string[], viewLikes: 0, note: "" }),
  events: {
    append: { handle: (socket) => socket.streamInsert("items", item("c")) },
    prepend: { handle: (socket) => socket.streamInsert("items", item("d"), { at: 0, limit: 3 }) },
    rewrite: { handle: (socket) => socket.streamInsert("items", item("a", "again")) },
    drop: { handle: (socket) => socket.streamDelete("items", item("b")) },
    reset: { handle: (socket) => socket.stream("items", [item("z")], { reset: true }) },
    note: { handle: (socket) => socket.assign({ note: "noted" }) },
    hide: { handle: (socket) => socket.assign({ shown: ["two"] }) },
    like: { handle: (socket) => socket.update("viewLikes", (likes) => likes + 1) },
    moved: { from: "anywhere", params: z.object({ by: z.number() }), handle: (socket, { by }) => socket.update("viewLikes", (likes) => likes + by) },
  },
  render: ({ items, shown, viewLikes, note }, on) => html`
    <p id="note">${note}</p><p id="view-likes">${viewLikes}</p>
    <ul id="items" phx-update="stream">${items.map(({ id, text }, domId) => html`<li id=${domId}>${text}${Like({ id: `in-${id}`, name: text })}</li>`)}</ul>
    ${shown.map((name) => Like({ id: name, name }))}
    ${["append", "prepend", "rewrite", "drop", "reset", "note", "hide", "like"].map((name) => html`<button id="do-${name}" phx-click=${on[name as "note"]}>${name}</button>`)}
    <button id="like-two" phx-click=${on.like} phx-target="#two">like two</button>`,
});

const Clock = liveView.define({
  name: "Clock",
  authorize: "public",
  params: z.object({ zone: z.string() }),
  mount: (_socket, { params }) => ({ zone: params.zone, ticks: 0 }),
  events: {
    tick: { handle: (socket) => socket.update("ticks", (ticks) => ticks + 1) },
    crash: { handle: () => { throw new Error("on purpose"); } },
    leave: { handle: (socket) => socket.pushNavigate("/second") },
  },
  render: ({ zone, ticks }, on) => html`
    <p class="time">${zone} ${ticks}</p><button class="tick" phx-click=${on.tick}>tick</button>
    <button class="crash" phx-click=${on.crash}>crash</button><button class="leave" phx-click=${on.leave}>leave</button>`,
});

const Player = liveView.define({
  name: "Player",
  authorize: "public",
  mount: () => ({ song: 1 }),
  events: { next: { handle: (socket) => socket.update("song", (song) => song + 1) } },
  render: ({ song }, on) => html`<p class="song">song ${song}</p><button class="next" phx-click=${on.next}>next</button>`,
});

const Nested = liveView.define({
  name: "Nested",
  authorize: "public",
  mount: () => ({ second: false, first: true, count: 0 }),
  events: {
    show: { handle: (socket) => socket.assign({ second: true }) },
    hide: { handle: (socket) => socket.assign({ first: false }) },
    count: { handle: (socket) => socket.update("count", (count) => count + 1) },
  },
  render: ({ first, second, count }, on) => html`
    <p id="count">${count}</p>
    ${first && liveRender(Clock, { id: "first", session: { zone: "UTC" } })}
    ${second && liveRender(Clock, { id: "second", session: { zone: "CET" } })}
    ${liveRender(Player, { id: "player", sticky: true })}
    <button id="show" phx-click=${on.show}>show</button><button id="hide" phx-click=${on.hide}>hide</button>
    <button id="add" phx-click=${on.count}>count</button>
    <a id="next" href="/second" data-phx-link="redirect" data-phx-link-state="push">second</a>
    <a id="silent" href="/parts" data-phx-link="redirect" data-phx-link-state="push">parts</a>`,
});

const Second = liveView.define({
  name: "Second",
  authorize: "public",
  container: { tag: "div", attrs: { class: "second-page", "phx-remove": JS.transition("fade-out", { time: 100 }) } },
  mount: () => ({}),
  render: () => html`<h1>Second</h1>${liveRender(Player, { id: "player", sticky: true })}`,
});

const Tasks = liveView.define({
  name: "Tasks",
  authorize: "public",
  mount: (socket) => ({
    report: assignAsync(async () => {
      await Promise.resolve();
      return "42 visitors";
    }),
    zone: String(socket.connectParams["zone"] ?? "none"),
  }),
  render: ({ report, zone }) => html`<p id="report">${report.ok ? report.result : "loading"}</p><p id="zone">${zone}</p><img phx-track-static src="/logo.svg">`,
});

let endpoint: Endpoint;
beforeEach(() => {
  ended.length = 0;
  endpoint = createEndpoint({
    secret: "a secret of at least thirty-two characters", log: () => {},
    live: [liveSession("default", {}, (live) => {
      live("/parts", Parts);
      live("/nested", Nested);
      live("/second", Second);
      live("/tasks", Tasks);
    })],
  });
});
afterEach(() => endpoint.close());

const texts = (page: { html(selector: string): string }): string[] =>
  [...page.html("#items").matchAll(/<li [^>]*>([^<]*)/g)].map(([, text]) => text!);

describe("streams", () => {
  test("the page keeps the items that the server has forgotten", async () => {
    const page = await openBrowser(endpoint).visit("/parts");
    expect(texts(page)).toEqual(["A", "B"]);
    await page.click("#do-append");
    await page.click("#do-note");
    await page.click("#do-rewrite");
    expect(texts(page)).toEqual(["again", "B", "C"]);
    await page.click("#do-prepend");
    expect(texts(page)).toEqual(["D", "again", "B"]);
    await page.click("#do-drop");
    expect([texts(page), page.text("#note")]).toEqual([["D", "again"], "noted"]);
    await page.click("#do-reset");
    expect(texts(page)).toEqual(["Z"]);
  });
});

describe("live components", () => {
  test("get their own events, by reference, by selector and by number; in streams too", async () => {
    const page = await openBrowser(endpoint).visit("/parts");
    await page.click("#one button");
    await page.click("#in-b button");
    await page.click("#in-b button");
    await page.click("#like-two");
    await page.click("#do-like");
    expect([page.text("#one b"), page.text("#in-b b"), page.text("#two b"), page.text("#view-likes")]).toEqual([
      "one: 1", "B: 2", "two: 1", "1",
    ]);
    expect(page.has(".like b", "B: 2")).toBe(true);
    expect(page.has(".like b", "B: 3")).toBe(false);
  });

  test("hooks of the client push to the view or to a component", async () => {
    const page = await openBrowser(endpoint).visit("/parts");
    await page.renderHook("moved", { by: 3 });
    await page.renderHook("moved", { by: 4 }, { from: "#note", to: "#two b" });
    await page.renderHook("moved", { by: 5 }, { to: Number(page.attr("#one", "data-phx-component")) });
    expect([page.text("#view-likes"), page.text("#two b"), page.text("#one b")]).toEqual(["3", "two: 4", "one: 5"]);
    await expect(page.renderHook("moved", { by: 1 }, { to: "#absent" })).rejects.toMatchObject({ code: "kit_not_found" });
    await expect(page.renderHook("moved", { by: 1 }, { to: 99 })).rejects.toMatchObject({ code: "kit_not_found" });
  });

  test("end when the page has them no more", async () => {
    const page = await openBrowser(endpoint).visit("/parts");
    ended.length = 0;
    await page.click("#do-hide");
    expect(ended).toEqual(["one"]);
    await page.click("#do-drop");
    expect(ended).toEqual(["one", "B"]);
    const sent = page.socket.frames.filter(({ from, text }) => from === "client" && text.includes("cids_"));
    expect(sent.map(({ text }) => (JSON.parse(text) as string[])[3])).toEqual([
      "cids_will_destroy", "cids_destroyed", "cids_will_destroy", "cids_destroyed",
    ]);
  });
});

describe("nested views", () => {
  test("are there with the page, live on their own, and keep what they show", async () => {
    const browser = openBrowser(endpoint);
    (await browser.get("/nested")).expectText("#first .time", "UTC 0");
    const page = await browser.visit("/nested");
    const clock = page.child("#first");
    expect([clock.live, clock.topic, clock.id]).toEqual([true, "lv:first", "first"]);
    await clock.click(".tick");
    await page.click("#first .tick");
    await page.click("#add");
    expect([clock.text(".time"), page.text("#first .time"), page.text("#count")]).toEqual(["UTC 2", "UTC 2", "1"]);
    expect(clock.has("#count")).toBe(false);
    expect(() => page.child("#count")).toThrow("is not on the page");

    await page.click("#show");
    const second = page.child("#second");
    await second.click(".tick");
    expect([second.text(".time"), clock.text(".time")]).toEqual(["CET 1", "UTC 2"]);
  });

  test("crash alone, join again, and end when the page has them no more", async () => {
    const page = await openBrowser(endpoint).visit("/nested");
    const clock = page.child("#first");
    await clock.click(".tick");
    await clock.click(".crash");
    expect([clock.crashed, clock.live, page.live, page.crashed]).toEqual([true, false, true, false]);
    await expect(clock.click(".tick")).rejects.toThrow("is not live");
    await clock.rejoin();
    expect([clock.crashed, clock.live, clock.text(".time")]).toEqual([false, true, "UTC 0"]);
    await page.click("#hide");
    expect([clock.live, page.has("#first")]).toEqual([false, false]);
    expect(await page.pushRaw("event", {}, { topic: "lv:first", joinRef: null })).toMatchObject({ response: { reason: "unmatched topic" } });
  });

  test("send the whole page elsewhere", async () => {
    const page = await openBrowser(endpoint).visit("/nested");
    await page.child("#first").click(".leave");
    page.expectRedirect("/second");
    expect((await page.followRedirect()).text("h1")).toBe("Second");
  });

  test("a sticky one survives navigation; the page that is left stays as it was", async () => {
    const page = await openBrowser(endpoint).visit("/nested");
    const player = page.child("#player");
    await player.click(".next");
    const second = await page.follow("#next");
    expect([player.live, player.text(".song"), second.text(".song"), second.has(".second-page h1")]).toEqual([true, "song 2", "song 2", true]);
    expect(second.has(`.second-page[phx-remove*='["transition",']`)).toBe(true);
    await player.click(".next");
    expect([second.text(".song"), page.text(".song"), page.live, page.url, second.url]).toEqual(["song 3", "song 2", false, "/nested", "/second"]);
    expect(second.socket.frames.filter(({ from, text }) => from === "client" && text.includes("\"lv:player\",\"phx_join\""))).toHaveLength(1);
  });

  test("where the next page does not have it, a sticky one ends", async () => {
    const page = await openBrowser(endpoint).visit("/nested");
    const player = page.child("#player");
    const parts = await page.follow("#silent");
    expect([parts.live, player.live, parts.has("#player")]).toEqual([true, false, false]);
  });
});

describe("tasks", () => {
  test("renderAsync waits for those of views and components, and for those that follow", async () => {
    const gates = new Map<string, () => void>();
    const gate = (name: string) => new Promise<string>((resolve) => gates.set(name, () => resolve(name)));
    const Slow = liveComponent<object>().define({
      mount: () => ({ part: assignAsync(() => gate("part")) }),
      render: ({ id, part }) => html`<p id=${id}>${part.ok ? part.result : "loading"}</p>`,
    });
    const View = liveView.define({
      name: "Slow",
      authorize: "public",
      mount: () => ({ text: "loading" }),
      handleParams(socket) {
        socket.startAsync("first", () => gate("first"), () => {
          socket.startAsync("second", () => gate("second"), (outcome) => socket.assign({ text: outcome.ok ? outcome.value : "failed" }));
        });
      },
      render: ({ text }) => html`<p id="text">${text}</p>${Slow({ id: "slow" })}`,
    });
    const page = await renderIsolated(View);
    await page.settle();
    expect([page.text("#text"), page.text("#slow")]).toEqual(["loading", "loading"]);
    await expect(page.renderAsync({ timeoutMs: 5 })).rejects.toThrow("an end of its handlers and tasks within 5 ms");
    let done = false;
    const rendered = page.renderAsync().finally(() => (done = true));
    for (const name of ["first", "part", "second"]) {
      await vi.waitUntil(() => gates.has(name), DEADLINE_MS);
      expect(done).toBe(false);
      gates.get(name)!();
    }
    expect(await rendered).toContain("<p id=\"text\">second</p>");
    page.expectText("#slow", "part");
  });

  test("what the event loop had no time for is waited for: a pause of the machine is no silence of the view", async () => {
    let begin!: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const View = liveView.define({
      authorize: "public",
      mount: () => ({
        report: assignAsync(async () => {
          await begun;
          // Timers are read between two turns.
          for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
          return "ready";
        }),
      }),
      render: ({ report }) => html`<p>${report.ok ? report.result : "loading"}</p>`,
    });
    const page = await renderIsolated(View);
    const timeoutMs = 1_000;
    const both = Promise.all([page.waitForText("p", "ready", { timeoutMs }), page.renderAsync({ timeoutMs })]);
    begin();
    for (const until = performance.now() + timeoutMs + 50; performance.now() < until;);
    await both;
    page.expectText("p", "ready");
  });

  test("renderAsync ends when the view does", async () => {
    const View = liveView.define({
      authorize: "public",
      mount: () => ({ never: assignAsync(() => new Promise<string>(() => {})) }),
      render: ({ never }) => html`<p>${String(never.loading)}</p>`,
    });
    const page = await renderIsolated(View);
    const rendered = page.renderAsync();
    page.close();
    expect(await rendered).toContain("true");
  });
});

describe("joins", () => {
  test("carry connect params; static files that the page tracks are named", async () => {
    const page = await openBrowser(endpoint, { connectParams: { zone: "CET" } }).visit("/tasks");
    page.expectText("#zone", "CET");
    const join = page.socket.frames.find(({ text }) => text.includes("phx_join"))!;
    expect((JSON.parse(join.text) as unknown[])[4]).toMatchObject({
      params: { _track_static: ["http://localhost/logo.svg"], zone: "CET", _mounts: 0, _mount_attempts: 0 }, sticky: false,
    });
  });

  test("waitForText waits for a task's result, and gives up", async () => {
    const page = await openBrowser(endpoint).visit("/tasks");
    await page.waitForText("#report", "42 visitors");
    await expect(page.waitForText("#report", "43", { timeoutMs: 5 })).rejects.toMatchObject({ code: "kit_expectation" });
  });
});

test("a view's container takes commands in bindings, and nowhere else", () => {
  const define = (attrs: Record<string, ReturnType<typeof JS.hide>>) => liveView.define({ authorize: "public", container: { attrs }, render: () => html`<p></p>` });
  expect(() => define({ "phx-mounted": JS.show() })).not.toThrow();
  expect(() => define({ class: JS.show() })).toThrow(/view_definition_invalid/);
});
