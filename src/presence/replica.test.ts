import { Presence } from "phoenix";
import { describe, expect, it } from "vitest";
import { Chance } from "../../test/support/chance.js";
import { HEARTBEAT_MS, Replica, SILENCE_MS, type PresenceMessage, type Step } from "./replica.js";
import type { PresenceDiff, PresenceList } from "./types.js";

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

/** A node with the pages that watch it. */
class SimNode {
  readonly replica: Replica;
  readonly own = new Map<number, { topic: string; key: string }>();
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

  /** Time goes by: mail arrives, and once a second each node ticks. */
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
      if (this.now % HEARTBEAT_MS === 0) for (const node of this.nodes) this.step(node, node.replica.tick(this.now));
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
        const step = replica.track(topic, key, { at: this.now });
        own.set(step.id, { topic, key });
        return this.step(node, step);
      }
      case 4: case 5:
        return ids.length === 0 ? undefined : this.step(node, replica.update(this.chance.one(ids), { moved: this.now }));
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

  /** What is so, whatever anybody has heard: each living node's own people. */
  truth(topic: string): [string, number][] {
    const counts = new Map<string, number>();
    for (const { own } of this.nodes) {
      for (const entry of own.values()) if (entry.topic === topic) counts.set(entry.key, (counts.get(entry.key) ?? 0) + 1);
    }
    return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

describe("five nodes with joins, leaves, kills, splits and losses", () => {
  it.each(Array.from({ length: 15 }, (_, seed) => seed))("all know in the end who is there, and so do their pages: seed %d", (seed) => {
    const simulation = new Simulation(seed);
    for (let i = 0; i < 100; i++) simulation.act();
    simulation.heal();
    simulation.lossy = false;
    simulation.pass(SILENCE_MS + 3 * HEARTBEAT_MS);
    for (const topic of TOPICS) {
      const lists = simulation.nodes.map(({ replica }) => replica.list(topic));
      for (const list of lists) {
        expect(sorted(list).map(([key, metas]) => [key, metas.length])).toEqual(simulation.truth(topic));
        // All in the same order, too.
        for (const key of Object.keys(list)) expect(list[key]).toEqual(lists[0]![key]);
      }
    }
  });
});

describe("a replica", () => {
  const ref = (): (() => string) => {
    let refs = 0;
    return () => `r${refs++}`;
  };

  it("an update leaves and joins, as the client's Presence expects", () => {
    const replica = new Replica("a", ref());
    const { id, diffs } = replica.track("room", "ann", { at: 1 });
    expect(diffs.get("room")).toEqual({ joins: { ann: { metas: [{ at: 1, phx_ref: "r0" }] } }, leaves: {} });
    expect(replica.update(id, { at: 2 })!.diffs.get("room")).toEqual({
      joins: { ann: { metas: [{ at: 2, phx_ref: "r1", phx_ref_prev: "r0" }] } }, leaves: { ann: { metas: [{ at: 1, phx_ref: "r0" }] } },
    });
    expect(replica.untrack([id])!.diffs.get("room")).toEqual({
      joins: {}, leaves: { ann: { metas: [{ at: 2, phx_ref: "r1", phx_ref_prev: "r0" }] } },
    });
    expect([replica.update(id, {}), replica.untrack([id]), replica.list("room")]).toEqual([undefined, undefined, {}]);
  });

  it("the people of a silent node leave, and those of one that says goodbye leave at once", () => {
    const [one, two, three] = ["1", "2", "3"].map((name) => new Replica(name, ref()));
    one!.receive("2", two!.track("room", "bob", {}).message!, 0);
    one!.receive("3", three!.track("room", "cat", {}).message!, 0);
    expect(one!.receive("3", { kind: "bye" }, 1).diffs.get("room")).toMatchObject({ joins: {}, leaves: { cat: { metas: [{}] } } });
    for (let now = 0; now <= SILENCE_MS; now += HEARTBEAT_MS) expect(one!.tick(now).diffs.size).toBe(0);
    expect(one!.tick(SILENCE_MS + 1).diffs.get("room")).toMatchObject({ leaves: { bob: { metas: [{}] } } });
    expect([one!.list("room"), [...one!.peers]]).toEqual([{}, []]);
  });

  it("the people of a node that is heard stay, however little it has to say", () => {
    const [one, two] = ["1", "2"].map((name) => new Replica(name, ref()));
    one!.receive("2", two!.track("room", "bob", {}).message!, 0);
    for (let now = HEARTBEAT_MS; now < 10 * SILENCE_MS; now += HEARTBEAT_MS) {
      expect(one!.receive("2", two!.tick(now).message!, now)).toEqual({ diffs: new Map() });
      expect(one!.tick(now).diffs.size).toBe(0);
    }
    expect(Object.keys(one!.list("room"))).toEqual(["bob"]);
  });

  it("that was asleep does not take the others for dead", () => {
    const [one, two] = ["1", "2"].map((name) => new Replica(name, ref()));
    one!.tick(0);
    one!.receive("2", two!.track("room", "bob", {}).message!, 10);
    expect(one!.tick(600_000).diffs.size).toBe(0);
    expect(Object.keys(one!.list("room"))).toEqual(["bob"]);
  });

  it("that missed many changes asks once, and takes the answer whole", () => {
    const [one, two] = ["1", "2"].map((name) => new Replica(name, ref()));
    const steps = ["a", "b", "c"].map((key) => two!.track("room", key, {}));
    two!.untrack([steps[0]!.id]);
    const asked = steps.slice(1).map(({ message }) => one!.receive("2", message!, 0));
    expect(asked.map(({ message, to }) => [message, to])).toEqual([[{ kind: "ask" }, "2"], [undefined, undefined]]);
    const answer = two!.receive("1", { kind: "ask" }, 0);
    expect(answer.to).toBe("1");
    const { diffs } = one!.receive("2", answer.message!, 1);
    expect(Object.keys(diffs.get("room")!.joins)).toEqual(["b", "c"]);
    // An older answer, and a change that is in it, come late.
    expect(one!.receive("2", steps[2]!.message!, 2).diffs.size).toBe(0);
    expect(one!.receive("2", { kind: "state", clock: 1, entries: [] }, 3).diffs.size).toBe(0);
    expect(Object.keys(one!.list("room"))).toEqual(["b", "c"]);
  });
});
