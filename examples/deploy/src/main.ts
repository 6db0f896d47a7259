// src/main.ts
import { serve } from "holdfast/node";
import { createApp } from "./app.js";
import { readConfig } from "./config.js";

const config = readConfig(process.env);
const { url } = await serve(createApp(config), { host: config.HOST, port: config.PORT, signals: true });
console.log(url);
