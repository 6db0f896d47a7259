// Runs rounds in its own process, and prints its heap before and after.
// Arguments: what to run ("everything", "gallery", or "forgetful"), rounds of warm-up, rounds.
import { openGallery } from "./soak-gallery.mjs";
import { Book } from "./soak-parts.mjs";
import { openSoak } from "./soak-rounds.mjs";

const [what, warmUp, rounds] = process.argv.slice(2);
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

for (let i = 0; i < Number(warmUp); i++) await soaked.round(i);
const before = JSON.stringify(await look());
let halfway = 0;
for (let i = 0; i < Number(rounds); i++) {
  if (i === Math.floor(Number(rounds) / 2)) {
    await collect();
    halfway = process.memoryUsage().heapUsed;
  }
  book.sampling = i % SAMPLED < soaked.ways;
  await soaked.round(i);
}
const after = JSON.stringify(await look());
const { ways, pages } = soaked;
const changed = soaked.changed?.();
console.log(`{"before":${before},"after":${after},"halfway":${halfway},"about":${JSON.stringify({ ways, pages, changed })}}`);
// Pages that were not left would keep the process alive.
process.exit();
