// src/app.ts
import { createEndpoint, type Endpoint, type EndpointOptions } from "holdfast";
import { loginRoutes } from "./auth.js";
import { pubsub } from "./db.js";
import { rootLayout } from "./layout.js";
import { live } from "./routes.js";

export function createApp(secret: EndpointOptions["secret"], production: Partial<EndpointOptions> = {}): Endpoint {
  const endpoint: Endpoint = createEndpoint({
    ...production, secret, pubsub, live, rootLayout,
    routes: (app) => loginRoutes(app, () => endpoint),
  });
  return endpoint;
}
