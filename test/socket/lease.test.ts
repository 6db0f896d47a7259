// A node whose process was stopped goes on where it was: behind an answer that it waited for, or with a join that nobody has read yet. Others
// have relied on its lease having run out, so no handler may start before the node has read what they recorded.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { fileInput, form, html, liveView, memoryRevocations, memorySubmissions, onMount, topic, upload, userSocket, type UploadWriter } from "holdfast";
import { z } from "zod";
import type { Backplane, Lease } from "../../src/pubsub/index.js";
import { eventually, startLab, userSocketId, type Joined, type Lab } from "../support/lab.js";
import { MemoryBus } from "../support/memory-bus.js";
import { RawSocket } from "../support/raw-socket.js";
import { Uploader } from "../support/uploads.js";
import { Gate } from "../support/wait.js";

/** A lease that a test takes away and gives back. */
class TestLease implements Lease {
  readonly durationMs = 5_000;
  #held = true;
  readonly #watchers = new Set<{ lapsed?(): void; regained?(): void }>();

  held(): boolean {
    return this.#held;
  }
  whenHeld(): Promise<void> {
    if (this.#held) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.watch({ regained: () => (stop(), resolve()) });
    });
  }
  watch(watcher: { lapsed?(): void; regained?(): void }): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }
  lose(): void {
    this.#held = false;
    for (const { lapsed } of [...this.#watchers]) lapsed?.();
  }
  regain(): void {
    this.#held = true;
    for (const { regained } of [...this.#watchers]) regained?.();
  }
}

const lease = new TestLease();
const submissions = memorySubmissions();
/** The key and the session of the last claim. */
let claimed: readonly [key: string, session: string] = ["", ""];
const backplane: Backplane = {
  open: () => ({
    carrier: new MemoryBus().carrier(), revocations: memoryRevocations(), rateLimits: { take: async () => 0 },
    submissions: {
      begin: (...claim) => waits().then(() => submissions.begin(...(claimed = claim))),
      end: (key, outcome) => submissions.end(key, outcome),
    },
    lease, journal: { append: async () => {}, read: () => {} }, close: async () => {},
  }),
};

/** Where something waits until the test goes on: for a database, for instance. */
let gate: Gate | undefined;
const waits = async (): Promise<true> => {
  await gate?.wait();
  return true;
};
/** The handlers that have started. */
const started: string[] = [];
const start = (handler: string) => () => void started.push(handler);

const told = topic<string>("lease:told");
const slowSchema = z.object({}).refine(waits);
/** Its result is out of date at each job. */
const aging = onMount(async () => {
  await waits();
  return {};
}, { refresh: 1 });

const Plain = liveView.define({
  name: "plain", authorize: "public",
  mount(socket) {
    socket.attachHook("slow", "handleEvent", async (event) => {
      if (event === "hooked") await waits();
      return undefined;
    });
    if (socket.connected) started.push("mount");
    return { note: form(z.object({})) };
  },
  events: {
    form: { form: "note", handle: start("form") },
    policy: { authorize: waits, handle: start("policy") },
    schema: { params: slowSchema, handle: start("schema") },
    hooked: { handle: start("hooked") },
    ping: { handle: () => {} },
  },
  render: (_assigns, on) => html`
    <form phx-submit=${on.form.submit}></form>${[on.policy, on.schema, on.hooked, on.ping].map((event) => html`<b phx-click=${event}></b>`)}`,
});

const twice = topic<string>("lease:twice");
/** What runs behind code of its own view, in the same job. */
const Twice = liveView.define({
  name: "twice", authorize: "public",
  mount(socket) {
    socket.subscribe(twice, async () => void (await waits()));
    socket.subscribe(twice, start("second handler"));
    socket.attachHook("slow", "handleEvent", async () => void (await waits()));
    socket.attachHook("next", "handleEvent", start("second hook"));
    return {};
  },
  events: { ping: { handle: () => {} } },
  render: (_assigns, on) => html`<b phx-click=${on.ping}></b>`,
});

const Aging = liveView.use(aging).define({
  name: "aging", authorize: "public",
  topics: () => ({ told }),
  messages: { told: start("told") },
  events: { ping: { handle: () => {} } },
  render: (_assigns, on) => html`<b phx-click=${on.ping}></b>`,
});
const Guarded = liveView.define({
  name: "guarded",
  authorize: waits,
  mount(socket) {
    if (socket.connected) started.push("mount");
    return {};
  },
  handleParams(socket, { uri }) {
    if (socket.connected) started.push(`params ${uri.search}`);
  },
  render: () => html`<p></p>`,
});
/** Which of its methods waits, and what else has been called. */
let slow: "init" | "write" | "external" | undefined;
const step = async (name: string): Promise<void> => {
  started.push(name);
  if (name === slow) {
    started.length = 0;
    await waits();
  }
};
let cancelled = 0;
class SlowWriter implements UploadWriter<null> {
  init(): Promise<void> {
    return step("init");
  }
  write(): Promise<void> {
    return step("write");
  }
  async close(end: string): Promise<null> {
    if (end === "cancel") cancelled++;
    else await step(end);
    return null;
  }
}
const Files = liveView.define({
  name: "files", authorize: "public",
  mount: () => ({
    file: upload({ chunkSize: 1024, writer: () => new SlowWriter() }),
    outside: upload({ maxEntries: 2, external: ({ name }) => step(name).then(() => ({ uploader: "none" })) }),
  }),
  events: { change: { handle: () => {} } },
  render: ({ file, outside }, on) => html`<form phx-change=${on.change}>${fileInput(file)}${fileInput(outside)}</form>`,
});
const rooms = userSocket({
  connect: ({ params }) => ({ name: params["name"] ?? "" }),
  id: ({ name }) => name,
  channels: (channel) => ({
    slow: channel({
      params: slowSchema,
      join: () => {
        started.push("join");
        return {};
      },
    }),
    room: channel({ join: () => ({}), handleIn: { say: { params: slowSchema, handle: start("say") } } }),
  }),
});

let lab: Lab;
beforeAll(async () => (lab = await startLab({ "/": Plain, "/twice": Twice, "/aging": Aging, "/guarded": Guarded, "/files": Files }, { backplane, sockets: { "/rooms": rooms } })));
afterAll(() => lab.close());
beforeEach(() => void started.splice(0));
const sockets: RawSocket[] = [];
afterEach(async () => {
  slow = gate = undefined;
  lease.regain();
  for (const socket of sockets.splice(0)) socket.terminate();
  await lab.cut();
});

let users = 0;
const joined = (path: string) => async (id: number): Promise<Joined> => {
  const page = await lab.open(path, await lab.loggedIn(id));
  started.length = 0;
  return page;
};
const inRoom = (topic: string) => async (id: number): Promise<RawSocket> => {
  const socket = await RawSocket.connect(lab.base, { path: `/rooms/websocket?name=${userSocketId(id)}` });
  sockets.push(socket);
  if (topic === "room") await socket.call("1", topic, "phx_join");
  return socket;
};

const CHUNK = Buffer.alloc(1024, "a");
interface Uploading {
  readonly files: Uploader;
  readonly ref: string;
}
/** A file of one chunk or of more, whose writer waits in one of its methods. */
const uploading = (method: typeof slow, size = 2 * CHUNK.length) => async (id: number): Promise<Uploading> => {
  const files = new Uploader(await joined("/files")(id), "change");
  const ref = await files.begin("a.txt", size);
  slow = method;
  return { files, ref };
};

/** A handler, who may start it, and how, behind something that waits at the gate. */
interface Case<Client> {
  readonly open: (id: number) => Promise<Client>;
  readonly act: (client: Client) => unknown;
}
const of = <Client>(open: Case<Client>["open"], act: Case<Client>["act"]): Case<unknown> => ({ open, act: act as Case<unknown>["act"] });
const cases: Readonly<Record<string, Case<unknown>>> = {
  policy: of(joined("/"), (page) => page.sendEvent("policy")),
  schema: of(joined("/"), (page) => page.sendEvent("schema")),
  hooked: of(joined("/"), (page) => page.sendEvent("hooked")),
  form: of(joined("/"), (page) => page.post("event", { type: "form", event: "form.submit", value: "" })),
  told: of(joined("/aging"), () => lab.endpoint.broadcast(told, "now")),
  "second handler": of(joined("/twice"), () => lab.endpoint.broadcast(twice, "now")),
  "second hook": of(joined("/twice"), (page) => page.sendEvent("ping")),
  "params ?b": of(joined("/guarded"), (page) => page.post("live_patch", { url: `${lab.base}/guarded?b` })),
  mount: of(async (id) => {
    const browser = await lab.loggedIn(id);
    return { page: await browser.get("/guarded"), socket: await browser.socket() };
  }, ({ page, socket }) => socket.sendJoin(page)),
  // The next step of an upload, behind one of the writer's that waits.
  write: of(uploading("init"), ({ files, ref }) => void files.chunk(ref, CHUNK)),
  done: of(uploading("write", CHUNK.length), ({ files, ref }) => void files.chunk(ref, CHUNK)),
  second: of(joined("/files"), (page) => {
    slow = "external";
    const files = new Uploader(page, "change", 1);
    void files.preflight([files.file("external", 4), files.file("second", 4)]);
  }),
  join: of(inRoom("slow"), (socket) => socket.send("1", "1", "slow", "phx_join", {})),
  say: of(inRoom("room"), (socket) => socket.send("1", "2", "room", "say", {})),
};

it.each(Object.keys(cases).flatMap((name) => [[name, true], [name, false]] as const))(
  "%s: a handler behind something that waited starts with the lease only, and not if its user was disconnected meanwhile: %s", async (name, disconnected) => {
    const { open, act } = cases[name]!;
    const id = ++users;
    const client = await open(id);
    const other = await lab.open("/");
    started.length = 0;
    gate = new Gate();
    await act(client);
    await gate.entered;
    lease.lose();
    gate.open();
    // Whatever goes on behind the gate has gone on.
    await other.socket.heartbeat();
    expect(started).toEqual([]);
    if (disconnected) await lab.endpoint.disconnect(userSocketId(id));
    lease.regain();
    await other.event("ping");
    if (disconnected) expect(started).toEqual([]);
    else await eventually(() => expect(started[0]).toBe(name));
  },
);

it("a form whose node had no lease is not handled if another node has answered it meanwhile", async () => {
  const page = await joined("/")(++users);
  gate = new Gate();
  const reply = page.call("event", { type: "form", event: "form.submit", value: "" });
  await gate.entered;
  lease.lose();
  gate.open();
  await page.socket.heartbeat();
  expect(await submissions.begin(...claimed)).toEqual({ run: true });
  await submissions.end(claimed[0], "");
  lease.regain();
  await reply;
  expect(started).toEqual([]);
});

it.each([true, false])("a page that joins while its node has no lease is mounted once there is one, and not if its user was disconnected meanwhile: %s", async (disconnected) => {
  const id = ++users;
  const browser = await lab.loggedIn(id);
  const [page, socket] = [await browser.get("/"), await browser.socket()];
  const other = await lab.open("/");
  started.length = 0;
  lease.lose();
  const ref = socket.sendJoin(page);
  await socket.heartbeat();
  expect(started).toEqual([]);
  if (disconnected) await lab.endpoint.disconnect(userSocketId(id));
  lease.regain();
  await other.event("ping");
  if (disconnected) expect(started).toEqual([]);
  else expect([(await socket.reply(ref)).status, started]).toEqual(["ok", ["mount"]]);
});

it.each([true, false])("a chunk that comes while its node has no lease reaches the writer once there is one, and never if its user was disconnected meanwhile: %s", async (disconnected) => {
  const id = ++users;
  const { files, ref } = await uploading(undefined, CHUNK.length)(id);
  const other = await lab.open("/");
  started.length = 0;
  lease.lose();
  const reply = files.chunk(ref, CHUNK);
  await files.view.socket.heartbeat();
  expect(started).toEqual([]);
  if (disconnected) {
    reply.catch(() => {});
    await lab.endpoint.disconnect(userSocketId(id));
  }
  lease.regain();
  await other.event("ping");
  if (disconnected) expect(started).toEqual([]);
  else expect([(await reply).status, started]).toEqual(["ok", ["init", "write", "done"]]);
});

it("what was written of a file is deleted when its upload ends, even if the lease never comes back", async () => {
  cancelled = 0;
  const { files, ref } = await uploading(undefined)(++users);
  await files.chunk(ref, CHUNK);
  lease.lose();
  const reply = files.chunk(ref, CHUNK);
  reply.catch(() => {});
  await files.view.socket.heartbeat();
  files.view.socket.terminate();
  await eventually(() => expect([started, cancelled]).toEqual([["init", "write"], 1]));
});
