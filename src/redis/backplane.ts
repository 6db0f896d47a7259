import { createClient } from "redis";
import { decodeData, encodeData } from "../pubsub/codec.js";
import type { Backplane, BackplaneNode, BackplaneOptions, Carrier, Journal, JournalReader, RateLimitStore } from "../pubsub/index.js";
import type { RevocationStore } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import { RedisCarrier } from "./carrier.js";
import { Connection, type RedisClient } from "./connection.js";
import { systemClocks } from "./deadline.js";
import { Envelopes } from "./envelope.js";
import { inTime } from "./in-time.js";
import { keysOf } from "./keys.js";
import { Membership } from "./membership.js";
import { RedisRateLimits } from "./rate-limits.js";
import { RedisRevocations } from "./revocations.js";
import { RedisSubmissions } from "./submissions.js";

/** Where the database is. */
export interface RedisOptions {
  /** `redis://user:password@host:6379`, or `rediss://` for TLS. Default `redis://127.0.0.1:6379`. */
  readonly url?: string;
  /** A client of the application's own, for what a URL cannot say. It is not used itself: two are made like it. */
  readonly client?: RedisClient;
  /** Begins the names of all keys and channels, so that applications can share a database. Default `holdfast`. */
  readonly prefix?: string;
}

/** How long a command may take, ms: a node that cannot know in time must not wait for ever. */
const COMMAND_MS = 2_000;

/** How long a node that leaves waits for the submissions that it runs, ms. */
const LAST_MS = 10_000;

/** The longest wait before connecting again, ms. */
const RECONNECT_MS = 1_000;

/**
 * Redis or Valkey, 6.2 or newer, as the backplane: what makes several nodes one. Needs the package `redis`.
 *
 * It uses two connections for each node: one for commands, one for messages.
 *
 * @example
 * import { redis } from "holdfast/redis";
 * const endpoint = createEndpoint({ secret, backplane: redis({ url: process.env.REDIS_URL }), live });
 */
export function redis(options: RedisOptions = {}): Backplane {
  const { client, prefix = "holdfast" } = options;
  const make = client === undefined ? () => clientOf(options.url) : () => client.duplicate();
  return { open: (nodeOptions) => new RedisNode(make, prefix, nodeOptions) };
}

function clientOf(url: string | undefined): RedisClient {
  let connected = false;
  const made = createClient({
    ...(url !== undefined && { url }),
    // A timer for each command is dear; those that may wait are given one where they are sent.
    commandOptions: { timeout: undefined },
    socket: {
      connectTimeout: COMMAND_MS,
      // With chance, so that all nodes do not come back in the same moment.
      reconnectStrategy: (retries: number, cause: Error) => {
        // Redis answered, and said no: a wrong password does not mend itself.
        if (!connected && isRefusal(cause)) return cause;
        return Math.min(RECONNECT_MS, 25 * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2);
      },
    },
  });
  made.on("ready", () => {
    connected = true;
  });
  return made;
}

function isRefusal(error: Error): boolean {
  return /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR Client sent AUTH)/.test(error.message);
}

class RedisNode implements BackplaneNode {
  readonly carrier: Carrier;
  readonly revocations: RevocationStore;
  readonly rateLimits: RateLimitStore;
  readonly submissions: RedisSubmissions;
  readonly lease: Membership;
  readonly journal: Journal;
  readonly #commands: Connection;
  readonly #messages: Connection;
  readonly #endSubscriptions: () => void;
  #closed = false;

  constructor(make: () => RedisClient, prefix: string, { node, secret, outage, log = () => {} }: BackplaneOptions) {
    const keys = keysOf(prefix);
    const envelopes = new Envelopes(secret);
    const run = (command: string[]): Promise<unknown> => this.#run(command);
    const revocations = new RedisRevocations(run, keys.revocation);
    const recordOf = (text: string): unknown => {
      const body = envelopes.verify(text);
      if (body === undefined) return void log("a record of the journal was refused: it is not of our secret", {});
      try {
        return decodeData(body);
      } catch (error) {
        // Of ours all the same: the reader must know that there was something.
        log("a record of the journal cannot be read", { error });
        return null;
      }
    };
    const membership = new Membership(node, run, keys, systemClocks, recordOf, {
      lost: () => {
        log("redis has lost its data: nodes write again what they know", { node });
        emit("holdfast:backplane:lost", {});
        revocations.announce().catch((error: unknown) => log("revocations could not be written again", { error }));
      },
      renewed: (ms) => emit("holdfast:backplane:renewed", { ms }),
    });
    const connection = (use: "commands" | "messages", { up, down }: { up?(): void; down?(): void }): Connection => new Connection(make, {
      up: () => {
        emit("holdfast:backplane:connection", { use, up: true });
        log("redis is connected", { use });
        up?.();
      },
      down: (error) => {
        emit("holdfast:backplane:connection", { use, up: false });
        log("redis is away", { use, error });
        down?.();
      },
    });
    this.#commands = connection("commands", {});
    this.#messages = connection("messages", { up: () => carrier.revive(), down: () => carrier.suspend() });
    membership.watch({
      lapsed: () => log("the node's lease has run out: it waits for redis", { node }),
      regained: () => log("the node holds its lease", { node }),
    });
    const carrier = new RedisCarrier({
      commands: this.#commands, run, messages: this.#messages, membership, envelopes, keys, log,
      started: () => this.#warnIfVolatile(log), close: () => this.close(),
    });
    this.#endSubscriptions = () => carrier.end();
    this.carrier = carrier;
    this.revocations = revocations;
    this.rateLimits = new RedisRateLimits(run, () => this.#commands.client.isReady, keys.rate);
    this.submissions = new RedisSubmissions(run, membership, node, keys.submissions, outage === "serve");
    this.lease = membership;
    this.journal = {
      append: (record, withinMs) => inTime(membership.append(envelopes.sign(encodeData(record, "record"))), withinMs),
      read: (reader: JournalReader) => membership.read(reader),
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A socket may have gone while a handler was running: somebody may send the same to another node already.
    await inTime(this.submissions.idle(), LAST_MS).catch(() => {});
    // The others need not wait for the lease to run out. If this cannot be said, they do.
    await this.lease.leave().catch(() => {});
    this.#endSubscriptions();
    this.#commands.close();
    this.#messages.close();
  }

  /** A database that keeps nothing, or throws keys away, forgets which sessions have ended. */
  async #warnIfVolatile(log: NonNullable<BackplaneOptions["log"]>): Promise<void> {
    try {
      const [save, appendonly, policy, maxmemory] = await Promise.all(
        ["save", "appendonly", "maxmemory-policy", "maxmemory"].map(async (name) => settingOf(await this.#run(["CONFIG", "GET", name]))),
      );
      if (save === "" && appendonly === "no") {
        log("redis keeps nothing on disk: behind its restart, only the nodes that ended a session know that it has ended", {
          fix: "CONFIG SET appendonly yes",
        });
      }
      if (policy !== "noeviction" && maxmemory !== "0") {
        log("redis throws keys away when its memory is full: sessions that have ended may live again", {
          got: policy, fix: "CONFIG SET maxmemory-policy noeviction, or a database of its own",
        });
      }
    } catch {
      // Hosted databases do not tell, as a rule.
    }
  }

  #run(command: string[]): Promise<unknown> {
    const { client } = this.#commands;
    // One that waits for the connection is not sent when nobody waits for its answer any more.
    return inTime(client.sendCommand(command, client.isReady ? {} : { timeout: COMMAND_MS }), COMMAND_MS);
  }
}

/** The value of one setting: in an object as RESP 3 has it, or in a list as RESP 2 does. */
function settingOf(answer: unknown): unknown {
  return Array.isArray(answer) ? (answer as unknown[])[1] : Object.values(answer as object)[0];
}
