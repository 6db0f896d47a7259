// src/db.ts
import { createClient } from "@libsql/client";
import { createPubSub } from "holdfast";

export const db = createClient({ url: process.env["DATABASE_URL"] ?? "file:desk.db" });
await db.execute(`
  create table if not exists tickets (
    id integer primary key, title text not null, body text not null,
    customer text not null, agent text, closed integer not null default 0
  )`);

export const pubsub = createPubSub();
