import { HoldfastError } from "../errors/index.js";
import { decodeData, encodeData } from "../pubsub/codec.js";
import type { Backplane, BackplaneNode, BackplaneOptions, Carrier, Journal, JournalReader, RateLimitStore } from "../pubsub/index.js";
import type { RevocationStore } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import { RedisCarrier } from "./carrier.js";
import { Connection, type RedisClient } from "./connection.js";
import { systemClocks } from "./deadline.js";
import { createClient } from "./driver.js";
import { Envelopes } from "./envelope.js";
import { inTime } from "./in-time.js";
import { keysOf, type Keys } from "./keys.js";
import { Membership } from "./membership.js";
import { RedisRateLimits } from "./rate-limits.js";
import { codeOf, explained, grantOf, isForbidden, isReplica } from "./refusal.js";
import { RedisRevocations } from "./revocations.js";
import { refuseUnfit, warnIfVolatile } from "./server-checks.js";
import { ShardClient, type RedisCluster } from "./shard-client.js";
import { RedisSubmissions } from "./submissions.js";

/** How to reach the database. */
export interface RedisOptions {
  /** `redis://user:password@host:6379`, or `rediss://` for TLS. Default `redis://127.0.0.1:6379`. */
  readonly url?: string;
  /**
   * The application's own client, for settings that a URL cannot express: of `createClient`, or of `createCluster` for a Redis
   * Cluster (7.0 or newer). It serves as a template for two new clients and is not used itself.
   */
  readonly client?: RedisClient | RedisCluster;
  /**
   * Prefix of all keys and channels, so that applications can share a database. In a cluster it also decides the shard. Default
   * `holdfast`.
   */
  readonly prefix?: string;
}

/** How long a command may take, ms: a node must not wait forever for an answer. */
const COMMAND_MS = 2_000;

/** How long a leaving node waits for its running submissions, ms. */
const LAST_MS = 10_000;

/** The longest delay before a reconnect, ms. */
const RECONNECT_MS = 1_000;

/**
 * Redis or Valkey, 6.2 or newer, as the backplane that makes several nodes one. Needs the package `redis`.
 *
 * Opens two connections for each node: one for commands, one for messages. In a cluster both go to the one shard that holds the
 * prefix: names carry it as their hash tag, and messages use sharded pub/sub.
 *
 * @example
 * import { redis } from "holdfast/redis";
 * const endpoint = createEndpoint({ secret, backplane: redis({ url: process.env.REDIS_URL }), live });
 */
export function redis(options: RedisOptions = {}): Backplane {
  const { prefix = "holdfast" } = options;
  const clustered = options.client !== undefined && isCluster(options.client);
  if (clustered && (prefix === "" || prefix.startsWith("}"))) {
    throw new HoldfastError("endpoint_config_invalid", {
      what: "redis: the prefix cannot be a hash tag of a cluster", expected: "a text that is not empty and does not begin with }",
      got: JSON.stringify(prefix), fix: 'redis({ client: createCluster({ … }), prefix: "blog" })',
    });
  }
  const keys = keysOf(prefix, clustered);
  const make = makerOf(options, keys.epoch);
  return { open: (nodeOptions) => new RedisNode(make, keys, prefix, clustered, nodeOptions) };
}

function isCluster(client: RedisClient | RedisCluster): client is RedisCluster {
  return "getNodeClientForKey" in client;
}

/** @param key any key of the prefix: in a cluster it tells the shard */
function makerOf({ client, url }: RedisOptions, key: string): () => RedisClient {
  if (client === undefined) return () => clientOf(url);
  if (isCluster(client)) return () => new ShardClient(client, key);
  return () => client.duplicate();
}

function clientOf(url: string | undefined): RedisClient {
  if (url !== undefined && !(URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol))) {
    throw new HoldfastError("endpoint_config_invalid", {
      what: "redis: the url is not one of a Redis", expected: "redis://user:password@host:6379, or rediss:// for TLS",
      // A URL may contain a password.
      got: url === "" ? "an empty text" : "a text that does not begin with redis:// or rediss://",
      fix: 'redis({ url: "redis://127.0.0.1:6379" }), or no url for this one',
    });
  }
  return createClient({
    ...(url !== undefined && { url }),
    // A timer for each command is expensive; commands that may be queued get one where they are sent.
    commandOptions: { timeout: undefined },
    socket: {
      connectTimeout: COMMAND_MS,
      // Randomized, so that nodes do not all reconnect at the same moment.
      reconnectStrategy: (retries: number) => Math.min(RECONNECT_MS, 25 * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2),
    },
  });
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
  /** Why the last command failed: it is not allowed, for instance, or the server has become a replica. Undefined if it succeeded. */
  #failure: unknown;
  /** What Redis has refused since it is connected, by command and code. */
  readonly #refused = new Set<string>();
  readonly #prefix: string;
  readonly #log: NonNullable<BackplaneOptions["log"]>;
  #closed = false;

  constructor(
    make: () => RedisClient, keys: Keys, prefix: string, clustered: boolean, { node, secret, outage, log = () => {} }: BackplaneOptions,
  ) {
    this.#prefix = prefix;
    this.#log = log;
    const envelopes = new Envelopes(secret);
    const run = (command: string[]): Promise<unknown> => this.#run(command);
    const revocations = new RedisRevocations(run, keys.revocation);
    const recordOf = (text: string): unknown => {
      const body = envelopes.verify(text);
      if (body === undefined) return void log("a record of the journal was refused: it is not of our secret", {});
      try {
        return decodeData(body);
      } catch (error) {
        // It is signed by us all the same, so the reader must know that there was a record.
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
    const connection = (use: "commands" | "messages", { up, down }: { up?(): void; down?(): void }): Connection => {
      let away = false;
      return new Connection(make, {
        up: () => {
          emit("holdfast:backplane:connection", { use, up: true });
          log(away ? "redis is back" : "redis is connected", { use });
          away = false;
          this.#refused.clear();
          up?.();
        },
        down: (error) => {
          emit("holdfast:backplane:connection", { use, up: false });
          log("redis is away", { use, error });
          away = true;
          down?.();
        },
      });
    };
    this.#commands = connection("commands", {});
    this.#messages = connection("messages", { up: () => carrier.revive(), down: () => carrier.suspend() });
    let lapsed = false;
    membership.watch({
      lapsed: () => {
        lapsed = true;
        log("the node's lease has run out: it waits for redis", { node, error: this.#failure });
      },
      regained: () => log(lapsed ? "the node holds its lease again" : "the node holds its lease", { node }),
    });
    const carrier = new RedisCarrier({
      commands: this.#commands, run, messages: this.#messages, membership, envelopes, keys, log,
      publishCommand: clustered ? "SPUBLISH" : "PUBLISH",
      failed: (command, error) => this.#report(command, error),
      explained: (error) => explained(error, prefix),
      starting: () => refuseUnfit((command) => this.#ask(command), `${keys.revocation}probe`, clustered),
      started: () => warnIfVolatile((command) => this.#ask(command), log), close: () => this.close(),
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
    // A socket may have closed while a handler was running: its client may already be sending the same form to another node.
    await inTime(this.submissions.idle(), LAST_MS).catch(() => {});
    // So that the others need not wait for the lease to run out. If this fails, they do.
    await this.lease.leave().catch(() => {});
    this.#endSubscriptions();
    this.#commands.close();
    this.#messages.close();
  }

  /** Says what Redis refuses, once for each kind: callers try again, or do without. */
  #report(command: string, error: unknown): void {
    const code = codeOf(error);
    if (code === undefined || this.#refused.has(`${command} ${code}`)) return;
    this.#refused.add(`${command} ${code}`);
    this.#log("redis refuses a command", { command, error, ...(isForbidden(error) && { fix: grantOf(this.#prefix) }) });
  }

  async #run(command: string[]): Promise<unknown> {
    try {
      return await this.#ask(command);
    } catch (error) {
      this.#report(command[0]!, error);
      throw error;
    }
  }

  /** Sends a command that Redis may refuse. */
  async #ask(command: string[]): Promise<unknown> {
    const { client } = this.#commands;
    try {
      // A command that waits for the connection is dropped once no caller waits for its answer.
      const answer = await inTime(client.sendCommand(command, client.isReady ? {} : { timeout: COMMAND_MS }), COMMAND_MS);
      this.#failure = undefined;
      return answer;
    } catch (error) {
      this.#failure = error;
      if (client === this.#commands.client && isReplica(error)) this.#commands.replaceSoon("the server has become a replica");
      throw error;
    }
  }
}
