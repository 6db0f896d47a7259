// src/main.ts
import { serve } from "holdfast/node";
import { createApp } from "./app.js";

const port = Number(process.env["PORT"] ?? 4000);
const endpoint = createApp({
  secret: process.env["SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
  url: process.env["URL"] ?? `http://localhost:${port}`,
});
console.log((await serve(endpoint, { port, signals: true })).url);
