import { html, liveComponent, liveRender, liveView } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { all } from "../support/all-events.js";
import { Calls } from "../support/fixture-app.js";
import { eventually, Joined, startLab, tokenOf, type Lab } from "../support/lab.js";
import { Gate, within } from "../support/wait.js";

const calls = new Calls();
const rights = { chat: true, say: true, player: true };
/** What the mount of the parent, the mount of the child or a slow event waits at. */
let doors: Partial<Record<"parent" | "chat" | "slow", Gate>> = {};

const Leaf = liveView.define({
  name: "Leaf",
  authorize: "public",
  mount(socket) {
    calls.hit("leaf mount");
    if (socket.connected) socket.onTerminate(() => calls.hit("leaf ended"));
    return {};
  },
  render: () => html`<i>leaf</i>`,
});

const Chat = liveView.define({
  name: "Chat",
  params: z.object({ room: z.number() }),
  authorize: () => {
    calls.hit("chat policy");
    return rights.chat;
  },
  async mount(socket, { params: { room } }) {
    calls.hit(`chat mount ${room}`);
    if (socket.connected) {
      await doors.chat?.wait();
      socket.onTerminate(() => calls.hit(`chat ended ${room}`));
      socket.subscribe("chat", () => calls.hit(`chat heard ${room}`));
    }
    return { room, said: 0 };
  },
  events: {
    say: {
      authorize: () => rights.say,
      handle(socket) {
        calls.hit("say");
        socket.update("said", (said) => said + 1);
      },
    },
    slow: {
      async handle() {
        calls.hit("slow");
        await doors.slow?.wait();
      },
    },
    crash: {
      handle: () => {
        throw new Error("the chat threw");
      },
    },
    patch: { handle: (socket) => socket.pushPatch("/?child") },
  },
  render: ({ room, said }, on) => html`<p>${room} ${said}<i phx-click=${all(on)}></i></p>${liveRender(Leaf, { id: "leaf" })}`,
});

const Player = liveView.define({
  name: "player",
  authorize: () => rights.player,
  mount(socket, { params, session }) {
    calls.hit(`player mount ${JSON.stringify(params)} ${String((session as { userId?: number }).userId)}`);
    if (socket.connected) socket.onTerminate(() => calls.hit("player ended"));
    return { n: 0 };
  },
  events: {
    play: {
      handle(socket) {
        calls.hit("play");
        socket.update("n", (n) => n + 1);
      },
    },
  },
  render: ({ n }, on) => html`<b>${n}<i phx-click=${all(on)}></i></b>`,
});

const Parent = liveView.define({
  name: "Parent",
  authorize: "public",
  async mount(socket) {
    if (socket.connected) await doors.parent?.wait();
    return { room: 1, shown: true, n: 0 };
  },
  events: {
    hide: { handle: (socket) => socket.assign({ shown: false }) },
    show: { params: z.object({ room: z.number() }), handle: (socket, { room }) => socket.assign({ shown: true, room }) },
    room: { params: z.object({ room: z.number() }), handle: (socket, { room }) => socket.assign({ room }) },
    inc: { handle: (socket) => socket.update("n", (n) => n + 1) },
    crash: {
      handle: () => {
        throw new Error("the parent threw");
      },
    },
  },
  render: ({ room, shown, n }, on) => html`<main>${n}
    ${shown && liveRender(Chat, { id: "chat", session: { room } })}
    ${liveRender(Player, { id: "player", session: { song: "Ode" }, sticky: true })}<i phx-click=${all(on)}></i></main>`,
});

/** A nested view that stands in a component. */
const Box = liveComponent().define({ name: "box", render: () => html`<div>${liveRender(Chat, { id: "chat", session: { room: 9 } })}</div>` });
const Boxed = liveView.define({
  name: "Boxed",
  authorize: "public",
  mount: () => ({ shown: true }),
  events: { hide: { handle: (socket) => socket.assign({ shown: false }) } },
  render: ({ shown }, on) => html`<main>${shown && Box({ id: "box" })}<i phx-click=${all(on)}></i></main>`,
});

const OtherPlayer = liveView.define({ name: "player", authorize: "public", render: () => html`<b>another</b>` });
const Twin = liveView.define({
  name: "Twin",
  authorize: "public",
  render: () => html`<main>${liveRender(OtherPlayer, { id: "other", sticky: true })}</main>`,
});
/** A nested view with a URL of its own there cannot be. */
const Wrong = liveView.define({ name: "Wrong", authorize: "public", handleParams: () => {}, render: () => html`<p>wrong</p>` });
const Wronged = liveView.define({ name: "Wronged", authorize: "public", render: () => html`<main>${liveRender(Wrong, { id: "w" })}</main>` });

let lab: Lab;
let parent: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": Parent, "/boxed": Boxed, "/twin": Twin, "/wronged": Wronged });
});
afterAll(() => lab.close());
beforeEach(async () => {
  doors = {};
  Object.assign(rights, { chat: true, say: true, player: true });
  parent = await lab.open("/", await lab.loggedIn(1));
  calls.clear();
  lab.log.length = 0;
});
afterEach(() => lab.cut());

const left = { status: "error", response: { reason: "left" } };
const stale = { status: "error", response: { reason: "stale" } };
const gone = { status: "error", response: { reason: "unmatched topic" } };
const mounts = (): string[] => calls.log.filter((entry) => entry.includes("mount"));

describe("a nested view", () => {
  it("is joined through its parent, and has what its parent gives it", async () => {
    const chat = await parent.child("chat");
    expect(mounts()).toEqual(["chat mount 1"]);
    expect((await chat.event("say")).response).toEqual({ diff: { 1: "1" } });
    expect((await parent.event("inc")).response).toEqual({ diff: { 0: "1" } });
    expect(calls.of("say")).toBe(1);
  });

  it("is in the first page without a token: only its parent's join names one", async () => {
    const { html: text } = await lab.browser().get("/");
    expect(text).toContain('id="chat" data-phx-session=""');
    expect(text).not.toContain('id="player" data-phx-session=""');
  });

  it("in a component is joined as long as the component is there", async () => {
    const boxed = await lab.open("/boxed");
    const token = tokenOf(boxed.rendered, "chat");
    await boxed.child("chat");
    await boxed.event("hide");
    expect(await boxed.join("chat", token)).toEqual(left);
  });

  it("that stays on the page keeps its session, and one that comes back begins with the present one", async () => {
    await parent.child("chat");
    expect(JSON.stringify((await parent.event("room", { room: 2 })).response)).not.toContain("data-phx-session");
    await parent.event("hide");
    const back = (await parent.event("show", { room: 3 })).response;
    await parent.child("chat", tokenOf(back, "chat"));
    expect(mounts()).toEqual(["chat mount 1", "chat mount 3"]);
  });

  it("has no URL", async () => {
    const page = await lab.browser().get("/wronged");
    expect(page.status).toBe(500);
    const chat = await parent.child("chat");
    expect((await chat.call("live_patch", { url: parent.page.url })).response).toEqual({ link_redirect: true });
    // What it patches is its page.
    expect(await chat.event("patch")).toEqual({ status: "ok", response: {} });
    expect(await chat.socket.push("live_patch")).toEqual([
      expect.any(String), null, parent.topic, "live_patch", { kind: "push", to: "/?child" },
    ]);
    expect((await chat.event("say")).response).toHaveProperty("diff");
    expect((await parent.event("inc")).response).toHaveProperty("diff");
    expect(parent.socket.frames.filter(([, , , event]) => event === "live_patch")).toHaveLength(1);
    expect(lab.log.map(({ message }) => message)).toEqual(["request crashed"]);
  });
});

describe("the join of a nested view is refused, and nothing of it is called,", () => {
  afterEach(() => expect(mounts()).toEqual([]));

  it("without its parent on the same socket", async () => {
    const token = tokenOf(parent.rendered, "chat");
    const alone = new Joined(await parent.browser.socket(), parent.browser, parent.page, parent.topic, undefined);
    expect(await alone.join("chat", token)).toEqual(left);
  });

  it("before its parent's join has ended", async () => {
    doors.parent = new Gate();
    const token = tokenOf(parent.rendered, "chat");
    const again = parent.socket.sendJoin(parent.page);
    await within(doors.parent.entered, "the parent's mount");
    expect(await parent.join("chat", token)).toEqual(left);
    doors.parent.open();
    expect((await parent.socket.reply(again)).status).toBe("ok");
  });

  it("with a token of another session", async () => {
    const token = tokenOf(parent.rendered, "chat");
    const thief = await lab.open("/", await lab.loggedIn(2));
    calls.clear();
    expect(await thief.join("chat", token)).toEqual(stale);
  });

  it("with a token of another nested view, of another parent, of a page, or of nobody", async () => {
    const own = tokenOf(parent.rendered, "chat");
    expect(await parent.join("player", own)).toEqual(stale);
    expect(await parent.join("leaf", own)).toEqual(stale);
    expect(await parent.join("chat", tokenOf(parent.rendered, "player"))).toEqual(stale);
    expect(await parent.join("chat", parent.page.session)).toEqual(stale);
    expect(await parent.join("chat", parent.page.static ?? "")).toEqual(stale);
    expect(await parent.join("chat", parent.page.csrf)).toEqual(stale);
    expect(await parent.socket.join(parent.page, { session: own }, `${parent.topic}x`)).toEqual(stale);
    for (const token of ["", "x", own.slice(0, -2), `${own}A`, null, 7, {}, [own], { parent: parent.topic.slice(3) }]) {
      expect(await parent.join("chat", token as string)).toEqual(stale);
    }
    expect((await parent.event("inc")).response).toHaveProperty("diff");
  });

  it("with the token of a parent that another page of the same session has", async () => {
    const token = tokenOf(parent.rendered, "chat");
    const second = await lab.open("/", parent.browser);
    calls.clear();
    expect(await second.join("chat", token)).toEqual(left);
    expect((await second.event("inc")).response).toHaveProperty("diff");
  });

  it("after its parent has left", async () => {
    const token = tokenOf(parent.rendered, "chat");
    await parent.call("phx_leave", {});
    expect(await parent.join("chat", token)).toEqual(left);
  });

  it("after its parent has crashed", async () => {
    const token = tokenOf(parent.rendered, "chat");
    parent.sendEvent("crash");
    await parent.socket.push("phx_error");
    expect(await parent.join("chat", token)).toEqual(left);
  });

  it("when its parent does not show it any more", async () => {
    const token = tokenOf(parent.rendered, "chat");
    await parent.event("hide");
    expect(await parent.join("chat", token)).toEqual(left);
  });

  it("by its policy, as its page would be", async () => {
    rights.chat = false;
    expect(await parent.join("chat", tokenOf(parent.rendered, "chat"))).toEqual({ status: "error", response: { reason: "reload", status: 403 } });
    expect(calls.log).toEqual(["chat policy"]);
    expect((await parent.event("inc")).response).toHaveProperty("diff");
  });
});

describe("a page's join is refused with a nested view's token", () => {
  it("of its own and of a sticky one", async () => {
    for (const id of ["chat", "player"]) {
      expect(await parent.socket.join(parent.page, { session: tokenOf(parent.rendered, id) })).toEqual(stale);
    }
  });
});

describe("a nested view's events", () => {
  it("ask its own policy, and the event's", async () => {
    const chat = await parent.child("chat");
    rights.say = false;
    expect(await chat.event("say")).toEqual({ status: "ok", response: {} });
    Object.assign(rights, { say: true, chat: false });
    expect(await chat.event("say")).toEqual({ status: "ok", response: {} });
    expect(lab.log.map(({ details }) => details["reason"])).toEqual(["event_policy", "view_policy"]);
    expect(calls.of("say")).toBe(0);
  });

  it("are its own: its parent's are unknown to it, and its own to its parent", async () => {
    const chat = await parent.child("chat");
    expect(await chat.event("inc")).toEqual({ status: "ok", response: {} });
    expect(await parent.event("say")).toEqual({ status: "ok", response: {} });
    expect(calls.of("say")).toBe(0);
  });

  it("wait for nobody but its own", async () => {
    doors.slow = new Gate();
    const chat = await parent.child("chat");
    const slow = chat.sendEvent("slow");
    await within(doors.slow.entered, "the slow event");
    expect((await parent.event("inc")).response).toHaveProperty("diff");
    doors.slow.open();
    expect((await chat.socket.reply(slow)).status).toBe("ok");
  });
});

describe("a nested view that crashes", () => {
  it("leaves its parent alone, and comes again", async () => {
    const chat = await parent.child("chat");
    chat.sendEvent("crash");
    expect((await chat.socket.push("phx_error"))[2]).toBe("lv:chat");
    expect(await chat.event("say")).toEqual(gone);
    expect((await parent.event("inc")).response).toHaveProperty("diff");
    expect(calls.of("chat ended 1")).toBe(1);
    expect((await (await parent.child("chat")).event("say")).response).toHaveProperty("diff");
  });
});

describe("a parent that ends takes its nested views with it:", () => {
  const both = async (): Promise<[Joined, Joined]> => {
    const chat = await parent.child("chat");
    return [chat, await chat.child("leaf")];
  };
  const ended = async (): Promise<void> => {
    await eventually(() => expect(calls.log.filter((entry) => entry.includes("ended")).sort()).toEqual(["chat ended 1", "leaf ended"]));
    lab.endpoint.broadcast("chat", "x", {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.of("chat heard 1")).toBe(0);
  };
  const closed = async ([chat, leaf]: readonly Joined[]): Promise<void> => {
    await parent.socket.push("phx_close", chat!.topic);
    await parent.socket.push("phx_close", leaf!.topic);
    expect(await chat!.event("say")).toEqual(gone);
    expect(await leaf!.event("say")).toEqual(gone);
    expect((await chat!.call("cids_destroyed", { cids: [1] })).status).toBe("error");
    expect((await chat!.call("phx_leave", {})).status).toBe("ok");
    expect(calls.of("say")).toBe(0);
  };

  it("by leaving", async () => {
    const nested = await both();
    await parent.call("phx_leave", {});
    await ended();
    await closed(nested);
  });

  it("by a crash", async () => {
    const nested = await both();
    parent.sendEvent("crash");
    await parent.socket.push("phx_error", parent.topic);
    await ended();
    await closed(nested);
  });

  it("by not showing it any more, whatever its client does", async () => {
    const nested = await both();
    await parent.event("hide");
    await ended();
    await closed(nested);
    expect((await parent.event("inc")).status).toBe("ok");
  });

  it("by joining again", async () => {
    const nested = await both();
    expect((await parent.socket.join(parent.page)).status).toBe("ok");
    await ended();
    await closed(nested);
  });

  it("by the end of its socket", async () => {
    await both();
    parent.socket.terminate();
    await ended();
  });

  it("even one that is still mounting", async () => {
    doors.chat = new Gate();
    const token = tokenOf(parent.rendered, "chat");
    const joining = parent.join("chat", token);
    await within(doors.chat.entered, "the chat's mount");
    await parent.call("phx_leave", {});
    doors.chat.open();
    expect(await joining).toEqual(left);
    await eventually(() => expect(calls.of("chat ended 1")).toBe(1));
    lab.endpoint.broadcast("chat", "x", {});
    expect(await parent.join("chat", token)).toEqual(left);
    expect(calls.of("chat heard 1")).toBe(0);
  });
});

describe("a disconnect", () => {
  it("ends nested and sticky views as well: no handler of theirs starts any more", async () => {
    const chat = await parent.child("chat");
    const player = await parent.child("player");
    doors.slow = new Gate();
    chat.sendEvent("slow");
    await within(doors.slow.entered, "the slow event");
    chat.sendEvent("say");
    player.sendEvent("play");
    await parent.socket.heartbeat();
    calls.clear();
    const done = lab.endpoint.disconnect("lab:1");
    chat.sendEvent("say");
    player.sendEvent("play");
    await done;
    doors.slow.open();
    expect(await parent.socket.code()).toBe(1001);
    await eventually(() => expect(calls.log.filter((entry) => entry.includes("ended")).sort()).toEqual(["chat ended 1", "player ended"]));
    expect([calls.of("say"), calls.of("play")]).toEqual([0, 0]);
  });

  it("is for the user's own", async () => {
    const chat = await parent.child("chat");
    await lab.endpoint.disconnect("lab:2");
    expect((await chat.event("say")).response).toHaveProperty("diff");
  });
});

describe("a sticky view", () => {
  it("outlives its parent, and joins without one, with what it was given", async () => {
    const player = await parent.child("player");
    await parent.call("phx_leave", {});
    expect((await player.event("play")).response).toEqual({ diff: { 0: "1" } });
    expect(calls.of("player ended")).toBe(0);
    await player.call("phx_leave", {});
    expect((await player.join("player", tokenOf(parent.rendered, "player"))).status).toBe("ok");
    expect(mounts()).toEqual(['player mount {"song":"Ode"} 1', 'player mount {"song":"Ode"} 1']);
  });

  it("is refused to another session, after log-out, and after another log-in", async () => {
    const token = tokenOf(parent.rendered, "player");
    const thief = await lab.open("/", await lab.loggedIn(2));
    const nobody = await lab.open("/");
    calls.clear();
    expect(await thief.join("player", token)).toEqual(stale);
    expect(await nobody.join("player", token)).toEqual(stale);

    const { browser } = parent;
    const before = browser.copy();
    await browser.get("/login");
    await browser.post("/logout");
    expect(await parent.socket.code()).toBe(1001);
    for (const who of [before, browser]) { // the cookie of before, and the one of now
      const socket = await who.socket();
      expect(await new Joined(socket, parent.browser, parent.page, parent.topic, undefined).join("player", token)).toEqual(stale);
    }
    await browser.get("/login");
    await browser.post("/login", { userId: "1" });
    await browser.get("/login");
    const anew = await browser.socket();
    expect(await new Joined(anew, parent.browser, parent.page, parent.topic, undefined).join("player", token)).toEqual(stale);
    expect(mounts()).toEqual([]);
  });

  it("is refused by its policy, whoever shows it", async () => {
    rights.player = false;
    expect(await parent.join("player", tokenOf(parent.rendered, "player"))).toEqual({ status: "error", response: { reason: "reload", status: 403 } });
    rights.player = true;
    const player = await parent.child("player");
    rights.player = false;
    expect(await player.event("play")).toEqual({ status: "ok", response: {} });
    expect(calls.of("play")).toBe(0);
  });

  it("has its name for itself", async () => {
    const page = await lab.browser().get("/twin");
    expect(page.status).toBe(500);
    expect(lab.log.some(({ details }) => (details["error"] as { code?: string } | undefined)?.code === "view_definition_invalid")).toBe(true);
    await parent.child("player");
    expect(mounts()).toHaveLength(1);
  });
});
