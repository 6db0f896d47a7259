import { createHash } from "node:crypto";
import { memorySubmissions, type SubmissionState, type SubmissionStore } from "../security/index.js";
import type { Membership, Run } from "./membership.js";

/** How long an answer is remembered, ms: as `memorySubmissions` does. A handler that takes longer loses its claim. */
const TTL_MS = 600_000;

/** How often it is asked whether a submission that another node runs has ended, ms: at first, and in the long run. */
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 500;

/** When an outcome is written again that could not be written, ms. */
const AGAIN_MS = 1_000;

/** How many submissions of one session are remembered: at the limit it forgets its own oldest answer, and nobody else's. */
const MAX_PER_SESSION = 100;

/**
 * A session's submissions are fields of one hash: `<until, ms> <value>`. Claims one that nobody has, or that a node has which is
 * gone; asking twice is asking once. Returns the value otherwise.
 */
const CLAIM = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function read(field) return tonumber(string.match(field, '^%d+')), string.match(field, '^%d+ (.*)') end
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
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', now + ARGV[3], ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return false`;

/** Replaces a claim by its outcome; an empty one means that it may be sent again. A claim that somebody else took over is theirs. */
const END = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and string.match(known, '^%d+ (.*)') ~= ARGV[2] then return end
if ARGV[4] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) return end
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
 * Submissions that all nodes know. A submission that is sent to another node waits there until the first has ended,
 * and is answered as it was. If the first node is killed, its claim is free when its lease has run out.
 *
 * What this node has seen itself it answers without asking. While the database is away a submission waits for it, as handlers do.
 * A node that serves on meanwhile knows its own alone, and the unique key in the application's own database is what keeps one
 * order from becoming two.
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
   * @param prefix begins the keys
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
    // Not the session's own id: whoever may read the database need not be able to name sessions.
    const hash = this.#prefix + createHash("sha256").update(session).digest("base64url");
    const outcome = await this.#claim(hash, key);
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

  /** Resolves when this node runs no submission: once it has left, what it runs is free for others. */
  idle(): Promise<void> {
    return this.#claims.size === 0 ? Promise.resolve() : new Promise((resolve) => void this.#idle.push(resolve));
  }

  /** Takes the submission, when nobody else runs it any more. @returns its outcome, if it has one */
  async #claim(hash: string, key: string): Promise<string | undefined> {
    const value = `${RUNNING}${this.#node}:${crypto.randomUUID()}`;
    let abandoned = "";
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        const known = await this.#run(["EVAL", CLAIM, "1", hash, key, value, String(TTL_MS), abandoned, String(MAX_PER_SESSION)]);
        if (typeof known !== "string") {
          this.#claims.set(key, { hash, value });
          return undefined;
        }
        if (known.startsWith(DONE)) return known.slice(DONE.length);
        abandoned = (await this.#isAlive(known)) ? "" : known;
      } catch {
        if (this.#servesOn) return undefined;
        await this.#membership.whenHeld();
      }
      if (abandoned === "") await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  /** Whether the node that has a claim is alive. It may have come since the last renewal, so a stranger is asked for once more. */
  async #isAlive(claim: string): Promise<boolean> {
    const node = claim.slice(RUNNING.length, claim.lastIndexOf(":"));
    // One of our own that we do not run: its outcome could not be written.
    if (node === this.#node) return false;
    if (this.#membership.nodes.includes(node)) return true;
    await this.#membership.renew();
    return this.#membership.nodes.includes(node);
  }

  /** Writes how it ended: now, or when the database is back. */
  async #write(key: string, claim: Claim, outcome: string | undefined, until: number): Promise<void> {
    try {
      await this.#run(["EVAL", END, "1", claim.hash, key, claim.value, String(TTL_MS), outcome === undefined ? "" : DONE + outcome]);
    } catch {
      if (performance.now() < until) setTimeout(() => void this.#write(key, claim, outcome, until), AGAIN_MS).unref();
    }
  }
}
