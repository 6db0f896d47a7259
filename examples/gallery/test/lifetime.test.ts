import { setImmediate as turn } from "node:timers/promises";
import { getHeapSpaceStatistics, queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createPubSub } from "holdfast";
import { openBrowser, type KitSocket } from "holdfast/testing";
import { expect, it } from "vitest";
import { createGallery } from "../dist/app.js";

setFlagsFromString("--expose-gc");
// Otherwise a collection throws away bytecode that the next visits compile again, half a megabyte of it: a string for each view would be
// seen only after thousands of visits.
setFlagsFromString("--no-flush-bytecode");
const collect = runInNewContext("gc") as () => void;

/** Visits before the first look: the engine learns the code meanwhile, which takes memory once. */
const WARM_UP = 640;

/**
 * How often the heap is looked at in each half of the visits, and after how many visits each. A cache of 512 entries, replaced by
 * generations, holds up to 700 objects now and none then. It is found at its emptiest whether a visit adds one entry, two, three or four.
 */
const LOOKS = 8;
const VISITS = 64;
const HALF = LOOKS * VISITS;

/** Bytes of the heap without machine code: how much of that there is depends on when the engine finds time to compile. */
const heap = (): number =>
  getHeapSpaceStatistics().reduce((sum, { space_name: name, space_used_size: used }) => (name.startsWith("code") ? sum : sum + used), 0);

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
  ["/components/places", [{ event: "insert" }, { event: "removeB" }, { event: "inc", cid: 1 }]],
  ["/messages/mailbox", [{ event: "start" }, { event: "order" }]],
  ["/loading/tasks", [{ event: "start" }]],
  ["/nested/views", [{ event: "inc" }, { event: "add" }]],
] as const)("%s, joined, used and left again and again, leaves nothing behind", async (path, clicks) => {
  await startReported();
  const pubsub = createPubSub();
  const gallery = createGallery({
    secret: "a secret of these tests, long enough", pubsub, log() {},
    limits: {
      eventsPerSecond: Infinity, eventBurst: Infinity, admissionsPerSession: Infinity, admissionBurstPerSession: Infinity,
      admissionsPerIp: Infinity, admissionBurstPerIp: Infinity,
      // Room for one page of those that were left. By default there is room for thousands of objects, more or fewer at each look.
      rememberedValues: 300,
    },
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
  const look = async (): Promise<{ objects: number; heap: number; timers: number; listeners: number }> => {
    // The visits are one chain of microtasks. Until it ends, V8 keeps more than is referred to: 4 MB were seen on a busy machine.
    await turn();
    collect();
    return { objects: queryObjects(Object, { format: "count" }), heap: heap(), timers: timers(), listeners: pubsub.stats().subscriptions };
  };
  const least = async (): Promise<{ objects: number; heap: number }> => {
    const seen = { objects: Infinity, heap: Infinity };
    for (let i = 0; i < LOOKS; i++) {
      await visitor.visits(VISITS, clicks);
      const { objects, heap } = await look();
      seen.objects = Math.min(seen.objects, objects);
      seen.heap = Math.min(seen.heap, heap);
    }
    return seen;
  };
  await visitor.visits(WARM_UP, clicks);
  const before = await look();
  const [first, second] = [await least(), await least()];
  const after = await look();
  expect([after.timers, after.listeners]).toEqual([before.timers, before.listeners]);
  // One object that stayed in every tenth visit would be seen: of their own the halves differed by 3 more to 60 fewer.
  expect(second.objects - first.objects).toBeLessThan(HALF / 20);
  // A string or a buffer is no object: this is for those. The halves differed by up to 70 bytes a visit, which the engine learned.
  expect((second.heap - first.heap) / HALF).toBeLessThan(250);
  await gallery.close();
}, 600_000);
