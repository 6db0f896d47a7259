/**
 * Redis or Valkey as the backplane of several nodes: messages, leases, revocations, rate limits, submissions.
 *
 * @module
 */
export { redis, type RedisOptions } from "./backplane.js";
export type { RedisClient } from "./connection.js";
export type { RedisCluster, ShardConnection } from "./shard-client.js";
