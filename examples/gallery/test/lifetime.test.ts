import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createPubSub } from "holdfast";
import { openBrowser, type KitSocket } from "holdfast/testing";
import { expect, it } from "vitest";
import { createGallery } from "../dist/app.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** How often the heap is looked at in each half of the visits. */
const LOOKS = 10;

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

/**
 * Resolves when Vitest has reported the test's start, which it does by a timer of 100 ms that would be counted. The visits need
 * no turn of the event loop, so it may fire between two looks; one that is set later and waits longer fires later.
 */
const startReported = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 101));

/** Joins, clicks and leaves over one socket, as often as it is told to. */
class Visitor {
  readonly #socket: KitSocket;
  readonly #topic: string;
  readonly #join: object;

  constructor(socket: KitSocket, topic: string, join: object) {
    this.#socket = socket;
    this.#topic = topic;
    this.#join = join;
  }

  async visits(times: number, clicks: readonly object[]): Promise<void> {
    const socket = this.#socket;
    for (let i = 0; i < times; i++) {
      const joinRef = socket.nextRef();
      const joined = await socket.push(joinRef, joinRef, this.#topic, "phx_join", this.#join);
      if (joined.status !== "ok") throw new Error(`the join was answered ${JSON.stringify(joined).slice(0, 200)}`);
      for (const click of clicks) {
        const answer = await socket.push(joinRef, socket.nextRef(), this.#topic, "event", { type: "click", value: {}, ...click });
        if (answer.status !== "ok" || Object.keys(answer.response).length === 0) throw new Error(`no effect: ${JSON.stringify(click)}`);
      }
      await socket.push(joinRef, socket.nextRef(), this.#topic, "phx_leave", {});
      // The kit remembers each frame.
      socket.frames.length = 0;
    }
  }
}

it.each([
  // Components in lists, in a stream, in each other, each with its subscription's end; and the view's own.
  ["/components/places", 10_000, [{ event: "insert" }, { event: "removeB" }, { event: "inc", cid: 1 }]],
  ["/messages/mailbox", 5_000, [{ event: "start" }, { event: "order" }]],
  ["/loading/tasks", 5_000, [{ event: "start" }]],
  ["/nested/views", 5_000, [{ event: "inc" }, { event: "add" }]],
] as const)("%s, joined, used and left %d times, leaves nothing behind", async (path, times, clicks) => {
  await startReported();
  const pubsub = createPubSub();
  const gallery = createGallery({
    secret: "a secret of these tests, long enough", pubsub, log() {},
    limits: { eventsPerSecond: Infinity, eventBurst: Infinity, admissionsPerSession: Infinity, admissionBurstPerSession: Infinity, admissionsPerIp: Infinity, admissionBurstPerIp: Infinity },
  });
  const browser = openBrowser(gallery);
  const page = await browser.get(path);
  const socket = await browser.handshake();
  if (socket instanceof Response) throw new Error("the handshake was refused");
  const attribute = (name: string): string | undefined => page.attr("[data-phx-main]", name);
  const visitor = new Visitor(socket, `lv:${attribute("id")}`, {
    url: `http://localhost${path}`, session: attribute("data-phx-session"), static: attribute("data-phx-static") ?? null,
    params: { _csrf_token: page.csrfToken, _mounts: 0 },
  });
  const look = (): { heap: number; timers: number; listeners: number } => {
    collect();
    return { heap: process.memoryUsage().heapUsed, timers: timers(), listeners: pubsub.stats().subscriptions };
  };
  // The engine learns the code meanwhile, which takes memory once.
  await visitor.visits(2_000, clicks);
  const before = look();
  /** The least heap of several looks at so many visits: a single one may have 3 MB more, on a busy machine. */
  const leastHeap = async (visits: number): Promise<number> => {
    let least = Infinity;
    for (let i = 0; i < LOOKS; i++) {
      await visitor.visits(visits / LOOKS, clicks);
      least = Math.min(least, look().heap);
    }
    return least;
  };
  const [first, second] = [await leastHeap(times / 2), await leastHeap(times / 2)];
  const after = look();
  expect([after.timers, after.listeners]).toEqual([before.timers, before.listeners]);
  // A view that stayed would be more than a kilobyte.
  expect((second - first) / (times / 2)).toBeLessThan(100);
  await gallery.close();
}, 600_000);
