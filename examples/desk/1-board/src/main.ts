// src/main.ts
import { serve } from "holdfast/node";
import { createApp } from "./app.js";

const endpoint = createApp(process.env["SECRET"] ?? crypto.randomUUID() + crypto.randomUUID());
const { url } = await serve(endpoint, { port: Number(process.env["PORT"] ?? 4000), signals: true });
console.log(url);
