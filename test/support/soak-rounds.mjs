// Joins, uses and leaves the page that has everything, in every way there is to leave.
import { strict as assert } from "node:assert";
import { cidsIn, nestedIn, SoakBrowser } from "./soak-client.mjs";
import { createSoak, news, socketId } from "./soak-parts.mjs";

/** Turns of the event loop after which everything is done that waits for no timer and no I/O. */
const TURNS = 100;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A user who looks at one page and leaves. */
const ONCE = 1;
/** A user whose socket stays open, as for somebody who goes from page to page for days. */
const REGULAR = 2;

/**
 * @param forgetful true: pages are never left, to show that the test would notice
 */
export async function openSoak(book, forgetful) {
  const endpoint = createSoak(book);

  /** A browser with the pages that it has loaded. */
  async function visitor(user) {
    const browser = new SoakBrowser(endpoint);
    await browser.request(`/in?user=${user}`);
    const get = (path) => browser.get(path);
    return { browser, main: await get("/"), slow: await get("/mounts/slow"), crash: await get("/mounts/crash") };
  }

  async function enter({ browser, main }, socket) {
    socket ??= await browser.connect(main);
    const joined = await socket.join(main, { url: main.url });
    assert.equal(joined.status, "ok", joined.text);
    socket.cids = cidsIn(joined.response.rendered);
    const nested = nestedIn(joined.text);
    for (const id of ["nested", "player"]) assert.equal((await socket.join(nested.get(id))).status, "ok");
    return socket;
  }

  async function use(socket, { main: { topic, url } }) {
    await socket.event(topic, "use");
    // The browser has dropped what the server removed: two components of the list, one of the stream.
    const cids = ["list-0", "list-1", "song-0"].map((id) => socket.cids.get(id));
    await socket.push(topic, "cids_will_destroy", { cids });
    assert.deepEqual((await socket.push(topic, "cids_destroyed", { cids })).response.cids, cids);
    await socket.event(topic, "inc", {}, socket.cids.get("list-5"));
    await socket.event("lv:nested", "inc");
    await socket.event("lv:player", "inc");
    await socket.push(topic, "live_patch", { url: `${url}?tab=two` });
    endpoint.broadcast(news, "hello");
    await socket.settled(topic);
  }

  const answers = async (socket, topic) => (await socket.event(topic, "inc")).response.diff !== undefined;

  /** The page has been left, but not the sticky view; now it leaves too. */
  async function playerLeaves(socket) {
    assert(await answers(socket, "lv:player"), "the sticky view does not live on");
    await socket.leave("lv:player");
    assert.equal(socket.topicCount, 0);
  }

  const crash = (event, component) => async (socket, { main: { topic } }) => {
    await socket.event(topic, event, {}, socket.cids.get(component));
    // A message that a view sent to itself may wait for its next slice of the event loop.
    for (let i = 0; i < TURNS && !socket.ended.has(topic); i++) await turn();
    assert.equal(socket.ended.get(topic), "phx_error");
    await playerLeaves(socket);
  };

  /** Ways to end a page that is in use, but not its socket. */
  const staying = {
    async "the page leaves"(socket, { main: { topic } }) {
      await socket.leave(topic);
      assert.equal(socket.ended.get("lv:nested"), "phx_close");
      await playerLeaves(socket);
    },
    "an event crashes": crash("crash"),
    "a component's event crashes": crash("crash", "list-6"),
    "a render crashes": crash("crashInRender"),
    "a message crashes": crash("crashInSend"),
    async "the nested and the sticky view crash"(socket, { main: { topic } }) {
      for (const id of ["nested", "player"]) {
        await socket.event(`lv:${id}`, "crash");
        assert.equal(socket.ended.get(`lv:${id}`), "phx_error");
      }
      await socket.leave(topic);
      assert.equal(socket.topicCount, 0);
    },
    async "live navigation"(socket, { main }) {
      assert((await socket.event(main.topic, "go")).response.live_redirect !== undefined);
      const second = await socket.join(main, { redirect: new URL("/second", main.url).href });
      assert.equal(second.status, "ok", second.text);
      await socket.leave(main.topic);
      await playerLeaves(socket);
    },
    async "the page joins once more"(socket, { main }) {
      assert.equal((await socket.join(main, { url: main.url })).status, "ok");
      assert.equal(socket.ended.get("lv:nested"), "phx_close");
      await socket.leave(main.topic);
      await playerLeaves(socket);
    },
  };

  /** Ways that end the socket too, or happen while it ends. */
  const closing = {
    async "the socket closes"() {},
    async "its user is disconnected"(socket) {
      assert.equal((await endpoint.disconnect(socketId(ONCE))).sockets, 1);
      assert.equal(socket.closed, 1001);
    },
    async "its mount is under way"(socket, { slow }) {
      const joined = socket.join(slow, { url: slow.url });
      await undefined;
      socket.close();
      assert.equal((await joined).status, "gone");
      await turn();
    },
    async "its mount crashes"(socket, { crash: page }) {
      assert.equal((await socket.join(page, { url: page.url })).response.reason, "join crashed");
    },
  };

  const visitors = { once: await visitor(ONCE), regular: await visitor(REGULAR) };
  const ways = [...Object.values(staying), ...Object.values(closing)];
  const kept = await visitors.regular.browser.connect(visitors.regular.main);

  return {
    endpoint,
    ways: ways.length,
    async round(i) {
      const way = i % ways.length;
      // Pages over HTTP have components and nested views too, and none of them may stay.
      if (i % 10 === 0) await visitors.once.browser.get("/");
      // Half of the pages that do not end their socket come and go on one that stays open throughout.
      const regular = way < Object.keys(staying).length && Math.floor(i / ways.length) % 2 === 1 && !forgetful;
      const who = regular ? visitors.regular : visitors.once;
      const socket = await enter(who, regular ? kept : undefined);
      await use(socket, who);
      if (forgetful) return;
      await ways[way](socket, who);
      if (!regular) socket.close();
    },
  };
}
