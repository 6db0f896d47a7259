// The programs of the short guides: templates, streams, components, presence, telemetry; test/docs/parts.test.ts uses them.
import {
  allow, assignAsync, asyncResult, definePaths, every, html, keyed, link, liveComponent, liveSession, liveView, memo, NotFound, onMount, onSpan, onTelemetry,
  patch, presence, refuse, spread, stream, temporaryAssign, topic, userSocket, type Content, type EventRef, type Logger, type LogLevel, type PresenceEntry, type Rendered,
} from "holdfast";
import { message } from "holdfast/hooks";
import { z } from "zod";

interface Todo {
  readonly id: number;
  readonly title: string;
  readonly done: boolean;
}

// #region templates
const row = memo(({ id, title, done }: Todo) => html`
  <li id="todo-${id}" class="todo ${done && "done"}">
    <input type="checkbox" checked=${done} disabled aria-label=${title}>
    <a href="/todos?id=${id}">${title}</a>
  </li>`);

export const Todos = liveView.define({
  name: "Todos",
  authorize: "public",
  mount: () => ({ todos: [{ id: 1, title: "Milk & <honey>", done: true }, { id: 2, title: "Bread", done: false }] as readonly Todo[] }),
  render: ({ todos }) => html`
    ${todos.length === 0 && html`<p>Nothing to do.</p>`}
    <ul ${spread({ "aria-label": "Todos", "data-count": todos.length })}>${keyed(todos, ({ id }) => id, row)}</ul>`,
});
// #endregion

// #region function-component
function card({ title, actions, inner }: { title: string; actions?: Content; inner: Content }): Rendered {
  return html`<section class="card"><h2>${title}</h2>${inner}<footer>${actions}</footer></section>`;
}
// #endregion

// #region live-component
export const Counter = liveComponent<{ label: string; remove: EventRef }>().define({
  mount: () => ({ count: 0 }),
  events: { add: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ label, count, remove }, on) => html`
    <p>
      <button phx-click=${on.add}>${label}: ${count}</button>
      <button phx-click=${remove}>Remove</button>
    </p>`,
});
// #endregion

// #region use-components
export const Cards = liveView.define({
  name: "Cards",
  authorize: "public",
  mount: () => ({ labels: ["Left", "Right"] }),
  events: {
    remove: {
      bind: z.object({ label: z.string() }),
      handle: (socket, { label }) => socket.update("labels", (labels) => labels.filter((each) => each !== label)),
    },
  },
  render: ({ labels }, on) => html`
    ${keyed(labels, (label) => label, (label) => card({
      title: label, actions: link({ href: "/todos", inner: "Todos" }),
      inner: Counter({ id: label, label: "Clicks", remove: on.remove({ label }) }),
    }))}`,
});
// #endregion

interface Thread {
  readonly id: number;
  readonly text: string;
  readonly answers: readonly Thread[];
}

// #region recursive-component
export const Comment = liveComponent<{ comment: Thread }>().define({
  mount: () => ({ open: true }),
  events: { toggle: { handle: (socket) => socket.update("open", (open) => !open) } },
  render: ({ comment: { text, answers }, open }, on): Rendered => html`
    <li>
      <button phx-click=${on.toggle}>${text}</button>
      ${open && html`<ul>${keyed(answers, ({ id }) => id, (answer) => html`${Comment({ id: `comment-${answer.id}`, comment: answer })}`)}</ul>`}
    </li>`,
});
// #endregion

const Thread = liveView.define({
  name: "Thread",
  authorize: "public",
  mount: () => ({ first: { id: 1, text: "Milk?", answers: [{ id: 2, text: "Yes.", answers: [{ id: 3, text: "Two!", answers: [] }] }] } }),
  render: ({ first }) => html`<ul id="thread">${Comment({ id: `comment-${first.id}`, comment: first })}</ul>`,
});

// #region async
export const Report = liveView.define({
  name: "Report",
  authorize: "public",
  mount: () => ({ total: assignAsync(async (signal) => slowTotal(signal)) }),
  render: ({ total }) => html`<p id="total">${asyncResult(total, { loading: "Adding …", failed: () => "No total today.", ok: (sum) => `${sum} €` })}</p>`,
});
// #endregion

/** A query that takes long. */
async function slowTotal(signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  return Promise.resolve(42);
}

interface Message {
  readonly id: number;
  readonly text: string;
}
const messages: Message[] = [{ id: 1, text: "Hello" }];

// #region start-async
export const Export = liveView.define({
  name: "Export",
  authorize: "public",
  mount: () => ({ state: "" }),
  events: {
    start: {
      handle: (socket) => socket.startAsync("export", async (signal) => slowTotal(signal), (outcome) => {
        socket.assign({ state: outcome.ok ? `${outcome.value} rows` : "It failed." });
      }),
    },
    stop: { handle: (socket) => socket.cancelAsync("export") },
  },
  render: ({ state }, on) => html`
    <button id="start" phx-click=${on.start}>Export</button> <button phx-click=${on.stop}>Stop</button>
    <p id="state">${state}</p>`,
});
// #endregion

// #region stream
export const said = topic<Message>("chat:said");
export const unsaid = topic<Message>("chat:unsaid");

export const Chat = liveView.define({
  name: "Chat",
  authorize: "public",
  topics: () => ({ said, unsaid }),
  mount: () => ({ messages: stream(messages) }),
  messages: {
    said: (socket, message) => socket.streamInsert("messages", message, { limit: -100 }),
    unsaid: (socket, message) => socket.streamDelete("messages", message),
  },
  render: ({ messages: shown }) => html`
    <ul id="messages" phx-update="stream">
      ${shown.map(({ text }, domId) => html`<li id=${domId}>${text}</li>`)}
    </ul>`,
});
// #endregion

const yearbook = (year: number): readonly string[] => Array.from({ length: 200 }, (_, line) => `${year}, line ${line + 1}`);

// #region temporary
export const Yearbook = liveView.define({
  name: "Yearbook",
  authorize: "public",
  mount: () => ({ year: 2025, lines: temporaryAssign(yearbook(2025)) }),
  events: {
    next: {
      handle(socket) {
        const year = socket.assigns.year + 1;
        socket.assign({ year, lines: temporaryAssign(yearbook(year)) });
      },
    },
  },
  render: ({ year, lines }, on) => html`
    <button phx-click=${on.next}>The book after ${year}</button>
    <div id="book">${lines.map((all) => all.map((line) => html`<p>${line}</p>`))}</div>`,
});
// #endregion

const accounts = {
  byNames: (names: readonly string[]) => Promise.resolve(new Map(names.map((name) => [name, { color: name.length % 2 === 0 ? "teal" : "plum" }]))),
};

// #region presence
interface Here {
  readonly typing: boolean;
}
const withColors = async (entries: readonly PresenceEntry<Here>[]) => {
  const found = await accounts.byNames(entries.map(({ key }) => key));
  return entries.map((entry) => ({ ...entry, color: found.get(entry.key)?.color }));
};

export const Room = liveView.define({
  name: "Room",
  params: z.object({ room: z.string(), name: z.string() }),
  authorize: "public",
  mount: (_socket, { params: { room, name } }) => ({
    online: presence(`room:${room}`, { key: name, meta: { typing: false } as Here, fetch: withColors }),
  }),
  events: {
    type: { handle: (socket) => socket.updatePresence("online", () => ({ typing: true })) },
  },
  render: ({ online }, on) => html`
    <button phx-click=${on.type}>I am typing</button>
    <ul>
      ${keyed(online.list, ({ key }) => key, ({ key, color, metas }) => html`
        <li>${key} in ${color}${metas.some(({ typing }) => typing) && " is typing"}, ${metas.length} tabs</li>`)}
    </ul>`,
});
// #endregion

// #region clock
export const Clock = liveView.define({
  name: "Clock",
  authorize: "public",
  topics: () => ({ tick: every(1_000) }),
  mount: () => ({ now: new Date().toISOString() }),
  messages: { tick: (socket) => socket.assign({ now: new Date().toISOString() }) },
  render: ({ now }) => html`<time datetime=${now}>${now}</time>`,
});
// #endregion

const books = [
  { id: 1, title: "Emma", year: 1815 },
  { id: 2, title: "Middlemarch", year: 1871 },
  { id: 3, title: "Dracula", year: 1897 },
];
const find = (query: string, sort: "title" | "year") => books
  .filter(({ title }) => title.toLowerCase().includes(query.toLowerCase()))
  .toSorted((a, b) => (sort === "year" ? a.year - b.year : a.title.localeCompare(b.title)));

// #region url
const shelf = (query: string, sort: string) => `/books?${new URLSearchParams({ q: query, sort })}`;

export const Books = liveView.define({
  name: "Books",
  params: z.object({ q: z.string().max(100).default(""), sort: z.enum(["title", "year"]).default("title") }),
  authorize: "public",
  mount: (_socket, { params }) => ({ ...params, found: find(params.q, params.sort) }),
  handleParams: (socket, { params }) => socket.assign({ ...params, found: find(params.q, params.sort) }),
  events: {
    search: {
      params: z.object({ q: z.string().max(100) }),
      handle: (socket, { q }) => patch(shelf(q, socket.assigns.sort), { replace: true }),
    },
  },
  render: ({ q, found }, on) => html`
    <form id="search" role="search" phx-change=${on.search} phx-submit=${on.search}>
      <input type="search" name="q" value=${q} phx-debounce="200" aria-label="Search">
    </form>
    <p>Sort by ${link({ patch: shelf(q, "title"), inner: "title" })} or ${link({ patch: shelf(q, "year"), inner: "year" })}</p>
    <ol id="found">
      ${keyed(found, ({ id }) => id, ({ id, title }) => html`<li>${link({ navigate: `/books/${id}`, inner: title })}</li>`)}
    </ol>`,
});
// #endregion

// #region action
export const Book = liveView.define({
  name: "Book",
  actions: ["show", "loan"],
  params: z.object({ id: z.coerce.number().int() }),
  authorize: "public",
  mount(socket, { params: { id } }) {
    const book = books.find((each) => each.id === id);
    if (book === undefined) throw new NotFound(`book ${id}`);
    socket.pageTitle(book.title);
    return { book };
  },
  render: ({ book, liveAction }) => html`
    <h1>${book.title}</h1>
    ${liveAction === "show" ? link({ patch: `/books/${book.id}/loan`, inner: "Borrow" }) : html`<p id="loan">You may keep it for three weeks.</p>`}`,
});
// #endregion

const spoken: { by: string; text: string }[] = [];

// #region channels
export const socket = userSocket({
  connect: ({ params: { name } }) => (name === undefined ? refuse("who are you?") : { name }),
  id: ({ name }) => `user:${name}`,
  channels: (channel) => ({
    "room:*": channel({
      params: z.object({ history: z.number().int().max(50).default(10) }),
      pushes: { said: message<{ by: string; text: string }>() },
      join(socket, { wildcard, params }) {
        if (wildcard === "board") return refuse("members only");
        socket.track(socket.assigns.name, { since: Date.now() });
        return allow({ room: wildcard }, { last: spoken.slice(-params.history) });
      },
      handleIn: {
        say: {
          params: z.object({ text: z.string().trim().min(1).max(500) }),
          handle(socket, { text }) {
            const message = { by: socket.assigns.name, text };
            spoken.push(message);
            socket.broadcast("said", message);
            return { number: spoken.length };
          },
        },
      },
    }),
  }),
});
// #endregion

export interface Metrics {
  record(name: string, value: number, labels: object): void;
}

// #region telemetry
export function watch(metrics: Metrics): () => void {
  const stops = [
    onSpan("event", { stop: ({ view, event, ms }) => metrics.record("event_ms", ms!, { view, event }) }),
    onSpan("mount", { exception: ({ view }) => metrics.record("mount_failed", 1, { view }) }),
    onTelemetry("holdfast:event:refused", ({ view, reason }) => metrics.record("refused", 1, { view, reason })),
  ];
  return () => stops.forEach((stop) => stop());
}
// #endregion

// #region json-log
/** One line of JSON for each: an Error has no properties that JSON would write. */
const line = (level: LogLevel) => (details: object, message: string): void =>
  console.log(JSON.stringify({ time: new Date(), level, message, ...details }, (_key, value: unknown) =>
    (value instanceof Error ? { message: value.message, stack: value.stack } : value)));

export const log: Logger = { debug: () => {}, info: line("info"), warn: line("warn"), error: line("error") };
// #endregion

// #region paths
export const paths = definePaths({ books: "/books", book: "/books/:id" });

paths.books();                       // "/books"
paths.books({ q: "emma", page: 2 }); // "/books?q=emma&page=2"
paths.book({ id: 3 }, { from: "search" }); // "/books/3?from=search"
// #endregion

// #region action-routes
const library = liveSession("library", {}, (live) => {
  live("/books", Books);
  live("/books/:id", Book, { action: "show" });
  live("/books/:id/loan", Book, { action: "loan" });
});
// #endregion

const Shelves = liveView.define({ name: "Shelves", authorize: "public", render: () => html`<p>Shelves</p>` });

// #region current-path
const place = onMount((_socket, { uri }) => ({ path: uri.pathname }));
const followed = onMount(place, (socket) => {
  socket.attachHook("path", "handleParams", ({ uri }) => socket.assign({ path: uri.pathname }));
});

const shelves = liveSession("shelves", {
  onMount: [place, followed],
  layout: ({ path, inner }) => html`
    <nav>${["/shelves", "/shelves/new"].map((to) => link({ patch: to, "aria-current": path === to && "page", inner: to }))}</nav>
    ${inner}`,
}, (live) => {
  live("/shelves", Shelves);
  live("/shelves/new", Shelves);
});
// #endregion

export const routes = [
  library,
  shelves,
  liveSession("parts", {}, (live) => {
    live("/todos", Todos);
    live("/cards", Cards);
    live("/thread", Thread);
    live("/yearbook", Yearbook);
    live("/export", Export);
    live("/chat", Chat);
    live("/report", Report);
    live("/rooms/:room/:name", Room);
    live("/clock", Clock);
  }),
];
