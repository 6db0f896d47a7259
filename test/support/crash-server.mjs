// An application whose view can throw in every possible place. It runs in its own process, because the test is whether the
// process survives, and the test runner has its own listeners for stray errors.
import {
  createEndpoint, Forbidden, html, JS, liveSession, liveView, onMount, reply, topic, userSocket,
} from "holdfast";
import { serve } from "holdfast/node";

const boom = (where) => {
  throw new Error(`boom in ${where}`);
};
/** One binding that pushes all events: an event counts only if its page shows it. */
const all = (on) => Object.values(on).reduce((commands, ref) => commands.push(ref), JS);
const later = () => new Promise((resolve) => setImmediate(resolve));
const boomTopic = (id) => topic(`boom:${id}`);
const schema = (validate) => ({ "~standard": { version: 1, vendor: "test", validate } });
const circular = {};
circular.self = circular;

const hook = onMount((socket, { params }) => {
  if (socket.connected && params.crash === "hook") boom("hook");
  return {};
});

const Fragile = liveView.define({
  name: "Fragile",
  authorize: (_assigns, { params }) => (params.crash === "policy" ? boom("policy") : true),
  async mount(socket, { params }) {
    if (params.crash === "mount, before its end") {
      void Promise.reject(new Error("boom in mount, before its end"));
      await later();
    }
    if (socket.connected && params.crash === "mount") boom("mount");
    if (params.crash === "mount, unawaited") void later().then(() => boom("mount, unawaited"));
    socket.subscribe(boomTopic(socket.id), () => boom("subscription"));
    return { count: 0, bad: false, value: "" };
  },
  handleParams(_socket, { params }) {
    if (params.crash === "patch") boom("patch");
  },
  events: {
    inc: { handle: (socket) => socket.update("count", (count) => count + 1) },
    handler: { handle: () => boom("handler") },
    "handler-after-await": { handle: () => later().then(() => boom("handler after await")) },
    undefined: { handle: () => Promise.reject(undefined) },
    forbidden: { handle: () => { throw new Forbidden(); } },
    send: { handle: (socket) => socket.send(() => boom("send")) },
    timer: { handle: (socket) => void socket.sendAfter(1, () => boom("timer")) },
    "timer-after-await": { handle: (socket) => void socket.sendAfter(1, () => later().then(() => boom("timer"))) },
    interval: { handle: (socket) => void socket.sendEvery(1, () => boom("interval")) },
    subscription: { handle: (socket) => endpoint.broadcast(boomTopic(socket.id), 1) },
    unawaited: { handle: () => void later().then(() => boom("unawaited")) },
    "unawaited-at-once": { handle: () => void Promise.reject(new Error("boom at once")) },
    "raw-timer": { handle: () => void setTimeout(() => boom("raw timer"), 1) },
    "raw-immediate": { handle: () => void setImmediate(() => boom("raw immediate")) },
    "next-tick": { handle: () => process.nextTick(() => boom("next tick")) },
    render: { handle: (socket) => socket.assign({ bad: true }) },
    "render-after-send": { handle: (socket) => socket.send(() => socket.assign({ bad: true })) },
    "value-that-cannot-be-shown": { handle: (socket) => socket.assign({ value: { toString: () => boom("toString") } }) },
    "reply-that-is-no-JSON": { handle: () => reply(circular) },
    "reply-with-a-bigint": { handle: () => reply({ n: 1n }) },
    "redirect-out-of-the-application": { handle: (socket) => socket.redirect("//evil.example") },
    "patch-to-another-view": { handle: (socket) => socket.pushPatch("/steady") },
    schema: { params: schema(() => boom("schema")), handle() {} },
    "schema-after-await": { params: schema(() => later().then(() => boom("schema"))), handle() {} },
    "event-policy": { authorize: () => boom("event policy"), handle() {} },
    "terminate-then-handler": {
      handle(socket) {
        socket.onTerminate(() => boom("terminate"));
        boom("handler");
      },
    },
    "when-it-ends-unawaited": { handle: (socket) => socket.onTerminate(() => later().then(() => boom("terminate, unawaited"))) },
    "after-it-has-left": {
      handle: () => void new Promise((resolve) => process.once("message", resolve)).then(() => boom("a view that has left")),
    },
  },
  render: ({ count, bad, value }, on) => html`<b>${count}</b>${bad && boom("render")}<i>${value}</i><button phx-click=${all(on)}>+1</button>`,
});

const Steady = liveView.define({
  name: "Steady",
  authorize: "public",
  mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<b>${count}</b><button phx-click=${on.inc}>+1</button>`,
});

const channels = userSocket({
  connect: () => ({}),
  channels: (channel) => ({
    "room:*": channel({
      join: (_socket, { topic: name }) => (name === "room:boom" ? boom("join") : {}),
      handleIn: {
        ping: { handle: () => ({ pong: true }) },
        handler: { handle: () => boom("channel handler") },
        unawaited: { handle: () => void later().then(() => boom("channel, unawaited")) },
        "raw timer": { handle: () => void setTimeout(() => boom("channel, raw timer"), 1) },
      },
    }),
  }),
});

const endpoint = createEndpoint({
  secret: "a secret of the fixture, long enough to be one",
  live: [liveSession("default", { onMount: hook }, (live) => {
    live("/", Fragile);
    live("/steady", Steady);
  })],
  sockets: { "/chat": channels },
  log: (message, { error }) => process.send({ logged: message, error: String(error) }),
});

const { url } = await serve(endpoint, { port: 0, host: "127.0.0.1" });
process.on("disconnect", () => process.exit());
process.send({ url });
