import { Presence } from "phoenix";
import { expect } from "vitest";
import { HEARTBEAT_MS, Replica, SILENCE_MS, type PresenceMessage, type Step } from "../src/presence/replica.js";
import type { PresenceDiff, PresenceList, TrackedMeta } from "../src/presence/types.js";
import { Chance } from "./support/chance.js";
import { proof } from "./support/prove.js";

const TOPICS = ["room:1", "room:2"] as const;
const KEYS = ["ann", "bob", "cat", "constructor"] as const;

/** Refs and meta by key, in an order that does not matter to anybody. */
function sorted(list: PresenceList): [string, string[]][] {
  const entries = Object.entries(list).map(([key, { metas }]): [string, string[]] => [key, metas.map((meta) => JSON.stringify(meta)).toSorted()]);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The client's own code, which knows neither this one nor its types. */
function clientHears(state: object, { joins, leaves }: PresenceDiff): object {
  const copy = JSON.parse(JSON.stringify({ joins, leaves })) as { joins: object; leaves: object };
  return Presence.syncDiff(state, copy) as object;
}

/** The one meta that a step shows to the pages. */
function joined(step: Step | undefined, topic: string, key: string): TrackedMeta {
  const metas = step?.diffs.get(topic)?.joins[key]?.metas ?? [];
  expect(metas).toHaveLength(1);
  return metas[0]!;
}

/** A node with the pages that watch it. */
class SimNode {
  readonly replica: Replica;
  /** Its own people by id, with the meta that everybody is to see in the end. */
  readonly own = new Map<number, { readonly topic: string; readonly key: string; readonly meta: TrackedMeta }>();
  readonly pages = new Map<string, object>(TOPICS.map((topic) => [topic, {}]));

  constructor(name: string) {
    let refs = 0;
    this.replica = new Replica(name, () => `${name}.${refs++}`);
  }

  /** Somebody comes: a first version of a meta names none that it replaces. */
  track(topic: string, key: string, now: number): Step {
    const step = this.replica.track(topic, key, { at: now });
    const meta = joined(step, topic, key);
    expect(meta).toEqual({ at: now, phx_ref: expect.any(String) as string });
    this.own.set(step.id, { topic, key, meta });
    return step;
  }

  /** Somebody's meta changes: the next version names the one that it replaces. */
  update(id: number, now: number): Step | undefined {
    const { topic, key, meta: before } = this.own.get(id)!;
    const step = this.replica.update(id, { moved: now });
    const meta = joined(step, topic, key);
    expect(meta).toEqual({ moved: now, phx_ref: expect.not.stringMatching(new RegExp(`^${before.phx_ref}$`)) as string, phx_ref_prev: before.phx_ref });
    this.own.set(id, { topic, key, meta });
    return step;
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
        return this.step(node, node.track(topic, key, this.now));
      }
      case 4: case 5:
        return ids.length === 0 ? undefined : this.step(node, node.update(this.chance.one(ids), this.now));
      case 6: case 7: {
        const gone = ids.filter(() => this.chance.maybe(0.3));
        for (const id of gone) own.delete(id);
        return this.step(node, replica.untrack(gone));
      }
      case 8:
        // The process dies without a word, and another starts.
        if (!this.chance.maybe(0.2)) return;
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

  /** What is so, whatever anybody has heard: each living node's own people, with their newest metas. */
  truth(topic: string): [string, string[]][] {
    const list: Record<string, { metas: TrackedMeta[] }> = Object.create(null);
    for (const { own } of this.nodes) {
      for (const entry of own.values()) if (entry.topic === topic) (list[entry.key] ??= { metas: [] }).metas.push(entry.meta);
    }
    return sorted(list);
  }
}

proof("presence", "five nodes with joins, updates, leaves, kills, splits and losses all know in the end who is there, and so do their pages", {
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
        expect(sorted(list), `seed ${seed + run}`).toEqual(simulation.truth(topic));
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
