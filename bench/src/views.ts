// A small generator for what the copied one has no scenario for: its client, other questions.
import { getJson, now, page, pool, sleep, View, type ViewOptions } from "../load/client.mjs";

/** Opens views of a page, 64 at a time. */
export async function openViews(base: string, path: string, n: number, options: ViewOptions = {}): Promise<View[]> {
  const views = new Array<View>(n);
  await pool(n, 64, async (i) => {
    const view = new View(await page(base, path), options);
    await view.open();
    views[i] = view.keepAlive();
  });
  return views;
}

/** Microseconds of CPU that the server's process has used. */
export async function serverCpu(base: string): Promise<number> {
  return Number((await getJson(base, "/bench/stats"))["cpu_us"]);
}

/** What events of one view cost the server. */
export interface EventCost {
  readonly cpuUs: number;
  readonly bytes: number;
  readonly events: number;
}

/** Sends one event after the other for some seconds: each when the last has been answered. */
export async function eventCost(
  base: string, view: View, seconds: number, next: (i: number) => readonly [event: string, value: object, cid?: number],
): Promise<EventCost> {
  let events = 0;
  let bytes = 0;
  const once = (i: number): Promise<void> =>
    new Promise((resolve) => {
      const [event, value, cid] = next(i);
      view.event(event, value, (_reply, length) => {
        bytes += length;
        events++;
        resolve();
      }, cid === undefined ? {} : { cid });
    });
  const during = async (ms: number): Promise<void> => {
    for (const until = now() + ms; now() < until; ) await once(events);
  };
  await during(seconds * 300); // until the code that runs is compiled
  events = bytes = 0;
  const before = await serverCpu(base);
  await during(seconds * 1000);
  const cpuUs = ((await serverCpu(base)) - before) / events;
  return { cpuUs, bytes: bytes / events, events };
}

/** Lets views go, and waits until the server has noticed. */
export async function closeViews(views: readonly View[]): Promise<void> {
  for (const view of views) view.terminate();
  await sleep(200 + views.length / 10);
}
