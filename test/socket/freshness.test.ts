// Who somebody is may change while a page is open: hooks load it again when their answer is old, or when a topic says so.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPubSub, html, liveSession, liveView, onMount, redirect, topic } from "holdfast";
import { eventually, Joined, startLab, type Lab } from "../support/lab.js";
import { MemoryBus } from "../support/memory-bus.js";
import { Gate, within } from "../support/wait.js";

const roles = new Map<number, string>();
const calls: string[] = [];
const roleChanged = topic<null>("role:changed");
const said = topic<string>("said");

const REFRESH_MS = 60_000;
/** Where the hook waits with what it has read, the policy before it decides, mount or a handler before it ends. */
let gates: Partial<Record<"hook" | "policy" | "mount" | "slow", Gate>> = {};
let onLoad = (): void => {};
const user = onMount(async (socket, { session }) => {
  calls.push("load");
  onLoad();
  const id = (session as { userId?: number }).userId ?? 0;
  const role = await socket.assignNew("role", () => roles.get(id) ?? "nobody");
  await gates.hook?.wait();
  socket.attachHook("once", "handleEvent", () => void calls.push("attached"));
  if (role === "nobody") return redirect("/login");
  return { role };
}, { refresh: REFRESH_MS, topic: () => roleChanged });

const Page = liveView.use(user).define({
  name: "page",
  async authorize({ role }) {
    await gates.policy?.wait();
    return role === "admin" || role === "editor";
  },
  topics: () => ({ said }),
  async mount(socket) {
    if (socket.connected) calls.push("mount");
    await gates.mount?.wait();
    return { heard: "" };
  },
  messages: { said: (socket, heard) => { calls.push("message"); socket.assign({ heard }); } },
  events: { act: { handle: () => void calls.push("handled") }, slow: { handle: async () => void (await gates.slow?.wait()) } },
  render: ({ role, heard }, on) => html`<main><i phx-click=${on.slow}></i><button phx-click=${on.act}>${role}</button><p>${heard}</p></main>`,
});

let lab: Lab;
beforeEach(async () => {
  roles.set(1, "admin");
  gates = {};
  onLoad = () => {};
  lab = await startLab({}, { live: [liveSession("lab", {}, (live) => live("/", Page))] });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await lab.close();
});

/** A page of user 1, whose calls so far are forgotten. */
async function open(): ReturnType<Lab["open"]> {
  const page = await lab.open("/", await lab.loggedIn(1));
  calls.length = 0;
  return page;
}
/** The hooks' answers have grown old. */
function old(): void {
  const clock = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => clock() + REFRESH_MS);
}

describe("a hook's answer", () => {
  it("counts as long as it says", async () => {
    const page = await open();
    await page.event("act");
    expect(calls).toEqual(["attached", "handled"]);
  });

  it("is loaded again before an event that comes later, and what it attached is attached once", async () => {
    const page = await open();
    roles.set(1, "editor");
    old();
    const { response } = await page.event("act");
    expect(calls).toEqual(["load", "attached", "handled"]);
    expect(JSON.stringify(response)).toContain("editor");
  });

  it("is loaded again if the clock was set back: nobody knows how old it is", async () => {
    const page = await open();
    roles.set(1, "editor");
    const clock = Date.now.bind(Date);
    vi.spyOn(Date, "now").mockImplementation(() => clock() - 60_000);
    expect(JSON.stringify((await page.event("act")).response)).toContain("editor");
    await page.event("act");
    expect(calls).toEqual(["load", "attached", "handled", "attached", "handled"]);
  });

  it("that the policy no longer accepts ends the view before the handler, and the join is refused at its guards", async () => {
    const page = await open();
    roles.set(1, "reader");
    old();
    expect((await page.event("act")).response).toEqual({});
    expect(calls).toEqual(["load"]);
    await eventually(() => expect(page.socket.frames.some(([, , , event]) => event === "phx_error")).toBe(true));
    expect((await page.socket.join(page.page)).response).toMatchObject({ reason: "reload", status: 403 });
  });

  it("that the hook itself no longer gives ends it, too", async () => {
    const page = await open();
    roles.delete(1);
    old();
    await page.event("act");
    expect(calls).toEqual(["load"]);
    expect((await page.socket.join(page.page)).response).toMatchObject({ redirect: { to: "/login" } });
  });

  it("is loaded again before a message, and what may no longer be seen is not rendered", async () => {
    const page = await open();
    roles.set(1, "reader");
    old();
    lab.endpoint.broadcast(said, "a secret");
    await eventually(() => expect(page.socket.frames.some(([, , , event]) => event === "phx_error")).toBe(true));
    expect(calls).toEqual(["load"]);
    expect(JSON.stringify(page.diffs)).not.toContain("a secret");
  });

  it("expires immediately when its topic says so", async () => {
    const page = await open();
    roles.set(1, "reader");
    lab.endpoint.broadcast(roleChanged, null);
    await eventually(() => expect(page.socket.frames.some(([, , , event]) => event === "phx_error")).toBe(true));
    expect(calls).toContain("load");
    expect(calls).not.toContain("handled");
  });
});

describe("a role that changes while something waits", () => {
  /** Lets the gate's first visitor in, and nobody else wait. */
  function opened(name: keyof typeof gates): void {
    const gate = gates[name]!;
    gates = {};
    gate.open();
  }
  const demote = (): void => {
    roles.set(1, "reader");
    lab.endpoint.broadcast(roleChanged, null);
  };

  it.each(["hook", "policy", "mount"] as const)("of a join: it is refused, behind the %s", async (place) => {
    const browser = await lab.loggedIn(1);
    const page = await browser.get("/");
    const socket = await browser.socket();
    calls.length = 0;
    const gate = (gates[place] = new Gate());
    const ref = socket.sendJoin(page);
    await within(gate.entered, place);
    const before = calls.filter((what) => what === "mount").length;
    demote();
    opened(place);
    // The page's GET says why.
    expect(await socket.reply(ref)).toMatchObject({ status: "error", response: { reason: place === "mount" ? "stale" : "reload" } });
    expect(calls.filter((what) => what === "mount").length).toBe(before);
    roles.set(1, "editor"); // the control
    expect(JSON.stringify(await socket.join(page))).toContain("editor");
  });

  // A node hears the topic only once it knows who the user is.
  it("of a join's hook, on another node: the first event finds it changed", async () => {
    const bus = new MemoryBus();
    const [here, there] = [createPubSub(), createPubSub()];
    await Promise.all([here.connect(bus.carrier()), there.connect(bus.carrier())]);
    await lab.close();
    lab = await startLab({}, { pubsub: here, live: [liveSession("lab", {}, (live) => live("/", Page))] });
    const browser = await lab.loggedIn(1);
    const page = await browser.get("/");
    const socket = await browser.socket();
    const gate = (gates.hook = new Gate());
    const ref = socket.sendJoin(page);
    await within(gate.entered, "the hook");
    roles.set(1, "reader");
    await there.broadcast(roleChanged, null);
    opened("hook");
    expect(await socket.reply(ref)).toMatchObject({ status: "ok" });
    calls.length = 0;
    expect((await new Joined(socket, browser, page, page.topic, undefined).event("act")).response).toEqual({});
    expect(calls).toEqual(["load"]);
    await there.close();
  });

  it.each(["hook", "policy"] as const)("of the loading itself: what its %s waits with counts no more", async (place) => {
    const page = await open();
    old();
    const gate = (gates[place] = new Gate());
    const ref = page.sendEvent("act");
    await within(gate.entered, place);
    demote();
    opened(place);
    expect((await page.socket.reply(ref)).response).toEqual({});
    expect(calls).toEqual(["load", "load"]);
  });

  it("without end: an event is handled all the same, and the next one loads again", async () => {
    const page = await open();
    onLoad = () => lab.endpoint.broadcast(roleChanged, null);
    old();
    await page.event("act");
    expect(calls.filter((what) => what === "handled")).toHaveLength(1);
    onLoad = () => {};
    calls.length = 0;
    await page.event("act");
    expect(calls).toEqual(["load", "attached", "handled"]);
  });

  it("without end: it loads no more often than that takes, and once more when the topic is quiet", async () => {
    const page = await open();
    const loads = (): number => calls.filter((what) => what === "load").length;
    onLoad = () => lab.endpoint.broadcast(roleChanged, null);
    old();
    await page.event("act");
    // Five times for the event, and five for the message that shows what was read.
    await eventually(() => expect(loads()).toBe(10));
    for (let turn = 0; turn < 3; turn++) await page.socket.heartbeat();
    expect(loads()).toBe(10);
    onLoad = () => {};
    roles.set(1, "editor");
    await eventually(() => expect(JSON.stringify(page.diffs)).toContain("editor"));
    expect(loads()).toBe(11);
  });

  it("of a handler: an event that was sent before the change, and waits, is not handled behind it", async () => {
    const page = await open();
    const gate = (gates.slow = new Gate());
    page.sendEvent("slow");
    await within(gate.entered, "the handler");
    const ref = page.sendEvent("act");
    await page.socket.heartbeat();
    demote();
    opened("slow");
    expect((await page.socket.reply(ref)).response).toEqual({});
    expect(calls.filter((what) => what === "handled" || what === "load")).toEqual(["load"]);
  });
});
