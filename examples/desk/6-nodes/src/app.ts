// src/app.ts
import { createEndpoint, type Endpoint } from "holdfast";
import { redis } from "holdfast/redis";
import { loginRoutes } from "./auth.js";
import { pubsub } from "./db.js";
import { rootLayout } from "./layout.js";
import { live } from "./routes.js";

export function createApp(secret: string): Endpoint {
  const redisUrl = process.env["REDIS_URL"];
  const endpoint: Endpoint = createEndpoint({
    secret, pubsub, live, rootLayout, health: true,
    backplane: redisUrl === undefined ? undefined : redis({ url: redisUrl, prefix: "desk" }),
    routes: (app) => loginRoutes(app, () => endpoint),
  });
  return endpoint;
}
