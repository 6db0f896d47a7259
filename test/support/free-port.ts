import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that the system gives to connections, and to servers that listen at 0 (from 32,768 on, elsewhere from 49,152): between
 * this answer and the start of the process that it is for, which takes seconds on a busy machine, one of those might get it.
 */
const FIRST = 18_000;
/** Each of the runner's workers has ports of its own. */
const PER_WORKER = 1_000;
const WORKERS = 10;
const first = FIRST + (Number(process.env["VITEST_POOL_ID"] ?? 0) % WORKERS) * PER_WORKER;
/** Not the same in each file: what a test has ended may hold its port for a while. */
let next = Math.floor(Math.random() * PER_WORKER);

/** A port of 127.0.0.1 that nobody listens on, and that nobody else is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + (next++ % PER_WORKER);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}
