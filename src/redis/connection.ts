import { inTime } from "./in-time.js";
import { isRefusal } from "./refusal.js";

/** The part of the `redis` package's client that is used here. */
export interface RedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
  duplicate(): RedisClient;
  /** Whether it is connected or trying to connect. */
  readonly isOpen: boolean;
  readonly isReady: boolean;
  /** @param options `timeout`: how long the command may wait to be sent, ms */
  sendCommand(command: string[], options?: { timeout?: number }): Promise<unknown>;
  subscribe(channels: string[], listener: (text: string, channel: string) => void): Promise<void>;
  unsubscribe(channels: string[]): Promise<void>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** What a connection tells its owner about changes. */
interface ConnectionEvents {
  /** It is up: at the start, and again after an outage. */
  up(): void;
  /** It is down and reconnecting; at the start, if the first attempt fails. */
  down(error: unknown): void;
}

/** How often the connection is checked with a PING, ms. */
const PING_MS = 1_000;

/** How long it may take to answer, ms. */
const ANSWER_MS = 3_000;

/**
 * A connection that comes back. The client reconnects by itself when its socket closes. It does not notice a peer that goes
 * silent (a cable, a firewall, a stopped process); this class does, and replaces the client.
 */
export class Connection {
  readonly #make: () => RedisClient;
  readonly #events: ConnectionEvents;
  #client: RedisClient;
  #timer: NodeJS.Timeout | undefined;
  /** Why the server cannot do what this connection is for; undefined if it can. */
  #unfit: string | undefined;
  #state: "new" | "up" | "down" | "closed" = "new";

  constructor(make: () => RedisClient, events: ConnectionEvents) {
    this.#make = make;
    this.#events = events;
    this.#client = this.#fresh();
  }

  get client(): RedisClient {
    return this.#client;
  }

  /**
   * Resolves when it is connected for the first time. Rejects if that can never happen, for instance because the password is
   * wrong.
   */
  async open(): Promise<void> {
    const client = this.#client;
    // Whatever the client's own strategy is, it would retry for ever. Once it was connected, an operator is at work.
    const refused = new Promise<never>((_, reject) => {
      client.on("error", (error) => {
        if (isRefusal(error)) reject(error as Error);
      });
    });
    refused.catch(() => {});
    await Promise.race([client.connect(), refused]);
    if (this.#state !== "closed") this.#watch();
  }

  /** The server answers, but cannot do what this connection is for: the next check replaces the client. */
  replaceSoon(reason: string): void {
    this.#unfit = reason;
  }

  close(): void {
    this.#state = "closed";
    clearTimeout(this.#timer);
    destroy(this.#client);
  }

  #fresh(): RedisClient {
    const client = this.#make();
    // Without a listener an error would end the process.
    client.on("error", (error: unknown) => {
      // An error of a client that is still connected is not an outage.
      if (client === this.#client && !client.isReady) this.#down(error);
    });
    client.on("ready", () => {
      if (client !== this.#client || this.#state === "closed") return;
      this.#state = "up";
      this.#events.up();
    });
    return client;
  }

  #watch(): void {
    this.#timer = setTimeout(() => void this.#ping(), PING_MS).unref();
  }

  /** Reports it once, however often the client retries. */
  #down(error: unknown): void {
    if (this.#state === "closed" || this.#state === "down") return;
    this.#state = "down";
    this.#events.down(error);
  }

  async #ping(): Promise<void> {
    const client = this.#client;
    // A client that is not connected reports that itself and retries, unless it has given up.
    if (!client.isOpen) this.#replace("the client has given up");
    else if (this.#unfit !== undefined) this.#replace(this.#unfit);
    else if (client.isReady && !(await answers(client)) && client.isReady) this.#replace(`Redis has not answered for ${ANSWER_MS} ms`);
    if (this.#state !== "closed") this.#watch();
  }

  #replace(reason: string): void {
    if (this.#state === "closed") return;
    const old = this.#client;
    this.#unfit = undefined;
    this.#client = this.#fresh();
    destroy(old);
    this.#down(new Error(reason));
    // If this one gives up too, the next check notices.
    this.#client.connect().catch(() => {});
  }
}

async function answers(client: RedisClient): Promise<boolean> {
  // An error is an answer too: the peer is alive, and the client notices a closed socket by itself.
  const answer = client.sendCommand(["PING"]).then(() => true, () => true);
  return inTime(answer, ANSWER_MS).catch(() => false);
}

function destroy(client: RedisClient): void {
  try {
    client.destroy();
  } catch {
    // It was already closed.
  }
}
