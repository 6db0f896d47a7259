// src/app.ts
import { createEndpoint, type Endpoint } from "holdfast";
import { redis } from "holdfast/redis";
import { loginRoutes } from "./auth.js";
import type { Config } from "./config.js";
import { pubsub } from "./db.js";
import { rootLayout } from "./layout.js";
import { live } from "./routes.js";

export function createApp({ SECRET, URL: url, REDIS_URL }: Pick<Config, "SECRET" | "URL" | "REDIS_URL">): Endpoint {
  const endpoint: Endpoint = createEndpoint({
    secret: SECRET.split(","), // the first one seals, all of them open
    url, trustProxy: ["loopback", "uniquelocal"],
    backplane: redis({ url: REDIS_URL, prefix: "desk" }),
    health: true,
    limits: { drainGraceMs: 2_000 }, // two of the proxy's health checks
    pubsub, live, rootLayout,
    routes: (app) => loginRoutes(app, () => endpoint),
  });
  return endpoint;
}
