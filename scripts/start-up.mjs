// How long does a program take until it listens? The README's first program and a bare one of Hono, in turns; on any version of Node:
//
//   npm run build && node scripts/start-up.mjs              20 starts each
//   npm run build && node scripts/start-up.mjs --starts 50
//
// Counted from the start of the process, Node's own start included: CPU time, and time on the clock.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const STARTS = Number(process.argv[process.argv.indexOf("--starts") + 1]) || 20;
const ROOT = fileURLToPath(new URL("../", import.meta.url));

const SAYS = `
  const { user, system } = process.cpuUsage();
  const figures = { cpu: (user + system) / 1000, clock: performance.now(), rss: process.memoryUsage.rss() / 2 ** 20 };
  console.log(JSON.stringify(figures));
  process.exit();
`;
const PROGRAMS = {
  "Node alone": SAYS,
  "Hono on @hono/node-server": `
    import { serve } from "@hono/node-server";
    import { Hono } from "hono";
    const app = new Hono().get("/", (c) => c.html("<p>Hello</p>"));
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => { ${SAYS} });`,
  "Holdfast, the README's first program": `
    import { createEndpoint, html, liveSession, liveView, topic } from "holdfast";
    import { serve } from "holdfast/node";
    const counted = topic("counted");
    let total = 0;
    const Counter = liveView.define({
      authorize: "public", topics: () => ({ counted }), mount: () => ({ count: total }),
      messages: { counted: (socket, count) => socket.assign({ count }) },
      events: { increment: { handle: () => endpoint.broadcast(counted, ++total) } },
      render: ({ count }, on) => html\`<button phx-click=\${on.increment}>Clicked \${count} times, by everybody</button>\`,
    });
    const endpoint = createEndpoint({
      secret: crypto.randomUUID() + crypto.randomUUID(), log() {}, live: [liveSession("default", {}, (live) => live("/", Counter))],
    });
    await serve(endpoint, { port: 0 });
    ${SAYS}`,
};

const run = promisify(execFile);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const measured = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, []]));
// The first start of each reads the files from the disk.
for (let start = -1; start < STARTS; start++) {
  for (const [name, program] of Object.entries(PROGRAMS)) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: ROOT });
    if (start >= 0) measured[name].push(JSON.parse(stdout));
  }
}
console.log(`Node ${process.version}, medians of ${STARTS} starts until the server listens`);
for (const [name, all] of Object.entries(measured)) {
  const of = (key) => Math.round(median(all.map((each) => each[key])));
  console.log(`${name}: ${of("cpu")} ms of CPU, ${of("clock")} ms on the clock, ${of("rss")} MiB`);
}
