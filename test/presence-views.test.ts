import {
  createEndpoint, createPubSub, html, keyed, liveSession, liveView, onMount, presence, type Endpoint, type LiveView, type PresenceEntry,
} from "holdfast";
import { openBrowser, type LivePage } from "holdfast/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { eventually } from "./support/lab.js";
import { MemoryBus } from "./support/memory-bus.js";
import { Gate } from "./support/wait.js";

const secret = "a secret of this test, long enough to be one";
const endpoints: Endpoint[] = [];
afterEach(() => Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close())));

function serve(view: LiveView, options: Partial<Parameters<typeof createEndpoint>[0]> = {}): Endpoint {
  const endpoint = createEndpoint({ secret, live: [liveSession("default", {}, (live) => live("/", view))], ...options });
  endpoints.push(endpoint);
  return endpoint;
}

const visit = (endpoint: Endpoint, query = ""): Promise<LivePage> => openBrowser(endpoint).visit(`/?${query}`);
const names = (page: LivePage): string => page.text("#online");
const shows = (page: LivePage, text: string): Promise<void> => eventually(() => expect(names(page)).toBe(text));

/** `?as=ann` is Ann. */
const Room = liveView.define({
  name: "Room",
  authorize: "public",
  params: z.object({ as: z.string().default("nobody"), room: z.string().default("1") }),
  mount: (_socket, { params }) => ({ online: presence(`room:${params.room}`, { key: params.as, meta: { mood: "calm" } }), mounted: params }),
  handleParams(socket, { params }) {
    if (params.room === socket.assigns.mounted.room) return;
    socket.assign({ online: presence(`room:${params.room}`, { key: params.as, meta: socket.assigns.online.meta }), mounted: params });
  },
  events: {
    mood: { params: z.object({ value: z.string() }), handle: (socket, { value }) => socket.updatePresence("online", { mood: value }) },
    louder: { handle: (socket) => socket.updatePresence("online", ({ mood }) => ({ mood: `${mood}!` })) },
    hide: { handle: (socket) => socket.untrackPresence("online") },
    move: { handle: (socket) => socket.pushPatch("/?as=ann&room=2") },
    lose: { handle: (socket) => socket.updatePresence("mounted" as "online", { mood: "" }) },
  },
  render: ({ online }, on) => html`
    <p id="online">${keyed(online.list, ({ key }) => key, ({ key, metas }) => html`${key}:${metas.map(({ mood }) => mood).join("+")} `)}</p>
    <p id="self">${online.tracked ? online.meta.mood : "hidden"}</p>
    <button id="mood" phx-click=${on.mood} value="gay">mood</button><button id="louder" phx-click=${on.louder}>louder</button>
    <button id="hide" phx-click=${on.hide}>hide</button><button id="move" phx-click=${on.move}>move</button>
    <button id="lose" phx-click=${on.lose}>lose</button>`,
});

describe("presence in a view", () => {
  it("shows who is there over HTTP without being there, joins when it is connected, and leaves with its page", async () => {
    const endpoint = serve(Room);
    const ann = await visit(endpoint, "as=ann");
    expect(names(ann)).toBe("ann:calm");
    const dead = await openBrowser(endpoint).get("/?as=bob");
    expect(dead.text("#online")).toBe("ann:calm");
    expect(dead.text("#self")).toBe("hidden");
    const bob = await visit(endpoint, "as=bob");
    await shows(ann, "ann:calm bob:calm");
    expect(names(bob)).toBe("ann:calm bob:calm");
    bob.close();
    await shows(ann, "ann:calm");
    expect(Object.keys(endpoint.presences.list("room:1"))).toEqual(["ann"]);
  });

  it("two tabs of one user are one entry with two metas", async () => {
    const endpoint = serve(Room);
    const [first, second] = [await visit(endpoint, "as=ann"), await visit(endpoint, "as=ann")];
    await second.click("#mood");
    await shows(first, "ann:calm+gay");
    first.close();
    await shows(second, "ann:gay");
  });

  it("is changed whole or by a function, hidden, and seen again with the next change", async () => {
    const endpoint = serve(Room);
    const [ann, bob] = [await visit(endpoint, "as=ann"), await visit(endpoint, "as=bob")];
    await ann.click("#mood");
    expect(names(ann)).toBe("ann:gay bob:calm");
    await ann.click("#louder");
    await shows(bob, "ann:gay! bob:calm");
    await ann.click("#hide");
    expect([names(ann), ann.text("#self")]).toEqual(["bob:calm", "hidden"]);
    await shows(bob, "bob:calm");
    await ann.click("#louder");
    await shows(bob, "ann:gay!! bob:calm");
  });

  it("moves with its assign: another presence under the same name leaves the first topic", async () => {
    const endpoint = serve(Room);
    const [ann, bob] = [await visit(endpoint, "as=ann"), await visit(endpoint, "as=bob")];
    await ann.click("#move");
    await shows(bob, "bob:calm");
    await shows(ann, "ann:calm");
    expect([Object.keys(endpoint.presences.list("room:1")), Object.keys(endpoint.presences.list("room:2"))]).toEqual([["bob"], ["ann"]]);
    ann.close();
    bob.close();
    await eventually(() => expect(endpoint.pubsub.stats().topics).toBe(0));
    expect(endpoint.presences.list("room:2")).toEqual({});
  });

  it("a name that is no presence crashes the view with an error that says so", async () => {
    const log = vi.fn<(message: string, details: Readonly<Record<string, unknown>>) => void>();
    const ann = await visit(serve(Room, { log }), "as=ann");
    await ann.click("#lose").catch(() => {});
    expect(String(log.mock.calls.at(-1)?.[1]["error"])).toContain('There is no presence "mounted" in the view "Room". [presence_misuse]');
  });

  it("a view that crashes leaves, and comes back with its client", async () => {
    const endpoint = serve(Room, { log: () => {} });
    const [ann, bob] = [await visit(endpoint, "as=ann"), await visit(endpoint, "as=bob")];
    const before = endpoint.presences.metas("room:1", "ann")[0]!.phx_ref;
    await ann.click("#lose").catch(() => {});
    await eventually(() => expect(endpoint.presences.metas("room:1", "ann").map(({ phx_ref }) => phx_ref === before)).not.toContain(true));
    expect(names(bob)).not.toBe("");
  });

  it("a thousand who join together cost a view one render at a time, and none of them is missed", async () => {
    const endpoint = serve(Room);
    const ann = await visit(endpoint, "as=ann");
    for (let i = 0; i < 2_000; i++) endpoint.presences.track("room:1", `user${i}`, { mood: "new" });
    await eventually(() => expect(names(ann).split(" ")).toHaveLength(2_001));
  });

  it("views on two nodes see each other", async () => {
    const bus = new MemoryBus();
    const nodes = await Promise.all([1, 2].map(async () => {
      const pubsub = createPubSub();
      await pubsub.connect(bus.carrier());
      return serve(Room, { pubsub });
    }));
    const [ann, bob] = [await visit(nodes[0]!, "as=ann"), await visit(nodes[1]!, "as=bob")];
    await shows(ann, "ann:calm bob:calm");
    await shows(bob, "ann:calm bob:calm");
    await bob.click("#mood");
    await shows(ann, "ann:calm bob:gay");
    bob.close();
    await shows(ann, "ann:calm");
  });

  it("a hook that returns it and is run again to load its user leaves and joins nobody", async () => {
    let role = "reader";
    const inRoom = onMount(() => ({ role, online: presence("lobby", { key: "ann", meta: { role } }) }), { refresh: 1 });
    const Lobby = liveView.use(inRoom).define({
      authorize: "public",
      events: { look: { handle: () => {} } },
      render: (assigns, on) => html`<p id="role">${assigns.role} ${assigns.online.list.length}</p><button phx-click=${on.look}>look</button>`,
    });
    const endpoint = serve(Lobby);
    const page = await visit(endpoint);
    const [before] = endpoint.presences.metas("lobby", "ann");
    role = "editor";
    await eventually(async () => {
      await page.click("button");
      expect(page.text("#role")).toBe("editor 1");
    });
    expect(endpoint.presences.metas("lobby", "ann")).toEqual([before]);
  });
});

describe("fetch", () => {
  type Entry = PresenceEntry<{ at: number }>;

  it("adds data to all entries in one call, once for all views of the node, and the newest list wins", async () => {
    const asked: (readonly string[])[] = [];
    const slow = new Gate();
    const withNames = async (entries: readonly Entry[]): Promise<(Entry & { name: string })[]> => {
      asked.push(entries.map(({ key }) => key));
      if (entries.length === 2) await slow.wait();
      return entries.map((entry) => ({ ...entry, name: entry.key.toUpperCase() }));
    };
    const Named = liveView.define({
      name: "Named", authorize: "public", params: z.object({ as: z.string() }),
      mount: (_socket, { params }) => ({ online: presence("named", { key: params.as, meta: { at: 1 }, fetch: withNames }) }),
      render: ({ online }) => html`<p id="online">${online.loading ? "loading" : online.list.map(({ name }) => `${name} `)}</p>`,
    });
    const endpoint = serve(Named);
    const ann = await visit(endpoint, "as=ann");
    await shows(ann, "ANN");
    const bob = await visit(endpoint, "as=bob");
    await slow.entered;
    expect([names(ann), names(bob)]).toEqual(["ANN", "loading"]);
    const cat = await visit(endpoint, "as=cat");
    for (const page of [ann, bob, cat]) await shows(page, "ANN BOB CAT");
    slow.open();
    await new Promise((resolve) => setImmediate(resolve));
    for (const page of [ann, bob, cat]) expect(names(page)).toBe("ANN BOB CAT");
    expect(asked.filter((keys) => keys.length > 0)).toEqual([["ann"], ["ann", "bob"], ["ann", "bob", "cat"]]);
  });

  it("may return a library's query, which runs once for all views of the node", async () => {
    const ran: number[] = [];
    const query = (entries: readonly Entry[]): Promise<readonly Entry[]> => {
      const lazy: PromiseLike<readonly Entry[]> = {
        then(onFulfilled, onRejected) {
          ran.push(entries.length);
          return Promise.resolve(entries).then(onFulfilled, onRejected);
        },
      };
      return Object.assign(lazy, { catch: (onRejected: () => never) => lazy.then(undefined, onRejected) }) as Promise<readonly Entry[]>;
    };
    const Queried = liveView.define({
      name: "Queried", authorize: "public", params: z.object({ as: z.string() }),
      mount: (_socket, { params }) => ({ online: presence("queried", { key: params.as, meta: { at: 1 }, fetch: query }) }),
      render: ({ online }) => html`<p id="online">${online.list.map(({ key }) => `${key} `)}</p>`,
    });
    const endpoint = serve(Queried);
    const ann = await visit(endpoint, "as=ann");
    await shows(ann, "ann");
    const bob = await visit(endpoint, "as=bob");
    for (const page of [ann, bob]) await shows(page, "ann bob");
    expect(ran.filter((entries) => entries > 0)).toEqual([1, 2]);
  });

  it("that fails is logged, and the list stays as it was until the next change", async () => {
    let broken = false;
    const log = vi.fn<(message: string) => void>();
    const Fragile = liveView.define({
      name: "Fragile", authorize: "public", params: z.object({ as: z.string() }),
      mount: (_socket, { params }) => ({
        online: presence("fragile", {
          key: params.as, meta: { at: 1 },
          fetch: async (entries) => {
            if (broken) throw new Error("the database is away");
            return entries;
          },
        }),
      }),
      render: ({ online }) => html`<p id="online">${online.list.map(({ key }) => `${key} `)}</p>`,
    });
    const endpoint = serve(Fragile, { log });
    const ann = await visit(endpoint, "as=ann");
    await shows(ann, "ann");
    broken = true;
    endpoint.presences.track("fragile", "bob", {});
    await eventually(() => expect(log).toHaveBeenCalledWith(expect.stringContaining("fetch failed"), expect.anything(), "error"));
    expect(names(ann)).toBe("ann");
    broken = false;
    endpoint.presences.track("fragile", "cat", {});
    await shows(ann, "ann bob cat");
  });
});
