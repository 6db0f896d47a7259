import type { RedisClient } from "./connection.js";
import { inTime } from "./in-time.js";
import { isRefusal } from "./refusal.js";

/** The part of the `redis` package's cluster client that is used here. */
export interface RedisCluster {
  connect(): Promise<unknown>;
  destroy(): void;
  duplicate(overrides: { minimizeConnections: boolean; RESP: 3 }): RedisCluster;
  getNodeClientForKey(key: string): Promise<ShardConnection>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** The part of a client of one server of a cluster that is used here. */
export interface ShardConnection {
  readonly isReady: boolean;
  sendCommand(command: string[], options?: { timeout?: number }): Promise<unknown>;
  sSubscribe(channels: string[], listener: Listener): Promise<void>;
  sUnsubscribe(channels: string[]): Promise<void>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

type Listener = (text: string, channel: string) => void;

/**
 * How long each step of a search may take, ms: to connect to the cluster, to connect to the shard, to subscribe, to ask. A search that
 * failed is followed by a more patient one, or it would never succeed where the way is slow. The longest is longer than the client's own
 * timeout for a connection (5 s), after which it goes on from a root that is away to the next.
 */
const FIRST_STEP_MS = 2_000;
const LONGEST_STEP_MS = 6_000;

/** How long a command that came to the wrong server may wait for the right one, ms. */
const REDIRECT_MS = 2_000;

/** Delays between two attempts to find the shard, ms. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;

/**
 * Replies of a server that does not serve the slot: its shard has another primary, or none yet. The command was not executed.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ for MOVED, ASK, TRYAGAIN and CLUSTERDOWN
 */
const NOT_HERE = /^(?:MOVED|ASK|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY)\b/;

/** A command that waits for its shard. */
interface Waiting {
  /** Commands are sent in this order, whichever of them had to be sent again. */
  readonly serial: number;
  readonly command: string[];
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/** A connection to the shard, and the cluster client that owns it. */
interface Found {
  readonly cluster: RedisCluster;
  readonly connection: ShardConnection;
}

/**
 * A client of the one shard of a cluster that holds a key. All names of a backplane carry one hash tag, so this shard has them all:
 * scripts may use several of them, and messages keep their order. It follows the shard to another server, by a failover or a
 * resharding: it asks the cluster anew, subscribes again, and sends again what was answered with `MOVED`.
 */
export class ShardClient implements RedisClient {
  readonly #template: RedisCluster;
  readonly #key: string;
  readonly #listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  readonly #channels = new Map<string, Listener>();
  readonly #waiting: Waiting[] = [];
  #serial = 0;
  #found: Found | undefined;
  /** The lost shard: what was sent to it may still be answered. */
  #former: Found | undefined;
  #isOpen = false;
  #wake: (() => void) | undefined;

  /**
   * @param template the application's client, which is not used itself
   * @param key any key of the shard
   */
  constructor(template: RedisCluster, key: string) {
    this.#template = template;
    this.#key = key;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isReady(): boolean {
    return this.#found?.connection.isReady === true;
  }

  duplicate(): RedisClient {
    return new ShardClient(this.#template, this.#key);
  }

  on(event: string, listener: (...args: unknown[]) => void): this {
    this.#listeners.set(event, [...this.#listeners.get(event) ?? [], listener]);
    return this;
  }

  /** Resolves once it is connected; rejects if the cluster refuses this client, which does not change by itself. */
  async connect(): Promise<void> {
    this.#isOpen = true;
    for (let attempt = 0; this.#isOpen; attempt++) {
      try {
        return await this.#find(doubled(FIRST_STEP_MS, attempt, LONGEST_STEP_MS));
      } catch (error) {
        this.#emit("error", error);
        if (isRefusal(error)) {
          this.destroy();
          throw error;
        }
        // Randomized, so that nodes do not all come back at the same moment.
        await this.#pause(doubled(FIRST_RETRY_MS, attempt, LONGEST_RETRY_MS) * (0.5 + Math.random() / 2));
      }
    }
    throw new Error("the client was closed while it was connecting");
  }

  destroy(): void {
    this.#isOpen = false;
    this.#wake?.();
    this.#found?.cluster.destroy();
    this.#former?.cluster.destroy();
    this.#found = this.#former = undefined;
    for (const { timer, reject } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(new Error("the client was closed"));
    }
  }

  sendCommand(command: string[], { timeout }: { timeout?: number } = {}): Promise<unknown> {
    if (!this.#isOpen) return Promise.reject(new Error("the client is closed"));
    // A server that lost its slots still answers PING.
    const asked = command[0] === "PING" ? ["EXISTS", this.#key] : command;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { serial: this.#serial++, command: asked, resolve, reject, timer: undefined };
      if (this.#found !== undefined && this.isReady) this.#send(this.#found, waiting);
      else this.#wait(waiting, timeout);
    });
  }

  async subscribe(channels: string[], listener: Listener): Promise<void> {
    const found = this.#connected();
    try {
      await found.connection.sSubscribe(channels, listener);
    } catch (error) {
      if (isElsewhere(error)) this.#lose(found, error);
      throw error;
    }
    for (const channel of channels) this.#channels.set(channel, listener);
    if (found !== this.#found) throw new Error("the shard has moved");
  }

  async unsubscribe(channels: string[]): Promise<void> {
    for (const channel of channels) this.#channels.delete(channel);
    await this.#connected().connection.sUnsubscribe(channels);
  }

  #connected(): Found {
    if (this.#found === undefined) throw new Error("the shard is away");
    return this.#found;
  }

  #send(found: Found, waiting: Waiting): void {
    found.connection.sendCommand(waiting.command).then(waiting.resolve, (error: unknown) => {
      if (!isElsewhere(error) || !this.#isOpen) return waiting.reject(error);
      this.#lose(found, error);
      this.#wait(waiting, REDIRECT_MS);
    });
  }

  #wait(waiting: Waiting, timeout: number | undefined): void {
    const index = this.#waiting.findLastIndex(({ serial }) => serial < waiting.serial) + 1;
    this.#waiting.splice(index, 0, waiting);
    if (timeout === undefined) return;
    waiting.timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.reject(new Error(`the shard was away for ${timeout} ms`));
    }, timeout);
  }

  /**
   * Connects to the shard's present server.
   *
   * @param stepMs how long each step may take, ms
   */
  async #find(stepMs: number): Promise<void> {
    const cluster = this.#template.duplicate({ minimizeConnections: true, RESP: 3 });
    let refusal: unknown;
    let found: Found | undefined;
    const failed = new Promise<never>((_, reject) => {
      const onError = (error: unknown): void => {
        if (found !== undefined) return this.#lose(found, error);
        // The cluster client goes on to its next root, and reports the reason nowhere else.
        if (isRefusal(error)) refusal = error;
      };
      cluster.on("error", onError);
      // The server that the cluster has named does not answer: the cluster has not noticed yet.
      cluster.on("node-error", (error) => {
        onError(error);
        reject(error as Error);
      });
    });
    failed.catch(() => {});
    try {
      await inTime(Promise.race([cluster.connect(), failed]), stepMs);
      const connection = await inTime(Promise.race([cluster.getNodeClientForKey(this.#key), failed]), stepMs);
      connection.on("sharded-channel-moved", () => found !== undefined && this.#lose(found, new Error("the shard has moved")));
      for (const [listener, channels] of byListener(this.#channels)) await inTime(connection.sSubscribe(channels, listener), stepMs);
      // Whether it serves the slot by now: it may be a replica that was elected a moment ago.
      await inTime(connection.sendCommand(["EXISTS", this.#key]), stepMs);
      if (!this.#isOpen) throw new Error("the client was closed while it was connecting");
      found = { cluster, connection };
    } catch (error) {
      cluster.destroy();
      throw refusal ?? error;
    }
    this.#found = found;
    this.#former?.cluster.destroy();
    this.#former = undefined;
    for (const waiting of this.#waiting.splice(0)) {
      clearTimeout(waiting.timer);
      this.#send(found, waiting);
    }
    this.#emit("ready");
  }

  /** The shard has moved or is gone: looks for it. */
  #lose(found: Found, error: unknown): void {
    if (found !== this.#found) return;
    this.#found = undefined;
    this.#former = found;
    this.#emit("error", error);
    this.connect().catch(() => {});
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}

/** @returns `first` doubled as many times as there were attempts, and never more than `longest` */
function doubled(first: number, attempts: number, longest: number): number {
  return Math.min(first * 2 ** attempts, longest);
}

function isElsewhere(error: unknown): boolean {
  return error instanceof Error && NOT_HERE.test(error.message);
}

function byListener(channels: ReadonlyMap<string, Listener>): Map<Listener, string[]> {
  const grouped = new Map<Listener, string[]>();
  for (const [channel, listener] of channels) grouped.set(listener, [...grouped.get(listener) ?? [], channel]);
  return grouped;
}
