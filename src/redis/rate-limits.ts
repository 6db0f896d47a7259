import type { RateLimitStore } from "../pubsub/index.js";
import { RateLimits, type Rate } from "../security/index.js";
import type { Run } from "./membership.js";

/** The token bucket of `TokenBucket`, by the database's clock. A bucket that would be full again is forgotten. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local perMs, burst = tonumber(ARGV[1]) / 1000, tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if bucket[1] then tokens = math.min(burst, tonumber(bucket[1]) + math.max(0, now - tonumber(bucket[2])) * perMs) end
local wait = 0
if tokens >= 1 - 1e-9 then
  tokens = math.max(0, tokens - 1)
else
  wait = math.ceil((1 - tokens) / perMs)
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(math.ceil((burst - tokens) / perMs) + 1000, 4e15)))
return wait`;

/** Counts on all nodes together; on this one alone while the database cannot be asked. */
export class RedisRateLimits implements RateLimitStore {
  readonly #run: Run;
  readonly #isUp: () => boolean;
  readonly #prefix: string;
  readonly #local = new RateLimits();

  /**
   * @param isUp whether the database is connected: whoever waits for a count should not wait for it to come back
   * @param prefix begins the keys
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
      // Alone, then: an outage is no reason to count nothing.
    }
    return this.#alone(key, rate);
  }

  #alone(key: string, rate: Rate): number {
    return this.#local.take(key, rate);
  }
}
