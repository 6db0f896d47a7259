import { halt, html, liveComponent, liveView, onMount, topic, type HookStage } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { all } from "../support/all-events.js";
import { Calls } from "../support/fixture-app.js";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";
import { Gate, within } from "../support/wait.js";

const calls = new Calls();
const rights = { view: true, event: true };
let door: Gate | undefined;
const news = topic<string>("hooks:news");

const Part = liveComponent().define({
  name: "part",
  mount(socket) {
    socket.attachHook("own", "handleEvent", (event) => void calls.hit(`part hook ${event}`));
    return {};
  },
  events: { poke: { handle: () => calls.hit("poke") } },
  render: (_assigns, on) => html`<button phx-click=${on.poke}>poke</button>`,
});

const View = liveView.define({
  name: "Hooked",
  authorize: () => rights.view,
  topics: () => ({ news }),
  mount(socket) {
    if (socket.connected) socket.attachHook("count", "afterRender", () => calls.hit("rendered"));
    socket.attachHook("first", "handleEvent", (event, params) => {
      calls.hit(`first ${event} ${JSON.stringify(params)}`);
    });
    socket.attachHook("second", "handleEvent", async (event) => {
      await Promise.resolve();
      calls.hit("second");
      if (event === "halted") return halt();
      if (event === "answered") return halt({ no: "not now" });
      if (event === "redirected") {
        socket.redirect("/elsewhere");
        return halt();
      }
      if (event === "thrown") throw new Error("the hook threw");
      return undefined;
    });
    socket.attachHook("third", "handleEvent", async () => {
      calls.hit("third");
      await door?.wait();
    });
    socket.attachHook("messages", "handleMessage", async (message) => {
      calls.hit(`message ${String(message.payload)}`);
      await door?.wait();
      return message.payload === "secret" ? halt() : undefined;
    });
    socket.attachHook("tasks", "handleAsync", async (name, outcome) => {
      calls.hit(`task ${name} ${outcome.ok}`);
      await door?.wait();
      return name === "stopped" ? halt() : undefined;
    });
    socket.attachHook("urls", "handleParams", async ({ uri }) => {
      calls.hit(`url ${uri.search}`);
      if (socket.connected) await door?.wait();
      return uri.searchParams.has("stop") ? halt() : undefined;
    });
    return { seen: "", n: 0 };
  },
  handleParams: (_socket, { uri }) => calls.hit(`params ${uri.search}`),
  messages: {
    news(socket, text) {
      calls.hit(`handled ${text}`);
      socket.assign({ seen: text });
    },
  },
  events: {
    go: {
      handle(socket) {
        calls.hit("go");
        socket.update("n", (n) => n + 1);
      },
    },
    halted: { handle: () => calls.hit("halted!") },
    answered: { handle: () => calls.hit("answered!") },
    redirected: { handle: () => calls.hit("redirected!") },
    thrown: { handle: () => calls.hit("thrown!") },
    guarded: { params: z.object({ n: z.number() }), authorize: () => rights.event, handle: () => calls.hit("guarded") },
    detach: {
      handle(socket) {
        socket.detachHook("first", "handleEvent");
        socket.detachHook("third", "handleEvent");
        socket.detachHook("nobody", "handleEvent");
        socket.detachHook("nobody", "handleAsync");
      },
    },
    same: { handle: (socket) => socket.attachHook("second", "handleEvent", () => {}) },
    run: {
      params: z.object({ name: z.string() }),
      handle: (socket, { name }) => socket.startAsync(name, () => Promise.resolve(1), () => calls.hit(`done ${name}`)),
    },
  },
  render: ({ seen, n }, on) => html`<main>${seen}<b phx-click=${on.go}>${n}</b>${Part({ id: "part" })}<i phx-click=${all(on)}></i></main>`,
});

/** A hook that detaches itself, and one that sets assigns behind a render. */
const Odd = liveView.define({
  name: "Odd",
  authorize: "public",
  mount(socket) {
    socket.attachHook("once", "handleEvent", () => {
      calls.hit("once");
      socket.detachHook("once", "handleEvent");
    });
    socket.attachHook("next", "handleEvent", () => void calls.hit("next"));
    return {};
  },
  events: { go: { handle: () => calls.hit("odd go") } },
  render: (_assigns, on) => html`<main>odd<i phx-click=${all(on)}></i></main>`,
});
const Throws = liveView.define({
  name: "Throws",
  authorize: "public",
  mount(socket) {
    socket.attachHook("bad", "afterRender", () => {
      if (socket.connected && (socket.assigns as { n?: number }).n === 1) throw new Error("behind the render");
    });
    return { n: 0 };
  },
  events: { go: { handle: (socket) => socket.update("n", (n) => n + 1) } },
  render: ({ n }, on) => html`<main>${n}<i phx-click=${all(on)}></i></main>`,
});
/** A hook of on-mount attaches, for all views that are built on it. */
const Based = liveView.use(onMount((socket) => {
  socket.attachHook("base", "handleEvent", (event) => (event === "save" ? halt() : undefined));
})).define({
  name: "Based",
  authorize: "public",
  mount: () => ({ n: 0 }),
  events: { save: { handle: () => calls.hit("save") }, other: { handle: () => calls.hit("other") } },
  render: (_assigns, on) => html`<main>based<i phx-click=${all(on)}></i></main>`,
});

let lab: Lab;
let view: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": View, "/odd": Odd, "/throws": Throws, "/based": Based });
});
afterAll(() => lab.close());
beforeEach(async () => {
  door = undefined;
  Object.assign(rights, { view: true, event: true });
  view = await lab.open("/", await lab.loggedIn(1));
  calls.clear();
  lab.log.length = 0;
});
afterEach(() => lab.cut());

describe("hooks of handleEvent", () => {
  it("run in the order in which they were attached, one after the other, and then the handler", async () => {
    expect((await view.event("go", { a: 1 })).response).toHaveProperty("diff");
    expect(calls.log).toEqual(['first go {"a":1}', "second", "third", "go", "rendered"]);
  });

  it("that halt keep later hooks and the handler from running, and the event is answered", async () => {
    expect(await view.event("halted")).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual(["first halted {}", "second"]);
  });

  it("that halt may answer", async () => {
    expect((await view.event("answered")).response).toEqual({ diff: { r: { no: "not now" } } });
    expect(calls.of("answered!")).toBe(0);
  });

  it("that halt may redirect", async () => {
    expect((await view.event("redirected")).response).toEqual({ redirect: { status: 302, to: "/elsewhere" } });
    expect(calls.of("redirected!")).toBe(0);
  });

  it("that throw end the view", async () => {
    view.sendEvent("thrown");
    expect((await view.socket.push("phx_error"))[2]).toBe(view.topic);
    expect(calls.of("thrown!")).toBe(0);
  });

  it("run no more when they are detached", async () => {
    await view.event("detach");
    calls.clear();
    await view.event("go");
    expect(calls.log).toEqual(["second", "go", "rendered"]);
  });

  it("may detach themselves", async () => {
    const odd = await lab.open("/odd");
    calls.clear();
    await odd.event("go");
    await odd.event("go");
    expect(calls.log).toEqual(["once", "next", "odd go", "next", "odd go"]);
  });

  it("have their own names", async () => {
    view.sendEvent("same");
    await view.socket.push("phx_error");
    expect(lab.log.find(({ message }) => message === "view crashed")?.details["error"]).toMatchObject({ code: "socket_misuse" });
  });

  it("of an on-mount hook hold in each view that is built on it", async () => {
    const based = await lab.open("/based");
    calls.clear();
    expect(await based.event("save")).toEqual({ status: "ok", response: {} });
    await based.event("other");
    expect(calls.log).toEqual(["other"]);
  });

  it("of a component see its events, and the view's see the view's", async () => {
    await view.event("poke", {}, 1);
    expect(calls.log).toEqual(["part hook poke", "poke"]);
  });
});

describe("no hook lets through, or even sees, an event", () => {
  it.each<[string, unknown, string]>([
    ["nothing", {}, "unknown_event"], ["constructor", {}, "unknown_event"], ["poke", {}, "unknown_event"],
    ["guarded", { n: "1" }, "bad_payload"], ["guarded", null, "bad_payload"],
  ])("%s with %j", async (name, value, reason) => {
    expect(await view.event(name, value)).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual([]);
    expect(lab.log.at(-1)?.details["reason"]).toBe(reason);
  });

  it.each(["view", "event"] as const)("that the %s's policy refuses", async (policy) => {
    rights[policy] = false;
    expect(await view.event("guarded", { n: 1 })).toEqual({ status: "ok", response: {} });
    expect(calls.log).toEqual([]);
  });
});

describe("hooks of other stages", () => {
  it("see messages and stop them", async () => {
    lab.endpoint.broadcast(news.name, "message", "public");
    lab.endpoint.broadcast(news.name, "message", "secret");
    await view.event("go");
    // Messages in a row share one render.
    expect(calls.log.slice(0, 4)).toEqual(["message public", "handled public", "message secret", "rendered"]);
    expect(calls.of("message secret")).toBe(1);
    expect(calls.of("handled secret")).toBe(0);
  });

  it("see the ends of tasks and stop them", async () => {
    await view.event("run", { name: "fine" });
    await view.event("run", { name: "stopped" });
    await view.event("go");
    expect(calls.log).toEqual(expect.arrayContaining(["task fine true", "done fine", "task stopped true"]));
    expect(calls.of("done stopped")).toBe(0);
  });

  it("see URLs and stop handleParams, and the URL has changed all the same", async () => {
    const url = (query: string): string => view.page.url + query;
    await view.call("live_patch", { url: url("?a") });
    await view.call("live_patch", { url: url("?stop") });
    expect(calls.log.filter((entry) => /^(?:url|params)/.test(entry))).toEqual(["url ?a", "params ?a", "url ?stop"]);
  });

  it("run once per render, and not without one", async () => {
    await view.event("go");
    await view.event("go");
    await view.event("halted");
    await view.event("poke", {}, 1);
    expect(calls.of("rendered")).toBe(2);
    await view.socket.join(view.page);
    expect(calls.of("rendered")).toBe(3);
  });

  it("that throw after a render end only their view", async () => {
    const browser = lab.browser();
    const page = await lab.open("/throws", browser);
    const sibling = await browser.get("/odd");
    await page.socket.join(sibling);
    page.sendEvent("go");
    expect((await page.socket.push("phx_error"))[2]).toBe(page.topic);
    expect((await page.socket.event(sibling, "go")).status).toBe("ok");
  });
});

describe("while a hook waits and its user is disconnected", () => {
  const cases: readonly [HookStage, () => unknown, hook: string, handler: string][] = [
    ["handleEvent", () => view.sendEvent("go"), "third", "go"],
    ["handleMessage", () => lab.endpoint.broadcast(news.name, "message", "late"), "message late", "handled late"],
    ["handleParams", () => view.post("live_patch", { url: `${view.page.url}?late` }), "url ?late", "params ?late"],
  ];

  it.each(cases)("%s: the handler behind it does not start any more", async (_stage, cause, hook, handler) => {
    door = new Gate();
    cause();
    await within(door.entered, "the hook");
    expect(calls.of(hook)).toBe(1);
    await lab.endpoint.disconnect("lab:1");
    door.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls.of(handler)).toBe(0);
  });

  it("handleAsync: the handler after it does not start any more", async () => {
    await view.event("detach");
    await view.event("run", { name: "late" }); // its hook waits at the door from the next tick on
    expect(calls.of("done late")).toBe(1);
    door = new Gate();
    view.sendEvent("run", { name: "later" });
    await within(door.entered, "the hook");
    await lab.endpoint.disconnect("lab:1");
    door.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls.of("task later true")).toBe(1);
    expect(calls.of("done later")).toBe(0);
  });

  it("no further hook starts, either", async () => {
    const own = new Gate();
    let third = 0;
    const Two = liveView.define({
      name: "Two",
      authorize: "public",
      mount(socket) {
        socket.attachHook("waits", "handleEvent", async () => own.wait());
        socket.attachHook("behind", "handleEvent", () => void third++);
        return {};
      },
      events: { go: { handle: () => void third++ } },
      render: (_assigns, on) => html`<main>two<i phx-click=${all(on)}></i></main>`,
    });
    const other = await startLab({ "/": Two });
    const page = await other.open("/", await other.loggedIn(2));
    page.sendEvent("go");
    await within(own.entered, "the first hook");
    await other.endpoint.disconnect("lab:2");
    own.open();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(third).toBe(0);
    await other.close();
  });
});

it("hooks of messages run once for a message, however many handlers it has", async () => {
  const seen: string[] = [];
  const Twice = liveView.define({
    name: "Twice", authorize: "public",
    mount(socket) {
      socket.attachHook("count", "handleMessage", (message) => void seen.push(`hook ${String(message.payload)}`));
      for (const name of ["first", "second"]) socket.subscribe("twice", (message) => void seen.push(`${name} ${String(message.payload)}`));
    },
    render: () => html`<p></p>`,
  });
  const own = await startLab({ "/": Twice });
  try {
    await own.open("/");
    seen.length = 0;
    own.endpoint.broadcast("twice", "said", 7);
    await eventually(() => expect(seen).toEqual(["hook 7", "first 7", "second 7"]));
  } finally {
    await own.close();
  }
});
