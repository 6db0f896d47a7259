// One node of an application: pages, a session, presence, channels. Its parent sends commands, one per line, and each is
// answered with a line.
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import {
  createEndpoint, fileInput, form, formTag, html, keyed, liveRender, liveSession, liveView, logIn, logOut, onMount, presence, putFlash, redirect, topic, upload,
} from "holdfast";
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { z } from "zod";

const said = topic("said");
const currentUser = onMount((_socket, { session }) => (session.name === undefined ? redirect("/login") : { name: session.name }));

let started = 0;
const Room = liveView.use(currentUser).define({
  name: "Room",
  authorize: () => true,
  topics: () => ({ said }),
  mount: (socket) => ({ heard: [], bumps: 0, online: presence("room", { key: socket.assigns.name, meta: {} }) }),
  messages: { said: (socket, text) => socket.update("heard", (heard) => [...heard, text]) },
  events: {
    bump: {
      handle(socket) {
        started++;
        socket.update("bumps", (bumps) => bumps + 1);
      },
    },
    say: { handle: (socket) => socket.broadcastFrom(said, `from ${socket.assigns.name}`) },
  },
  render: ({ heard, bumps, online }, on) => html`
    <p>${heard.join()}</p><b>${bumps}</b><i>${keyed(online.list, ({ key }) => key, ({ key }) => html`<u>${key}</u>`)}</i>
    <button phx-click=${on.bump}>bump</button><button phx-click=${on.say}>say</button>`,
});

let orders = 0;
const Order = liveView.use(currentUser).define({
  name: "Order",
  authorize: () => true,
  mount: () => ({ order: form(z.object({ what: z.string() })) }),
  events: { place: { form: "order", handle: () => void orders++ } },
  render: ({ order }, on) => formTag({ for: order, "phx-submit": on.place.submit, inner: html`<input name="what">` }),
});

/** How often a view with something to steal has been joined, and how often its nested view. */
const joined = { Kit: 0, Child: 0 };
const Child = liveView.use(currentUser).define({
  name: "Child", authorize: () => true,
  mount: (socket) => { if (socket.connected) joined.Child++; },
  render: () => html`<p>child</p>`,
});
const Kit = liveView.use(currentUser).define({
  name: "Kit", authorize: () => true,
  mount: (socket) => { if (socket.connected) joined.Kit++; return { files: upload() }; },
  events: { change: { handle() {} } },
  render: ({ files, flash }, on) => html`<p id="flash">${flash.info}</p>
    <form id="files" phx-change=${on.change}>${fileInput(files)}</form>${liveRender(Child, { id: "child" })}`,
});

// The same lease as the endpoint's, so that the test can ask whether the node may act.
let lease;
const backplane = redis({ url: process.env.REDIS_URL });
const watched = { open: (options) => { const node = backplane.open(options); lease = node.lease; return node; } };

const endpoint = createEndpoint({
  secret: "a secret of these tests, long enough",
  ...(process.env.BACKPLANE !== "none" && { backplane: watched }),
  outage: process.env.OUTAGE ?? "wait",
  limits: { outageMs: Number(process.env.OUTAGE_MS ?? 10_000) },
  log() {},
  longPoll: process.env.LONG_POLL === "1" && { pollMs: 1_000, gapMs: 60_000 },
  rootLayout: ({ inner, csrfToken, scripts }) => html`<html><head><meta name="csrf-token" content=${csrfToken}>${scripts}</head><body>${inner}</body></html>`,
  live: [liveSession("default", {}, (live) => {
    live("/", Room);
    live("/order", Order);
    live("/kit", Kit);
  })],
  routes(app) {
    app.get("/login", (c) => endpoint.renderPage(c, html`<p>log in</p>`));
    app.post("/login", async (c) => {
      const { name } = await c.req.parseBody();
      await logIn(c, { name, liveSocketId: `user:${name}` });
      return c.redirect("/");
    });
    app.post("/noted", async (c) => {
      const { text } = await c.req.parseBody();
      putFlash(c, "info", text);
      return c.redirect("/kit");
    });
    app.post("/logout", async (c) => {
      await logOut(c);
      return c.redirect("/login");
    });
  },
});

const TICK_MS = 50;

/** How long a job took, in ticks: while the machine holds this process, it cannot answer, and that is not what is measured. */
async function timed(job) {
  let ms = 0;
  const ticking = setInterval(() => (ms += TICK_MS), TICK_MS);
  const result = await job();
  clearInterval(ticking);
  return { ...result, ms };
}

const present = () => Object.keys(endpoint.presences.list("room")).sort();

/** Resolves when nobody but this person is present. */
async function alone(name) {
  while (present().join() !== name) await setTimeout(TICK_MS);
}

const commands = {
  disconnect: (id) => timed(() => endpoint.disconnect(id)),
  alone: (name) => timed(() => alone(name)),
  broadcastDisconnect: (id) => endpoint.broadcast(id, "disconnect", {}),
  endSessions: (id) => endpoint.endSessions(id),
  node: () => endpoint.pubsub.node,
  connections: () => endpoint.connections,
  present,
  held: () => lease.held(),
  started: () => started,
  orders: () => orders,
  joined: () => joined,
  close: async () => void endpoint.close(),
  drain: async () => void endpoint.close({ drain: true }),
  broadcast: (text) => endpoint.broadcast(said, text),
};
try {
  const { url } = await serve(endpoint, { port: 0 });
  console.log(JSON.stringify({ ready: url }));
} catch (error) {
  console.log(JSON.stringify({ ready: `refused: ${error.code}` }));
  process.exit(1);
}
createInterface({ input: process.stdin }).on("line", async (line) => {
  const [name, ...args] = line.split(" ");
  console.log(JSON.stringify({ value: (await commands[name](...args)) ?? null }));
});
