// Runs rounds in its own process, and prints what it held before and after them, and at the least in each half of them.
// Arguments: what to run ("everything", "gallery", or "forgetful"), rounds of warm-up, rounds, and how many objects and bytes more than
// the first half the second may hold. Once it has held less, nobody counts any more: that takes longer than many rounds.
import { queryObjects } from "node:v8";
import { openGallery } from "./soak-gallery.mjs";
import { Book } from "./soak-parts.mjs";
import { openSoak } from "./soak-rounds.mjs";

const [what, warmUp, rounds, objects, bytes] = process.argv.slice(2);
const book = new Book();
const soaked = await (what === "gallery" ? openGallery() : openSoak(book, what === "forgetful"));
const { endpoint } = soaked;

/** Collects garbage several times: what one collection finalizes, the next can free. */
async function collect() {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
}

async function look() {
  await collect();
  const sample = book.sampled();
  await collect();
  const { views, components, tasks, used } = book;
  return {
    heap: process.memoryUsage().heapUsed,
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    connections: endpoint.connections, ...endpoint.pubsub.stats(),
    views, components, tasks, used, sample,
  };
}

/** How many rounds are sampled: each way of leaving at least once. */
const SAMPLED = 250;
/** How often the heap is looked at in each half of the rounds: one look may have megabytes that are not held. */
const LOOKS = 10;

/** Runs the rounds from one number to another, and returns what was held at the least: all that matters, once it is below `enough`. */
async function least(from, to, enough) {
  const seen = { objects: Infinity, heap: Infinity };
  let looks = 0;
  for (let i = from; i < to; i++) {
    book.sampling = i % SAMPLED < soaked.ways;
    await soaked.round(i);
    if (i - from + 1 < ((looks + 1) * (to - from)) / LOOKS) continue;
    looks++;
    if (seen.objects < enough.objects && seen.heap < enough.heap) continue;
    await collect();
    seen.objects = Math.min(seen.objects, queryObjects(Object, { format: "count" }) - book.sampleSize);
    seen.heap = Math.min(seen.heap, process.memoryUsage().heapUsed);
  }
  return seen;
}

for (let i = 0; i < Number(warmUp); i++) await soaked.round(i);
const before = JSON.stringify(await look());
const half = Math.floor(Number(rounds) / 2);
const first = await least(0, half, { objects: 0, heap: 0 });
const second = await least(half, Number(rounds), { objects: first.objects + Number(objects), heap: first.heap + Number(bytes) });
const after = JSON.stringify(await look());
const { ways, pages } = soaked;
const changed = soaked.changed?.();
console.log(`{"before":${before},"after":${after},"halves":${JSON.stringify([first, second])},"about":${JSON.stringify({ ways, pages, changed })}}`);
// Pages that were not left would keep the process alive.
process.exit();
