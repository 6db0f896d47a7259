// The pages of the recording as views, written so that statics and slots are those of the recorded frames. The recorded page
// of the tour shows none of its events, and so they come from anywhere.
import { stat } from "node:fs/promises";
import {
  fileInput, html, keyed, liveComponent, liveSession, liveView, navigate, NotFound, redirect, reply, stream, topic, upload, type LiveSession,
} from "holdfast";
import { pageEvent } from "holdfast/hooks";

const Counter = liveView.define({
  name: "Counter",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: {
    inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
    mark: { handle: () => {} },
  },
  render: ({ count }) => html`
<div id="counter">
  <h1>Counter</h1>
  <p>Count: <span id="count">${count}</span></p>
  <button phx-click="inc">+1</button>
</div>`,
});

const Rows = liveView.define({
  name: "Rows",
  authorize: "public",
  mount: () => ({ rows: Array.from({ length: 1000 }, (_, i) => ({ id: i + 1, label: `Row number ${i + 1}`, count: 0 })) }),
  events: {
    touch: {
      handle(socket, params) {
        const id = Number((params as { id: string }).id);
        socket.update("rows", (rows) => rows.map((row) => (row.id === id ? { ...row, count: row.count + 1 } : row)));
      },
    },
  },
  render: ({ rows }) => html`<table>${keyed(rows, ({ id }) => id, ({ id, label, count }) => html`
    <tr id="row-${id}" phx-click="touch" phx-value-id=${id}><td>${id}</td><td>${label}</td><td>${count}</td></tr>`)}</table>`,
});

export interface Message {
  readonly id: number;
  readonly text: string;
}
/** What the feed hears: the last message, and whether it joins the stream. */
export const feed = topic<{ readonly listed: boolean; readonly message: Message }>("feed");

const Feed = liveView.define({
  name: "Feed",
  authorize: "public",
  topics: () => ({ feed }),
  mount: () => ({ last: undefined as Message | undefined, messages: stream<Message>() }),
  messages: {
    feed(socket, { listed, message }) {
      socket.assign({ last: message });
      if (listed) socket.streamInsert("messages", message, { at: 0, limit: 20 });
    },
  },
  render: ({ last, messages }) => html`
<div id="feed">
  ${last && html`<p id="last">${last.id}: ${last.text}</p>`}
  <ul id="messages" phx-update="stream">
    ${messages.map(({ text }, domId) => html`<li id=${domId}>${text}</li>`)}
  </ul>
</div>`,
});

const Item = liveComponent().define({
  name: "Item",
  mount: () => ({ count: 0 }),
  events: {
    bump: { from: "anywhere", handle: (socket) => socket.update("count", (count) => count + 1) },
    reply: { from: "anywhere", handle: (_socket, params) => reply({ echo: params }) },
  },
  render: ({ id, count, myself }) =>
    html`<div id=${id}>item ${id}: ${count} <button phx-click="bump" phx-target=${myself}>bump</button></div>`,
});

const entry = (id: number, text: string) => ({ id, text });

const Tour = liveView.define({
  name: "Tour",
  authorize: "public",
  mount(socket, { params }) {
    const { mount } = params as { mount?: string };
    const [when, what] = mount?.startsWith("connected-") ? ["connected", mount.slice(10)] : ["dead", mount];
    if (socket.connected === (when === "connected")) {
      if (what === "navigate") {
        socket.putFlash("info", "bye");
        return navigate("/tour/other");
      }
      if (what === "redirect") return redirect("/counter");
      if (what === "raise") throw new Error("raised in mount");
      if (what === "404") throw new NotFound();
    }
    socket.pageTitle("Tour");
    return {
      q: "", n: 0, shown: false, added: 0, components: [] as string[],
      items: [entry(1, "a"), entry(2, "b"), entry(3, "c")],
      s: stream([entry(1, "one"), entry(2, "two")]),
    };
  },
  handleParams(socket, { params }) {
    const { q = "" } = params as { q?: string };
    socket.assign({ q });
  },
  events: {
    noop: { from: "anywhere", handle: () => {} },
    toggle: { from: "anywhere", handle: (socket) => socket.update("shown", (shown) => !shown) },
    title: {
      from: "anywhere",
      handle(socket) {
        socket.pageTitle(`New title ${socket.assigns.n}`);
        socket.update("n", (n) => n + 1);
      },
    },
    push: { from: "anywhere", handle: (socket) => socket.pushEvent(pageEvent<{ a: number }>("hello"), { a: 1 }) },
    flash: { from: "anywhere", handle: (socket) => socket.putFlash("info", "saved") },
    later: {
      from: "anywhere",
      handle(socket) {
        socket.send(() => {
          socket.update("n", (n) => n + 1);
          socket.pushEvent(pageEvent<{ x: number }>("later"), { x: 1 });
        });
      },
    },
    reply: { from: "anywhere", handle: (_socket, params) => reply({ echo: params }) },
    form: { from: "anywhere", handle: (_socket, params) => reply({ params }) },
    "add-comp": {
      from: "anywhere",
      handle(socket) {
        const added = socket.assigns.added + 1;
        socket.assign({ added, components: [...socket.assigns.components, `c${added}`] });
      },
    },
    "del-comp": { from: "anywhere", handle: (socket) => socket.update("components", (components) => components.slice(1)) },
    "k-change": {
      from: "anywhere",
      handle: (socket) => socket.update("items", (items) => items.map((item) => (item.id === 2 ? entry(2, "B") : item))),
    },
    "k-reverse": { from: "anywhere", handle: (socket) => socket.update("items", (items) => items.toReversed()) },
    "k-append": { from: "anywhere", handle: (socket) => socket.update("items", (items) => [...items, entry(4, "d")]) },
    "k-prepend-change": {
      from: "anywhere",
      handle: (socket) => socket.update("items", (items) =>
        [entry(0, "z"), ...items.map((item) => (item.id === 1 ? entry(1, "A!") : item))]),
    },
    "k-delete": { from: "anywhere", handle: (socket) => socket.update("items", (items) => items.filter(({ id }) => id !== 2)) },
    "k-clear": { from: "anywhere", handle: (socket) => socket.assign({ items: [] }) },
    "s-insert": { from: "anywhere", handle: (socket) => socket.streamInsert("s", entry(3, "three")) },
    "s-insert-0": { from: "anywhere", handle: (socket) => socket.streamInsert("s", entry(4, "four"), { at: 0, limit: 3 }) },
    "s-update-only": { from: "anywhere", handle: (socket) => socket.streamInsert("s", entry(1, "ONE"), { updateOnly: true }) },
    "s-delete": { from: "anywhere", handle: (socket) => socket.streamDelete("s", entry(1, "ONE")) },
    "s-reset": { from: "anywhere", handle: (socket) => socket.stream("s", [entry(9, "nine")], { reset: true }) },
    patch: { from: "anywhere", handle: (socket) => socket.pushPatch("/tour?q=patched") },
    "patch-replace": { from: "anywhere", handle: (socket) => socket.pushPatch("/tour?q=replaced", { replace: true }) },
    crash: {
      from: "anywhere",
      handle() {
        throw new Error("crashed as asked");
      },
    },
    navigate: {
      from: "anywhere",
      handle(socket) {
        socket.putFlash("info", "bye");
        socket.pushNavigate("/tour/other");
      },
    },
    redirect: { from: "anywhere", handle: () => redirect("/counter") },
    external: { from: "anywhere", handle: () => redirect("https://example.com/", { external: true }) },
  },
  render: ({ q, n, shown, flash, components, items, s }) => html`
<div id="tour">
  <p id="q">q=${q} n=${n}</p>
  ${shown && html`<p id="shown">shown <b>${n}</b></p>`}
  ${flash.info !== undefined && html`<p id="flash">${flash.info}</p>`}
  ${components.map((id) => Item({ id }))}
  <ol>${keyed(items, ({ id }) => id, ({ id, text }) => html`<li>${id}-${text}</li>`)}</ol>
  <ul id="s" phx-update="stream">${s.map(({ text }, domId) => html`<li id=${domId}>${text}</li>`)}</ul>
</div>`,
});

const Other = liveView.define({
  name: "Other",
  authorize: "public",
  container: { tag: "section", attrs: { class: "other" } },
  render: ({ flash }) => html`<h1>Other</h1>
${flash.info !== undefined && html`<p id="flash">${flash.info}</p>`}`,
});

const Upload = liveView.define({
  name: "Upload",
  authorize: "public",
  mount: () => ({ file: upload({ accept: [".txt"], maxEntries: 2, maxFileSize: 200_000 }), saved: [] as string[] }),
  events: {
    validate: { handle: () => {} },
    save: {
      async handle(socket) {
        const saved = await socket.consumeUploads("file", async ({ path, entry }) => `${entry.name}:${(await stat(path)).size}`);
        socket.assign({ saved });
      },
    },
  },
  render: ({ file, saved }) => html`<form id="f" phx-change="validate" phx-submit="save">
  ${fileInput(file)}
  ${keyed(file.entries, ({ ref }) => ref, ({ ref, name, progress }) => html`<p id=${ref}>${name} ${progress}%</p>`)}
  ${saved.map((line) => html`<p>${line}</p>`)}
</form>`,
});

/** Two live sessions, as in the recording: one navigates from none of the first's pages to the second's. */
export const live: readonly LiveSession[] = [
  liveSession("first", {}, (route) => {
    route("/counter", Counter);
    route("/rows", Rows);
    route("/feed", Feed);
    route("/tour", Tour);
    route("/tour/other", Other);
    route("/upload", Upload);
  }),
  liveSession("second", {}, (route) => route("/second/counter", Counter)),
];
