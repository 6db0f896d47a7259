// Many views at once: a broadcast, the end of a user's sockets, and the memory of idle views.
import { closeViews, get, openViews, quantile, serverStats, sleep } from "../client.js";
import { many, TINY } from "../options.js";
import { type BroadcastMode, DISCONNECT, LOGIN } from "../record.js";
import { type Load, type Scenario, serverCpu } from "./load.js";

/** Sequence numbers have four digits, so that all frames have the same length. */
const FIRST_SEQ = 1000;

/** Broadcasts one after the other: each is sent once every client has the previous one. */
async function broadcasts(base: string, mode: BroadcastMode, n: number): Promise<Load> {
  let missing = 0;
  let bytes = 0;
  let delivered: () => void = () => {};
  const views = await openViews(base, "/feed", n, {
    onPush(event, length) {
      if (event !== "diff") return;
      bytes += length;
      if (--missing === 0) delivered();
    },
  });
  let seq = FIRST_SEQ;
  const broadcast = async (): Promise<void> => {
    missing = n;
    const all = new Promise<void>((resolve) => (delivered = resolve));
    await Promise.all([all, get(base, `/bench/broadcast?mode=${mode}&seq=${seq}`, { method: "POST" })]);
    seq = seq === 9999 ? FIRST_SEQ : seq + 1;
  };
  // A view's first frame carries more than later ones.
  await broadcast();
  return {
    async turn(seconds) {
      const waits: number[] = [];
      bytes = 0;
      const before = await serverCpu(base);
      const began = performance.now();
      do {
        const from = performance.now();
        await broadcast();
        waits.push(performance.now() - from);
      } while (performance.now() - began < seconds * 1000);
      const operations = waits.length * n;
      const took = performance.now() - began;
      return {
        cost: ((await serverCpu(base)) - before) / operations, operations, perSecond: operations / (took / 1000),
        p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), bytes: bytes / operations,
      };
    },
    end: () => closeViews(views),
  };
}

/** One user's sockets, all closed at once. They are opened again for each turn, which is not counted. */
async function disconnects(base: string, n: number): Promise<Load> {
  const { cookie } = await get(base, LOGIN);
  return {
    async turn() {
      let left = n;
      let closed: () => void = () => {};
      const all = new Promise<void>((resolve) => (closed = resolve));
      await openViews(base, "/counter", n, { cookie, onClose: () => --left === 0 && closed() });
      const before = await serverCpu(base);
      const from = performance.now();
      await Promise.all([all, get(base, DISCONNECT, { method: "POST" })]);
      const took = performance.now() - from;
      return { cost: ((await serverCpu(base)) - before) / n, operations: n, p50: took, p99: took };
    },
    end: async () => {},
  };
}

/** Joins before anything is counted: the code that they load and compile belongs to no view. */
const FIRST_VIEWS = 200;
const SETTLE_MS = TINY ? 100 : 1000;
/** V8 releases pages only in the collections after the one that emptied them. */
const COLLECTIONS = 3;

/**
 * The growth of a server's memory, after garbage collection, by views that do nothing. Its heap is what they keep. Its resident
 * memory includes V8's young generation, which grew while they joined: see "Memory" in docs/performance.md.
 */
async function memory(base: string, n: number, of: "heap_kib" | "rss_kib"): Promise<Load> {
  const kept = async (): Promise<number> => {
    for (let i = 0; i < COLLECTIONS; i++) {
      await serverStats(base, "/bench/gc", "POST");
      await sleep(SETTLE_MS);
    }
    return (await serverStats(base, "/bench/gc", "POST"))[of];
  };
  await closeViews(await openViews(base, "/counter", many(FIRST_VIEWS)));
  return {
    async turn() {
      const before = await kept();
      const views = await openViews(base, "/counter", n);
      const after = await kept();
      await closeViews(views);
      return { cost: (after - before) / n, operations: n };
    },
    end: async () => {},
  };
}

export const crowdScenarios: readonly Scenario[] = [
  { name: "feed", title: "broadcast to 2,000 views", unit: "µs", begin: (base) => broadcasts(base, "assign", many(2000)) },
  { name: "feed-stream", title: "the same, into a stream", unit: "µs", begin: (base) => broadcasts(base, "stream", many(2000)) },
  { name: "disconnect", title: "disconnect 2,000 sockets of a user", unit: "µs", begin: (base) => disconnects(base, many(2000)) },
  {
    name: "heap",
    title: "heap of an idle counter, of 5,000",
    unit: "KiB",
    once: true,
    begin: (base) => memory(base, many(5000), "heap_kib"),
  },
  { name: "resident", title: "resident memory of the same", unit: "KiB", once: true, begin: (base) => memory(base, many(5000), "rss_kib") },
];
