import { HoldfastError } from "../errors/index.js";
import type { Run } from "./membership.js";
import { isForbidden } from "./refusal.js";

/**
 * Each command that a node sends for keys, with what distinguishes the oldest versions that suffice, 6.2 and 7.0 as a cluster. The first
 * write needs no memory.
 */
const NEEDED = `
local key = KEYS[1]
redis.call('DEL', key)
redis.call('SET', key, '', 'PXAT', 1)
redis.call('GET', key)
redis.call('PTTL', key)
redis.call('DEL', key)
redis.call('XTRIM', key, 'MINID', 0)
redis.call('XADD', key, 'MAXLEN', 1, '*', 'm', '')
redis.call('XLEN', key)
redis.call('XRANGE', key, '-', '+')
redis.call('XREVRANGE', key, '+', '-')
redis.call('PEXPIRE', key, 1000)
redis.call('TYPE', key)
redis.call('RENAME', key, key)
redis.call('DEL', key)
redis.call('HSET', key, 'f', '')
redis.call('HGET', key, 'f')
redis.call('HMGET', key, 'f')
redis.call('HGETALL', key)
redis.call('HLEN', key)
redis.call('HDEL', key, 'f')
redis.call('ZADD', key, 1, 'm')
redis.call('ZRANGE', key, 0, -1)
redis.call('ZRANGEBYSCORE', key, 0, 1)
redis.call('ZREM', key, 'm')
redis.call('ZREMRANGEBYSCORE', key, 0, 1)
if ARGV[1] == 'cluster' then redis.call('SPUBLISH', key, '') end`;

/**
 * Refuses a server with which a node would start and fail later: one that is too old, that denies its user a right, or is one of
 * several shards.
 *
 * @param ask sends a command that the server may refuse
 * @param key a key that nothing else uses
 * @param clustered whether the application gave a client of a cluster
 * @throws {HoldfastError} `endpoint_config_invalid`
 * @throws {Error} the server's own, if the user lacks a right
 */
export async function refuseUnfit(ask: Run, key: string, clustered: boolean): Promise<void> {
  await refuseUnable(ask, key, clustered);
  if (!clustered) await refuseShards(ask);
}

async function refuseUnable(ask: Run, key: string, clustered: boolean): Promise<void> {
  try {
    await ask(["EVAL", NEEDED, "1", key, clustered ? "cluster" : "server"]);
  } catch (cause) {
    // A right that only log-outs or forms need would be missed when the first of them comes.
    if (isForbidden(cause)) throw cause;
    // Whatever else is wrong is found, and said, when the node takes its lease.
    if (!(cause instanceof Error && /syntax error|unknown (?:redis )?command/i.test(cause.message))) return;
    throw new HoldfastError(
      "endpoint_config_invalid",
      {
        what: "redis: the server is too old",
        expected: `Redis ${clustered ? "7.0, as a cluster," : "6.2"} or newer, or Valkey`,
        got: cause.message,
        fix: "update the server: with this one, no log-out could be recorded",
      },
      { cause },
    );
  }
}

/** One server of several shards refuses the keys of the others, and some only when they are needed. */
async function refuseShards(ask: Run): Promise<void> {
  // Without cluster support this is an error.
  const info = await ask(["CLUSTER", "INFO"]).catch(() => "");
  const shards = Number(/cluster_size:(\d+)/.exec(String(info))?.[1] ?? 0);
  if (shards <= 1) return;
  throw new HoldfastError("endpoint_config_invalid", {
    what: "redis: the server is one of a cluster", expected: "one server, or a client of the cluster", got: `${shards} shards`,
    fix: 'redis({ client: createCluster({ rootNodes: [{ url }] }) }), with createCluster from "redis"',
  });
}

/** Warns of a database without persistence, and of one that evicts keys: it forgets which sessions have ended. */
export async function warnIfVolatile(ask: Run, log: (message: string, details: Readonly<Record<string, unknown>>) => void): Promise<void> {
  try {
    const [save, appendonly, policy, maxmemory] = await Promise.all(
      ["save", "appendonly", "maxmemory-policy", "maxmemory"].map(async (name) => settingOf(await ask(["CONFIG", "GET", name]))),
    );
    if (save === "" && appendonly === "no") {
      log("redis keeps nothing on disk: after its restart, only the nodes that ended a session know that it has ended", {
        fix: "CONFIG SET appendonly yes",
      });
    }
    if (policy !== "noeviction" && maxmemory !== "0") {
      log("redis throws keys away when its memory is full: sessions that have ended may become valid again", {
        got: policy, fix: "CONFIG SET maxmemory-policy noeviction, or use a separate database",
      });
    }
  } catch {
    // Hosted databases usually refuse CONFIG.
  }
}

/** The value of one setting: in an object with RESP 3, in a list with RESP 2. */
function settingOf(answer: unknown): unknown {
  return Array.isArray(answer) ? (answer as unknown[])[1] : Object.values(answer as object)[0];
}
