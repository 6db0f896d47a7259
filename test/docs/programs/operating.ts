// The programs of docs/guides/deploying.md for whoever operates the application; test/docs/operating.test.ts runs them.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { createEndpoint, fileRevocations, onSpan, onTelemetry, type Endpoint } from "holdfast";
import type { Hono } from "hono";

// #region backup
/** Copies what the application keeps into another folder, while it runs. */
export async function backUp(data: string, to: string): Promise<void> {
  const db = createClient({ url: `file:${join(data, "app.db")}` });
  await db.execute({ sql: "VACUUM INTO ?", args: [join(to, "app.db")] });
  db.close();
  // Last: a log-out in between is in it. Only lines are added to it, and a torn last one is ignored.
  await copyFile(join(data, "revocations"), join(to, "revocations"));
}
// #endregion

// #region end-sessions
/** Run beside the application, with the same file: node end-sessions.js 7 */
export async function endSessionsOf(userId: string, secret: string, path: string): Promise<void> {
  const endpoint = createEndpoint({ secret, revocations: fileRevocations({ path }) });
  await endpoint.endSessions(`users_socket:${userId}`);
  await endpoint.close();
}
// #endregion

// #region metrics
const counts = new Map<string, number>();
const add = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);

onSpan("event", {
  stop({ view, ms = 0 }) {
    add(`app_events_total{view="${view}"}`);
    add(`app_event_ms_total{view="${view}"}`, ms);
  },
});
onTelemetry("holdfast:event:refused", ({ view, reason }) => add(`app_events_refused_total{view="${view}",reason="${reason}"}`));
onTelemetry("holdfast:view:crashed", ({ view }) => add(`app_views_crashed_total{view="${view}"}`));

export function metrics(app: Hono, endpoint: () => Endpoint): void {
  app.get("/metrics", (c) => {
    if (c.req.header("authorization") !== `Bearer ${process.env["METRICS_TOKEN"] ?? crypto.randomUUID()}`) return c.notFound();
    const lines = [...counts].map(([name, value]) => `${name} ${value}`);
    return c.text([...lines, `app_sockets ${endpoint().connections}`, ""].join("\n"));
  });
}
// #endregion
