// What bounds a channel, and what ends with it: seen by the phoenix client.
import { allow, createEndpoint, createPubSub, noReply, refuse, topic, userSocket, type Endpoint } from "holdfast";
import { message } from "holdfast/hooks";
import { serve } from "holdfast/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { eventually } from "../support/lab.js";
import { MemoryBus } from "../support/memory-bus.js";
import { answer, heard, PhoenixClient } from "../support/phoenix-client.js";
import { Gate, within } from "../support/wait.js";

const noise = topic<number>("noise");
/** Where a handler waits. */
let gate = new Gate();
const ended: string[] = [];
const log: Record<string, unknown>[] = [];
let ticks = 0;
let signal: AbortSignal | undefined;

const socket = userSocket({
  connect({ params: { name = "" } }) {
    if (name === "nobody") return refuse("who are you?");
    // A program without types, which says no in its own way.
    if (name === "nobody either") return false as never;
    return { name };
  },
  id: ({ name }) => `user:${name}`,
  channels: (channel) => ({
    "room:special:*": channel({ join: (_channelSocket, { wildcard }) => allow({}, { special: wildcard }) }),
    "room:*": channel({
      pushes: { "noise": message<{ n: number }>(), "fired": message(), "fired last": message() },
      join(channelSocket) {
        channelSocket.subscribe(noise, (n) => channelSocket.push("noise", { n }));
        return allow({}, {});
      },
      handleIn: {
        bytes: { params: z.instanceof(Uint8Array), handle: (_channelSocket, bytes) => ({ length: bytes.length }) },
        deep: { handle: () => ({}) },
        wait: {
          async handle(channelSocket) {
            ({ signal } = channelSocket);
            await gate.wait();
          },
        },
        never: { handle: () => noReply },
        tick: {
          handle(channelSocket) {
            channelSocket.sendEvery(1, () => void ticks++);
            channelSocket.sendAfter(3_600_000, () => {});
          },
        },
        stop: {
          handle(channelSocket) {
            const cancel = channelSocket.sendAfter(1, () => channelSocket.push("fired", {}));
            cancel();
            channelSocket.sendAfter(5, () => channelSocket.push("fired last", {}));
          },
        },
      },
      terminate: (_channelSocket, reason) => void ended.push(reason),
    }),
    "room:exactly": channel({ join: () => allow({}, { exact: true }) }),
  }),
});

let endpoint: Endpoint;
let base: string;
const clients: PhoenixClient[] = [];
beforeAll(async () => {
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", sockets: { "/socket": socket },
    log: (message, details) => void log.push({ message, ...details }),
    limits: { topicsPerSocket: 2, binaryFrameBytes: 1_000, textFrameBytes: 10_000, waitingMessages: 3, jsonDepth: 4, eventsPerSecond: 10, eventBurst: 20 },
  });
  base = (await serve(endpoint, { port: 0 })).url;
});
afterEach(async () => {
  gate.open();
  for (const client of clients.splice(0)) client.close();
  await eventually(() => expect(endpoint.connections).toBe(0));
  gate = new Gate();
  ended.length = 0;
});
afterAll(() => endpoint.close());

function client(name = "ann"): PhoenixClient {
  const made = new PhoenixClient(base, { params: { name } });
  clients.push(made);
  return made;
}

it("a topic belongs to its exact name, else to the first wildcard that fits, as in Phoenix", async () => {
  const ann = client();
  expect((await ann.join("room:exactly")).reply).toEqual({ exact: true });
  expect((await ann.join("room:special:7")).reply).toEqual({ special: "7" });
});

it.each(["nobody", "nobody either"])("a client that `connect` refuses, or returns no assigns for, gets no socket: the handshake is answered 403 (%s)", async (name) => {
  const nobody = client(name);
  const errors: string[] = [];
  nobody.socket.onError((error: unknown) => void errors.push(String((error as { message?: string }).message ?? error)));
  await eventually(() => expect(errors.join()).toContain("403"));
  expect(endpoint.connections).toBe(0);
  // It has sent no CSRF token, so its session was empty: the log says how to send one, and says so once.
  await eventually(() => expect(nobody.connections).toBeGreaterThan(1));
  await eventually(() => expect(log.length).toBeGreaterThan(1));
  expect(log).toEqual(log.map(() => expect.objectContaining({ message: "handshake refused", path: "/socket/websocket", reason: "the user socket's connect refused" }) as object));
  expect(log.map(({ fix }) => fix !== undefined)).toEqual(log.map((_, index) => index === 0));
  expect(log[0]!["fix"]).toContain("_csrf_token");
});

it("a socket has so many topics; one that is left makes room", async () => {
  const ann = client();
  const { channel } = await ann.join("room:1");
  await ann.join("room:2");
  await expect(ann.join("room:3")).rejects.toThrow("too many topics");
  await new Promise((resolve) => channel.leave().receive("ok", resolve));
  expect((await ann.join("room:4")).reply).toEqual({});
});

it("bytes beyond the frame's limit close the socket, and the client is back with its channels", async () => {
  const ann = client();
  const { channel } = await ann.join("room:1");
  const codes: number[] = [];
  ann.socket.onClose(({ code }) => void codes.push(code));
  expect(await answer(channel.push("bytes", new Uint8Array(900).buffer), "what fits")).toEqual({ length: 900 });
  channel.push("bytes", new Uint8Array(1_001).buffer);
  await eventually(() => expect([codes, channel.state, ann.connections]).toEqual([[1009], "joined", 2]));
  expect(ended).toEqual(["closed"]);
});

it("a payload that is too deep is refused, and the channel keeps running", async () => {
  const { channel } = await client().join("room:1");
  await expect(answer(channel.push("deep", { a: { b: { c: { d: { e: 1 } } } } }), "deep")).rejects.toThrow("bad payload");
  expect(await answer(channel.push("deep", { a: 1 }), "not deep")).toEqual({});
});

it("what comes faster than the rate waits, in its order, and nothing is lost", async () => {
  const { channel } = await client().join("room:1");
  const answered: number[] = [];
  await Promise.all(Array.from({ length: 25 }, async (_, n) => {
    await answer(channel.push("deep", { n }), "an event");
    answered.push(n);
  }));
  expect(answered).toEqual(Array.from({ length: 25 }, (_, n) => n));
});

it("a channel that falls behind the server's messages joins again, and its running handler's signal aborts", async () => {
  const { channel } = await client().join("room:1");
  const errors: unknown[] = [];
  channel.onError((reason: unknown) => void errors.push(reason));
  channel.push("wait", {});
  await gate.entered;
  for (let n = 0; n < 5; n++) endpoint.broadcast(noise, n);
  await eventually(() => expect([errors.length, channel.state]).toEqual([1, "joined"]));
  expect([ended, signal!.aborted]).toEqual([["crashed"], true]);
});

it("an event that is not to be answered is none that waits: the client's own timeout tells it", async () => {
  const { channel } = await client().join("room:1");
  expect(await new Promise((resolve) => channel.push("never", {}, 20).receive("timeout", () => resolve("timeout")))).toBe("timeout");
  expect(await answer(channel.push("deep", {}), "the next")).toEqual({});
});

it("a timer can be called off, and all of them end with the channel", async () => {
  const { channel } = await client().join("room:1");
  const [fired, last] = [heard(channel, "fired"), heard(channel, "fired last")];
  const stop = async (): Promise<void> => {
    const { length } = last;
    await answer(channel.push("stop", {}), "stop");
    await eventually(() => expect(last).toHaveLength(length + 1));
  };
  await stop();
  expect(fired).toEqual([]);
  const { channel: other } = await clients[0]!.join("room:2");
  await answer(other.push("tick", {}), "tick");
  await eventually(() => expect(ticks).toBeGreaterThan(2));
  other.leave();
  await eventually(() => expect(ended).toEqual(["left"]));
  const before = ticks;
  // A timer of the channel that is still there fires five milliseconds later.
  await stop();
  expect(ticks).toBe(before);
});

it("a client that goes while its join waits for the subscription has crashed nothing", async () => {
  const carrier = new MemoryBus().carrier();
  const asked = new Gate();
  let refuseTopic = (): void => {};
  const subscribe = carrier.subscribe.bind(carrier);
  carrier.subscribe = (name) => {
    if (name !== "t:room:far") return subscribe(name);
    void asked.wait();
    return new Promise((_, reject) => (refuseTopic = () => reject(new Error("the subscription has ended"))));
  };
  const unsubscribe = carrier.unsubscribe.bind(carrier);
  carrier.unsubscribe = (name) => (name === "t:room:far" ? refuseTopic() : unsubscribe(name));
  const pubsub = createPubSub();
  await pubsub.connect(carrier);
  const said: string[] = [];
  const far = createEndpoint({
    secret: "a secret of this test, long enough to be one", pubsub, sockets: { "/socket": socket }, log: (message) => void said.push(message),
  });
  const ann = new PhoenixClient((await serve(far, { port: 0 })).url, { params: { name: "ann" } });
  ann.socket.channel("room:far", {}).join();
  await within(asked.entered, "the subscription is asked for");
  ann.close();
  await eventually(() => expect(far.connections).toBe(0));
  await far.close();
  expect(said.filter((message) => message.includes("crashed"))).toEqual([]);
});
