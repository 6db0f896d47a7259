import { createHash, randomUUID } from "node:crypto";
import { memorySubmissions, type SubmissionState, type SubmissionStore } from "../security/index.js";
import type { Run } from "./membership.js";

/** How long an answer is remembered, ms. */
const REMEMBERED_MS = 600_000;
/** How long a claim lasts unless it is renewed, ms: a node that dies while its handler runs does not hold it for longer. */
const CLAIM_MS = 15_000;
/** How many submissions of one session are remembered. */
const MAX_PER_SESSION = 100;
/** How soon a claim of another node is looked at again, ms: at first, and at most. */
const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 500;

/**
 * A session's submissions are fields of one hash: `<until, ms> r <claim>` while a handler runs, `<until, ms> d <outcome>`
 * when it has answered. At the limit the one that ends first goes, unless it still runs.
 */
const BEGIN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function read(value) return tonumber(string.match(value, '^%d+')), string.match(value, '^%d+ (%a)'), string.match(value, '^%d+ %a (.*)') end
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local till, state, rest = read(known)
  if till > now then
    if state == 'd' then return {'done', rest} end
    return {'runs'}
  end
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then
  local oldest, ends
  local all = redis.call('HGETALL', KEYS[1])
  for at = 1, #all, 2 do
    local till, state = read(all[at + 1])
    if till <= now then redis.call('HDEL', KEYS[1], all[at])
    elseif state == 'd' and (not ends or till < ends) then oldest, ends = all[at], till end
  end
  if oldest and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then redis.call('HDEL', KEYS[1], oldest) end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f r %s', now + ARGV[3], ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'run'}`;

/** Renews a claim that is still this one's, ends it with an outcome, or takes it back. */
const SETTLE = `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known or string.match(known, '^%d+ r (.*)') ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[3] == 'renew' then redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f r %s', now + ARGV[4], ARGV[2]))
elseif ARGV[3] == 'done' then redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f d %s', now + ARGV[4], ARGV[5]))
else redis.call('HDEL', KEYS[1], ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return 1`;

/** A submission that a handler of this node runs. */
interface Claim {
  readonly hash: string;
  readonly claim: string;
  readonly renewal: NodeJS.Timeout;
}

/**
 * The submissions of all nodes: what one has answered is not run again on another. On this node alone while the database
 * cannot be asked: a form must not wait for it, and the unique key of the application's own database has the last word.
 */
export class RedisSubmissions implements SubmissionStore {
  readonly #run: Run;
  readonly #isUp: () => boolean;
  readonly #prefix: string;
  readonly #local = memorySubmissions({ ttlMs: REMEMBERED_MS, maxPerSession: MAX_PER_SESSION });
  readonly #claims = new Map<string, Claim>();

  /**
   * @param isUp whether the database is connected
   * @param prefix begins the keys
   */
  constructor(run: Run, isUp: () => boolean, prefix: string) {
    this.#run = run;
    this.#isUp = isUp;
    this.#prefix = prefix;
  }

  async begin(key: string, session: string): Promise<SubmissionState> {
    // Not the session's own id: whoever may read the database need not be able to name sessions.
    const hash = this.#prefix + createHash("sha256").update(session).digest("base64url");
    const claim = randomUUID();
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, LAST_LOOK_MS)) {
      const answer = this.#isUp() ? await this.#claim(hash, key, claim) : undefined;
      if (answer === undefined) return this.#local.begin(key, session);
      const [state, outcome = ""] = answer;
      if (state === "done") return { run: false, outcome };
      if (state === "run") break;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    const renewal = setInterval(() => void this.#settle(key, { hash, claim }, "renew", CLAIM_MS), CLAIM_MS / 3).unref();
    this.#claims.set(key, { hash, claim, renewal });
    return { run: true };
  }

  async end(key: string, outcome: string | undefined): Promise<void> {
    const claim = this.#claims.get(key);
    if (claim === undefined) return this.#local.end(key, outcome);
    clearInterval(claim.renewal);
    this.#claims.delete(key);
    await (outcome === undefined ? this.#settle(key, claim, "forget") : this.#settle(key, claim, "done", REMEMBERED_MS, outcome));
  }

  /** Undefined: it cannot be known. */
  async #claim(hash: string, key: string, claim: string): Promise<readonly [state: string, outcome?: string] | undefined> {
    try {
      const sent = ["EVAL", BEGIN, "1", hash, key, claim, String(CLAIM_MS), String(REMEMBERED_MS), String(MAX_PER_SESSION)];
      return await this.#run(sent) as [string, string?];
    } catch {
      return undefined;
    }
  }

  /** What cannot be written now ends with its claim: the handler has run, and its answer must not wait. */
  async #settle(
    key: string, { hash, claim }: Pick<Claim, "hash" | "claim">, what: "renew" | "done" | "forget", ms = 0, outcome = "",
  ): Promise<void> {
    await this.#run(["EVAL", SETTLE, "1", hash, key, claim, what, String(ms), outcome, String(REMEMBERED_MS)]).catch(() => {});
  }
}
