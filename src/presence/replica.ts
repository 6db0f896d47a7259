import { Changes } from "./changes.js";
import { Directory } from "./directory.js";
import type { Entry, Meta, PresenceDiff, PresenceList, TrackedMeta } from "./types.js";

/** How often a node announces its clock, ms. */
export const HEARTBEAT_MS = 1_000;

/** How long a node may be silent before its people leave, ms. */
export const SILENCE_MS = 5_000;

/** Messages between nodes. A clock counts the changes of its node. */
export type PresenceMessage =
  /** The change from `clock - 1` to `clock`. Entries have ids: a known one is replaced. */
  | { readonly kind: "change"; readonly clock: number; readonly joins: readonly Entry[]; readonly leaves: readonly number[] }
  /** Everything that the node keeps. */
  | { readonly kind: "state"; readonly clock: number; readonly entries: readonly Entry[] }
  /** The node's present clock. */
  | { readonly kind: "heartbeat"; readonly clock: number }
  /** Requests a state. */
  | { readonly kind: "ask" }
  /** The node ends. */
  | { readonly kind: "bye" };

/** The result of a step. */
export interface Step {
  /** What changed for the subscribers of this node, by topic. */
  readonly diffs: ReadonlyMap<string, PresenceDiff>;
  /** A message to send: to one node, or to all others. */
  readonly message?: PresenceMessage;
  readonly to?: string;
}

/** What is known about another node. */
interface Peer {
  /** The newest change of it that is known; undefined before its first state or first change. */
  clock: number | undefined;
  readonly entries: Map<number, Entry>;
  heardAt: number;
  askedAt: number;
}

/**
 * One node's copy of who is present on all nodes. Only one node changes an entry, the one that keeps it, and each node
 * numbers its changes. So copies need no merging: a node that has another's newest change knows all of its entries, and one
 * that missed a change asks. A silent node is left out until it is heard again, which heals a network split without ghosts.
 *
 * It does no I/O and has no timer: each step returns what to send and what changed.
 */
export class Replica {
  readonly node: string;
  readonly #makeRef: () => string;
  readonly #own = new Map<number, Entry>();
  readonly #peers = new Map<string, Peer>();
  readonly #directory = new Directory();
  #clock = 0;
  #lastId = 0;
  #tickedAt: number | undefined;

  /** @param makeRef creates names for metas that are unique across all nodes; clients see them */
  constructor(node: string, makeRef: () => string) {
    this.node = node;
    this.#makeRef = makeRef;
  }

  /** The other nodes whose people count as present. */
  get peers(): Iterable<string> {
    return this.#peers.keys();
  }

  /**
   * Whether nobody is present, on any node. Then no ticks are needed: a node that missed something is left out while it is
   * silent, and asked when it speaks again.
   */
  get idle(): boolean {
    if (this.#own.size > 0) return false;
    for (const { entries } of this.#peers.values()) if (entries.size > 0) return false;
    return true;
  }

  /** Everything that this node keeps. */
  get state(): PresenceMessage {
    return { kind: "state", clock: this.#clock, entries: [...this.#own.values()] };
  }

  list(topic: string): PresenceList {
    return this.#directory.list(topic);
  }

  metas(topic: string, key: string): readonly TrackedMeta[] {
    return this.#directory.metas(topic, key);
  }

  // ---- this node's own people ----

  track(topic: string, key: string, meta: Meta): Step & { readonly id: number } {
    const entry: Entry = { id: ++this.#lastId, topic, key, meta: { ...meta, phx_ref: this.#makeRef() } };
    return { id: entry.id, ...this.#change([entry], []) };
  }

  /** @returns nothing if there is no such entry */
  update(id: number, meta: Meta): Step | undefined {
    const known = this.#own.get(id);
    if (known === undefined) return undefined;
    return this.#change([{ ...known, meta: { ...meta, phx_ref: this.#makeRef(), phx_ref_prev: known.meta.phx_ref } }], []);
  }

  /** @returns nothing if there is none of them */
  untrack(ids: readonly number[]): Step | undefined {
    const known = ids.filter((id) => this.#own.has(id));
    return known.length === 0 ? undefined : this.#change([], known);
  }

  #change(joins: readonly Entry[], leaves: readonly number[]): Step {
    const changes = new Changes();
    this.#apply(this.node, this.#own, joins, leaves, changes);
    return { diffs: changes.diffs(), message: { kind: "change", clock: ++this.#clock, joins, leaves } };
  }

  // ---- other nodes ----

  /**
   * Processes a message of another node.
   *
   * @param now of a clock that does not jump, ms
   */
  receive(from: string, message: PresenceMessage, now: number): Step {
    if (message.kind === "bye") return this.#forget([from]);
    if (message.kind === "ask") return { diffs: new Map(), message: this.state, to: from };
    const peer = this.#peerOf(from, now);
    // From here on this node ticks.
    this.#tickedAt ??= now;
    const changes = new Changes();
    if (message.kind === "state") this.#replace(from, peer, message, changes);
    else if (message.kind === "change" && message.clock === (peer.clock ?? 0) + 1) {
      this.#apply(from, peer.entries, message.joins, message.leaves, changes);
      peer.clock = message.clock;
    } else if (message.clock > (peer.clock ?? 0)) return this.#ask(from, peer, now);
    else peer.clock ??= message.clock;
    return { diffs: changes.diffs() };
  }

  /**
   * The next heartbeat. Leaves out nodes that have been silent.
   *
   * @param now of the same clock as for `receive`
   */
  tick(now: number): Step {
    // This node was asleep, so it could not hear the others.
    const asleep = this.#tickedAt === undefined ? 0 : Math.max(0, now - this.#tickedAt - 2 * HEARTBEAT_MS);
    this.#tickedAt = now;
    const silent: string[] = [];
    for (const [node, peer] of this.#peers) {
      peer.heardAt += asleep;
      if (now - peer.heardAt > SILENCE_MS) silent.push(node);
    }
    const step: Step = { ...this.#forget(silent), message: { kind: "heartbeat", clock: this.#clock } };
    // The time until the next tick does not count as sleep.
    if (this.idle) this.#tickedAt = undefined;
    return step;
  }

  #peerOf(node: string, now: number): Peer {
    let peer = this.#peers.get(node);
    if (peer === undefined) this.#peers.set(node, (peer = { clock: undefined, entries: new Map(), heardAt: now, askedAt: -Infinity }));
    peer.heardAt = now;
    return peer;
  }

  /** A change was missed. Only one request at a time: many changes may arrive before the answer. */
  #ask(node: string, peer: Peer, now: number): Step {
    if (now - peer.askedAt < HEARTBEAT_MS) return { diffs: new Map() };
    peer.askedAt = now;
    return { diffs: new Map(), message: { kind: "ask" }, to: node };
  }

  #replace(node: string, peer: Peer, state: Extract<PresenceMessage, { kind: "state" }>, changes: Changes): void {
    if (peer.clock !== undefined && state.clock <= peer.clock) return;
    const kept = new Set(state.entries.map(({ id }) => id));
    const gone = [...peer.entries.keys()].filter((id) => !kept.has(id));
    this.#apply(node, peer.entries, state.entries, gone, changes);
    peer.clock = state.clock;
  }

  #forget(nodes: readonly string[]): Step {
    const changes = new Changes();
    for (const node of nodes) {
      const peer = this.#peers.get(node);
      if (peer === undefined) continue;
      this.#apply(node, peer.entries, [], [...peer.entries.keys()], changes);
      this.#peers.delete(node);
    }
    return { diffs: changes.diffs() };
  }

  #apply(node: string, entries: Map<number, Entry>, joins: readonly Entry[], leaves: readonly number[], changes: Changes): void {
    for (const id of leaves) {
      const known = entries.get(id);
      if (known === undefined) continue;
      entries.delete(id);
      this.#directory.remove(node, known);
      changes.leave(known);
    }
    for (const entry of joins) {
      const known = entries.get(entry.id);
      if (known?.meta.phx_ref === entry.meta.phx_ref) continue;
      if (known !== undefined) {
        this.#directory.remove(node, known);
        changes.leave(known);
      }
      entries.set(entry.id, entry);
      this.#directory.add(node, entry);
      changes.join(entry);
    }
  }
}
