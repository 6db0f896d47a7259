import cluster from "node:cluster";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SEED_LOGINS } from "./db/seeds.js";
import { createApp } from "./web/endpoint.js";
import { speaksForAll, startWorkers } from "./workers.js";

const { env } = process;
// With a `URL` others can reach it: there nobody may read everybody's mail, or log in as a seed.
const development = env["NODE_ENV"] === "development" || (env["NODE_ENV"] !== "production" && env["URL"] === undefined);
const data = fileURLToPath(new URL("../.data", import.meta.url));

const processes = Number(env["WEB_CONCURRENCY"] ?? 1);

if (processes > 1 && cluster.isPrimary) await startWorkers(processes);
else await start();

async function start(): Promise<void> {
  const app = await createApp({
    databaseUrl: env["DATABASE_URL"] ?? `file:${join(data, "blog.db")}`,
    secret: env["SECRET"]?.split(",") ?? (await developmentSecret()),
    development,
    url: env["URL"],
    trustProxy: env["TRUST_PROXY"],
    redisUrl: env["REDIS_URL"],
  });
  const { url } = await app.listen({ port: Number(env["PORT"] ?? 4000), host: env["HOST"] ?? "127.0.0.1", signals: true });

  if (speaksForAll(processes)) console.log(`\nThe blog is open: ${url}`);
  if (development && speaksForAll(processes)) {
    console.log(`Its mail:         ${url}/dev/mail\n`);
    const width = Math.max(...SEED_LOGINS.map(({ email }) => email.length));
    for (const { email, password, role, confirmed } of SEED_LOGINS) {
      console.log(`  ${email.padEnd(width)}  ${password.padEnd(18)}  ${confirmed ? role : "not confirmed yet"}`);
    }
    console.log("");
  }
}

/** Created once and kept beside the database, so that a restart logs nobody out. */
async function developmentSecret(): Promise<string> {
  if (!development) {
    throw new Error('SECRET is not set: export SECRET=$(node -p \'require("node:crypto").randomBytes(48).toString("base64url")\')');
  }
  const file = join(data, "secret");
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFile(file, "utf8");
}
