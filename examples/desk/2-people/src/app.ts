// src/app.ts
import { createEndpoint, type Endpoint } from "holdfast";
import { loginRoutes } from "./auth.js";
import { pubsub } from "./db.js";
import { rootLayout } from "./layout.js";
import { live } from "./routes.js";

export function createApp(secret: string): Endpoint {
  const endpoint: Endpoint = createEndpoint({
    secret, pubsub, live, rootLayout,
    routes: (app) => loginRoutes(app, () => endpoint),
  });
  return endpoint;
}
