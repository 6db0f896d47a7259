// Visits the gallery's pages in turn: joins each, clicks everything on it, and leaves it in one of all possible ways.
import { createGallery } from "../../examples/gallery/dist/app.js";
import { pages as galleryPages } from "../../examples/gallery/dist/registry.js";
import { nestedIn, SoakBrowser } from "./soak-client.mjs";
import { unlimited } from "./soak-parts.mjs";

/** The payload of a click, for events that need one. */
const VALUE = { id: "1", key: "info" };

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The events in an answer's HTML: `[name, the component's number]`. */
function eventsIn(text) {
  const html = text.replaceAll('\\"', '"').replaceAll("&quot;", '"');
  const own = [...html.matchAll(/ phx-(?:click|submit|change)="([\w-]+)"/g)].map(([, name]) => [name]);
  const ofComponents = [...html.matchAll(/\["push",\{"event":"([\w-]+)","target":(\d+)\}\]/g)];
  return [...own, ...ofComponents.map(([, name, cid]) => [name, Number(cid)])];
}

export async function openGallery() {
  const endpoint = createGallery({
    secret: "a secret of the soaked gallery, long enough",
    log() {},
    limits: unlimited,
  });
  const browser = new SoakBrowser(endpoint);

  const pages = [];
  for (const { path } of galleryPages.flatMap(({ routes }) => routes)) {
    const page = await browser.get(path.replace(/:\w+/, "1")).catch(() => undefined);
    if (page !== undefined) pages.push(page);
  }

  /** How many clicks have changed something. */
  let changed = 0;

  /** Joins a page with all views in it. */
  async function enter(page) {
    const socket = await browser.connect(page);
    const joined = await socket.join(page, { url: page.url });
    const views = [{ topic: page.topic, joined }];
    for (const nested of nestedIn(joined.text).values()) views.push({ topic: nested.topic, joined: await socket.join(nested) });
    return { socket, views };
  }

  for (const page of pages) {
    const { socket, views } = await enter(page);
    page.events = views.map(({ joined }) => eventsIn(joined.text));
    socket.close();
  }

  const leaving = [
    async (socket, topic) => void (await socket.leave(topic)),
    async () => {},
    async (socket, topic) => void (await socket.event(topic, "crash")),
    async (socket, topic) => void (await socket.leave(topic), await socket.leave("lv:player")),
  ];

  return {
    endpoint,
    ways: leaving.length,
    pages: pages.length,
    changed: () => changed,
    async round(i) {
      const page = pages[i % pages.length];
      const { socket, views } = await enter(page);
      views.forEach(({ topic }, at) => {
        // Their answers are not awaited: some come late, and some never, because the view has ended.
        for (const [name, cid] of page.events[at] ?? []) {
          if (/crash/i.test(name)) continue;
          void socket.event(topic, name, VALUE, cid).then(({ response }) => (changed += response.diff !== undefined));
        }
      });
      await turn();
      await leaving[Math.floor(i / pages.length) % leaving.length](socket, page.topic);
      socket.close();
    },
  };
}
