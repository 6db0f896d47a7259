import type { Limits } from "./limits.js";
import { TokenBucket } from "./token-bucket.js";

/**
 * What wants to be let in. A `rejoin` proves that its page was there a moment ago: a join with a valid page token, a handshake
 * with its session's CSRF token. Everything else (other handshakes, page renders) is `new`.
 */
export type Lane = "new" | "rejoin";

/** One who wants to be let in. */
export interface Arrival {
  /** Its client, as `networkOf` counts it. */
  readonly network: string;
  /** Its session's id. */
  readonly session: string;
  readonly lane: Lane;
}

/** One who waits, until `settle` lets it in or turns it away. */
export interface Waiting<T> extends Arrival {
  /** What the caller keeps for it. */
  readonly value: T;
  /** When it is turned away, ms of the caller's clock. */
  readonly until: number;
}

/** What became of an arrival. */
export type Admitted<T> =
  | { readonly admitted: true }
  // It waits: `settle` will tell.
  | { readonly admitted: "later"; readonly waiting: Waiting<T> }
  // It would wait for longer than `admissionWaitMs`.
  | { readonly admitted: false; readonly retryAfterMs: number };

/** The limits that an admission needs. */
export type AdmissionLimits = Pick<Limits,
  | "admissionsPerSession" | "admissionBurstPerSession" | "admissionsPerIp" | "admissionBurstPerIp" | "rejoinsPerIp" | "rejoinBurstPerIp"
  | "admissionWaitMs">;

/** Idle clients that are forgotten for each arrival. More than one, so that forgetting outruns the growth. */
const FORGOTTEN_PER_ARRIVAL = 2;

/**
 * Lets handshakes, joins and page renders in at a rate: so many a second for each session, and for each client in each of two
 * lanes. Whoever is beyond it waits in a queue that is fair between the sessions of a client: they take turns, so a session
 * with a thousand joins stands in nobody's way but its own. Whoever would wait for longer than `admissionWaitMs` is turned
 * away at once; whoever has waited that long, then.
 *
 * There is no clock and no timer in it: the caller says what time it is, and calls `settle` at `nextAt`.
 *
 * @param limits the rates and bursts, and how long to wait
 * @example
 * const admission = new Admission<() => void>(limits);
 * const answer = admission.arrive({ network, session, lane: "rejoin" }, begin, performance.now());
 * if (answer.admitted === true) begin();
 * else if (answer.admitted === "later") setTimer(admission.nextAt(performance.now()));
 * else refuse(answer.retryAfterMs);
 */
export class Admission<T> {
  readonly #limits: AdmissionLimits;
  readonly #sessions: Buckets;
  readonly #clients: Readonly<Record<Lane, Map<string, Client<T>>>> = { new: new Map(), rejoin: new Map() };
  /** The clients with a queue: those `settle` must look at. */
  readonly #queued = new Set<Client<T>>();
  #waiting = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    this.#sessions = new Buckets(limits.admissionsPerSession, limits.admissionBurstPerSession);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many clients and sessions are remembered. */
  get size(): number {
    return this.#clients.new.size + this.#clients.rejoin.size + this.#sessions.size;
  }

  /**
   * Somebody wants to be let in.
   *
   * @param arrival who, and in which lane
   * @param value what `settle` gives back if it must wait
   * @param now ms, of any clock that does not jump
   */
  arrive(arrival: Arrival, value: T, now: number): Admitted<T> {
    const { network, session, lane } = arrival;
    const client = this.#client(network, lane, now);
    const bucket = this.#sessions.get(session, now);
    // Nobody overtakes those who wait.
    if (client.empty && bucket.wait(now) === 0 && client.bucket.take(now) === 0) {
      bucket.take(now);
      return { admitted: true };
    }
    const { admissionWaitMs } = this.#limits;
    const retryAfterMs = Math.max(this.#clientWait(client, lane, session, now), this.#sessionWait(client, bucket, session, now));
    if (retryAfterMs > admissionWaitMs) return { admitted: false, retryAfterMs: Math.ceil(retryAfterMs) };
    const waiting: Waiting<T> = { ...arrival, value, until: now + admissionWaitMs };
    client.enqueue(waiting);
    this.#queued.add(client);
    this.#waiting++;
    return { admitted: "later", waiting };
  }

  /** One that waited has gone: its socket has closed. */
  leave(waiting: Waiting<T>): void {
    const client = this.#clients[waiting.lane].get(waiting.network);
    if (client?.remove(waiting) !== true) return;
    this.#waiting--;
    if (client.empty) this.#queued.delete(client);
  }

  /** Lets in who may come in by now, in turns, and turns away who has waited for too long. */
  settle(now: number): { readonly admitted: Waiting<T>[]; readonly refused: Waiting<T>[] } {
    const admitted: Waiting<T>[] = [];
    const refused: Waiting<T>[] = [];
    for (const client of this.#queued) {
      client.settle(now, this.#sessions, admitted, refused);
      if (client.empty) this.#queued.delete(client);
    }
    this.#waiting -= admitted.length + refused.length;
    return { admitted, refused };
  }

  /** When `settle` has something to do, ms of the caller's clock; undefined if nobody waits. */
  nextAt(now: number): number | undefined {
    let next: number | undefined;
    for (const client of this.#queued) {
      const at = client.nextAt(now, this.#sessions);
      if (next === undefined || at < next) next = at;
    }
    return next;
  }

  #client(network: string, lane: Lane, now: number): Client<T> {
    const clients = this.#clients[lane];
    forgetSome(clients, (client) => client.empty && client.bucket.full(now));
    const known = clients.get(network);
    if (known !== undefined) return known;
    const { admissionsPerIp, admissionBurstPerIp, rejoinsPerIp, rejoinBurstPerIp } = this.#limits;
    const client = new Client<T>(lane === "new" ? new TokenBucket(admissionsPerIp, admissionBurstPerIp) : new TokenBucket(rejoinsPerIp, rejoinBurstPerIp));
    clients.set(network, client);
    return client;
  }

  /** How long until a client's bucket has a token for the next of this session, ms: each session before it takes one a turn. */
  #clientWait(client: Client<T>, lane: Lane, session: string, now: number): number {
    const perSecond = lane === "new" ? this.#limits.admissionsPerIp : this.#limits.rejoinsPerIp;
    return client.bucket.wait(now) + (client.before(session) * 1000) / perSecond;
  }

  #sessionWait(client: Client<T>, bucket: TokenBucket, session: string, now: number): number {
    return bucket.wait(now) + (client.queueOf(session) * 1000) / this.#limits.admissionsPerSession;
  }
}

/** One client's bucket in one lane, and who waits for it: a queue for each session, which take turns. */
class Client<T> {
  readonly bucket: TokenBucket;
  /** The queues, in the order of their turns. */
  readonly #queues = new Map<string, Set<Waiting<T>>>();
  /** All who wait, in the order of their coming: who has waited for too long stands in front. */
  readonly #all = new Set<Waiting<T>>();

  constructor(bucket: TokenBucket) {
    this.bucket = bucket;
  }

  get empty(): boolean {
    return this.#all.size === 0;
  }

  /** How many of one session wait. */
  queueOf(session: string): number {
    return this.#queues.get(session)?.size ?? 0;
  }

  /** How many at most come in before the next one of a session. */
  before(session: string): number {
    return Math.min(this.#all.size, (this.queueOf(session) + 1) * this.#queues.size);
  }

  enqueue(waiting: Waiting<T>): void {
    this.#all.add(waiting);
    const queue = this.#queues.get(waiting.session);
    if (queue === undefined) this.#queues.set(waiting.session, new Set([waiting]));
    else queue.add(waiting);
  }

  remove(waiting: Waiting<T>): boolean {
    if (!this.#all.delete(waiting)) return false;
    const queue = this.#queues.get(waiting.session)!;
    queue.delete(waiting);
    if (queue.size === 0) this.#queues.delete(waiting.session);
    return true;
  }

  settle(now: number, sessions: Buckets, admitted: Waiting<T>[], refused: Waiting<T>[]): void {
    this.#admit(now, sessions, admitted);
    for (const waiting of this.#all) {
      if (waiting.until > now) break;
      this.remove(waiting);
      refused.push(waiting);
    }
  }

  /**
   * Whoever had a turn goes to the end, where this loop meets it again. A session whose own bucket is empty lets the others
   * pass; when all that are left have done so, nobody can come in.
   */
  #admit(now: number, sessions: Buckets, admitted: Waiting<T>[]): void {
    let passed = 0;
    for (const [session, queue] of this.#queues) {
      const bucket = sessions.get(session, now);
      if (bucket.wait(now) > 0) {
        if (++passed >= this.#queues.size) return;
      } else {
        if (this.bucket.take(now) > 0) return;
        bucket.take(now);
        const [first] = queue;
        this.remove(first!);
        admitted.push(first!);
        passed = 0;
      }
      if (this.#queues.delete(session)) this.#queues.set(session, queue);
    }
  }

  nextAt(now: number, sessions: Buckets): number {
    const [oldest] = this.#all;
    let wait = this.bucket.wait(now);
    if (wait === 0) {
      wait = Infinity;
      for (const session of this.#queues.keys()) wait = Math.min(wait, sessions.get(session, now).wait(now));
    }
    return Math.min(oldest!.until, now + wait);
  }
}

/** Buckets by name. One that is full is like a new one, so it is forgotten. */
class Buckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #byName = new Map<string, TokenBucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  get size(): number {
    return this.#byName.size;
  }

  get(name: string, now: number): TokenBucket {
    forgetSome(this.#byName, (bucket) => bucket.full(now));
    let bucket = this.#byName.get(name);
    if (bucket === undefined) this.#byName.set(name, (bucket = new TokenBucket(this.#perSecond, this.#burst)));
    return bucket;
  }
}

/** Looks at the entries that were looked at longest ago, and removes those that are idle. */
function forgetSome<V>(map: Map<string, V>, idle: (value: V) => boolean): void {
  let looks = FORGOTTEN_PER_ARRIVAL;
  for (const [key, value] of map) {
    if (looks-- === 0) return;
    map.delete(key);
    if (!idle(value)) map.set(key, value);
  }
}
