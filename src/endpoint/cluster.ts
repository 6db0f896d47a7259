import type { SocketRegistry } from "../channel/index.js";
import type { PresenceTracker } from "../presence/index.js";
import type { BackplaneNode, PubSub } from "../pubsub/index.js";
import type { Log } from "./log.js";

/** What connects a node to the others. */
interface ClusterParts {
  readonly node: BackplaneNode;
  readonly pubsub: PubSub;
  readonly presences: PresenceTracker;
  readonly registry: SocketRegistry;
  readonly log: Log;
  /** How long the node keeps its sockets without its lease, ms; undefined: it keeps serving. */
  readonly outageMs: number | undefined;
}

/** How long a process may take to join before the log says that it has not, ms. */
const JOIN_WITHIN_MS = 15_000;

/**
 * Connects this node to the others. Without its lease it cannot know what others have disconnected, so handlers wait for the
 * lease; if it does not come back, the sockets close, and their clients look for another node.
 */
export class Cluster {
  readonly #parts: ClusterParts;
  #joined: Promise<void> | undefined;
  #outage: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  readonly #late: NodeJS.Timeout;

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    this.#late = setTimeout(() => {
      parts.log("this process has a backplane, but has not joined the other nodes: what it publishes reaches only itself", {
        fix: "await serve(endpoint), or await endpoint.join() in a process without pages",
      });
    }, JOIN_WITHIN_MS).unref();
  }

  /** Whether it has been told to join. */
  get joins(): boolean {
    return this.#joined !== undefined;
  }

  /** Connects. Resolves when the node may act. */
  join(): Promise<void> {
    clearTimeout(this.#late);
    return (this.#joined ??= this.#join());
  }

  async #join(): Promise<void> {
    const { node, pubsub, presences, registry, log, outageMs } = this.#parts;
    await pubsub.connect(node.carrier);
    await node.lease.whenHeld();
    // So that the first page already shows who is on the other nodes.
    await presences.sync();
    this.#unwatch = node.lease.watch({
      lapsed: () => {
        if (outageMs === undefined) return log("this node has lost touch with the others, and serves on", {});
        log("this node has lost touch with the others: its handlers wait", { closesInMs: outageMs });
        if (outageMs === Infinity) return;
        this.#outage = setTimeout(() => registry.restartAll(), outageMs);
        this.#outage.unref();
      },
      regained: () => clearTimeout(this.#outage),
    });
  }

  async leave(): Promise<void> {
    clearTimeout(this.#late);
    clearTimeout(this.#outage);
    this.#unwatch?.();
    // Announced while that is still possible; otherwise the other nodes notice its silence.
    this.#parts.presences.close();
    if (this.#joined !== undefined) await this.#parts.node.close();
  }
}
