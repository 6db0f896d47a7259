// A page with everything that a page can hold, and a book of what has begun and ended on it.
import {
  assignAsync, createEndpoint, html, keyed, liveComponent, liveRender, liveSession, liveView, logIn, onMount, stream, streamAsync,
  topic,
} from "holdfast";
import { pageEvent } from "holdfast/hooks";

/** How many components the keyed list has, and as many the stream. */
export const COMPONENTS = 10;
/** The id by which `endpoint.disconnect` finds a user's sockets. */
export const socketId = (user) => `soak:${user}`;

/** Limits under which no rate delays, no earlier crash counts, and no slow machine closes a socket. */
export const unlimited = {
  crashBudget: 1e9, crashWindowMs: 1, eventsPerSecond: Infinity, eventBurst: Infinity, socketsPerSession: 1e9, socketsPerIp: 1e9,
  admissionsPerSession: Infinity, admissionBurstPerSession: Infinity, admissionsPerIp: Infinity, admissionBurstPerIp: Infinity,
  rejoinsPerIp: Infinity, rejoinBurstPerIp: Infinity, firstJoinMs: Infinity, idleMs: Infinity,
  // Pages left a moment ago are remembered up to this bound, which is reached before anything is counted. It is small, because what is
  // remembered goes up and down: half of it is forgotten at once.
  rememberedValues: 100,
};

/** Records what has begun and ended on live pages, and what happened on them. */
export class Book {
  views = { begun: 0, ended: 0 };
  components = { begun: 0, ended: 0 };
  tasks = { begun: 0, ended: 0 };
  /** Counts of what happened: an unused page would prove nothing. */
  used = { aborts: 0, messages: 0, sent: 0, hooks: 0 };
  /** Whether sockets that begin now are sampled. */
  sampling = false;
  #sample = [];

  /** A view or a component begins, live or for an HTTP response. */
  begin(kind, socket) {
    if (this.sampling) this.#sample.push(new WeakRef(socket));
    if (!socket.connected) return;
    this[kind].begun++;
    socket.onTerminate(() => void this[kind].ended++);
  }

  /** A task that runs until it is aborted. */
  endless = (signal) => {
    this.tasks.begun++;
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        this.tasks.ended++;
        this.used.aborts++;
        reject(signal.reason);
      });
    });
  };

  brief = async (value) => {
    this.tasks.begun++;
    await undefined;
    this.tasks.ended++;
    return value;
  };

  /** How many objects the sample itself has. */
  get sampleSize() {
    return this.#sample.length;
  }

  /** How many sockets were sampled, and how many of them are still referenced. Forgets the sample. */
  sampled() {
    const sample = this.#sample;
    this.#sample = [];
    return { seen: sample.length, held: sample.filter((ref) => ref.deref() !== undefined).length };
  }
}

export const news = topic("news");
const items = (from, length) => Array.from({ length }, (_, i) => ({ id: `${from}-${i}` }));
const boom = (where) => {
  throw new Error(`boom in ${where}`);
};

/** The application; `/` is the page with everything. */
export function createSoak(book) {
  /** Opens one of everything. */
  const open = (kind, socket) => {
    book.begin(kind, socket);
    socket.subscribe(news, () => void book.used.messages++);
    socket.subscribe(`${kind}:${socket.id}`, () => {});
    socket.sendEvery(1_000_000, () => {});
    socket.sendAfter(1_000_000, () => {});
    for (const stage of ["handleEvent", "handleMessage", "handleAsync", "afterRender"]) {
      socket.attachHook("soak", stage, () => void book.used.hooks++);
    }
  };

  const Leaf = liveComponent().define({
    name: "Leaf",
    mount(socket) {
      book.begin("components", socket);
      socket.subscribe(`leaf:${socket.assigns.id}`, () => {});
      socket.sendEvery(1_000_000, () => {});
      const loads = socket.assigns.loads === true;
      return { count: 0, value: loads && assignAsync(book.endless) };
    },
    events: {
      inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
      crash: { handle: () => boom("a component") },
    },
    render: ({ id, count, value }, on) => html`
      <b id=${id}><i phx-click=${on.inc}>${count}${value.loading && "…"}</i><i phx-click=${on.crash}></i></b>`,
  });

  const Frame = liveComponent().define({
    name: "Frame",
    mount(socket) {
      open("components", socket);
      return { rows: stream(items("row", 3)), user: assignAsync(() => book.brief("Ada")) };
    },
    events: { add: { handle: (socket) => socket.streamInsert("rows", { id: "more" }, { at: 0, limit: 3 }) } },
    render: ({ id, inner, rows, user }, on) => html`
      <div id=${id} phx-click=${on.add}>${user.ok && user.result}${inner}
        <ul id="${id}-rows" phx-update="stream">${rows.map((_, domId) => html`<li id=${domId}></li>`)}</ul></div>`,
  });

  const nestedView = (name) => liveView.define({
    name,
    authorize: "public",
    mount(socket) {
      open("views", socket);
      return { count: 0, slow: assignAsync(book.endless), posts: streamAsync(() => book.brief(items("post", 3))) };
    },
    events: {
      inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
      crash: { handle: () => boom(name) },
    },
    render: ({ count, posts }, on) => html`
      <button phx-click=${on.inc}>${count}</button><button phx-click=${on.crash}></button>${Leaf({ id: "leaf", loads: true })}
      <ul id="${name}-posts" phx-update="stream">${posts.map((_, domId) => html`<li id=${domId}></li>`)}</ul>`,
  });
  const Nested = nestedView("Nested");
  const Player = nestedView("Player");
  const player = () => liveRender(Player, { id: "player", sticky: true });

  const counted = onMount((socket) => {
    socket.attachHook("on mount", "handleEvent", () => void book.used.hooks++);
    return {};
  });

  const Everything = liveView.use(counted).define({
    name: "Everything",
    authorize: "public",
    async mount(socket, { params }) {
      open("views", socket);
      socket.startAsync("watch", book.endless, () => {});
      // A mount that waits may lose its socket meanwhile.
      if (params.mount === "slow") await new Promise((resolve) => setImmediate(resolve));
      if (params.mount === "crash" && socket.connected) boom("mount");
      return {
        bad: false, tab: "", list: items("list", COMPONENTS), songs: stream(items("song", COMPONENTS)),
        user: assignAsync(() => book.brief("Ada")), slow: assignAsync(book.endless),
        posts: streamAsync(() => book.brief(items("post", 5))),
      };
    },
    handleParams: (socket, { uri }) => socket.assign({ tab: uri.search }),
    events: {
      use: {
        handle(socket) {
          socket.update("list", (list) => [...list.slice(2), { id: "list-new" }].toReversed());
          socket.streamInsert("songs", { id: "song-new" }, { at: 0 });
          socket.streamDelete("songs", { id: "song-0" });
          socket.sendUpdate(Leaf, { id: "list-5" });
          // Aborts the task of this name and starts another.
          socket.assignAsync("slow", book.endless);
          socket.send(() => void book.used.sent++);
          const stop = socket.sendEvery(1_000_000, () => {});
          stop();
          socket.detachHook("soak", "handleAsync");
          socket.pushEvent(pageEvent("used"), {});
        },
      },
      go: { handle: (socket) => socket.pushNavigate("/second") },
      crash: { handle: () => boom("an event") },
      crashInRender: { handle: (socket) => socket.assign({ bad: true }) },
      crashInSend: { handle: (socket) => socket.send(() => boom("send")) },
    },
    render: ({ bad, tab, list, songs, posts, user }, on) => html`
      <h1 phx-click=${on.use}>${tab}${bad && boom("render")}${user.ok && user.result}</h1>
      ${[on.go, on.crash, on.crashInRender, on.crashInSend].map((event) => html`<button phx-click=${event}></button>`)}
      <ul>${keyed(list, ({ id }) => id, ({ id }) => html`<li>${Leaf({ id, loads: id.endsWith("3") })}</li>`)}</ul>
      <ul id="songs" phx-update="stream">${songs.map(({ id }, domId) => html`<li id=${domId}>${Leaf({ id })}</li>`)}</ul>
      <ul id="posts" phx-update="stream">${posts.map((_, domId) => html`<li id=${domId}></li>`)}</ul>
      ${Frame({ id: "frame", inner: Leaf({ id: "in-slot" }) })}
      ${liveRender(Nested, { id: "nested" })}${player()}`,
  });

  const Second = liveView.define({
    name: "Second",
    authorize: "public",
    mount: (socket) => open("views", socket),
    render: () => html`<p>second</p>${player()}`,
  });

  return createEndpoint({
    secret: "a secret of the soak, long enough to be one",
    rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`,
    live: [liveSession("soak", {}, (live) => {
      live("/", Everything);
      live("/mounts/:mount", Everything);
      live("/second", Second);
    })],
    routes: (app) => app.get("/in", async (c) => {
      const userId = Number(c.req.query("user"));
      await logIn(c, { userId, liveSocketId: socketId(userId) });
      return c.text("in");
    }),
    log() {},
    limits: unlimited,
  });
}
