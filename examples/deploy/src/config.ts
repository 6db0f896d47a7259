// src/config.ts
import { readEnv } from "holdfast";
import { z } from "zod";

export const config = readEnv(z.object({
  SECRET: z.string().transform((list) => list.split(",")).pipe(z.array(z.string().min(32))),
  URL: z.url(),
  REDIS_URL: z.url(),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().default(4000),
}));
