import { createHash } from "node:crypto";
import { memorySubmissions, type SubmissionState, type SubmissionStore } from "../security/index.js";
import type { Membership, Run } from "./membership.js";
import { isLasting } from "./refusal.js";

/** How long an answer is remembered, ms, as in `memorySubmissions`. A handler that takes longer loses its claim. */
const TTL_MS = 600_000;

/** How often to check whether another node's submission has ended, ms: at first, and in the long run. */
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 500;

/** How long to wait before a failed write of an outcome is retried, ms. */
const AGAIN_MS = 1_000;

/** How many submissions are remembered for one session: at the limit it forgets its own oldest answer, never another session's. */
const MAX_PER_SESSION = 100;

/**
 * A session's submissions are fields of one hash: `<until, ms> <value>`. Claims a submission that nobody has claimed, or
 * whose node is gone; calling it twice is safe. Otherwise returns the value. A field that is none of ours has expired. The first write
 * of both scripts needs no memory, so that forms can be sent when Redis is full.
 */
const CLAIM = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function read(field) return tonumber(string.match(field, '^%d+')) or 0, string.match(field, '^%d+ (.*)') end
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local till, value = read(known)
  if till > now and value ~= ARGV[2] and value ~= ARGV[4] then return value end
elseif redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then
  local oldest, ends
  local all = redis.call('HGETALL', KEYS[1])
  for at = 1, #all, 2 do
    local till, value = read(all[at + 1])
    if (till <= now or string.sub(value, 1, 1) == 'd') and (not ends or till < ends) then oldest, ends = all[at], till end
  end
  if oldest then redis.call('HDEL', KEYS[1], oldest) end
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', now + ARGV[3], ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return false`;

/**
 * Replaces a claim with its outcome; an empty outcome means that the form may be sent again. Leaves a claim that another node
 * took over.
 */
const END = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and string.match(known, '^%d+ (.*)') ~= ARGV[2] then return end
redis.call('HDEL', KEYS[1], ARGV[1])
if ARGV[4] == '' then return end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', now + ARGV[3], ARGV[4]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

type Members = Pick<Membership, "nodes" | "renew" | "whenHeld">;

/** The first character of a value: a claim (`r<node>:<id>`) or an outcome (`d<outcome>`). */
const RUNNING = "r";
const DONE = "d";

/** A submission that this node runs. */
interface Claim {
  readonly hash: string;
  readonly value: string;
}

/**
 * Submissions that all nodes know. If a submission is sent again to another node, it waits there until the first has ended,
 * and gets the same answer. If the first node is killed, its claim becomes free when its lease runs out.
 *
 * A node answers what it has seen itself without asking the database. While the database is away, submissions wait for it, as
 * handlers do. A node that keeps serving meanwhile knows only its own; then only a unique key in the application's database
 * keeps one order from becoming two.
 */
export class RedisSubmissions implements SubmissionStore {
  readonly #run: Run;
  readonly #membership: Members;
  readonly #node: string;
  readonly #prefix: string;
  readonly #servesOn: boolean;
  readonly #own = memorySubmissions({ ttlMs: TTL_MS, maxPerSession: MAX_PER_SESSION });
  /** What this node runs, by key. */
  readonly #claims = new Map<string, Claim>();
  readonly #idle: (() => void)[] = [];

  /**
   * @param membership knows which nodes are alive
   * @param prefix prefix of the keys
   * @param servesOn whether handlers run while the database is away
   */
  constructor(run: Run, membership: Members, node: string, prefix: string, servesOn: boolean) {
    this.#run = run;
    this.#membership = membership;
    this.#node = node;
    this.#prefix = prefix;
    this.#servesOn = servesOn;
  }

  async begin(key: string, session: string): Promise<SubmissionState> {
    const own = await this.#own.begin(key, session);
    if (!own.run) return own;
    // Hashed, so that a reader of the database does not learn session ids.
    const hash = this.#prefix + createHash("sha256").update(session).digest("base64url");
    const outcome = await this.#claim(hash, key).catch(async (error: unknown) => {
      await this.#own.end(key, undefined);
      throw error;
    });
    if (outcome === undefined) return own;
    await this.#own.end(key, outcome);
    return { run: false, outcome };
  }

  async end(key: string, outcome: string | undefined): Promise<void> {
    const claim = this.#claims.get(key);
    this.#claims.delete(key);
    if (claim !== undefined) await this.#write(key, claim, outcome, performance.now() + TTL_MS);
    await this.#own.end(key, outcome);
    if (this.#claims.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when this node runs no submission. Once it has left, other nodes may claim what it runs. */
  idle(): Promise<void> {
    return this.#claims.size === 0 ? Promise.resolve() : new Promise((resolve) => void this.#idle.push(resolve));
  }

  /** Claims the submission once nobody else runs it. @returns its outcome, if it has one */
  async #claim(hash: string, key: string): Promise<string | undefined> {
    const value = `${RUNNING}${this.#node}:${crypto.randomUUID()}`;
    let abandoned = "";
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        const known = await this.#run(["EVAL", CLAIM, "1", hash, key, value, String(TTL_MS), abandoned, String(MAX_PER_SESSION)]);
        if (typeof known !== "string") return void this.#claims.set(key, { hash, value });
        if (known.startsWith(DONE)) return known.slice(DONE.length);
        abandoned = (await this.#isAlive(known)) ? "" : known;
      } catch (error) {
        // The claim may have been made anyway: others would wait for it.
        if (this.#servesOn) return void this.#claims.set(key, { hash, value });
        if (isLasting(error)) throw error;
        await this.#membership.whenHeld();
      }
      if (abandoned === "") await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  /**
   * Whether the node that holds a claim is alive. It may have joined since the last renewal, so an unknown node triggers
   * another one.
   */
  async #isAlive(claim: string): Promise<boolean> {
    const node = claim.slice(RUNNING.length, claim.lastIndexOf(":"));
    // Our own claim, but we do not run it: its outcome could not be written.
    if (node === this.#node) return false;
    if (this.#membership.nodes.includes(node)) return true;
    await this.#membership.renew();
    return this.#membership.nodes.includes(node);
  }

  /** Writes the outcome, now or when the database is back. */
  async #write(key: string, claim: Claim, outcome: string | undefined, until: number): Promise<void> {
    try {
      await this.#run(["EVAL", END, "1", claim.hash, key, claim.value, String(TTL_MS), outcome === undefined ? "" : DONE + outcome]);
    } catch {
      if (performance.now() < until) setTimeout(() => void this.#write(key, claim, outcome, until), AGAIN_MS).unref();
    }
  }
}
