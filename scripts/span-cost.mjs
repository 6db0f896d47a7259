// What OpenTelemetry costs an event: CPU time with and without it, in turns, within one process. See docs/telemetry.md.
//
//   npm run build && node scripts/span-cost.mjs            the spans by themselves, with both context managers
//   npm run build && node scripts/span-cost.mjs event      the event of a counter, from its frame to its answer, without a network
//
// Prints microseconds an event beyond what it takes without. `npm run bench -- tracing` measures a server on its own, with its client in
// another process: what a busy machine does to a turn of a second is more than what tracing does.
import { context } from "@opentelemetry/api";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { ticketOf } from "../bench/dist/client.js";
import { hostOf } from "../dist/endpoint/index.js";
import { createEndpoint, html, liveSession, liveView } from "../dist/index.js";
import { HoldfastContextManager, openTelemetry } from "../dist/otel/index.js";
import { currentOwner, OwnerRef } from "../dist/telemetry/current-owner.js";
import { spans } from "../dist/telemetry/spans.js";

const SAMPLES = [undefined, 0, 0.01, 0.05, 1];
const TURNS = 11;
/** Turns that are not counted: Node compiles what runs. */
const WARM_TURNS = 2;
const EVENTS = 20_000;

const dropped = { export: (_spans, done) => done({ code: 0 }), shutdown: () => Promise.resolve() };
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(dropped)] });
const MANAGERS = { "HoldfastContextManager": new HoldfastContextManager(), "the SDK's manager": undefined };

async function job() {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
// As the call sites in src/live do it.
const event = () => (spans.event.heard ? spans.event.run({ view: "counter", event: "increment" }, job) : job());
const turn = () => (spans.turn.heard ? spans.turn.run({ view: "counter", event: "increment" }, event) : event());

const quantiles = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return (share) => sorted[Math.round((sorted.length - 1) * share)];
};

const owner = new OwnerRef({ crash() {} });

/** CPU time of an event, in microseconds. */
async function measured(sample) {
  const stop = sample === undefined ? () => {} : openTelemetry({ sample });
  const before = process.cpuUsage();
  for (let i = 0; i < EVENTS; i++) await currentOwner.run(owner, turn);
  const { user, system } = process.cpuUsage(before);
  stop();
  return (user + system) / EVENTS;
}

async function bySpans() {
  const beyond = Object.fromEntries(Object.keys(MANAGERS).map((name) => [name, SAMPLES.map(() => [])]));
  for (let t = 0; t < TURNS + WARM_TURNS; t++) {
    for (const [name, contextManager] of Object.entries(MANAGERS)) {
      provider.register({ contextManager });
      const costs = [];
      for (const sample of SAMPLES) costs.push(await measured(sample));
      if (t >= WARM_TURNS) costs.forEach((cost, i) => beyond[name][i].push(cost - costs[0]));
      context.disable();
    }
  }
  console.log(`Node ${process.version}, ${TURNS} turns of ${EVENTS} events`);
  for (const [name, bySample] of Object.entries(beyond)) {
    for (const [i, sample] of SAMPLES.entries()) {
      if (sample === undefined) continue;
      const at = quantiles(bySample[i]);
      const half = `half of the turns between ${at(0.25).toFixed(2)} and ${at(0.75).toFixed(2)}`;
      console.log(`${name}, sample ${sample}: ${at(0.5).toFixed(2)} µs an event (${half})`);
    }
  }
}

const CONNECTIONS = 200;
/**
 * Events on each connection, for each sample in a turn, and before them, because what openTelemetry makes is new code to Node. Turns
 * are short, so that whatever else the machine does meets all samples alike.
 */
const EACH = 20;
const EACH_BEFORE = 50;
const SHORT_TURNS = 150;

/** A page of an endpoint, joined over a transport that is this process's memory: nothing of the system's is measured. */
async function joined(endpoint) {
  const response = await endpoint.fetch(new Request("http://localhost/"));
  const [cookie] = response.headers.get("set-cookie").split(";");
  const { id, csrf, session, static: fixed } = ticketOf("http://localhost", "/", { body: await response.text() });
  const query = new URLSearchParams({ _csrf_token: csrf, vsn: "2.0.0" });
  const request = new Request(`http://localhost/live/websocket?${query}`, { headers: { cookie, origin: "http://localhost" } });
  const connection = await new Promise((accept, refuse) => void hostOf(endpoint).upgrade({ request, peer: "127.0.0.1", accept, refuse }));
  let answered = () => {};
  connection.open({ name: "memory", buffered: 0, send: () => answered(), pause() {}, resume() {}, close() {} });
  let ref = 4;
  const send = (event, payload) => new Promise((resolve) => {
    answered = resolve;
    const text = JSON.stringify(["4", String(ref++), `lv:${id}`, event, payload]);
    connection.receiveText(text, text.length);
  });
  await send("phx_join", { url: "http://localhost/", params: { _csrf_token: csrf, _mounts: 0 }, session, static: fixed, sticky: false });
  return { event: () => send("event", { type: "click", event: "inc", value: {} }) };
}

async function onItsWay() {
  provider.register({ contextManager: MANAGERS.HoldfastContextManager });
  const counter = liveView.define({
    name: "counter", authorize: "public", mount: () => ({ count: 0 }),
    events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
    render: ({ count }, on) => html`<div><p>Count: <span>${count}</span></p><button phx-click=${on.inc}>+1</button></div>`,
  });
  const endpoint = createEndpoint({
    secret: "a secret for a server that only this machine can reach", log() {},
    live: [liveSession("default", {}, (live) => live("/", counter))],
    limits: {
      socketsPerIp: Infinity, eventsPerSecond: Infinity, eventBurst: Infinity, admissionsPerIp: Infinity, admissionBurstPerIp: Infinity,
      rejoinsPerIp: Infinity, rejoinBurstPerIp: Infinity,
    },
  });
  const views = [];
  for (let i = 0; i < CONNECTIONS; i++) views.push(await joined(endpoint));
  const events = (each) => Promise.all(views.map(async (view) => {
    for (let i = 0; i < each; i++) await view.event();
  }));
  const costOf = async (sample) => {
    const stop = sample === undefined ? () => {} : openTelemetry({ sample });
    await events(EACH_BEFORE);
    const before = process.cpuUsage();
    await events(EACH);
    const { user, system } = process.cpuUsage(before);
    stop();
    return (user + system) / CONNECTIONS / EACH;
  };
  // Without it twice: the second shows how exact the others are.
  const samples = [undefined, undefined, 0, 0.01, 0.05];
  const costs = samples.map(() => []);
  for (let t = 0; t < SHORT_TURNS + WARM_TURNS; t++) {
    const turn = [];
    for (let k = 0; k < samples.length; k++) {
      const at = (t + k) % samples.length;
      turn[at] = await costOf(samples[at]);
    }
    if (t >= WARM_TURNS) turn.forEach((cost, i) => costs[i].push(cost));
  }
  const without = `${quantiles(costs[0])(0.5).toFixed(1)} µs an event`;
  console.log(`Node ${process.version}, ${SHORT_TURNS} turns of ${CONNECTIONS * EACH} events; without: ${without}`);
  for (const [i, sample] of samples.entries()) {
    if (i === 0) continue;
    const at = quantiles(costs[i].map((cost, turn) => cost - costs[0][turn]));
    // The standard error of a median, from the quartiles.
    const error = 1.25 * (at(0.75) - at(0.25)) / 1.35 / Math.sqrt(SHORT_TURNS);
    const how = sample === undefined ? "without, again" : `sample ${sample}`;
    console.log(`${how}: ${at(0.5).toFixed(2)} µs an event more (± ${error.toFixed(2)})`);
  }
}

await (process.argv[2] === "event" ? onItsWay() : bySpans());
process.exit();
