/** A client of the `redis` package, as far as it is used here. */
export interface RedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
  duplicate(): RedisClient;
  readonly isReady: boolean;
  sendCommand(command: string[]): Promise<unknown>;
  subscribe(channels: string[], listener: (text: string, channel: string) => void): Promise<void>;
  unsubscribe(channels: string[]): Promise<void>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** It is up: at the start, and again after an outage. */
  up(): void;
  /** It is down, and being mended. */
  down(error: unknown): void;
}

/** How often a connection is asked whether it lives, ms. */
const PING_MS = 1_000;

/** How long it may take to answer, ms. */
const ANSWER_MS = 3_000;

/**
 * A connection that comes back. The client reconnects by itself when its socket closes; what it does not notice, a peer
 * that is silent without a word (a cable, a firewall, a stopped process), is noticed here: then it gets a client anew.
 */
export class Connection {
  readonly #make: () => RedisClient;
  readonly #events: ConnectionEvents;
  #client: RedisClient;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(make: () => RedisClient, events: ConnectionEvents) {
    this.#make = make;
    this.#events = events;
    this.#client = this.#fresh();
  }

  get client(): RedisClient {
    return this.#client;
  }

  /** Resolves when it is connected for the first time. Rejects if that will never be: the password is wrong, for instance. */
  async open(): Promise<void> {
    await this.#client.connect();
    this.#watch();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    destroy(this.#client);
  }

  #fresh(): RedisClient {
    const client = this.#make();
    // Without a listener an error would end the process.
    client.on("error", (error: unknown) => {
      // A client that is still connected has an error, but no outage.
      if (client === this.#client && !this.#closed && !client.isReady) this.#events.down(error);
    });
    client.on("ready", () => {
      if (client === this.#client && !this.#closed) this.#events.up();
    });
    return client;
  }

  #watch(): void {
    this.#timer = setTimeout(() => void this.#ping(), PING_MS).unref();
  }

  async #ping(): Promise<void> {
    const client = this.#client;
    // One that is not connected says so itself, and tries again.
    if (client.isReady && !(await answers(client)) && !this.#closed && client.isReady) this.#replace(client);
    if (!this.#closed) this.#watch();
  }

  #replace(old: RedisClient): void {
    this.#client = this.#fresh();
    destroy(old);
    this.#events.down(new Error(`Redis has not answered for ${ANSWER_MS} ms`));
    this.#client.connect().catch((error: unknown) => {
      if (!this.#closed) this.#events.down(error);
    });
  }
}

async function answers(client: RedisClient): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_MS).unref();
  });
  // An error is an answer, too: whoever says one lives, and a socket that closed is noticed by the client.
  const answer = client.sendCommand(["PING"]).then(() => true, () => true);
  const result = await Promise.race([answer, late]);
  clearTimeout(timer);
  return result;
}

function destroy(client: RedisClient): void {
  try {
    client.destroy();
  } catch {
    // It was closed already.
  }
}
