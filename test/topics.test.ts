// Topics that share a name, and what is kept of them: as views and channels ask for it of PubSub.
import { createEndpoint, createPubSub, html, liveSession, liveView, onMount, topic, userSocket, type Carrier, type LiveView } from "holdfast";
import { message } from "holdfast/hooks";
import { serve } from "holdfast/node";
import { openBrowser, type LivePage } from "holdfast/testing";
import { expect, test } from "vitest";
import { eventually } from "./support/lab.js";
import { heard as heardOn, PhoenixClient } from "./support/phoenix-client.js";

const said = topic<string>("room", { event: "said" });
const moved = topic<number>("room", { event: "moved" });
const kept = topic<string>("room", { event: "said", replay: 5 });

/** A carrier that goes nowhere and writes down what it is asked for. */
function askedFor(): { readonly asked: string[]; readonly carrier: Carrier } {
  const asked: string[] = [];
  return {
    asked,
    carrier: {
      start: async () => {},
      async subscribe(name, replay) {
        if (name.startsWith("t:room")) asked.push(replay === undefined ? name : `${name}, last ${replay}`);
      },
      unsubscribe(name) {
        if (name.startsWith("t:room")) asked.push(`not ${name}`);
      },
      publish: async () => {},
      nodes: async () => [],
      close: async () => {},
    },
  };
}

const secret = "a secret of this test, long enough to be one";
const render = () => html`<p></p>`;

const endpointOf = (view: LiveView, pubsub = createPubSub()) =>
  createEndpoint({ secret, log: () => {}, pubsub, live: [liveSession("default", {}, (live) => live("/", view))] });

test("two typed topics of one name are heard by one view, each with its own event", async () => {
  const heard: string[] = [];
  const hooked: string[] = [];
  const watched = onMount((socket) => {
    socket.attachHook("watch", "handleMessage", ({ event }) => void hooked.push(event));
  });
  const endpoint = endpointOf(liveView.use(watched).define({
    authorize: "public",
    topics: () => ({ said, moved }),
    messages: { said: (_socket, text) => void heard.push(text.trim()), moved: (_socket, by) => void heard.push(by.toFixed(1)) },
    render,
  }));
  await openBrowser(endpoint).visit("/");
  void endpoint.broadcast(said, " hello ");
  void endpoint.broadcast(moved, 2);
  void endpoint.broadcast("room", "else", "nobody's");
  await eventually(() => expect(heard).toEqual(["hello", "2.0"]));
  expect(hooked).toEqual(["said", "moved"]);
});

test("unsubscribing from one of them leaves the other, and from their name neither", async () => {
  const heard: unknown[] = [];
  const View = liveView.define({
    authorize: "public",
    mount(socket) {
      socket.subscribe(said, (text) => void heard.push(text));
      socket.subscribe(moved, (by) => void heard.push(by));
      socket.subscribe(topic<"one" | "all">("stop"), (what) => socket.unsubscribe(what === "one" ? said : "room"));
    },
    render,
  });
  const endpoint = endpointOf(View);
  await openBrowser(endpoint).visit("/");
  const both = (n: number): void => {
    void endpoint.broadcast(said, `said ${n}`);
    void endpoint.broadcast(moved, n);
  };
  both(1);
  void endpoint.broadcast("stop", "message", "one");
  both(2);
  await eventually(() => expect(heard).toEqual(["said 1", 1, 2]));
  void endpoint.broadcast("stop", "message", "all");
  both(3);
  await eventually(() => expect(endpoint.pubsub.stats().topics).toBe(1));
  expect(heard).toEqual(["said 1", 1, 2]);
});

test("a view's own broadcast passes it by, whichever of them it listened to first", async () => {
  const heard: Record<string, unknown[]> = { one: [], two: [] };
  const pages: LivePage[] = [];
  const View = liveView.define({
    authorize: "public",
    mount: ({ connected }) => ({ name: connected ? ["one", "two"][pages.length]! : "" }),
    topics: () => ({ said, moved }),
    messages: {
      said: ({ assigns: { name } }, text) => void heard[name]!.push(text),
      moved: ({ assigns: { name } }, by) => void heard[name]!.push(by),
    },
    events: {
      tell: {
        handle(socket) {
          socket.broadcastFrom(said, "hello");
          socket.broadcastFrom(moved, 2);
        },
      },
    },
    render: (_assigns, on) => html`<button phx-click=${on.tell}>tell</button>`,
  });
  const endpoint = endpointOf(View);
  for (let i = 0; i < 2; i++) pages.push(await openBrowser(endpoint).visit("/"));
  await pages[0]!.click("button");
  await eventually(() => expect(heard["two"]).toEqual(["hello", 2]));
  expect(heard["one"]).toEqual([]);
});

test("a topic that keeps its last messages is asked for with them, also behind a handler that did not want them", async () => {
  const { asked, carrier } = askedFor();
  const pubsub = createPubSub();
  await pubsub.connect(carrier);
  const endpoint = endpointOf(liveView.define({
    authorize: "public",
    mount(socket) {
      socket.subscribe(moved, () => {});
      socket.subscribe(kept, () => {});
      socket.subscribe(kept, () => {});
    },
    render,
  }), pubsub);
  const page = await openBrowser(endpoint).visit("/");
  expect(asked).toEqual(["t:room", "t:room, last 5"]);
  page.close();
  await eventually(() => expect([asked.at(-1), pubsub.stats().subscriptions]).toEqual(["not t:room", 0]));
});

test("a channel hears a typed topic's own event, and asks for the last messages that it keeps", async () => {
  const { asked, carrier } = askedFor();
  const pubsub = createPubSub();
  await pubsub.connect(carrier);
  const socket = userSocket({
    connect: () => ({}),
    channels: (channel) => ({
      lobby: channel({
        pushes: { heard: message<{ text: string }>() },
        join(channelSocket) {
          channelSocket.subscribe(kept, (text) => channelSocket.push("heard", { text }));
          return {};
        },
      }),
    }),
  });
  const endpoint = createEndpoint({ secret, pubsub, log: () => {}, sockets: { "/socket": socket } });
  const client = new PhoenixClient((await serve(endpoint, { port: 0 })).url);
  try {
    const { channel } = await client.join("lobby");
    expect(asked).toEqual(["t:room, last 5"]);
    const texts = heardOn(channel, "heard");
    void endpoint.broadcast(moved, 2);
    void endpoint.broadcast(said, "hello");
    await eventually(() => expect(texts).toEqual([{ text: "hello" }]));
  } finally {
    client.close();
    await endpoint.close();
  }
});
