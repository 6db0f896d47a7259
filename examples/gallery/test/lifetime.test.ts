import { setImmediate as turn } from "node:timers/promises";
import { getHeapSpaceStatistics, queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createPubSub } from "holdfast";
import { openBrowser, type KitSocket } from "holdfast/testing";
import { expect, it, onTestFinished, vi } from "vitest";
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
 * What was left is swept every 30 s. A look soon after that found 85 objects fewer, and only on a machine so slow that it came to it:
 * here nothing is swept, and all that may stay is what its tables hold.
 */
const SWEEP_MS = 30_000;
const NEVER_MS = 2 ** 31 - 1;
const every = setInterval;

/**
 * Resolves when Vitest has reported the test's start, which it does by a timer of 100 ms that would be counted. The visits need
 * no turn of the event loop, so it may fire between two looks; one that is set later and waits longer fires later.
 */
const startReported = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 101));

interface Held {
  readonly objects: number;
  readonly heap: number;
}

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
  vi.stubGlobal("setInterval", (job: () => void, ms: number) => every(job, ms < SWEEP_MS ? ms : NEVER_MS));
  onTestFinished(() => void vi.unstubAllGlobals());
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
  const settle = async (): Promise<void> => {
    // The visits are one chain of microtasks. Until it ends, V8 keeps more than is referred to: 4 MB were seen on a busy machine.
    await turn();
    collect();
  };
  const open = (): object => ({ timers: timers(), listeners: pubsub.stats().subscriptions });
  /**
   * The least that is held in one half of the visits. To count objects takes longer than the visits between two counts, and the least
   * can only fall: once it is below `enough`, nobody counts any more.
   */
  const least = async (enough: Held): Promise<Held> => {
    const seen = { objects: Infinity, heap: Infinity };
    for (let i = 0; i < LOOKS; i++) {
      await visitor.visits(VISITS, clicks);
      if (seen.objects < enough.objects && seen.heap < enough.heap) continue;
      await settle();
      seen.objects = Math.min(seen.objects, queryObjects(Object, { format: "count" }));
      seen.heap = Math.min(seen.heap, heap());
    }
    return seen;
  };
  await visitor.visits(WARM_UP, clicks);
  await settle();
  const before = open();
  const first = await least({ objects: 0, heap: 0 });
  // One object that stayed in every tenth visit would be seen: of their own the halves differed by 3 more to 60 fewer.
  // A string or a buffer is no object: the heap is for those. The halves differed by up to 70 bytes a visit, which the engine learned.
  const bounds = { objects: first.objects + HALF / 20, heap: first.heap + 250 * HALF };
  const second = await least(bounds);
  await settle();
  expect(open()).toEqual(before);
  expect(second.objects).toBeLessThan(bounds.objects);
  expect(second.heap).toBeLessThan(bounds.heap);
  await gallery.close();
}, 600_000);
