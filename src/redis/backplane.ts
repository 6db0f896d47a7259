import { HoldfastError } from "../errors/index.js";
import { checkOptions, having, TEXT } from "../errors/options.js";
import { decodeData, encodeData } from "../pubsub/codec.js";
import type { Backplane, BackplaneNode, BackplaneOptions, Carrier, Journal, JournalReader, RateLimitStore } from "../pubsub/index.js";
import type { RevocationStore } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import { RedisCarrier } from "./carrier.js";
import { COMMAND_MS, Commands } from "./commands.js";
import { Connection, type RedisClient } from "./connection.js";
import { systemClocks } from "./deadline.js";
import { createClient } from "./driver.js";
import { Envelopes } from "./envelope.js";
import { inTime } from "./in-time.js";
import { keysOf, type Keys } from "./keys.js";
import { Membership } from "./membership.js";
import { RedisRateLimits } from "./rate-limits.js";
import { explained } from "./refusal.js";
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

type Log = NonNullable<BackplaneOptions["log"]>;

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
  checkOptions("endpoint_config_invalid", { of: "redis", fix: "redis({ url: process.env.REDIS_URL })" }, options, {
    url: TEXT, prefix: TEXT, client: having("a client of the package redis: of createClient or createCluster", "duplicate"),
  });
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
  readonly #commands: Commands;
  readonly #messages: Connection;
  readonly #endSubscriptions: () => void;
  #closed = false;

  constructor(
    make: () => RedisClient, keys: Keys, prefix: string, clustered: boolean, { node, secret, outage, log = () => {} }: BackplaneOptions,
  ) {
    const envelopes = new Envelopes(secret);
    const commands = new Commands((up) => observed(make, "commands", log, { up }), prefix, log);
    const { run, ask } = commands;
    const messages = observed(make, "messages", log, { up: () => carrier.revive(), down: () => carrier.suspend() });
    const revocations = new RedisRevocations(run, keys.revocation);
    const membership = new Membership(node, run, keys, systemClocks, (text) => recordOf(text, envelopes, log), {
      lost: () => {
        log("redis has lost its data: nodes write again what they know", { node });
        emit("holdfast:backplane:lost", {});
        revocations.announce().catch((error: unknown) => log("revocations could not be written again", { error }));
      },
      renewed: (ms) => emit("holdfast:backplane:renewed", { ms }),
      moved: (key, to, expected, got) => log("redis held what is not ours at a key of the backplane: it was moved", {
        key, expected, got, to, fix: `give each application its own redis({ prefix }); then look at ${to}, and delete it: DEL ${to}`,
      }),
    });
    logLease(membership, node, commands, log);
    const carrier = new RedisCarrier({
      commands: commands.connection, run, messages, membership, envelopes, keys, log,
      publishCommand: clustered ? "SPUBLISH" : "PUBLISH",
      failed: (command, error) => commands.report(command, error),
      explained: (error) => explained(error, prefix),
      starting: () => refuseUnfit(ask, `${keys.revocation}probe`, clustered),
      started: () => warnIfVolatile(ask, log),
      close: () => this.close(),
    });
    this.#commands = commands;
    this.#messages = messages;
    this.#endSubscriptions = () => carrier.end();
    this.carrier = carrier;
    this.revocations = revocations;
    this.rateLimits = new RedisRateLimits(run, () => commands.connection.client.isReady, keys.rate);
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
    this.#commands.connection.close();
    this.#messages.close();
  }
}

/** A connection whose outages are logged and published. */
function observed(
  make: () => RedisClient, use: "commands" | "messages", log: Log, { up, down }: { up?(): void; down?(): void },
): Connection {
  let away = false;
  return new Connection(make, {
    up: () => {
      emit("holdfast:backplane:connection", { use, up: true });
      log(away ? "redis is back" : "redis is connected", { use });
      away = false;
      up?.();
    },
    down: (error) => {
      emit("holdfast:backplane:connection", { use, up: false });
      log("redis is away", { use, error });
      away = true;
      down?.();
    },
  });
}

function logLease(membership: Membership, node: string, commands: Commands, log: Log): void {
  let lapsed = false;
  membership.watch({
    lapsed: () => {
      lapsed = true;
      log("the node's lease has run out: it waits for redis", { node, error: commands.failure });
    },
    regained: () => log(lapsed ? "the node holds its lease again" : "the node holds its lease", { node }),
  });
}

/** A record of the journal; undefined if it is not ours. */
function recordOf(text: string, envelopes: Envelopes, log: Log): unknown {
  const body = envelopes.verify(text);
  if (body === undefined) return void log("a record of the journal was refused: it is not of our secret", {});
  try {
    return decodeData(body);
  } catch (error) {
    // We have signed it, so the reader must know that there was a record.
    log("a record of the journal cannot be read", { error });
    return null;
  }
}
