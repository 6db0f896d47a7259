import { createCluster } from "redis";
import { freePort } from "./free-port.js";
import { RedisServer } from "./redis-server.js";
import { DEADLINE_MS } from "./wait.js";

/** The number of slots of a cluster. */
const SLOTS = 16_384;

/** A Redis Cluster for one test: each server holds an equal part of the slots. */
export class RedisCluster {
  readonly primaries: readonly RedisServer[];
  readonly #replicas: RedisServer[] = [];
  #client: ReturnType<typeof createCluster> | undefined;

  private constructor(primaries: readonly RedisServer[]) {
    this.primaries = primaries;
  }

  /** @param shards how many servers hold slots */
  static async start(shards: number): Promise<RedisCluster> {
    const cluster = new RedisCluster(await Promise.all(Array.from({ length: shards }, startServer)));
    const [first] = cluster.primaries;
    for (const [index, server] of cluster.primaries.entries()) {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / shards));
      await server.command("CLUSTER", "ADDSLOTSRANGE", String(from), String(to! - 1));
      if (server !== first) await cluster.#meet(server);
    }
    await cluster.#agree();
    return cluster;
  }

  get servers(): readonly RedisServer[] {
    return [...this.primaries, ...this.#replicas];
  }

  /** A client as an application creates it; nodes connect duplicates of it. */
  client(): ReturnType<typeof createCluster> {
    return (this.#client ??= createCluster({ rootNodes: this.servers.map(({ url }) => ({ url })) }));
  }

  /** The server that holds a key. */
  async primaryOf(key: string): Promise<RedisServer> {
    const slot = Number(await this.primaries[0]!.command("CLUSTER", "KEYSLOT", key));
    return this.primaries[Math.floor(((slot + 1) * this.primaries.length - 1) / SLOTS)]!;
  }

  /** Adds a replica, in step with its primary. */
  async replicate(primary: RedisServer): Promise<RedisServer> {
    const replica = await startServer();
    this.#replicas.push(replica);
    this.#client = undefined;
    await this.#meet(replica);
    const id = String(await primary.command("CLUSTER", "MYID"));
    await until("the replica knows its primary", async () => String(await replica.command("CLUSTER", "NODES")).includes(id));
    await replica.command("CLUSTER", "REPLICATE", id);
    await until("the replica is in step", async () => /master_link_status:up/.test(String(await replica.command("INFO", "replication"))));
    await this.#agree();
    return replica;
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  async #meet(server: RedisServer): Promise<void> {
    const [, busPort] = /@(\d+)/.exec(String(await server.command("CLUSTER", "NODES"))) ?? [];
    await this.primaries[0]!.command("CLUSTER", "MEET", "127.0.0.1", String(server.port), busPort!);
  }

  /** Waits until every server knows all of them and all slots. */
  async #agree(): Promise<void> {
    for (const server of this.servers) {
      await until("the cluster is whole", async () => {
        const info = String(await server.command("CLUSTER", "INFO"));
        return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${this.servers.length}\r`);
      });
    }
  }
}

async function startServer(): Promise<RedisServer> {
  const busPort = String(await freePort());
  // Long, so that on a busy machine no server counts as dead: the test decides which one fails.
  return RedisServer.start(["--cluster-enabled", "yes", "--cluster-port", busPort, "--cluster-node-timeout", "60000"]);
}

async function until(what: string, so: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!(await so())) {
    if (Date.now() > end) throw new Error(`it never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
