import { AdmissionQueue, type Arrival, type Lane, type Waiting } from "./admission-queue.js";
import type { Limits } from "./limits.js";
import { TokenBucket } from "./token-bucket.js";
import { Sweep } from "./sweep.js";
import { TokenBuckets } from "./token-buckets.js";

/** The answer to a request for admission. */
type Admitted<T> =
  | { readonly admitted: true }
  // It waits; `settle` returns it later.
  | { readonly admitted: "later"; readonly waiting: Waiting<T> }
  // It would have to wait longer than `admissionWaitMs`.
  | { readonly admitted: false; readonly retryAfterMs: number };

/** The limits that an admission needs. */
export type AdmissionLimits = Pick<Limits,
  | "admissionsPerSession" | "admissionBurstPerSession" | "admissionsPerIp" | "admissionBurstPerIp" | "rejoinsPerIp" | "rejoinBurstPerIp"
  | "admissionWaitMs">;

/**
 * Limits the rate of handshakes, joins and page renders, per session and, in two lanes, per client. Requests beyond the rate
 * wait in a queue that is fair between the sessions of a client: they take turns, so a session with a thousand joins delays
 * only its own. A request that would wait longer than `admissionWaitMs` is refused at once; one that has waited that long is
 * refused then.
 *
 * It has no clock, no timer and no I/O: the caller passes the time, and calls `settle` at `nextAt`.
 *
 * @param limits the rates, the bursts and the longest wait
 * @example
 * const admission = new Admission<() => void>(limits);
 * const answer = admission.arrive({ network, session, lane: "rejoin" }, begin, performance.now());
 * if (answer.admitted === true) begin();
 * else if (answer.admitted === "later") setTimer(admission.nextAt(performance.now()));
 * else refuse(answer.retryAfterMs);
 */
export class Admission<T> {
  readonly #limits: AdmissionLimits;
  readonly #sessions: TokenBuckets;
  readonly #clients: Readonly<Record<Lane, Map<string, AdmissionQueue<T>>>> = { new: new Map(), rejoin: new Map() };
  readonly #sweeps: Readonly<Record<Lane, Sweep<string, AdmissionQueue<T>>>> = {
    new: new Sweep(this.#clients.new), rejoin: new Sweep(this.#clients.rejoin),
  };
  /** The clients that have waiting requests. */
  readonly #queued = new Set<AdmissionQueue<T>>();
  #waiting = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    this.#sessions = new TokenBuckets(limits.admissionsPerSession, limits.admissionBurstPerSession);
  }

  /** The number of waiting requests. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The number of clients and sessions in memory; quiet ones are forgotten after a while. */
  get size(): number {
    return this.#clients.new.size + this.#clients.rejoin.size + this.#sessions.size;
  }

  /**
   * Asks for admission.
   *
   * @param arrival the client, the session and the lane
   * @param value what `settle` returns if the request must wait
   * @param now ms, of a monotonic clock
   */
  arrive(arrival: Arrival, value: T, now: number): Admitted<T> {
    const { network, session, lane } = arrival;
    const client = this.#client(network, lane, now);
    const bucket = this.#sessions.get(session, now);
    // A new request never overtakes a waiting one.
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

  /** Withdraws a waiting request, for instance because its socket has closed. */
  leave(waiting: Waiting<T>): void {
    const client = this.#clients[waiting.lane].get(waiting.network);
    if (client?.remove(waiting) !== true) return;
    this.#waiting--;
    if (client.empty) this.#queued.delete(client);
  }

  /** Admits what the rates allow by now, and refuses what has waited too long. */
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

  /** The time at which `settle` should be called, ms of the caller's clock; `undefined` if nothing waits. */
  nextAt(now: number): number | undefined {
    let next: number | undefined;
    for (const client of this.#queued) {
      const at = client.nextAt(now, this.#sessions);
      if (next === undefined || at < next) next = at;
    }
    return next;
  }

  #client(network: string, lane: Lane, now: number): AdmissionQueue<T> {
    const clients = this.#clients[lane];
    const known = clients.get(network);
    this.#sweeps[lane].step((client) => client !== known && client.empty && client.bucket.full(now));
    if (known !== undefined) return known;
    const { admissionsPerIp, admissionBurstPerIp, rejoinsPerIp, rejoinBurstPerIp } = this.#limits;
    const rate = lane === "new" ? new TokenBucket(admissionsPerIp, admissionBurstPerIp) : new TokenBucket(rejoinsPerIp, rejoinBurstPerIp);
    const client = new AdmissionQueue<T>(rate);
    clients.set(network, client);
    return client;
  }

  /** How long it takes, at most, until the client's bucket has a token for another request of this session, ms. */
  #clientWait(client: AdmissionQueue<T>, lane: Lane, session: string, now: number): number {
    const perSecond = lane === "new" ? this.#limits.admissionsPerIp : this.#limits.rejoinsPerIp;
    return client.bucket.wait(now) + (client.before(session) * 1000) / perSecond;
  }

  #sessionWait(client: AdmissionQueue<T>, bucket: TokenBucket, session: string, now: number): number {
    return bucket.wait(now) + (client.queueOf(session) * 1000) / this.#limits.admissionsPerSession;
  }
}
