import { emit } from "../telemetry/index.js";
import type { Journal, Lease } from "./backplane.js";
import type { Missing, PubSub } from "./contract.js";

/** What a store of revocations was told, see `RevocationStore.revoke`. Times are ms epoch. */
export interface Revoked {
  readonly key: string;
  readonly at: number;
  readonly until: number;
}

/** Which sockets end, and how. */
export interface Disconnect {
  /** Sockets of a `liveSocketId`, or of one session. */
  readonly of: { readonly liveSocketId: string } | { readonly sessionId: string };
  /** Ends only this topic of them; the sockets stay open. */
  readonly topic?: string;
  /** A reason that the page may show. */
  readonly reason?: string;
  /** Set if their sessions were revoked: every node remembers it, so that none depends on the store to keep it. */
  readonly revoked?: Revoked;
}

/** The outcome of a disconnect. */
export interface DisconnectResult {
  /** How many sockets ended on the nodes that answered. */
  readonly sockets: number;
  /** The nodes that answered, this one included. */
  readonly nodes: readonly string[];
  /**
   * The nodes that did not answer. By the time the promise resolves their leases have run out, so they do nothing before they
   * have read the journal.
   */
  readonly missing: readonly Missing[];
  /** Whether it is in the journal. If not, a node that is missing, or was away, may act until it learns of it. */
  readonly recorded: boolean;
}

/** What a fence acts on: the sockets of this node. */
export interface FenceTarget {
  /**
   * Marks the sockets, aborts what runs on them and closes them, including those that are still connecting. It waits for no
   * handler, because the caller may be one. When it returns, none of their handlers starts any more.
   *
   * @returns how many there were
   */
  disconnect(order: Disconnect): number;
  /** Closes every socket: the node may have missed an order, and the guards run again when clients come back. */
  disconnectAll(): number;
}

/** What a fence depends on. */
interface FenceParts {
  readonly pubsub: PubSub;
  readonly target: FenceTarget;
  /** The backplane's parts, if there is one. */
  readonly shared?: { readonly journal: Journal; readonly lease: Lease };
  /** Called with the revocation behind an order, of this node or another, before its sockets end. */
  readonly heard?: (revoked: Revoked) => void;
  /** Receives what operators should know: who did not answer, and that nothing was recorded. Default: nothing is logged. */
  readonly log?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** An order with its id, as sent. */
interface Order extends Disconnect {
  readonly order: string;
}

const REQUEST = "holdfast:fence";

/**
 * How long writing an order into the journal may take, ms, and how much longer than a lease an answer may take. So a lease
 * that was renewed just before an order was written has run out when the order is over.
 */
const GRACE_MS = 1_000;

/** How long to wait before a failed write to the journal is retried, ms. */
const RECORD_AGAIN_MS = 1_000;

/** Without other nodes the only answer is this node's own, which is immediate. */
const ALONE_MS = 1_000;

/** How many orders are remembered, so that none is carried out twice. */
const REMEMBERED = 10_000;

/** How this node carried out an order. */
interface Done {
  readonly order: Order;
  readonly sockets: number;
  readonly at: number;
}

/**
 * Ends sockets on every node. An order reaches a node in two ways: as a request, which it answers, and in the journal, which
 * it reads before it renews its lease. So a node that does not answer, and cannot act without its lease, does not act before
 * it knows the order. Create the fence before PubSub is connected, so that it misses no order.
 */
export class Fence {
  readonly #pubsub: PubSub;
  readonly #target: FenceTarget;
  readonly #shared: FenceParts["shared"];
  readonly #heard: FenceParts["heard"];
  readonly #log: FenceParts["log"];
  readonly #done = new Map<string, Done>();
  readonly #stopAnswering: () => void;
  #closed = false;

  constructor({ pubsub, target, shared, heard, log }: FenceParts) {
    this.#pubsub = pubsub;
    this.#target = target;
    this.#shared = shared;
    this.#heard = heard;
    this.#log = log;
    this.#stopAnswering = answerTogether(pubsub, (payload) => this.#carryOut(payload));
    shared?.journal.read({
      record: (record) => this.#read(record),
      lost: () => this.#recordLost(shared.lease.durationMs),
      gap: () => void target.disconnectAll(),
    });
  }

  /**
   * Ends sockets on every node. On this one that has happened when `disconnect` returns.
   *
   * @returns resolves when every live node has answered, or cannot act before it knows the order; at the latest after a lease
   * and a second
   * @example
   * const { sockets, missing } = await fence.disconnect({ of: { liveSocketId: "users_socket:7" }, reason: "banned" });
   */
  async disconnect(disconnect: Disconnect): Promise<DisconnectResult> {
    const began = performance.now();
    const order: Order = { ...disconnect, order: crypto.randomUUID() };
    const timeoutMs = this.#shared === undefined ? ALONE_MS : this.#shared.lease.durationMs + GRACE_MS;
    const asked = this.#pubsub.request(REQUEST, order, { timeoutMs });
    const [{ answers, missing }, recorded] = await Promise.all([asked, this.#record(order)]);
    // A node that reported a failure still holds its lease.
    if (missing.length > 0) await new Promise((resolve) => setTimeout(resolve, Math.max(0, timeoutMs - (performance.now() - began))));
    let sockets = 0;
    for (const { payload } of answers) if (typeof payload === "number") sockets += payload;
    const ms = performance.now() - began;
    emit("holdfast:fence:raised", { sockets, nodes: answers.length, missing: missing.length, recorded, ms });
    // The caller may be a log-out, which looks at no result.
    if (missing.length > 0 || !recorded) {
      this.#log?.("a disconnect was not acknowledged by every node", { missing, recorded, ms: Math.round(ms) });
    }
    return { sockets, nodes: answers.map(({ node }) => node), missing, recorded };
  }

  /** Receives no orders any more. */
  close(): void {
    this.#closed = true;
    this.#stopAnswering();
  }

  /** @returns how many sockets there were, even if the order had arrived before */
  #carryOut(payload: unknown): number {
    if (!isOrder(payload)) throw new TypeError("an order of the fence that this version does not know");
    const known = this.#done.get(payload.order);
    if (known !== undefined) return known.sockets;
    // First, so that a client that comes back at once is refused.
    if (payload.revoked !== undefined) this.#heard?.(payload.revoked);
    const sockets = this.#target.disconnect(payload);
    this.#done.set(payload.order, { order: payload, sockets, at: performance.now() });
    if (this.#done.size > REMEMBERED) this.#done.delete(this.#done.keys().next().value!);
    return sockets;
  }

  #read(record: unknown): void {
    try {
      this.#carryOut(record);
    } catch {
      // Whatever it orders, ending every socket covers it.
      this.#target.disconnectAll();
    }
  }

  /** Writes an order into the journal, now or later. @returns whether it was written now */
  async #record(order: Order): Promise<boolean> {
    if (this.#shared === undefined) return true;
    try {
      await this.#shared.journal.append(order, GRACE_MS);
      return true;
    } catch {
      setTimeout(() => {
        if (!this.#closed) void this.#record(order);
      }, RECORD_AGAIN_MS).unref();
      return false;
    }
  }

  /** The journal starts over: orders that somebody may not have read in the old one are written again. */
  #recordLost(leaseMs: number): void {
    const since = performance.now() - 2 * (leaseMs + GRACE_MS);
    for (const { order, at } of this.#done.values()) if (at >= since) void this.#record(order);
  }
}

/** The fences of one node, one for each endpoint that uses its PubSub, and the function that stops their answers. */
interface Together {
  readonly carryOut: Set<(payload: unknown) => number>;
  readonly stop: () => void;
}

const together = new WeakMap<PubSub, Together>();

/**
 * An order applies to the sockets of every endpoint of the node, and its answer is their sum. @returns stops answering for
 * this one
 */
function answerTogether(pubsub: PubSub, carryOut: (payload: unknown) => number): () => void {
  const fences = together.get(pubsub) ?? begin(pubsub);
  fences.carryOut.add(carryOut);
  return () => {
    fences.carryOut.delete(carryOut);
    if (fences.carryOut.size > 0 || together.get(pubsub) !== fences) return;
    together.delete(pubsub);
    fences.stop();
  };
}

function begin(pubsub: PubSub): Together {
  const all: Together["carryOut"] = new Set();
  const stop = pubsub.answer(REQUEST, (payload) => {
    let sockets = 0;
    for (const each of all) sockets += each(payload);
    return sockets;
  });
  const fences: Together = { carryOut: all, stop };
  together.set(pubsub, fences);
  return fences;
}

function isOrder(payload: unknown): payload is Order {
  if (typeof payload !== "object" || payload === null) return false;
  const { order, of, topic, reason, revoked } = payload as Partial<Record<keyof Order, unknown>>;
  if (typeof order !== "string" || typeof of !== "object" || of === null) return false;
  if (topic !== undefined && typeof topic !== "string") return false;
  if (reason !== undefined && typeof reason !== "string") return false;
  if (revoked !== undefined && !isRevoked(revoked)) return false;
  return ("liveSocketId" in of && typeof of.liveSocketId === "string") || ("sessionId" in of && typeof of.sessionId === "string");
}

function isRevoked(value: unknown): value is Revoked {
  if (typeof value !== "object" || value === null) return false;
  const { key, at, until } = value as Partial<Record<keyof Revoked, unknown>>;
  return typeof key === "string" && typeof at === "number" && typeof until === "number";
}
