// What the spans of an event cost by themselves, without a server around them: CPU time with and without OpenTelemetry, in turns.
// Prints microseconds an event beyond what it takes without. See docs/telemetry.md.
//
//   npm run build && node scripts/span-cost.mjs
import { context } from "@opentelemetry/api";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
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
    const sorted = bySample[i].toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.round((sorted.length - 1) * share)].toFixed(2);
    console.log(`${name}, sample ${sample}: ${at(0.5)} µs an event (half of the turns between ${at(0.25)} and ${at(0.75)})`);
  }
}
