// src/main.ts
import { createEndpoint, liveSession } from "holdfast";
import { serve } from "holdfast/node";
import { Poll } from "./poll.js";
import { pubsub } from "./votes.js";

const endpoint = createEndpoint({
  secret: process.env["SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
  pubsub,
  live: [liveSession("default", {}, (live) => live("/", Poll))],
});
const { url } = await serve(endpoint, { port: Number(process.env["PORT"] ?? 4000), signals: true });
console.log(url);
