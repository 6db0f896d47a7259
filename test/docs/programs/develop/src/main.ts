// src/main.ts
import { createEndpoint, liveSession } from "holdfast";
import { serve } from "holdfast/node";
import { Counter } from "./counter.js";

const endpoint = createEndpoint({
  secret: process.env["SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
  live: [liveSession("default", {}, (live) => live("/", Counter))],
});
console.log((await serve(endpoint, { port: Number(process.env["PORT"] ?? 4000) })).url);
