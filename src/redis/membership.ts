import type { JournalReader, Lease } from "../pubsub/index.js";
import { elapsedSince, momentOf, type Clocks, type Moment } from "./deadline.js";
import type { Keys } from "./keys.js";

/** How long a lease lasts, ms. */
const LEASE_MS = 5_000;

/** How often it is renewed, ms. */
const RENEW_MS = 1_000;

/** How long journal records are kept, ms. A node that was away for longer has missed some. */
const JOURNAL_MS = 3_600_000;

/** Records in one page. */
const PAGE = 500;

/*
 * Each script begins with a write that needs no memory: then Redis runs the rest, too, when it is full. A node must be able to renew its
 * lease, and a disconnect must be recorded.
 * See https://redis.io/docs/latest/develop/programmability/eval-intro/#executing-under-low-memory-conditions
 */

/** What is appended to a key's name when its value, which is not ours, is moved away. */
const MOVED = ":moved";

/**
 * The epoch and the journal are lost together or not at all: a server that is short of memory may have evicted one of them. So the
 * journal is never empty, and one that is empty or missing counts as lost data.
 *
 * So does a value of another type at any of these keys: somebody has written over ours, or has used the key before us. It is moved away,
 * not deleted, since it may be another application's. Without that no node could renew its lease until an operator comes.
 */
const WHOLE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local types = { 'string', 'stream', 'zset', 'zset' }
local moved = {}
for at, key in ipairs(KEYS) do
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= types[at] then
    redis.call('RENAME', key, key .. '${MOVED}')
    for _, text in ipairs({ key, types[at], found }) do moved[#moved + 1] = text end
  end
end
local epoch = #moved == 0 and redis.call('GET', KEYS[1])
if not epoch or redis.call('XLEN', KEYS[2]) == 0 then
  epoch = ARGV[1]
  redis.call('DEL', KEYS[2])
  redis.call('SET', KEYS[1], epoch)
  redis.call('XADD', KEYS[2], '*', 'epoch', epoch)
end`;

/**
 * Renews a node's lease and returns what the node must know: the epoch, the time, the live nodes with the ends of their leases, those
 * that have said goodbye, and the records after the cursor, oldest first. An empty cursor means the end of the journal. A lease that
 * ends later than one that begins now was taken before the clock was set back, and is shortened.
 */
const RENEW = `${WHOLE}
local ends = string.format('%.0f', now + ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
redis.call('ZADD', KEYS[3], ends, ARGV[2])
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ends, '+inf')) do redis.call('ZADD', KEYS[3], ends, node) end
local records = {}
local cursor = ARGV[4]
if cursor == '' then
  cursor = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1][1]
else
  records = redis.call('XRANGE', KEYS[2], '(' .. cursor, '+', 'COUNT', ${PAGE})
end
local leases = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')
return { epoch, now, leases, redis.call('ZRANGE', KEYS[4], 0, -1), records, cursor, moved }`;

/** Ends a node's lease, and says so for as long as others may count it. */
const LEAVE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])`;

/** The fields of a journal's entry: its record, and the id of the entry before it. */
const RECORD = "r";
const BEFORE = "b";

/**
 * Appends a record, and removes those that are too old. If the clock was set forward, that is too early. So each record names the
 * entry before it, and a node sees that it has not read that one.
 */
const APPEND = `${WHOLE}
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1][1]
redis.call('XTRIM', KEYS[2], 'MINID', '~', now - ARGV[2])
redis.call('XADD', KEYS[2], '*', '${RECORD}', ARGV[3], '${BEFORE}', last)
return moved`;

/** What a renewal returns. */
interface Renewed {
  readonly epoch: string;
  readonly now: number;
  /** The live nodes, each followed by the end of its lease. */
  readonly leases: readonly string[];
  /** The nodes that have said goodbye. */
  readonly left: readonly string[];
  readonly records: readonly (readonly [id: string, fields: readonly string[]])[];
  readonly cursor: string;
  /** The keys that held another type: each with the type that was expected, and the type that was found. */
  readonly moved: readonly string[];
}

/** Sends a command; rejects if it cannot be answered in time. */
export type Run = (command: string[]) => Promise<unknown>;

/** What a membership reports to its owner. */
interface MembershipEvents {
  /** The database has lost its data: it was flushed, or restarted without persistence. */
  lost(): void;
  /** How long a renewal took, ms. */
  renewed(ms: number): void;
  /** A key of ours held a value of another type, which is at `to` now. */
  moved(key: string, to: string, expected: string, got: string): void;
}

/**
 * A node among the others: its lease, the other live nodes, and the journal. One command each second does all of it, so that
 * a node that holds a lease has read the journal up to the moment from which the lease counts.
 */
export class Membership implements Lease {
  readonly durationMs = LEASE_MS;
  readonly #node: string;
  readonly #run: Run;
  readonly #keys: Keys;
  readonly #clocks: Clocks;
  readonly #events: MembershipEvents;
  readonly #watchers = new Set<{ lapsed?(): void; regained?(): void }>();
  #reader: JournalReader | undefined;
  /** Parses a record's text; undefined if it is not ours. */
  readonly #recordOf: (text: string) => unknown;
  /** The moment from which the lease counts: when the last renewal was requested. */
  #since: Moment | undefined;
  /** The database's clock minus ours. */
  #offsetMs = 0;
  #epoch = "";
  #cursor = "";
  /**
   * Until when each node may hold its lease, by our clock that does not jump. What is known once is not taken back: the list may be
   * lost, or the database's clock be set, but the node goes by its own clocks. Only an answer of the database removes a node whose time
   * is over: while we cannot hear it, the others renew their leases anyway.
   */
  readonly #leases = new Map<string, number>();
  /** The running renewal, and the one queued after it. */
  #renewing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lapsed = true;
  #closed = false;

  constructor(
    node: string, run: Run, keys: Keys, clocks: Clocks, recordOf: (text: string) => unknown, events: MembershipEvents,
  ) {
    this.#node = node;
    this.#run = run;
    this.#keys = keys;
    this.#clocks = clocks;
    this.#recordOf = recordOf;
    this.#events = events;
    this.#leases.set(node, Infinity);
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** The nodes that may hold a lease, this one included. */
  get nodes(): readonly string[] {
    return [...this.#leases.keys()];
  }

  /** The database's clock, ms. */
  now(): number {
    return this.#clocks.wall() + this.#offsetMs;
  }

  held(): boolean {
    return this.#since !== undefined && elapsedSince(this.#since, this.#clocks) < LEASE_MS;
  }

  whenHeld(): Promise<void> {
    this.#noticeLapse();
    if (this.held()) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.watch({
        regained: () => {
          stop();
          resolve();
        },
      });
    });
  }

  watch(watcher: { lapsed?(): void; regained?(): void }): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  read(reader: JournalReader): void {
    this.#reader = reader;
  }

  async append(text: string): Promise<void> {
    const { epoch, journal } = this.#keys;
    const answer = await this.#run(["EVAL", APPEND, "2", epoch, journal, crypto.randomUUID(), String(JOURNAL_MS), text]);
    this.#reportMoved(answer as string[]);
  }

  /** Joins, and keeps renewing. */
  async start(): Promise<void> {
    await this.renew();
    this.#tick();
  }

  /** Renews now. A running renewal may already have been answered, so callers share the next one. */
  renew(): Promise<void> {
    if (this.#renewing === undefined) return this.#begin();
    return (this.#next ??= this.#renewing.catch(() => {}).then(() => {
      this.#next = undefined;
      return this.#begin();
    }));
  }

  #begin(): Promise<void> {
    this.#renewing = this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Tells the others immediately that this node is gone. */
  async leave(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#since = undefined;
    const { nodes, left } = this.#keys;
    await this.#run(["EVAL", LEAVE, "2", nodes, left, this.#node, String(LEASE_MS)]);
  }

  #reportMoved(moved: readonly string[]): void {
    for (let at = 0; at < moved.length; at += 3) this.#events.moved(moved[at]!, moved[at]! + MOVED, moved[at + 1]!, moved[at + 2]!);
  }

  #tick(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#noticeLapse();
      // A failed renewal costs time; if too much passes, the lease runs out.
      this.renew().catch(() => {}).finally(() => {
        this.#noticeLapse();
        this.#tick();
      });
    }, RENEW_MS).unref();
  }

  async #renewOnce(): Promise<void> {
    for (let more = true; more;) {
      // A renewal that waited must not re-add a node that has left in the meantime.
      if (this.#closed) return;
      // Read before the command is sent: the answer need not contain what happens afterwards.
      const asked = momentOf(this.#clocks);
      const { epoch, journal, nodes, left } = this.#keys;
      const answer = await this.#run([
        "EVAL", RENEW, "4", epoch, journal, nodes, left, crypto.randomUUID(), this.#node, String(LEASE_MS), this.#cursor,
      ]);
      if (this.#closed) return;
      more = this.#take(renewedOf(answer), asked);
    }
  }

  /** @returns whether there are more records to read before the lease counts */
  #take(page: Renewed, asked: Moment): boolean {
    this.#noticeLapse();
    this.#reportMoved(page.moved);
    this.#events.renewed(elapsedSince(asked, this.#clocks));
    this.#offsetMs = page.now - this.#clocks.wall();
    this.#count(page, asked);
    const began = this.#epoch !== "";
    const away = this.#since === undefined ? 0 : elapsedSince(this.#since, this.#clocks);
    if (began && page.epoch !== this.#epoch) {
      this.#epoch = page.epoch;
      // Read the new journal from its beginning.
      this.#cursor = "0-0";
      // Others may have relied on our lease having run out, and what they recorded then is lost.
      if (away >= LEASE_MS) this.#reader?.gap();
      this.#events.lost();
      this.#reader?.lost();
      return true;
    }
    if (away >= JOURNAL_MS) this.#reader?.gap();
    this.#epoch = page.epoch;
    this.#cursor = page.cursor;
    for (const [id, [field, text = "", named, before]] of page.records) {
      if (named === BEFORE && before !== this.#cursor) this.#reader?.gap();
      this.#cursor = id;
      const record = field === RECORD ? this.#recordOf(text) : undefined;
      if (record !== undefined) this.#reader?.record(record);
    }
    if (page.records.length === PAGE) return true;
    this.#since = asked;
    if (this.#lapsed) {
      this.#lapsed = false;
      for (const { regained } of [...this.#watchers]) regained?.();
    }
    return false;
  }

  /** Notes who may hold a lease. The answer is older than now, so counting from now is too long, which is safe. */
  #count({ epoch, now, leases, left }: Renewed, asked: Moment): void {
    const since = this.#clocks.monotonic();
    const note = (node: string, until: number): void => {
      if (until > (this.#leases.get(node) ?? -Infinity)) this.#leases.set(node, until);
    };
    // A node that renewed in the lost data, after our last answer, may hold its lease for longer than we know.
    if (epoch !== this.#epoch) for (const node of this.#leases.keys()) note(node, since + LEASE_MS);
    for (let at = 0; at < leases.length; at += 2) note(leases[at]!, since + Number(leases[at + 1]) - now);
    for (const node of left) this.#leases.delete(node);
    for (const [node, until] of this.#leases) if (until <= asked.monotonic) this.#leases.delete(node);
  }

  #noticeLapse(): void {
    if (this.#lapsed || this.held()) return;
    this.#lapsed = true;
    for (const { lapsed } of [...this.#watchers]) lapsed?.();
  }
}

function renewedOf(answer: unknown): Renewed {
  const [epoch, now, leases, left, records, cursor, moved] = answer as [
    string, number, string[], string[], [string, string[]][], string, string[],
  ];
  return { epoch, now, leases, left, records, cursor, moved };
}
