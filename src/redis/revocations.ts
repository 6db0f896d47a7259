import { MAX_REVOCATIONS, RevocationTable, type RevocationStore } from "../security/index.js";
import type { Run } from "./membership.js";

/**
 * The later of two times counts, and the later of two ends, as the store's contract says. What is no time is replaced. The first
 * write needs no memory, so that a session can end when Redis is full.
 */
const REVOKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at, expires = ARGV[1], tonumber(ARGV[2])
local known = redis.call('GET', KEYS[1])
if known and string.match(known, '^%d+$') then
  if tonumber(known) > tonumber(at) then at = known end
  expires = math.max(expires, now + redis.call('PTTL', KEYS[1]))
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], at, 'PXAT', string.format('%.0f', expires))`;

/**
 * How much longer than needed a revocation is kept, ms. The database forgets it by its own clock, which may be ahead of the nodes', or set
 * forward; what was revoked would become valid again.
 */
const SPARE_MS = 86_400_000;

/** What `REVOKE` writes, ms epoch. */
const TIME = /^\d+$/;

/** The latest time that the database accepts, ms epoch. */
const LATEST = 2 ** 52;

/**
 * Revocations that all nodes share. Each query is one round trip. If it cannot be answered it rejects, and the caller must
 * treat the session as ended.
 *
 * A node also remembers revocations until they expire. If the database loses its data, each node writes its own again, and until
 * then goes by what it has heard from the others.
 */
export class RedisRevocations implements RevocationStore {
  readonly #run: Run;
  readonly #prefix: string;
  readonly #own = new RevocationTable({ maxEntries: MAX_REVOCATIONS });
  /** Those of other nodes, which write them again themselves. */
  readonly #heard = new RevocationTable({ maxEntries: MAX_REVOCATIONS });

  /** @param prefix prefix of the keys */
  constructor(run: Run, prefix: string) {
    this.#run = run;
    this.#prefix = prefix;
  }

  async revoke(key: string, at: number, until: number): Promise<void> {
    await this.#write(key, at, until);
    // Not before: what Redis did not take would have ended on this node only.
    this.#own.add(key, at, until);
  }

  heard(key: string, at: number, until: number): void {
    if ((this.#own.revokedAt(key) ?? -Infinity) < at) this.#heard.add(key, at, until);
  }

  async revokedAt(key: string): Promise<number | undefined> {
    const answer = await this.#run(["GET", this.#prefix + key]);
    const shared = typeof answer === "string" ? timeOf(answer, this.#prefix + key) : undefined;
    const known = [shared, this.#own.revokedAt(key), this.#heard.revokedAt(key)].filter((at) => at !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  /** Writes this node's revocations again. */
  async announce(): Promise<void> {
    await Promise.all(Array.from(this.#own.live(), ([key, { at, until }]) => this.#write(key, at, until)));
  }

  async #write(key: string, at: number, until: number): Promise<void> {
    await this.#run(["EVAL", REVOKE, "1", this.#prefix + key, String(at), String(Math.ceil(Math.min(until + SPARE_MS, LATEST)))]);
  }
}

/**
 * When a key was revoked, ms epoch.
 *
 * @throws {Error} if it holds no time: somebody else has written it, and nobody knows whether the session has ended
 */
function timeOf(text: string, key: string): number {
  if (TIME.test(text)) return Number(text);
  throw new Error(`Redis holds at ${key} what is no revocation: does somebody else use the prefix? Remove it: DEL ${key}`);
}
