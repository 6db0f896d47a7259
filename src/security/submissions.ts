/** What became of a submission that is sent once more: nobody has run it yet, or its outcome. */
export type SubmissionState = { readonly run: true } | { readonly run: false; readonly outcome: string };

/**
 * Remembers which submissions of forms were answered, so that sending one again runs no handler twice. Nodes that share
 * their users need a store that they share: `begin` is one compare-and-set with an expiry (`SET key … NX PX` in Redis).
 */
export interface SubmissionStore {
  /**
   * Claims a submission. While somebody else runs it, the promise waits for the end.
   *
   * @param key 43 characters: session, event, submission and content in one hash
   */
  begin(key: string): Promise<SubmissionState>;
  /** It was answered with `outcome`; or, for `undefined`, it failed and may be sent again. */
  end(key: string, outcome: string | undefined): Promise<void>;
}

/** Options of `memorySubmissions`. */
export interface MemorySubmissionsOptions {
  /** How long an answer is remembered, ms. Default 10 minutes. */
  readonly ttlMs?: number;
  /** How many answers are remembered; the oldest are forgotten first. Default 10,000, which is about 2 MiB. */
  readonly max?: number;
}

interface Entry {
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
 * The submissions of one node, in its memory: the default without a backplane. A restart forgets them, and then the unique key in your database
 * (`socket.submission.id`) is what keeps one order from becoming two.
 *
 * @example
 * createEndpoint({ submissions: memorySubmissions({ ttlMs: 60_000 }) })
 */
export function memorySubmissions({ ttlMs = 600_000, max = 10_000 }: MemorySubmissionsOptions = {}): SubmissionStore {
  const known = new Map<string, Entry>();
  return {
    async begin(key) {
      for (;;) {
        const entry = known.get(key);
        if (entry === undefined || (entry.outcome !== undefined && Date.now() - entry.since >= ttlMs)) break;
        if (entry.outcome !== undefined) return { run: false, outcome: entry.outcome };
        await entry.ended.promise;
      }
      known.delete(key);
      // A Map keeps its order: the first is the oldest. What still runs stays, since others may wait for its end.
      for (const [oldest, { outcome }] of known) {
        if (known.size < max) break;
        if (outcome !== undefined) known.delete(oldest);
      }
      known.set(key, { since: Date.now(), outcome: undefined, ended: ending() });
      return { run: true };
    },
    async end(key, outcome) {
      const entry = known.get(key);
      if (entry === undefined) return;
      if (outcome === undefined) known.delete(key);
      else entry.outcome = outcome;
      entry.ended.resolve();
    },
  };
}

function ending(): Ending {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
