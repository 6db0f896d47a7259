import { checkOptions, NUMBER } from "../errors/options.js";

/** The state of a submission: it has not run yet, or its outcome. */
export type SubmissionState = { readonly run: true } | { readonly run: false; readonly outcome: string };

/**
 * Remembers which form submissions were answered, so that one sent again does not run its handler twice. Nodes that share
 * their users need a store that they share, as the backplane of `holdfast/redis` does.
 */
export interface SubmissionStore {
  /**
   * Claims a submission. While another claim is running, the promise waits until that one ends.
   *
   * @param key 43 characters: session, event, submission and content in one hash
   * @param session its session. The store should be bounded by session: one that sends many forms makes it forget only its own
   */
  begin(key: string, session: string): Promise<SubmissionState>;
  /** It was answered with `outcome`; or, for `undefined`, it failed and may be sent again. */
  end(key: string, outcome: string | undefined): Promise<void>;
}

/** Options of `memorySubmissions`. */
export interface MemorySubmissionsOptions {
  /** How long an answer is remembered, ms. Default 10 minutes. */
  readonly ttlMs?: number;
  /** How many answers of one session are remembered; its oldest are forgotten first. Default 100. */
  readonly maxPerSession?: number;
  /**
   * How many answers are remembered in all. At the limit a session forgets its own oldest, or, if it has none, the oldest of
   * all. Default 10,000, which is about 5 MB.
   */
  readonly max?: number;
}

interface Entry {
  readonly session: string;
  /** On a clock that does not jump: set forward, it would let an answered form run again. */
  readonly since: number;
  /** Undefined while it runs. */
  outcome: string | undefined;
  readonly ended: Ending;
}

interface Ending {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/**
 * The submissions of one node, in its memory: the default without a backplane. A restart forgets them, and then the unique
 * key in your database (`socket.submission.id`) is what keeps one order from becoming two.
 *
 * @throws {HoldfastError} `endpoint_config_invalid` for an option of another name or kind
 * @example
 * createEndpoint({ submissions: memorySubmissions({ ttlMs: 60_000 }) })
 */
export function memorySubmissions(options: MemorySubmissionsOptions = {}): SubmissionStore {
  const place = { of: "memorySubmissions", fix: "memorySubmissions({ ttlMs: 600_000 })" };
  checkOptions<MemorySubmissionsOptions>("endpoint_config_invalid", place, options, { ttlMs: NUMBER, maxPerSession: NUMBER, max: NUMBER });
  return new MemorySubmissions(options);
}

class MemorySubmissions implements SubmissionStore {
  readonly #ttlMs: number;
  readonly #maxPerSession: number;
  readonly #max: number;
  // Maps and Sets keep their order: the first is the oldest.
  readonly #known = new Map<string, Entry>();
  readonly #bySession = new Map<string, Set<string>>();

  constructor({ ttlMs = 600_000, maxPerSession = 100, max = 10_000 }: MemorySubmissionsOptions) {
    this.#ttlMs = ttlMs;
    this.#maxPerSession = maxPerSession;
    this.#max = max;
  }

  async begin(key: string, session: string): Promise<SubmissionState> {
    for (;;) {
      const entry = this.#known.get(key);
      if (entry === undefined || (entry.outcome !== undefined && performance.now() - entry.since >= this.#ttlMs)) break;
      if (entry.outcome !== undefined) return { run: false, outcome: entry.outcome };
      await entry.ended.promise;
    }
    this.#forget(key);
    const own = this.#bySession.get(session) ?? new Set();
    if (own.size >= this.#maxPerSession) this.#forgetOldest(own);
    if (this.#known.size >= this.#max && !this.#forgetOldest(own)) this.#forgetOldest(this.#known.keys());
    this.#known.set(key, { session, since: performance.now(), outcome: undefined, ended: ending() });
    this.#bySession.set(session, own.add(key));
    return { run: true };
  }

  async end(key: string, outcome: string | undefined): Promise<void> {
    const entry = this.#known.get(key);
    if (entry === undefined) return;
    if (outcome === undefined) this.#forget(key);
    else entry.outcome = outcome;
    entry.ended.resolve();
  }

  #forget(key: string): void {
    const session = this.#known.get(key)?.session;
    if (session === undefined) return;
    this.#known.delete(key);
    const keys = this.#bySession.get(session);
    keys?.delete(key);
    if (keys?.size === 0) this.#bySession.delete(session);
  }

  /** Forgets the oldest answered one. Those that still run stay, since others may wait for them. */
  #forgetOldest(keys: Iterable<string>): boolean {
    for (const key of keys) {
      if (this.#known.get(key)?.outcome === undefined) continue;
      this.#forget(key);
      return true;
    }
    return false;
  }
}

function ending(): Ending {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
