// The programs of the reference's pages on the server's side: client, nodes, telemetry, components, uploads, check, performance.
// test/docs/reference.test.ts runs them.
import { copyFile } from "node:fs/promises";
import { NodeTracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import {
  createEndpoint, createPubSub, fileInput, form, formTag, html, keyed, liveView, onMount, onSpan, onTelemetry, presence, redirect, reply, topic, upload,
  userSocket, type Endpoint, type EndpointOptions, type PresenceEntry, type RootLayout,
} from "holdfast";
import { button, input, select } from "holdfast/components";
import { defineHook, message, pageEvent, push } from "holdfast/hooks";
import { HoldfastContextManager, openTelemetry } from "holdfast/otel";
import { redis } from "holdfast/redis";
import { createCluster } from "redis";
import { z } from "zod";

interface User { readonly id: number; readonly name: string }
interface Post { readonly id: number; readonly title: string }
const secret = "a secret of the reference, long enough to be one";
const people = new Map<number, User>([[1, { id: 1, name: "Ada" }], [2, { id: 2, name: "Ben" }]]);
const accounts = { byIds: async (ids: readonly number[]) => new Map(ids.map((id) => [id, people.get(id)])) };
const userView = liveView.use(onMount((_socket, { session }) => {
  const currentUser = people.get(Number(session.userId));
  return currentUser === undefined ? redirect("/login") : { currentUser };
}));

// #region root-layout
export const rootLayout: RootLayout = ({ inner, csrfToken, asset, clientSettings }) => html`
  <!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="csrf-token" content=${csrfToken}>
      <title>Charts</title>
      <script type="module" src=${asset("/app.js")} ${clientSettings}></script>
    </head>
    <body>${inner}</body>
  </html>`;
// #endregion

// #region hook
export const Chart = defineHook("Chart", {
  pushes: { picked: push<{ index: number }, { label: string }>() },
  messages: { points: message<{ values: readonly number[] }>() },
});
// #endregion

// #region hook-view
export const Charts = liveView.define({
  authorize: "public",
  mount: () => ({ labels: ["January", "February"] }),
  events: {
    picked: {
      from: Chart.pushes.picked,
      params: z.object({ index: z.number() }),
      handle: (socket, { index }) => reply({ label: socket.assigns.labels[index] ?? "" }),
    },
    more: { handle: (socket) => socket.pushEvent(Chart.messages.points, { values: [1, 2] }) },
  },
  render: (_assigns, on) => html`<canvas id="chart" phx-hook="Chart"></canvas> <button phx-click=${on.more}>More</button>`,
});
// #endregion

// #region page-event
export const confetti = pageEvent<{ pieces: number }>("confetti");

export const Party = liveView.define({
  authorize: "public",
  events: { celebrate: { handle: (socket) => socket.pushEvent(confetti, { pieces: 3 }) } },
  render: (_assigns, on) => html`<button phx-click=${on.celebrate}>Celebrate</button>`,
});
// #endregion

export function withHooks(live: EndpointOptions["live"]): Endpoint {
  // #region client-hooks
  const endpoint = createEndpoint({
    secret, live, clientHooks: ["./views/chart.js", "./views/chart.hooks.js"].map((path) => new URL(path, import.meta.url)),
  });
  // #endregion
  return endpoint;
}

// #region pubsub
export const pubsub = createPubSub();
export const postUpdated = (id: number) => topic<Post>(`post:${id}:updated`);

/** A context: whoever shows the post is told. */
export function updatePost(post: Post): void {
  void pubsub.broadcast(postUpdated(post.id), post);
}

export const start = (live: EndpointOptions["live"]) => createEndpoint({ secret, pubsub, live });
// #endregion

export const cache = new Map<string, string>();
// #region request
const DropCache = z.object({ key: z.string() });

pubsub.answer("cache:drop", (payload) => cache.delete(DropCache.parse(payload).key));

export async function drop(key: string): Promise<readonly string[]> {
  const { missing } = await pubsub.request("cache:drop", { key }, { timeoutMs: 2_000 });
  return missing.map(({ node, reason }) => `${node}: ${reason}`); // "timeout", "gone", "no_handler" or "failed"
}
// #endregion

export function startWithRedis(live: EndpointOptions["live"], url: string): Endpoint {
  // #region redis
  const endpoint = createEndpoint({ secret, live, backplane: redis({ url, prefix: "blog" }) });
  // #endregion
  return endpoint;
}

export function startWithCluster(live: EndpointOptions["live"], url: string): Endpoint {
  // #region cluster
  const endpoint = createEndpoint({ secret, live, backplane: redis({ client: createCluster({ rootNodes: [{ url }] }), prefix: "blog" }) });
  // #endregion
  return endpoint;
}

const db = { sessions: new Set<string>() };
// #region own-sessions
declare module "holdfast" {
  interface SessionValues { authSession?: string }
}

export const authSessionEnded = (id: string) => topic<null>(`auth-session:${id}:ended`);

export const startWithSessions = (options: Pick<EndpointOptions, "live" | "routes">) => createEndpoint({
  secret, pubsub, ...options,
  sessions: {
    check: ({ authSession }) => authSession !== undefined && db.sessions.has(authSession),
    everyMs: 30_000,                                                                         // default: limits.sessionCheckMs, 60 s
    topic: ({ authSession }) => (authSession === undefined ? undefined : authSessionEnded(authSession)),
  },
});

/** Where a row is deleted: with better-auth, in databaseHooks.session.delete.after. */
export function endSession(id: string): void {
  db.sessions.delete(id);
  void pubsub.broadcast(authSessionEnded(id), null);
}
// #endregion
export const beginSession = (id: string): void => void db.sessions.add(id);

// #region presence
export const Room = userView.define({
  authorize: () => true,
  params: z.object({ room: z.string() }),
  mount: (socket, { params }) => ({
    online: presence(`room:${params.room}`, {
      key: socket.assigns.currentUser.id, meta: { name: socket.assigns.currentUser.name, typing: false },
    }),
  }),
  events: {
    type: { handle: (socket) => socket.updatePresence("online", (meta) => ({ ...meta, typing: true })) },
    hide: { handle: (socket) => socket.untrackPresence("online") },
  },
  render: ({ online }, on) => html`
    <ul>${keyed(online.list, ({ key }) => key, ({ metas: [first] }) => html`<li>${first?.name} ${first?.typing && "…"}</li>`)}</ul>
    <button id="type" phx-click=${on.type}>Type</button> <button id="hide" phx-click=${on.hide}>Hide</button>`,
});
// #endregion

// #region presence-fetch
const withUsers = async (entries: readonly PresenceEntry<{ at: number }>[]) => {
  const users = await accounts.byIds(entries.map(({ key }) => Number(key)));
  return entries.map((entry) => ({ ...entry, user: users.get(Number(entry.key)) }));
};

export const Lobby = userView.define({
  authorize: () => true,
  mount: (socket) => ({
    online: presence("lobby", { key: socket.assigns.currentUser.id, meta: { at: Date.now() }, fetch: withUsers }),
  }),
  render: ({ online }) => html`<ul>${keyed(online.list, ({ key }) => key, ({ user }) => html`<li>${user?.name}</li>`)}</ul>`,
});
// #endregion

// #region presence-channel
export const socket = userSocket({
  connect: ({ params }) => ({ user: { id: Number(params["id"]), name: String(params["name"]) } }),
  channels: (channel) => ({
    "room:*": channel({
      join(socket) {
        socket.track(String(socket.assigns.user.id), { name: socket.assigns.user.name, typing: false }); // sends presence_state, then diffs
        return {};
      },
      handleIn: {
        type: { handle: (socket) => socket.update(String(socket.assigns.user.id), (meta) => ({ ...meta, typing: true })) },
      },
    }),
  }),
});
// #endregion

/** What a metrics library and a log take. */
export const taken: object[] = [];
const histogram = { record: (ms: number, labels: object) => taken.push({ ms, ...labels }) };
const report = (error: unknown, labels: object) => taken.push({ error, ...labels });
const audit = { warn: (line: object) => taken.push(line) };

// #region spans
export const stopSpans = onSpan("event", {
  stop: ({ view, event, ms = 0 }) => histogram.record(ms, { view, event }),
  exception: ({ view, event, error }) => report(error, { view, event }),
});
// #endregion

// #region refused
export const stopRefused = onTelemetry("holdfast:event:refused", ({ view, event, reason }) => audit.warn({ view, event, reason }));
// #endregion

// #region tracing
// src/tracing.ts, the first import of the main module; it ends with startTracing(new BatchSpanProcessor(new OTLPTraceExporter()))
export function startTracing(processor: SpanProcessor): void {
  new NodeTracerProvider({ spanProcessors: [processor] }).register({ contextManager: new HoldfastContextManager() });
  openTelemetry({ sample: 0.01 });
}
// #endregion

export const Draft = liveView.define({
  authorize: "public",
  mount: () => ({ draft: form(z.object({ title: z.string().min(1).max(60), kind: z.enum(["note", "letter"]) }), { kind: "note" }), saved: "" }),
  events: { save: { form: "draft", handle: (socket, { title }) => socket.assign({ saved: title }) } },
  render: ({ draft, saved }, on) => html`<p id="saved">${saved}</p>${
    // #region kit-form
    formTag({ for: draft, class: "hf-fields", "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`
      ${input({ field: draft.field("title"), label: "Title", help: "At most 60 characters", required: true })}
      ${select({ field: draft.field("kind"), label: "Kind", options: ["note", "letter"] })}
      ${button({ type: "submit", inner: "Save", busy: "Saving …" })}` })
    // #endregion
  }`,
});

// #region kit-style
export const styles = html`<link rel="stylesheet" href="/assets/holdfast/components.css">`;
// #endregion

export const pictures = (folder: string) => liveView.define({
  name: "Pictures",
  authorize: "public",
  mount: () => ({ pictures: upload({ accept: [".png"], maxEntries: 2, autoUpload: true }) }),
  events: { choose: { handle: () => {} } },
  // #region auto-upload
  progress: {
    async pictures(socket, entry) {
      if (entry.done) await socket.consumeUpload("pictures", entry, ({ path }) => copyFile(path, `${folder}/${entry.id}`));
    },
  },
  // #endregion
  render: ({ pictures }, on) => html`
    <form id="pictures" phx-change=${on.choose} phx-submit=${on.choose}><label for=${pictures.ref}>Pictures</label> ${fileInput(pictures)}</form>`,
});

export function resuming(tokens: Endpoint["tokens"], store: { create(id: string, size: number): Promise<string> }) {
  // #region resume
  const Meta = z.object({ resume: z.string() });
  const Resume = z.object({ key: z.string(), size: z.number() });

  const video = upload({
    accept: [".mp4"],
    external: async ({ id, size, clientMeta }) => {
      // It comes from the client, so check that we signed it for a file of this size.
      const earlier = Resume.safeParse(tokens.verify("upload", Meta.safeParse(clientMeta).data?.resume)).data;
      const key = earlier?.size === size ? earlier.key : await store.create(id, size);
      return { uploader: "resumable", url: `https://files.example/${key}`, key, resume: tokens.sign("upload", { key, size }) };
    },
  });
  // #endregion
  return video;
}

declare function inWorker(job: "make-report", month: number): Promise<string>;

export const Reports = liveView.define({
  authorize: "public",
  mount: () => ({ month: 1, report: "" }),
  // #region in-worker
  events: {
    report: {
      async handle(socket) {
        socket.assign({ report: await inWorker("make-report", socket.assigns.month) });
      },
    },
  },
  // #endregion
  render: ({ report }, on) => html`<button phx-click=${on.report}>Report</button><p>${report}</p>`,
});

export const Sales = liveView.define({
  authorize: "public",
  mount: () => ({ chart: "/sales.png", id: 7 }),
  events: { open: { bind: z.object({ id: z.number() }), handle: () => {} } },
  render({ chart, id }, on) {
    // #region ignore
    const image = html`<img src=${chart}>`; // holdfast-ignore image_without_alt: the table below it says the same

    // holdfast-ignore click_without_keyboard: the row's link does the same
    const row = html`
      <tr phx-click=${on.open({ id })}><td><a href="/books/${id}">${id}</a></td></tr>`;
    // #endregion
    return html`${image}<table><tbody>${row}</tbody></table>`;
  },
});
