import { afterEach, expect, test } from "vitest";
import { MemoryBus } from "../../../test/support/memory-bus.js";
import { within } from "../../../test/support/wait.js";
import type { Connection, Transport } from "../../channel/index.js";
import { createPubSub, type PubSub } from "../../pubsub/index.js";
import { Keyring } from "../../security/index.js";
import type { LongPollSettings } from "./options.js";
import { LongPollSockets } from "./sockets.js";
import type { SocketName } from "./token.js";

const settings: LongPollSettings = { pollMs: 60_000, gapMs: 60_000, lingerMs: 200, answerBytes: 1000, bodyBytes: 1000 };
const keyring = new Keyring("a secret of this test, long enough to be one");
const open: PubSub[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((pubsub) => pubsub.close()));
});

interface Node { readonly sockets: LongPollSockets; readonly pubsub: PubSub; readonly errors: unknown[] }

async function node(bus: MemoryBus): Promise<Node> {
  const errors: unknown[] = [];
  const pubsub = createPubSub({ onError: (error) => errors.push(error) });
  await pubsub.connect(bus.carrier());
  open.push(pubsub);
  return { sockets: new LongPollSockets({ pubsub, keyring, settings }), pubsub, errors };
}

/** A socket of ann on this node: its name, its transport, and what it was told. */
function socketOn({ sockets }: Node): { name: SocketName; transport: Transport; log: string[]; heard: Promise<void> } {
  const log: string[] = [];
  let transport!: Transport;
  let hear!: () => void;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const connection: Partial<Connection> = {
    open: (opened) => void (transport = opened), heard: () => hear(), closed: () => void log.push("closed"), receiveText: (text) => void log.push(text),
  };
  const name = sockets.named(sockets.open(connection as Connection, "ann"), "ann");
  if (name === undefined) throw new Error("its own token names nothing");
  return { name, transport, log, heard };
}

const stays = (): AbortSignal => new AbortController().signal;

test("a poll and a POST that reach another node are answered by the socket's own", async () => {
  const bus = new MemoryBus();
  const [here, there] = [await node(bus), await node(bus)];
  const { name, transport, log } = socketOn(here);
  expect(await there.sockets.post(name, "ann", "[1]\n[2]", true)).toEqual({ status: 200, messages: [] });
  expect(log).toEqual(["[1]", "[2]"]);
  const poll = there.sockets.poll(name, "ann", stays());
  transport.send("pushed");
  expect(await within(poll, "the poll's answer")).toEqual({ status: 200, messages: ["pushed"] });
});

test("a node asks for its own client only: another owner's request finds nothing, whatever its token", async () => {
  const bus = new MemoryBus();
  const [here, there] = [await node(bus), await node(bus)];
  const { name, log } = socketOn(here);
  for (const { sockets } of [here, there]) {
    expect(await sockets.poll(name, "eve", stays())).toEqual({ status: 410 });
    expect(await sockets.post(name, "eve", "[1]", false)).toEqual({ status: 410 });
  }
  expect(log).toEqual([]);
});

test("a socket of a node that has gone, of an endpoint that is no more, or that has ended is gone", async () => {
  const bus = new MemoryBus();
  const [here, there] = [await node(bus), await node(bus)];
  const { name } = socketOn(here);
  for (const other of [{ ...name, node: "node-that-was" }, { ...name, endpoint: "before the restart" }, { ...name, id: "ended" }]) {
    expect(await there.sockets.poll(other, "ann", stays())).toEqual({ status: 410 });
    expect(await there.sockets.post(other, "ann", "[1]", false)).toEqual({ status: 410 });
  }
});

test("a client that ends its poll at another node has ended its socket, also if that is heard before the poll", async () => {
  const bus = new MemoryBus();
  const [here, there] = [await node(bus), await node(bus)];
  for (const early of [true, false]) {
    const { name, log, heard } = socketOn(here);
    const controller = new AbortController();
    const poll = there.sockets.poll(name, "ann", controller.signal);
    if (!early) await heard;
    controller.abort();
    expect(await within(poll, "the poll's end")).toEqual({ status: 410 });
    expect(log).toEqual(["closed"]);
  }
});

test("a node that stops has the polls answered that it handed on", async () => {
  const bus = new MemoryBus();
  const [here, there] = [await node(bus), await node(bus)];
  const { name, log, heard } = socketOn(here);
  const poll = there.sockets.poll(name, "ann", stays());
  await heard;
  there.sockets.close();
  expect(await within(poll, "an answer")).toEqual({ status: 204 });
  expect(log).toEqual([]);
});

test.each([
  ["nothing", null], ["another kind", { kind: "close", asked: { id: "x", owner: "ann" } }], ["no socket", { kind: "poll", poll: "1" }],
  ["no body", { kind: "post", asked: { id: "x", owner: "ann" } }], ["an owner that is no text", { kind: "release", asked: { id: "x", owner: 7 } }],
])("what another node says and this version does not know is refused: %s", async (_what, said) => {
  const bus = new MemoryBus();
  const [here, there] = [await node(bus), await node(bus)];
  const { name } = socketOn(here);
  const result = await there.pubsub.request(`holdfast:longpoll:${name.endpoint}`, said, { timeoutMs: 10_000, to: [name.node] });
  expect(result).toMatchObject({ answers: [], missing: [{ reason: "failed" }] });
  expect(String(here.errors[0])).toContain("does not know");
});

test("an answer that is none fails, and the client opens another socket", async () => {
  const bus = new MemoryBus();
  const [here, there] = [await node(bus), await node(bus)];
  for (const [index, answer] of [undefined, null, { status: 200 }, { status: 200, messages: [7] }, { status: 999 }].entries()) {
    const endpoint = `another version ${index}`;
    here.pubsub.answer(`holdfast:longpoll:${endpoint}`, () => answer);
    expect(await there.sockets.poll({ node: here.pubsub.node, endpoint, id: "x" }, "ann", stays())).toEqual({ status: 500 });
  }
});
