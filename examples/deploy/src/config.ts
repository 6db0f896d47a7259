// src/config.ts
import { z } from "zod";

const Config = z.object({
  NODE_ENV: z.string().default("production"),
  SECRET: z.string().transform((list) => list.split(",")).pipe(z.array(z.string().min(32))),
  URL: z.url(),
  REDIS_URL: z.url(),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().default(4000),
});
export type Config = z.infer<typeof Config>;

export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { data, error } = Config.safeParse(env);
  if (data !== undefined) return data;
  console.error(`The environment is not complete:\n${z.prettifyError(error)}`);
  process.exit(78);
}
