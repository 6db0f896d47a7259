// A node with sockets that fire events without pause, and people who are present. Its parent sends commands, one per line, and
// each is answered with a line. The clock is the machine's, so that times of several nodes can be compared.
import { createInterface } from "node:readline";
import { PresenceTracker } from "../../dist/presence/index.js";
import { createPubSub, Fence } from "../../dist/pubsub/index.js";
import { redis } from "../../dist/redis/index.js";

const now = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;
const pubsub = createPubSub();
const shared = redis({ url: process.env.REDIS_URL }).open({ node: pubsub.node, secret: "a secret of these tests, long enough" });

/** Sockets by id: when each was opened, and when its last handler started. Ended ones keep their last start. */
const sockets = new Map();
let serial = 0;
let gaps = 0;
const fence = new Fence({
  pubsub, shared,
  target: {
    disconnect({ of: { liveSocketId } }) {
      const open = [...sockets.values()].filter((socket) => socket.open && socket.id === liveSocketId);
      for (const socket of open) socket.open = false;
      return open.length;
    },
    disconnectAll() {
      gaps++;
      for (const socket of sockets.values()) socket.open = false;
      return sockets.size;
    },
  },
});
const presences = new PresenceTracker({ pubsub });
await pubsub.connect(shared.carrier);
await presences.sync();
const people = new Map();

/** What was heard, and what it ran. */
const heard = [];
const ran = [];
await pubsub.subscribe("numbers", ({ payload }) => heard.push(payload), { replay: 1_000 }).ready;
/** The value, or null if the database could not be asked. */
const orNull = (promise) => Promise.resolve(promise).catch(() => null);

// Events: a handler starts if its socket is open and the node may act. Both are asked in the same moment.
setInterval(() => {
  for (const socket of sockets.values()) if (shared.lease.held() && socket.open) socket.last = now();
}, 1);

const commands = {
  node: () => pubsub.node,
  open: (id, count) => {
    for (let i = 0; i < Number(count); i++) sockets.set(serial++, { id, open: true, last: 0 });
    return sockets.size;
  },
  count: (id) => [...sockets.values()].filter((socket) => socket.open && socket.id === id).length,
  /** When the last handler of an id's sockets started. */
  last: (id) => Math.max(0, ...[...sockets.values()].filter((socket) => socket.id === id).map((socket) => socket.last)),
  forget: () => sockets.clear(),
  held: () => shared.lease.held(),
  gaps: () => gaps,
  disconnect: async (id) => {
    const began = now();
    const result = await fence.disconnect({ of: { liveSocketId: id } });
    return { ...result, began, resolved: now() };
  },
  track: (topic, key) => void presences.track(topic, key, { from: pubsub.node }),
  /** Tracks somebody under a number, who can leave and move. */
  come: (topic, key, n) => void people.set(n, presences.track(topic, key, { n })),
  go: (n) => people.get(n).untrack(),
  move(n, to) {
    people.get(n).update({ n: to });
    people.set(to, people.get(n));
  },
  people: (topic) => Object.entries(presences.list(topic)).flatMap(([key, { metas }]) => metas.map(({ n }) => `${key} ${n}`)).sort(),
  present: (topic) => Object.keys(presences.list(topic)).sort(),
  /** Says a number to all nodes. @returns whether the database took it */
  say: (n) => orNull(pubsub.publish({ topic: "numbers", event: "said", payload: Number(n) }, { replay: 1_000 }).then(() => true)),
  heard: () => heard,
  revoke: (key) => orNull(shared.revocations.revoke(key, 1, Date.now() + 3_600_000).then(() => true)),
  revoked: (key) => orNull(shared.revocations.revokedAt(key)),
  async submit(key) {
    const { run } = await shared.submissions.begin(key, key);
    if (!run) return;
    ran.push(key);
    await shared.submissions.end(key, "done");
  },
  ran: () => ran,
  close: () => pubsub.close().then(() => process.exit(0)),
};
console.log(JSON.stringify({ ready: pubsub.node }));
createInterface({ input: process.stdin }).on("line", async (line) => {
  const [name, ...args] = line.split(" ");
  console.log(JSON.stringify({ value: (await commands[name](...args)) ?? null }));
});
