// The property of test/presence.test.ts, with real processes and a real database.
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { RedisServer } from "../support/redis-server.js";
import { NodeProcess } from "./node-process.js";
import { eventually } from "./support.js";

const TOPICS = ["room:1", "room:2"] as const;
const KEYS = ["ann", "bob", "cat"] as const;

/** A node, and the people that every node must list for it. */
interface Member {
  readonly node: NodeProcess;
  /** By the number in each one's meta. */
  readonly own: Map<number, { readonly topic: string; readonly key: string }>;
}

/** Three nodes with random faults. */
class Cluster {
  readonly #server: RedisServer;
  readonly #chance: Chance;
  #members: Member[] = [];
  #stopped: Member | undefined;
  #away = false;
  #numbers = 0;

  constructor(server: RedisServer, seed: number) {
    this.#server = server;
    this.#chance = new Chance(seed);
  }

  async start(): Promise<void> {
    this.#members.push({ node: await NodeProcess.start(this.#server.url), own: new Map() });
  }

  async act(): Promise<void> {
    const { node, own } = this.#chance.one(this.#members.filter((member) => member !== this.#stopped));
    const numbers = [...own.keys()];
    const n = ++this.#numbers;
    switch (this.#chance.below(16)) {
      case 0: case 1: case 2: case 3: case 4: {
        const [topic, key] = [this.#chance.one(TOPICS), this.#chance.one(KEYS)];
        own.set(n, { topic, key });
        return void (await node.ask(`come ${topic} ${key} ${n}`));
      }
      case 5: case 6: case 7: {
        if (numbers.length === 0) return;
        const moved = this.#chance.one(numbers);
        own.set(n, own.get(moved)!);
        own.delete(moved);
        return void (await node.ask(`move ${moved} ${n}`));
      }
      case 8: case 9: case 10: {
        if (numbers.length === 0) return;
        const gone = this.#chance.one(numbers);
        own.delete(gone);
        return void (await node.ask(`go ${gone}`));
      }
      case 11:
        // A process is killed, and another starts, which waits for the database.
        if (this.#away) return;
        this.#members = this.#members.filter((member) => member.node !== node);
        await node.kill();
        return this.start();
      case 12:
        if (this.#stopped !== undefined) return this.#continue();
        this.#stopped = this.#members.find((member) => member.node === node)!;
        return node.signal("SIGSTOP");
      case 13:
        if (this.#away) return this.#back();
        this.#away = true;
        return this.#server.kill();
      default:
        // Some events are noticed before the next one happens, and some are not.
        await new Promise((resolve) => setTimeout(resolve, this.#chance.below(1_500)));
    }
  }

  #continue(): void {
    this.#stopped?.node.signal("SIGCONT");
    this.#stopped = undefined;
  }

  async #back(): Promise<void> {
    if (this.#away) await this.#server.begin();
    this.#away = false;
  }

  /** Ends all faults, and waits until every node lists everybody. @returns how many there are */
  async converges(what: string): Promise<number> {
    this.#continue();
    await this.#back();
    let present = 0;
    for (const topic of TOPICS) {
      const truth = this.#members.flatMap(({ own }) => [...own].filter(([, entry]) => entry.topic === topic).map(([n, { key }]) => `${key} ${n}`)).toSorted();
      present += truth.length;
      for (const { node } of this.#members) {
        await eventually(`${what}: a node lists ${truth.join()} on ${topic}`, async () => (await node.ask<string[]>(`people ${topic}`)).join() === truth.join());
      }
    }
    return present;
  }

  async end(): Promise<void> {
    this.#continue();
    await Promise.all(this.#members.map(({ node }) => node.kill()));
  }
}

proof("presence-redis", "three processes with joins, updates, leaves, kills, pauses and outages of Redis all list in the end who is there", {
  small: { runs: 2, steps: 30 },
  full: { runs: 40, steps: 60 },
}, async ({ size: { runs, steps }, seed, figure }) => {
  let present = 0;
  for (let run = 0; run < runs; run++) {
    const server = await RedisServer.start();
    const cluster = new Cluster(server, seed + run);
    try {
      for (let i = 0; i < 3; i++) await cluster.start();
      for (let i = 0; i < steps; i++) await cluster.act();
      present += await cluster.converges(`seed ${seed + run}`);
    } finally {
      await cluster.end();
      await server.stop();
    }
  }
  figure("present", present);
});
