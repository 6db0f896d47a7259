// A shard's slots move to another server, as redis-cli moves them, while nodes are at work.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { topic } from "../../src/pubsub/index.js";
import { RedisCluster } from "../support/redis-cluster.js";
import type { RedisServer } from "../support/redis-server.js";
import { eventually, Nodes } from "./support.js";

const run = promisify(execFile);

/** Its slot is one of the first, and redis-cli moves those first. */
const PREFIX = "app-6792";
/** How many slots are moved. */
const MOVED = 4;

let cluster: RedisCluster;
let nodes: Nodes;
beforeAll(async () => {
  cluster = await RedisCluster.start(3);
  nodes = new Nodes({ client: cluster.client(), prefix: PREFIX });
});
afterAll(async () => {
  await nodes.end();
  await cluster.stop();
});

const idOf = async (server: RedisServer): Promise<string> => String(await server.command("CLUSTER", "MYID"));

async function moveSlots(from: RedisServer, to: RedisServer): Promise<void> {
  await run("redis-cli", [
    "--cluster", "reshard", `127.0.0.1:${from.port}`, "--cluster-from", await idOf(from), "--cluster-to", await idOf(to),
    "--cluster-slots", String(MOVED), "--cluster-yes",
  ]);
}

it("while its slot moves to another server and back, every message that was taken is heard once and in order, and no log-out, no form is lost", async () => {
  const [first, second] = cluster.primaries as [RedisServer, RedisServer];
  const [one, two] = [await nodes.join(), await nodes.join()];
  const said = topic<number>("said", { replay: 1_000 });
  const heard: number[] = [];
  await two.pubsub.subscribe(said, ({ payload }) => void heard.push(payload)).ready;
  const taken: number[] = [];
  const revoked: string[] = [];
  const stored: string[] = [];
  let done = false;
  const work = async (): Promise<void> => {
    for (let n = 0; !done; n++) {
      await Promise.all([
        one.pubsub.broadcast(said, n).then(() => taken.push(n), () => {}),
        Promise.resolve(one.shared.revocations.revoke(`session-${n}`, 1, Date.now() + 3_600_000)).then(() => revoked.push(`session-${n}`), () => {}),
        Promise.all([one, two].map(async ({ shared }) => {
          if (!(await shared.submissions!.begin(`form-${n}`, "ann")).run) return;
          stored.push(`form-${n}`);
          await shared.submissions!.end(`form-${n}`, "done");
        })),
      ]);
    }
  };
  const working = work();
  const slot = Number(await first.command("CLUSTER", "KEYSLOT", `{${PREFIX}}`));
  expect(slot).toBeLessThan(MOVED);
  await eventually("it works", () => taken.length > 20);
  const movesTo = async (from: RedisServer, to: RedisServer): Promise<void> => {
    await moveSlots(from, to);
    expect(Number(await to.command("CLUSTER", "COUNTKEYSINSLOT", String(slot)))).toBeGreaterThan(0);
    const before = heard.length;
    await eventually("messages arrive again", () => heard.length > before + 20);
  };
  await movesTo(first, second);
  await movesTo(second, first);
  done = true;
  await working;
  await eventually("all is heard", () => heard.at(-1) === taken.at(-1));
  expect(heard).toEqual(taken);
  for (const key of revoked) expect(await two.shared.revocations.revokedAt(key)).toBe(1);
  expect(stored).toEqual([...new Set(stored)]);
});
