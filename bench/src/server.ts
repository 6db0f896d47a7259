// The measured server: pages written as a user would write them, and routes by which the generator controls it.
import "./end-with-parent.js";
import { createEndpoint, liveSession, logIn } from "holdfast";
import { serve } from "holdfast/node";
import { Counter } from "./pages/counter.js";
import { Feed, feed } from "./pages/feed.js";
import { Files } from "./pages/files.js";
import { GrowingComponents, GrowingRows } from "./pages/growth.js";
import { Heavy } from "./pages/heavy.js";
import { Rows } from "./pages/rows.js";

declare module "holdfast" {
  interface SessionValues {
    userId?: number;
  }
}

const stats = (): object => {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    rss_kib: rss >> 10, heap_kib: heapUsed >> 10, cpu_us: user + system,
  };
};

const endpoint = createEndpoint({
  secret: "a secret for a server that only this machine can reach",
  live: [liveSession("default", {}, (live) => {
    live("/counter", Counter);
    live("/rows", Rows);
    live("/feed", Feed);
    live("/files", Files);
    live("/growth/rows", GrowingRows);
    live("/growth/components", GrowingComponents);
    live("/heavy", Heavy);
  })],
  csrfExempt: (path) => path.startsWith("/bench/"),
  // One machine plays all users, so the limits per address and per second are off.
  limits: {
    socketsPerIp: Infinity, socketsPerSession: Infinity, eventsPerSecond: Infinity, eventBurst: Infinity,
    admissionsPerSession: Infinity, admissionBurstPerSession: Infinity, admissionsPerIp: Infinity, admissionBurstPerIp: Infinity,
    rejoinsPerIp: Infinity, rejoinBurstPerIp: Infinity,
  },
  routes(app) {
    app.get("/login", async (c) => {
      const userId = Number(c.req.query("user"));
      await logIn(c, { userId, liveSocketId: `users_sockets:${userId}` });
      return c.text("ok");
    });
    app.get("/bench/stats", (c) => c.json(stats()));
    app.post("/bench/gc", (c) => {
      globalThis.gc?.();
      return c.json(stats());
    });
    app.post("/bench/broadcast", (c) => {
      const seq = Number(c.req.query("seq"));
      const from = performance.now();
      const message = { seq, text: `message number ${seq} ${"x".repeat(80)}` };
      endpoint.broadcast(feed, { listed: c.req.query("mode") === "stream", message });
      return c.json({ call_us: Math.round((performance.now() - from) * 1000) });
    });
    app.post("/bench/trace", async (c) => {
      const { traceWith } = await import("./tracer.js"); // imported only here: the servers of other scenarios must not have it in memory
      const sample = c.req.query("sample");
      await traceWith(sample === undefined ? undefined : Number(sample));
      return c.json(stats());
    });
    app.post("/bench/disconnect", async (c) => {
      const from = performance.now();
      await endpoint.disconnect(`users_sockets:${c.req.query("user")}`);
      return c.json({ call_us: Math.round((performance.now() - from) * 1000) });
    });
  },
});

console.log((await serve(endpoint, { port: Number(process.env["PORT"] ?? 4000) })).url);
