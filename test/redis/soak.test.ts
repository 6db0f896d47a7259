// Three processes, and faults by chance: a model knows who must have heard what, who is online, which sessions have ended.
import { expect, onTestFinished } from "vitest";
import { BreakableNetwork } from "../support/breakable-network.js";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { RedisServer } from "../support/redis-server.js";
import { NodeProcess } from "./node-process.js";
import { eventually } from "./support.js";

/** What can happen to the database, and to a node or its way there. */
const FAULTS = ["database killed", "database flushed", "database silent", "node stopped", "node killed", "cut off", "deaf", "mute", "without messages"] as const;
type Fault = (typeof FAULTS)[number];

/** After these the database knows nothing of what was before. */
const LOSSES: ReadonlySet<Fault> = new Set(["database killed", "database flushed"]);

const CUTS: Partial<Record<Fault, Parameters<BreakableNetwork["cut"]>[0]>> = {
  "cut off": {}, deaf: { way: "answers" }, mute: { way: "requests" }, "without messages": { of: "messages" },
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Disconnected {
  readonly missing: readonly { readonly node: string }[];
  readonly recorded: boolean;
  readonly resolved: number;
}

/** One of the processes, with its own way to the database. */
class Node {
  readonly network: BreakableNetwork;
  process!: NodeProcess;
  /** Whether it answers; a stopped one does not. */
  answers = true;
  /** The people it has tracked, as the model knows them. */
  people: number[] = [];
  /** It hears nothing from before. */
  hearsFrom = 0;

  private constructor(network: BreakableNetwork) {
    this.network = network;
  }

  static async start(port: number): Promise<Node> {
    const node = new Node(await BreakableNetwork.to(port));
    await node.begin(0);
    return node;
  }

  async begin(hearsFrom: number): Promise<void> {
    this.process = await NodeProcess.start(`redis://127.0.0.1:${this.network.port}`);
    this.people = [];
    this.hearsFrom = hearsFrom;
  }

  ask<T>(command: string): Promise<T> {
    return this.process.ask<T>(command);
  }

  async end(): Promise<void> {
    this.process.signal("SIGCONT");
    await this.process.kill();
    await this.network.close();
  }
}

class Soak {
  readonly #server: RedisServer;
  readonly #nodes: readonly Node[];
  readonly #chance: Chance;
  #serial = 0;
  /** Numbers that the database took since it last lost its data. */
  #said: number[] = [];
  /** Sessions that were ended, by the node that ended them: it writes them again. */
  #ended = new Map<string, NodeProcess>();
  #disconnected: { id: string; result: Disconnected }[] = [];
  readonly faults: Partial<Record<Fault, number>> = {};

  constructor(server: RedisServer, nodes: readonly Node[], chance: Chance) {
    this.#server = server;
    this.#nodes = nodes;
    this.#chance = chance;
  }

  get acts(): number {
    return this.#serial;
  }

  /** A fault, what people do meanwhile, and then everybody must agree with the model. */
  async round(faultMs: number, where: string): Promise<void> {
    const fault = this.#chance.one(FAULTS);
    const victim = this.#chance.one(this.#nodes);
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
    await this.#act(5);
    const end = await this.#cause(fault, victim);
    const until = performance.now() + this.#chance.below(faultMs);
    do await this.#act(1); while (performance.now() < until);
    await end();
    for (const node of this.#nodes) node.answers = true;
    await this.#agree(`${where}, ${fault}`, LOSSES.has(fault));
  }

  async #cause(fault: Fault, victim: Node): Promise<() => Promise<unknown>> {
    const server = this.#server;
    switch (fault) {
      case "database killed":
        await server.kill();
        return () => server.begin();
      case "database flushed":
        await server.command("FLUSHALL");
        return async () => {};
      case "database silent":
        server.pause();
        return async () => server.resume();
      case "node stopped":
        victim.answers = false;
        victim.process.signal("SIGSTOP");
        return async () => victim.process.signal("SIGCONT");
      case "node killed":
        victim.answers = false;
        await victim.process.kill();
        for (const [key, by] of this.#ended) if (by === victim.process) this.#ended.delete(key);
        return () => victim.begin(this.#serial);
      default:
        victim.network.cut(CUTS[fault]!);
        return async () => victim.network.mend();
    }
  }

  async #act(count: number): Promise<void> {
    for (let act = 0; act < count; act++) {
      const node = this.#chance.one(this.#nodes.filter(({ answers }) => answers));
      const n = this.#serial++;
      await pause(this.#chance.below(40));
      switch (this.#chance.below(6)) {
        case 0:
        case 1:
          if (await node.ask<true | null>(`say ${n}`)) this.#said.push(n);
          break;
        case 2:
          await node.ask(`come room somebody-${n} ${n}`);
          node.people.push(n);
          break;
        case 3: {
          const leaves = node.people.length === 0 ? undefined : this.#chance.one(node.people);
          if (leaves === undefined) break;
          await node.ask(`go ${leaves}`);
          node.people = node.people.filter((person) => person !== leaves);
          break;
        }
        case 4:
          if (await node.ask<true | null>(`revoke session-${n}`)) this.#ended.set(`session-${n}`, node.process);
          break;
        default:
          await this.#disconnect(node, `user-${n}`);
      }
    }
  }

  async #disconnect(by: Node, id: string): Promise<void> {
    for (const node of this.#nodes) if (node.answers) await node.ask(`open ${id} 2`);
    this.#disconnected.push({ id, result: await by.ask<Disconnected>(`disconnect ${id}`) });
  }

  /** All is well again: every node does as the model says. */
  async #agree(where: string, lost: boolean): Promise<void> {
    for (const node of this.#nodes) await eventually(`${where}: the node may act`, () => node.ask<boolean>("held"));
    const online = this.#nodes.flatMap(({ people }) => people).map((n) => `somebody-${n} ${n}`).toSorted();
    for (const [index, node] of this.#nodes.entries()) {
      const at = `${where}, node ${index}`;
      let seen: string[] = [];
      await eventually(`${at}: it sees who is online`, async () => {
        seen = await node.ask<string[]>("people room");
        return seen.join() === online.join();
      }).catch((error: unknown) => {
        expect(seen, at).toEqual(online);
        throw error;
      });
      for (const key of this.#ended.keys()) await eventually(`${at}: ${key} has ended`, async () => (await node.ask<number | null>(`revoked ${key}`)) === 1);
      for (const { id, result } of this.#disconnected) {
        // Without a record a node that did not answer may act until it has heard of it.
        const named = result.missing.some((missing) => missing.node === node.process.id);
        if (result.recorded || !named) expect(await node.ask<number>(`last ${id}`), `${at}: ${id} acted`).toBeLessThanOrEqual(result.resolved);
        await eventually(`${at}: ${id} has no socket`, async () => (await node.ask<number>(`count ${id}`)) === 0);
      }
    }
    await this.#forget();
    await this.#messages(where, lost);
    await this.#submissions(where);
  }

  async #forget(): Promise<void> {
    this.#disconnected = [];
    for (const node of this.#nodes) await node.ask("forget");
  }

  async #messages(where: string, lost: boolean): Promise<void> {
    if (lost) this.#said = [];
    const last = this.#serial++;
    // Subscriptions are restored a moment after the connection: what is kept meanwhile is delivered then.
    await eventually(`${where}: a number is taken`, async () => (await this.#nodes[0]!.ask<true | null>(`say ${last}`)) === true);
    for (const [index, node] of this.#nodes.entries()) {
      const of = index === 0 ? this.#said.length : this.#said.length + 1;
      const due = [...this.#said, last].slice(0, of).filter((n) => n >= node.hearsFrom);
      let heard: number[] = [];
      await eventually(`${where}, node ${index}: it has heard ${due.join()}`, async () => {
        heard = await node.ask<number[]>("heard");
        const all = new Set(heard);
        return due.every((n) => all.has(n));
      }).catch((error: unknown) => {
        expect(due.filter((n) => !heard.includes(n)), `${where}, node ${index}: not heard`).toEqual([]);
        throw error;
      });
      expect(heard.length, `${where}, node ${index}: twice`).toBe(new Set(heard).size);
    }
    this.#said = [];
  }

  /** The same form is sent to all nodes together, and runs on one of them. */
  async #submissions(where: string): Promise<void> {
    const key = `form-${this.#serial++}`;
    await Promise.all(this.#nodes.map((node) => node.ask(`submit ${key}`)));
    const ran = await Promise.all(this.#nodes.map((node) => node.ask<string[]>("ran")));
    expect(ran.flat().filter((each) => each === key), where).toEqual([key]);
  }
}

proof("nodes-soak", "whatever happens to three processes and their database: then all nodes agree on who is online, what was said, which sessions have ended", {
  small: { rounds: 2, faultMs: 500 },
  full: { rounds: 60, faultMs: 9_000 },
}, async ({ size: { rounds, faultMs }, seed, figure }) => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const nodes: Node[] = [];
  onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.end()))));
  for (let index = 0; index < 3; index++) nodes.push(await Node.start(server.port));
  const soak = new Soak(server, nodes, new Chance(seed));
  for (let round = 0; round < rounds; round++) await soak.round(faultMs, `seed ${seed}, round ${round}`);
  figure("acts", soak.acts);
  for (const [fault, count] of Object.entries(soak.faults)) figure(fault, count);
});
