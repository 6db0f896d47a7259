// src/main.ts
import { serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { createApp } from "./app.js";
import { config } from "./config.js";

const endpoint = createApp(config.SECRET, { // the first secret seals, all of them open
  url: config.URL, trustProxy: ["loopback", "uniquelocal"],
  backplane: redis({ url: config.REDIS_URL, prefix: "desk" }),
  health: true,
  limits: { drainGraceMs: 2_000 }, // two of the proxy's health checks
});
const { url } = await serve(endpoint, { host: config.HOST, port: config.PORT, signals: true });
console.log(url);
