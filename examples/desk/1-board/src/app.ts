// src/app.ts
import { createEndpoint, type Endpoint } from "holdfast";
import { pubsub } from "./db.js";
import { live } from "./routes.js";

export function createApp(secret: string): Endpoint {
  return createEndpoint({ secret, pubsub, live });
}
