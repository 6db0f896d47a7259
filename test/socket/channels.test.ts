import { allow, createEndpoint, createPubSub, Forbidden, noReply, NotFound, refuse, topic, userSocket, type Endpoint, type ReplyRef } from "holdfast";
import { message } from "holdfast/hooks";
import { serve } from "holdfast/node";
import { Presence } from "phoenix";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { MemoryBus } from "../support/memory-bus.js";
import { answer, heard, PhoenixClient } from "../support/phoenix-client.js";
import { eventually } from "../support/lab.js";
import { RawSocket } from "../support/raw-socket.js";

const secret = "a secret of this test, long enough to be one";
const lobbyNews = topic<{ text: string }>("lobby:news");
// The channel's own events, with the types of what they carry.
const said = topic<{ text: string }>("lobby", { event: "said" });
const soon = topic<{}>("lobby", { event: "soon" });
/** What a join reads, and what lets it go on. */
const spoken: string[] = [];
let joining: (() => void) | undefined;
/** Whom `fetchPresences` was called with, and what it waits for. */
const fetches: string[] = [];
let fetching: (() => Promise<void>) | undefined;
/** A name that a binary frame has no room for. */
const long = "x".repeat(256);
const ended: string[] = [];
const later = new Map<string, (status: "ok" | "error", payload: object) => void>();

const socket = userSocket({
  connect: ({ params, connectInfo }) => (params["name"] === undefined ? refuse("no name") : { name: params["name"], agent: connectInfo.userAgent }),
  id: ({ name }) => `user:${name}`,
  channels: (channel) => ({
    // Programs without types: a refusal that was never returned, and another word for it.
    forgetful: channel({ join: (() => void refuse("never returned")) as never }),
    falsy: channel({ join: (() => false) as never }),
    lobby: channel({
      pushes: {
        greeting: message<{ before: string }>(), news: message<{ text: string }>(), tick: message<{ ticks: number }>(),
        said: message<{ text: string }>(), whispered: message<{ secret: boolean }>(), heard: message<{ by: string }>(),
        file: message<Uint8Array>(), left: message<{ name: string }>(),
      },
      params: z.object({ key: z.string().default("open") }),
      join(channelSocket, { params, wildcard }) {
        if (params.key === "locked") return refuse("locked");
        if (params.key === "full") return refuse("full", { places: 2 });
        if (params.key === "broken") throw new Error("on purpose");
        if (params.key === "unknown") throw new NotFound("the key unknown");
        channelSocket.push("greeting", { before: "the answer" });
        channelSocket.subscribe(lobbyNews, ({ text }) => channelSocket.push("news", { text }));
        return allow({ seen: 0 }, { welcome: channelSocket.assigns.name, wildcard, agent: channelSocket.connectInfo.userAgent });
      },
      handleIn: {
        add: {
          params: z.object({ by: z.number() }),
          handle(channelSocket, { by }) {
            channelSocket.assign({ seen: channelSocket.assigns.seen + by });
            return { seen: channelSocket.assigns.seen };
          },
        },
        deny: { handle: () => refuse("not you") },
        limit: { handle: () => refuse("too long", { limit: 500 }) },
        forbid: {
          async handle() {
            throw new Forbidden("only editors");
          },
        },
        later: {
          params: z.object({ id: z.string() }),
          handle(channelSocket, { id }, request: ReplyRef) {
            later.set(id, (status, payload) => channelSocket.reply(request, status, payload as Record<string, unknown>));
            return noReply;
          },
        },
        soon: { handle: (channelSocket) => void channelSocket.sendAfter(1, () => channelSocket.push(soon, {})) },
        tick: {
          handle(channelSocket) {
            let ticks = 0;
            const stop = channelSocket.sendEvery(1, () => {
              channelSocket.push("tick", { ticks: ++ticks });
              if (ticks === 3) stop();
            });
          },
        },
        say: { params: z.object({ text: z.string() }), handle: (channelSocket, { text }) => channelSocket.broadcast("said", { text }) },
        sayToOthers: { params: z.object({ text: z.string() }), handle: (channelSocket, { text }) => channelSocket.broadcastFrom(said, { text }) },
        whisper: { handle: (channelSocket) => channelSocket.broadcast("whispered", { secret: true }) },
        reverse: {
          params: z.instanceof(Uint8Array),
          handle: (_channelSocket, bytes) => bytes.toReversed(),
        },
        file: { params: z.instanceof(Uint8Array), handle: (channelSocket, bytes) => channelSocket.broadcast("file", bytes) },
        crash: { handle: () => { throw new Error("on purpose"); } },
      },
      handleOut: { whispered: (channelSocket) => channelSocket.push("heard", { by: channelSocket.assigns.name }) },
      terminate(channelSocket, reason) {
        ended.push(`${channelSocket.assigns.name} ${reason}`);
        channelSocket.broadcast("left", { name: channelSocket.assigns.name });
      },
    }),
    "room:*": channel({
      join(channelSocket, { wildcard }) {
        channelSocket.track(channelSocket.assigns.name, { mood: "calm" });
        return allow({}, { room: wildcard });
      },
      handleIn: {
        mood: { params: z.object({ mood: z.string() }), handle: ({ assigns, update }, { mood }) => update(assigns.name, { mood }) },
        away: { handle: ({ assigns, update }) => update(assigns.name, (meta) => ({ ...meta, mood: `${String(meta["mood"])}, away` })) },
        hide: { handle: ({ assigns, untrack }) => untrack(assigns.name) },
        wrong: { handle: ({ update }) => update("nobody", {}) },
        unwritable: {
          handle({ assigns, track, update }) {
            const cycle: Record<string, unknown> = {};
            cycle["self"] = cycle;
            const attempts = [() => update(assigns.name, { mood: 1n }), () => track("more", cycle), () => track("more", { of: new Map([[1, () => 1]]) })];
            return {
              refused: attempts.map((attempt) => {
                try {
                  return void attempt();
                } catch (error) {
                  return String(error).split("\n")[0];
                }
              }),
            };
          },
        },
      },
    }),
    "slow:*": channel({
      pushes: { said: message<{ text: string }>() },
      async join(_channelSocket, { wildcard }) {
        const last = [...spoken];
        await new Promise<void>((resolve) => (joining = resolve));
        return wildcard === "closed" ? refuse("closed") : allow({}, { last });
      },
    }),
    "team:*": channel({
      fetchPresences: async (entries) => {
        fetches.push(entries.map(({ key }) => key).join("+"));
        await fetching?.();
        return entries.filter(({ key }) => key !== "hidden").map((entry) => ({ ...entry, user: { name: entry.key.toUpperCase() } }));
      },
      join(channelSocket, { wildcard }) {
        if (wildcard === "watched") channelSocket.push("presence_state", channelSocket.presences());
        else channelSocket.track(channelSocket.assigns.name, { mood: "calm" });
        return {};
      },
      handleIn: {
        mood: { params: z.object({ mood: z.string() }), handle: ({ assigns, update }, { mood }) => update(assigns.name, { mood }) },
        ping: { handle: () => ({ pong: true }) },
      },
    }),
    "watch:*": channel({
      join(channelSocket) {
        channelSocket.push("presence_state", channelSocket.presences());
        return {};
      },
    }),
    "long:*": channel({
      pushes: { [long]: message<Uint8Array>() },
      join: () => ({}), handleIn: { bytes: { handle: (channelSocket) => channelSocket.push(long, new Uint8Array(3)) } },
    }),
  }),
});

/** One node of two. */
async function node(bus: MemoryBus, log: string[]): Promise<{ endpoint: Endpoint; base: string }> {
  const pubsub = createPubSub();
  await pubsub.connect(bus.carrier());
  const endpoint = createEndpoint({ secret, pubsub, sockets: { "/socket": socket }, log: (message) => void log.push(message) });
  return { endpoint, base: (await serve(endpoint, { port: 0 })).url };
}

const log: string[] = [];
let nodes: Awaited<ReturnType<typeof node>>[];
let clients: PhoenixClient[];
beforeAll(async () => {
  const bus = new MemoryBus();
  nodes = [await node(bus, log), await node(bus, log)];
});
beforeEach(() => {
  clients = [];
  ended.length = log.length = 0;
});
afterEach(async () => {
  for (const client of clients) client.close();
  await eventually(() => expect(nodes.map(({ endpoint }) => endpoint.connections)).toEqual([0, 0]));
});
afterAll(() => Promise.all(nodes.map(({ endpoint }) => endpoint.close())));

function client(name: string, at = 0): PhoenixClient {
  const made = new PhoenixClient(nodes[at]!.base, { params: { name } });
  clients.push(made);
  return made;
}

describe("the phoenix client on a channel", () => {
  it("joins with parameters, gets a reply, and receives what join pushed after the reply", async () => {
    const ann = client("ann");
    const channel = ann.socket.channel("lobby", {});
    const order: unknown[] = [];
    channel.on("greeting", (payload: unknown) => void order.push(payload));
    await answer(channel.join().receive("ok", (reply: unknown) => order.push(reply)), "the join");
    await eventually(() => expect(order).toEqual([{ welcome: "ann", wildcard: "", agent: "phoenix in a test" }, { before: "the answer" }]));
  });

  it("is refused with a reason: by the channel, its schema, a crash, and where there is no channel", async () => {
    const ann = client("ann");
    for (const [name, params, reason] of [
      ["lobby", { key: "locked" }, "locked"], ["lobby", { key: 7 }, "bad payload"], ["lobby", { key: "broken" }, "join crashed"],
      ["lobby", { key: "unknown" }, "unauthorized"],
      ["nowhere", {}, "unmatched topic"],
    ] as const) {
      const channel = ann.socket.channel(name, params);
      await expect(answer(channel.join(), "the join")).rejects.toThrow(JSON.stringify({ reason }));
      channel.leave();
    }
    const full = ann.socket.channel("lobby", { key: "full" });
    await expect(answer(full.join(), "the join")).rejects.toThrow(JSON.stringify({ places: 2, reason: "full" }));
    full.leave();
    expect(ended).toEqual([]);
  });

  it("is refused where join decided nothing, in its turn", async () => {
    const raw = await RawSocket.connect(nodes[0]!.base, { path: "/socket/websocket?name=ann" });
    try {
      const joined: unknown[] = [];
      for (const name of ["forgetful", "falsy", "lobby"]) {
        raw.send("1", "1", name, "phx_join", {});
        // Neither join waits for anything, so each has had its turn when the server has answered twice more.
        await raw.heartbeat();
        await raw.heartbeat();
        joined.push(raw.frames.find(([, , topic, event]) => topic === name && event === "phx_reply")?.[4]);
      }
      const unauthorized = { status: "error", response: { reason: "unauthorized" } };
      expect(joined).toEqual([unauthorized, unauthorized, expect.objectContaining({ status: "ok" })]);
      expect(log.filter((line) => line.startsWith("channel join refused"))).toEqual([
        "channel join refused: join returned nothing", "channel join refused: join returned a boolean",
      ]);
      expect(await raw.call("1", "falsy", "add", { by: 1 })).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    } finally {
      raw.terminate();
    }
  });

  it("misses nothing between what join reads and its answer, and hears nothing if it is refused", async () => {
    const ann = client("ann");
    const [open, closed] = [ann.socket.channel("slow:open", {}), ann.socket.channel("slow:closed", {})];
    const words = [heard(open, "said"), heard(closed, "said")];
    spoken.length = 0;
    for (const [channel, outcome] of [[open, { last: [] }], [closed, "closed"]] as const) {
      joining = undefined;
      const joined = answer(channel.join(), "the join").catch((error: Error) => error.message);
      await eventually(() => expect(joining).toBeDefined());
      // From the other node, too.
      for (const { endpoint } of nodes) endpoint.broadcast(channel.topic, "said", { text: "in between" });
      joining!();
      expect(await joined).toEqual(typeof outcome === "string" ? JSON.stringify({ reason: outcome }) : outcome);
    }
    closed.leave();
    for (const { endpoint } of nodes) endpoint.broadcast(open.topic, "said", { text: "behind" });
    const heardWords = (): string[][] => words.map((said) => said.map((each) => (each as { text: string }).text).toSorted());
    await eventually(() => expect(heardWords()).toEqual([["behind", "behind", "in between", "in between"], []]));
  });

  it("a wildcard gives the part that it matched", async () => {
    expect((await client("ann").join("room:7:b")).reply).toEqual({ room: "7:b" });
  });

  it("a topic with a lone surrogate is none: another node and a database would know it under another name", async () => {
    const ann = client("ann");
    for (const name of ["room:\ud800", "room:7\udfff", "\ud800"]) {
      const channel = ann.socket.channel(name);
      await expect(answer(channel.join(), "the join")).rejects.toThrow(JSON.stringify({ reason: "unmatched topic" }));
      channel.leave();
    }
    expect((await ann.join("room:\ufffd💥")).reply).toEqual({ room: "\ufffd💥" });
  });

  it("pushes are answered: with a payload, a refusal, later, and an error later", async () => {
    const { channel } = await client("ann").join("lobby");
    expect(await answer(channel.push("add", { by: 2 }), "add")).toEqual({ seen: 2 });
    expect(await answer(channel.push("add", { by: 3 }), "add")).toEqual({ seen: 5 });
    await expect(answer(channel.push("add", { by: "x" }), "add")).rejects.toThrow("bad payload");
    await expect(answer(channel.push("deny", {}), "deny")).rejects.toThrow("not you");
    await expect(answer(channel.push("limit", {}), "limit")).rejects.toThrow(JSON.stringify({ limit: 500, reason: "too long" }));
    await expect(answer(channel.push("forbid", {}), "forbid")).rejects.toThrow(JSON.stringify({ reason: "unauthorized" }));
    await expect(answer(channel.push("absent", {}), "absent")).rejects.toThrow("unknown event");
    const [first, second] = [answer(channel.push("later", { id: "1" }), "first"), answer(channel.push("later", { id: "2" }), "second")];
    second.catch(() => {});
    await answer(channel.push("add", { by: 0 }), "what comes behind is not kept waiting");
    later.get("2")!("error", { reason: "too late" });
    later.get("1")!("ok", { at: "last" });
    await expect(second).rejects.toThrow("too late");
    expect(await first).toEqual({ at: "last" });
  });

  it("hears broadcasts of both nodes, what is not its own if it is so meant, other topics, and timers", async () => {
    const [{ channel: ann }, { channel: bob }] = [await client("ann").join("lobby"), await client("bob", 1).join("lobby")];
    const [annHears, bobHears, news, ticks, soon] = [heard(ann, "said"), heard(bob, "said"), heard(ann, "news"), heard(ann, "tick"), heard(ann, "soon")];
    await answer(ann.push("say", { text: "to all" }), "say");
    await answer(ann.push("sayToOthers", { text: "to others" }), "say");
    await answer(ann.push("tick", {}), "tick");
    await answer(ann.push("soon", {}), "soon");
    nodes[1]!.endpoint.broadcast(lobbyNews, { text: "fresh" });
    await eventually(() => {
      expect(bobHears).toEqual([{ text: "to all" }, { text: "to others" }]);
      expect([news, ticks, soon]).toEqual([[{ text: "fresh" }], [{ ticks: 1 }, { ticks: 2 }, { ticks: 3 }], [{}]]);
    });
    expect(annHears).toEqual([{ text: "to all" }]);
  });

  it("handleOut sends something else in a broadcast's place", async () => {
    const [{ channel: ann }, { channel: bob }] = [await client("ann").join("lobby"), await client("bob", 1).join("lobby")];
    const [raw, each] = [heard(bob, "whispered"), heard(bob, "heard")];
    await answer(ann.push("whisper", {}), "whisper");
    await eventually(() => expect(each).toEqual([{ by: "bob" }]));
    expect(raw).toEqual([]);
  });

  it("bytes travel both ways: pushed, in replies, in broadcasts over nodes", async () => {
    const [{ channel: ann }, { channel: bob }] = [await client("ann").join("lobby"), await client("bob", 1).join("lobby")];
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 251);
    const reversed = await answer(ann.push("reverse", bytes.buffer as unknown as object), "reverse");
    expect(new Uint8Array(reversed as ArrayBuffer)).toEqual(bytes.toReversed());
    const files = [heard(ann, "file"), heard(bob, "file")];
    await answer(ann.push("file", new Uint8Array([1, 2, 3]).buffer as unknown as object), "file");
    await eventually(() => expect(files.map(([file]) => file && [...new Uint8Array(file as ArrayBuffer)])).toEqual([[1, 2, 3], [1, 2, 3]]));
    expect(await answer(ann.push("add", { by: 1 }), "JSON still does")).toEqual({ seen: 1 });
  });

  it("bytes under a name that is too long for a binary frame crash that channel alone", async () => {
    const ann = client("ann");
    const { channel: lobby } = await ann.join("lobby");
    const { channel } = await ann.join("long:1");
    const failed = new Promise((resolve) => channel.onError(resolve));
    channel.push("bytes", {});
    await failed;
    expect(log).toContain("channel crashed");
    expect(await answer(lobby.push("add", { by: 1 }), "the other topic")).toEqual({ seen: 1 });
  });

  it("a crash is its onError, and it joins again immediately; leaving is its onClose; terminate receives the reason", async () => {
    const ann = client("ann");
    const { channel } = await ann.join("lobby");
    const [errors, closes] = [vi.fn<() => void>(), vi.fn<() => void>()];
    channel.onError(errors);
    channel.onClose(closes);
    channel.push("crash", {});
    await eventually(() => expect([errors.mock.calls.length, channel.state]).toEqual([1, "joined"]));
    expect(await answer(channel.push("add", { by: 1 }), "a new channel")).toEqual({ seen: 1 });
    const { channel: bob } = await client("bob", 1).join("lobby");
    const left = heard(bob, "left");
    await new Promise((resolve) => channel.leave().receive("ok", resolve));
    await eventually(() => expect(left).toEqual([{ name: "ann" }]));
    expect([closes.mock.calls.length, ended]).toEqual([1, ["ann crashed", "ann left"]]);
  });

  it("a lost connection is every channel's onError, and all are joined again with the next one, without a wait", async () => {
    const ann = client("ann");
    const joined = [await ann.join("lobby"), await ann.join("room:1"), await ann.join("watch:1")];
    const errors = joined.map(({ channel }) => {
      const error = vi.fn<() => void>();
      channel.onError(error);
      return error;
    });
    ann.cut();
    await eventually(() => expect(errors.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]));
    await eventually(() => expect(joined.map(({ channel }) => channel.state)).toEqual(["joined", "joined", "joined"]));
    expect([ann.connections, ended]).toEqual([2, ["ann closed"]]);
  });

  it("a disconnect on one node closes the socket on the other, and the client comes back", async () => {
    const bob = client("bob", 1);
    const { channel } = await bob.join("lobby");
    const codes: number[] = [];
    bob.socket.onClose(({ code }) => void codes.push(code));
    expect(await nodes[0]!.endpoint.disconnect("user:bob")).toMatchObject({ sockets: 1, missing: [] });
    expect(ended).toEqual(["bob closed"]);
    await eventually(() => expect([codes, channel.state, bob.connections]).toEqual([[1001], "joined", 2]));
  });

  it("joining a topic twice on one socket closes the first channel", async () => {
    const ann = client("ann");
    const { channel: first } = await ann.join("lobby");
    const closed = new Promise((resolve) => first.onClose(resolve));
    // The client takes its own duplicate away before it joins; this is a second one that did not.
    const { channel: second } = await ann.join("lobby");
    await closed;
    expect([first.state, second.state]).toEqual(["closed", "joined"]);
  });
});

describe("the client's Presence on a channel", () => {
  async function present(name: string, topicName: string, at = 0): Promise<{ client: PhoenixClient; presence: Presence; push(event: string, payload?: object): Promise<unknown> }> {
    const made = client(name, at);
    const channel = made.socket.channel(topicName, {});
    const presence = new Presence(channel);
    await answer(channel.join(), "the join");
    return { client: made, presence, push: (event, payload = {}) => answer(channel.push(event, payload), event) };
  }
  const list = ({ presence }: { presence: Presence }): string[] =>
    presence.list((key: string, { metas }: { metas: { mood?: string }[] }) => `${key}:${metas.map(({ mood }) => mood).toSorted().join("+")}`).toSorted();

  it("knows who is there, on both nodes, and who comes, changes and goes", async () => {
    const [ann, bob] = [await present("ann", "room:2"), await present("bob", "room:2", 1)];
    const both = async (people: string[]): Promise<void> => void (await eventually(() => expect([list(ann), list(bob)]).toEqual([people, people])));
    await both(["ann:calm", "bob:calm"]);
    await ann.push("mood", { mood: "gay" });
    await both(["ann:gay", "bob:calm"]);
    await bob.push("away");
    await bob.push("away");
    await both(["ann:gay", "bob:calm, away, away"]);
    await bob.push("mood", { mood: "calm" });
    await both(["ann:gay", "bob:calm"]);
    const tab = await present("ann", "room:2", 1);
    await both(["ann:calm+gay", "bob:calm"]);
    tab.client.close();
    await both(["ann:gay", "bob:calm"]);
    await bob.push("hide");
    await both(["ann:gay"]);
    ann.client.cut();
    await both(["ann:calm"]);
    expect(Object.keys(nodes[1]!.endpoint.presences.list("room:2"))).toEqual(["ann"]);
  });

  it("has what fetchPresences adds, to everybody and to who comes, changes and goes, once for each change on a node", async () => {
    fetches.length = 0;
    const people = ({ presence }: { presence: Presence }): string[] =>
      presence.list((key: string, { user, metas }: { user: { name: string }; metas: { mood: string }[] }) => `${key}=${user.name}:${metas.map(({ mood }) => mood).join("+")}`).toSorted();
    const [ann, bob] = [await present("ann", "team:1"), await present("bob", "team:1", 1)];
    const left: string[] = [];
    ann.presence.onLeave((_key: unknown, _current: unknown, { user }: { user: { name: string } }) => void left.push(user.name));
    const both = async (expected: string[]): Promise<void> => void (await eventually(() => expect([people(ann), people(bob)]).toEqual([expected, expected])));
    await both(["ann=ANN:calm", "bob=BOB:calm"]);
    const tabs = [await present("cas", "team:1"), await present("dan", "team:1"), await present("hidden", "team:1")];
    const everybody = ["ann=ANN:calm", "bob=BOB:calm", "cas=CAS:calm", "dan=DAN:calm"];
    for (const page of [ann, bob, ...tabs]) await eventually(() => expect(people(page)).toEqual(everybody));
    // The join of somebody whom it leaves out, on either node.
    await eventually(() => expect(fetches.filter((keys) => keys === "hidden").length).toBe(2));
    fetches.length = 0;
    await bob.push("mood", { mood: "gay" });
    await both(["ann=ANN:calm", "bob=BOB:gay", "cas=CAS:calm", "dan=DAN:calm"]);
    for (const tab of tabs) await eventually(() => expect(people(tab)).toContain("bob=BOB:gay"));
    // Joins and leaves on two nodes, whose five channels share them.
    expect(fetches).toEqual(["bob", "bob", "bob", "bob"]);
    for (const tab of tabs) tab.client.close();
    await both(["ann=ANN:calm", "bob=BOB:gay"]);
    expect(left.toSorted()).toEqual(["BOB", "CAS", "DAN"]);
  });

  it("is sent everybody after fetchPresences has failed, and the channel goes on", async () => {
    const [ann, watched] = [await present("ann", "team:2"), await present("eve", "team:watched")];
    await eventually(() => expect(list(ann)).toEqual(["ann:calm"]));
    fetching = () => Promise.reject(new Error("the database is away"));
    await ann.push("mood", { mood: "sad" });
    const bob = await present("bob", "team:2");
    await ann.push("ping");
    expect([list(ann), list(bob)]).toEqual([["ann:calm"], []]);
    expect(log.filter((line) => line.startsWith("presence: fetchPresences failed")).length).toBeGreaterThan(1);
    fetching = undefined;
    await ann.push("mood", { mood: "gay" });
    await eventually(() => expect([list(ann), list(bob)]).toEqual([["ann:gay", "bob:calm"], ["ann:gay", "bob:calm"]]));
    const bot = nodes[1]!.endpoint.presences.track("team:watched", "bot", { mood: "steady" });
    await eventually(() => expect(list(watched)).toEqual(["bot:steady"]));
    bot.untrack();
  });

  it("is sent changes in their order, although a later one is fetched sooner", async () => {
    const ann = await present("ann", "team:3");
    await eventually(() => expect(list(ann)).toEqual(["ann:calm"]));
    const waiting: (() => void)[] = [];
    fetching = () => new Promise((resolve) => void waiting.push(resolve));
    const moods: string[] = [];
    ann.presence.onJoin((_key: unknown, _current: unknown, { metas }: { metas: { mood: string }[] }) => void moods.push(metas[0]!.mood));
    const bot = nodes[0]!.endpoint.presences.track("team:3", "bot", { mood: "first" });
    bot.update({ mood: "second" });
    await eventually(() => expect(waiting.length).toBe(3));
    fetching = undefined;
    for (const done of waiting.reverse()) done();
    await eventually(() => expect(moods).toEqual(["first", "second"]));
    bot.untrack();
  });

  it("who only watches is sent who is there, and every change", async () => {
    const watcher = await present("eve", "watch:3");
    const presence = nodes[1]!.endpoint.presences.track("watch:3", "bot", { mood: "steady" });
    await eventually(() => expect(list(watcher)).toEqual(["bot:steady"]));
    presence.untrack();
    await eventually(() => expect(list(watcher)).toEqual([]));
  });

  it("a meta that no client could read is refused where it is tracked, and every channel of the topic goes on", async () => {
    const [ann, bob] = [await present("ann", "room:5"), await present("bob", "room:5", 1)];
    const said = (text: string): unknown => expect.stringContaining(text);
    expect(await ann.push("unwritable")).toEqual({ refused: [said("meta.mood: a bigint"), said("meta.self: a cycle"), said("meta.of.values(): a function")] });
    await ann.push("mood", { mood: "gay" });
    const eve = await present("eve", "room:5", 1);
    for (const page of [ann, bob, eve]) await eventually(() => expect(list(page)).toEqual(["ann:gay", "bob:calm", "eve:calm"]));
    expect(log.filter((line) => line.includes("crashed"))).toEqual([]);
  });

  it("an update of a key that is not tracked crashes the channel with an error that says so", async () => {
    const ann = await present("ann", "room:4");
    void ann.push("wrong").catch(() => {});
    await eventually(() => expect(log).toContain("channel crashed"));
  });
});
