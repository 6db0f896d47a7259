import type { Connection, RedisClient } from "./connection.js";
import { isForbidden } from "./refusal.js";

/** How long to wait before a failed command is retried, ms. */
const RETRY_MS = 200;

/** Channels in one command. */
const BATCH = 1_000;

/** A caller that waits for a channel. */
interface Waiter {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The channels that a connection listens to. There is a set of wanted channels and a set of subscribed ones, and a single
 * loop makes the second equal to the first. So commands never overtake each other, many changes become one command, and the
 * loop recovers from an outage at any point by continuing.
 */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #listener: (text: string, channel: string) => void;
  readonly #failed: (error: unknown) => void;
  readonly #wanted = new Map<string, Waiter>();
  readonly #had = new Set<string>();
  /** Channels that may be in one set and not the other, including those that changed again during a command. */
  readonly #changed = new Set<string>();
  #client: RedisClient | undefined;
  #running = false;
  #closed = false;

  /** @param failed receives why a command failed, each time */
  constructor(connection: Connection, listener: (text: string, channel: string) => void, failed: (error: unknown) => void) {
    this.#connection = connection;
    this.#listener = listener;
    this.#failed = failed;
  }

  /**
   * Resolves when messages of the channel arrive. Rejects if it is removed first, or if the server does not allow it; then it is tried
   * again anyway.
   */
  add(channel: string): Promise<void> {
    const known = this.#wanted.get(channel);
    if (known !== undefined) return known.promise;
    const waiter = makeWaiter();
    this.#wanted.set(channel, waiter);
    this.#change(channel);
    return waiter.promise;
  }

  remove(channel: string): void {
    const waiter = this.#wanted.get(channel);
    if (waiter === undefined) return;
    this.#wanted.delete(channel);
    waiter.reject(new Error("the subscription has ended"));
    this.#change(channel);
  }

  wants(channel: string): boolean {
    return this.#wanted.has(channel);
  }

  /** The connection is up; it may be a new one. */
  revive(): void {
    if (this.#client === this.#connection.client) return;
    // A new client has no subscriptions; one that reconnects restores them by itself.
    this.#client = this.#connection.client;
    this.#had.clear();
    for (const channel of this.#wanted.keys()) this.#change(channel);
  }

  close(): void {
    this.#closed = true;
    for (const waiter of this.#wanted.values()) waiter.reject(new Error("the connection is closed"));
    this.#wanted.clear();
  }

  #change(channel: string): void {
    this.#changed.add(channel);
    if (this.#running || this.#closed) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    // Deferred by a turn, so that all changes of this one become one command.
    await Promise.resolve();
    while (this.#changed.size > 0 && !this.#closed) {
      const batch = Array.from(this.#changed).slice(0, BATCH);
      for (const channel of batch) this.#changed.delete(channel);
      try {
        await this.#settle(batch);
      } catch (error) {
        // The connection was lost, and the command with it; or the server refuses it.
        this.#failed(error);
        for (const channel of batch) {
          this.#changed.add(channel);
          if (isForbidden(error)) this.#wanted.get(channel)?.reject(error);
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    this.#running = false;
  }

  async #settle(batch: readonly string[]): Promise<void> {
    const { client } = this.#connection;
    const missing = batch.filter((channel) => this.#wanted.has(channel) && !this.#had.has(channel));
    const spare = batch.filter((channel) => !this.#wanted.has(channel) && this.#had.has(channel));
    if (missing.length > 0) {
      await client.subscribe(missing, this.#listener);
      if (client !== this.#connection.client) throw new Error("the connection was replaced");
      for (const channel of missing) this.#had.add(channel);
    }
    if (spare.length > 0) {
      await client.unsubscribe(spare);
      for (const channel of spare) this.#had.delete(channel);
    }
    for (const channel of batch) if (this.#had.has(channel)) this.#wanted.get(channel)?.resolve();
  }
}

function makeWaiter(): Waiter {
  let resolve = (): void => {};
  let reject = (_error: unknown): void => {};
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  // Callers may ignore the promise.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
