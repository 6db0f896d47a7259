import type { RateLimitStore } from "../pubsub/index.js";
import { RateLimits, type Rate } from "../security/index.js";
import type { Run } from "./membership.js";

/**
 * The token bucket of `TokenBucket`, timed by the database's clock. A bucket that would be full again is forgotten; one that holds anything
 * but tokens is begun anew.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local perMs, burst = tonumber(ARGV[1]) / 1000, tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
local left, at = tonumber(bucket[1] or nil), tonumber(bucket[2] or nil)
if left and at and left >= 0 then tokens = math.min(burst, left + math.max(0, now - at) * perMs) end
local wait = 0
if tokens >= 1 - 1e-9 then
  tokens = math.max(0, tokens - 1)
else
  wait = math.ceil((1 - tokens) / perMs)
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(math.ceil((burst - tokens) / perMs) + 1000, 4e15)))
return wait`;

/** Counts across all nodes, or on this one alone while the database is away. */
export class RedisRateLimits implements RateLimitStore {
  readonly #run: Run;
  readonly #isUp: () => boolean;
  readonly #prefix: string;
  readonly #local = new RateLimits();

  /**
   * @param isUp whether the database is connected, so that no request waits for it to come back
   * @param prefix prefix of the keys
   */
  constructor(run: Run, isUp: () => boolean, prefix: string) {
    this.#run = run;
    this.#isUp = isUp;
    this.#prefix = prefix;
  }

  async take(key: string, rate: Rate): Promise<number> {
    const { perSecond, burst } = rate;
    if (perSecond === Infinity) return 0;
    if (!this.#isUp()) return this.#alone(key, rate);
    try {
      const wait = await this.#run(["EVAL", TAKE, "1", this.#prefix + key, String(perSecond), String(Math.max(1, burst))]);
      if (typeof wait === "number") return wait;
    } catch {
      // Falls back to this node's own count, because an outage must not lift the limit.
    }
    return this.#alone(key, rate);
  }

  #alone(key: string, rate: Rate): number {
    return this.#local.take(key, rate);
  }
}
