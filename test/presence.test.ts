import { Presence } from "phoenix";
import { expect } from "vitest";
import { HEARTBEAT_MS, Replica, SILENCE_MS, type PresenceMessage, type Step } from "../src/presence/replica.js";
import type { PresenceDiff, PresenceList, TrackedMeta } from "../src/presence/types.js";
import { Chance } from "./support/chance.js";
import { proof } from "./support/prove.js";

const TOPICS = ["room:1", "room:2"] as const;
const KEYS = ["ann", "bob", "cat", "constructor"] as const;

/** Somebody whom a node itself keeps, with the latest meta. */
interface Own {
  readonly topic: string;
  readonly key: string;
  readonly meta: object;
}

/** A meta as the application gave it, without the refs that presence adds. */
const given = ({ phx_ref: _, phx_ref_prev: __, ...meta }: TrackedMeta): object => meta;

/** Keys and their metas, in an order that does not matter to anybody. */
function byKey(metas: Iterable<[string, string[]]>): [string, string[]][] {
  return Array.from(metas, ([key, each]): [string, string[]] => [key, each.toSorted()]).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Metas by key, with their refs or as `of` reads them. */
function sorted(list: PresenceList, of: (meta: TrackedMeta) => object = (meta) => meta): [string, string[]][] {
  return byKey(Object.entries(list).map(([key, { metas }]) => [key, metas.map((meta) => JSON.stringify(of(meta)))]));
}

/** The client's own code, which knows neither this one nor its types. */
function clientHears(state: object, { joins, leaves }: PresenceDiff): object {
  const copy = JSON.parse(JSON.stringify({ joins, leaves })) as { joins: object; leaves: object };
  return Presence.syncDiff(state, copy) as object;
}

/** A node with the pages that watch it. */
class SimNode {
  readonly replica: Replica;
  readonly own = new Map<number, Own>();
  readonly pages = new Map<string, object>(TOPICS.map((topic) => [topic, {}]));

  constructor(name: string) {
    let refs = 0;
    this.replica = new Replica(name, () => `${name}.${refs++}`);
  }

  /** What the pages have heard is what is so. */
  show({ diffs }: Step): void {
    for (const [topic, diff] of diffs) this.pages.set(topic, clientHears(this.pages.get(topic)!, diff));
    for (const topic of TOPICS) expect(sorted(this.pages.get(topic) as PresenceList)).toEqual(sorted(this.replica.list(topic)));
  }
}

interface Mail {
  readonly from: SimNode;
  readonly to: string;
  readonly message: PresenceMessage;
  readonly at: number;
}

/** Nodes, and a network that loses, delays and splits, but keeps the order of each pair. */
class Simulation {
  readonly chance: Chance;
  nodes: SimNode[] = [];
  now = 0;
  #names = 0;
  #mail: Mail[] = [];
  #group = new Map<string, number>();
  lossy = true;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    for (let i = 0; i < 5; i++) this.start();
  }

  start(): void {
    this.nodes.push(new SimNode(`n${this.#names++}`));
  }

  split(): void {
    for (const { replica } of this.nodes) this.#group.set(replica.node, this.chance.below(2));
  }

  heal(): void {
    this.#group.clear();
  }

  step(node: SimNode, step: Step | undefined): void {
    if (step === undefined) return;
    node.show(step);
    const { message, to } = step;
    if (message === undefined) return;
    for (const { replica } of this.nodes) {
      if (replica !== node.replica && (to === undefined || to === replica.node)) this.#post({ from: node, to: replica.node, message, at: this.now });
    }
  }

  #post(mail: Mail): void {
    const groupOf = (name: string): number => this.#group.get(name) ?? 0;
    if (groupOf(mail.from.replica.node) !== groupOf(mail.to)) return;
    if (this.lossy && this.chance.maybe(0.1)) return;
    this.#mail.push({ ...mail, at: this.now + (this.lossy ? this.chance.below(400) : 1) });
  }

  /** Time goes by: mail arrives, and once a second each node ticks that has something to tick for. */
  pass(ms: number): void {
    for (const until = this.now + ms; this.now < until; this.now += 50) {
      // A pair's first mail holds up the others of it: the order is kept.
      const held = new Set<string>();
      const rest: Mail[] = [];
      for (const mail of this.#mail.splice(0)) {
        const pair = `${mail.from.replica.node} ${mail.to}`;
        if (held.has(pair) || mail.at > this.now) {
          held.add(pair);
          rest.push(mail);
          continue;
        }
        const to = this.nodes.find(({ replica }) => replica.node === mail.to);
        if (to !== undefined) this.step(to, to.replica.receive(mail.from.replica.node, mail.message, this.now));
      }
      this.#mail = [...rest, ...this.#mail];
      if (this.now % HEARTBEAT_MS !== 0) continue;
      for (const node of this.nodes) if (!node.replica.idle) this.step(node, node.replica.tick(this.now));
    }
  }

  /** Somebody does something. */
  act(): void {
    const node = this.chance.one(this.nodes);
    const { replica, own } = node;
    const ids = [...own.keys()];
    switch (this.chance.below(12)) {
      case 0: case 1: case 2: case 3: {
        const [topic, key] = [this.chance.one(TOPICS), this.chance.one(KEYS)];
        const meta = { at: this.now };
        const step = replica.track(topic, key, meta);
        own.set(step.id, { topic, key, meta });
        return this.step(node, step);
      }
      case 4: case 5: {
        if (ids.length === 0) return;
        const [id, meta] = [this.chance.one(ids), { moved: this.now }];
        own.set(id, { ...own.get(id)!, meta });
        return this.step(node, replica.update(id, meta));
      }
      case 6: case 7: {
        const gone = ids.filter(() => this.chance.maybe(0.3));
        for (const id of gone) own.delete(id);
        return this.step(node, replica.untrack(gone));
      }
      case 8:
        // The process ends, often without a word, and another starts.
        if (!this.chance.maybe(0.2)) return;
        if (this.chance.maybe(0.3)) this.step(node, { diffs: new Map(), message: { kind: "bye" } });
        this.nodes = this.nodes.filter((other) => other !== node);
        return this.start();
      case 9:
        return this.chance.maybe(0.3) ? this.split() : undefined;
      case 10:
        return this.heal();
      default:
        return this.pass(50 * this.chance.below(140));
    }
  }

  /** What is so, whatever anybody has heard: each living node's own people with their latest metas. */
  truth(topic: string): [string, string[]][] {
    const metas = new Map<string, string[]>();
    for (const { own } of this.nodes) {
      for (const { topic: where, key, meta } of own.values()) {
        if (where === topic) metas.set(key, [...(metas.get(key) ?? []), JSON.stringify(meta)]);
      }
    }
    return byKey(metas);
  }
}

proof("presence", "five nodes with joins, leaves, kills, splits and losses all know in the end who is there and how, and so do their pages", {
  small: { runs: 15 },
  full: { runs: 1_000 },
}, ({ size: { runs }, seed, figure }) => {
  let present = 0;
  for (let run = 0; run < runs; run++) {
    const simulation = new Simulation(seed + run);
    for (let i = 0; i < 100; i++) simulation.act();
    simulation.heal();
    simulation.lossy = false;
    simulation.pass(SILENCE_MS + 3 * HEARTBEAT_MS);
    for (const topic of TOPICS) {
      const lists = simulation.nodes.map(({ replica }) => replica.list(topic));
      for (const list of lists) {
        expect(sorted(list, given), `seed ${seed + run}`).toEqual(simulation.truth(topic));
        // All in the same order, too.
        for (const key of Object.keys(list)) expect(list[key]).toEqual(lists[0]![key]);
      }
      present += Object.keys(lists[0]!).length;
    }
  }
  // Somebody was there, as a rule.
  expect(present).toBeGreaterThan(2 * runs);
  figure("present", present);
});
