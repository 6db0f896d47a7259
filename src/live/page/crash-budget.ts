import type { Limits } from "../../security/index.js";

/**
 * Counts the crashes of one user's page, and the refused joins after which the client loads it again. A view that crashes on every
 * mount would otherwise be mounted again forever, and a page whose join refuses what its GET admits would be loaded forever: beyond
 * the budget it is an error page, which joins nothing, until the window has passed.
 *
 * Pages are ordered by their latest crash, so those to forget come first, and the cost of a crash does not grow with the
 * number of crashed pages.
 *
 * @param limits `crashBudget` crashes within `crashWindowMs`
 * @param now a clock that does not jump, ms: set back, it would leave a page in its error for as long. Default `performance.now`
 * @example
 * crashes.record(session.id, "/posts/:id");
 * if (crashes.spent(session.id, "/posts/:id")) throw new StatusError(500, "the page crashes, or its join is refused, too often");
 */
export class CrashBudget {
  readonly #limits: Pick<Limits, "crashBudget" | "crashWindowMs">;
  readonly #now: () => number;
  /** When each page crashed, ms, latest last; the page that crashed last comes last. */
  readonly #crashes = new Map<string, readonly number[]>();

  constructor(limits: Pick<Limits, "crashBudget" | "crashWindowMs">, now = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** How many pages are remembered. */
  get size(): number {
    return this.#crashes.size;
  }

  /** Counts one more crash of this session's page. */
  record(sessionId: string, page: string): void {
    const { crashBudget, crashWindowMs } = this.#limits;
    // Without a limit there is nothing to remember.
    if (crashBudget === Infinity) return;
    const now = this.#now();
    this.#forget(now - crashWindowMs);
    const key = `${sessionId} ${page}`;
    const crashes = [...(this.#crashes.get(key) ?? []), now].slice(-Math.ceil(crashBudget));
    this.#crashes.delete(key);
    this.#crashes.set(key, crashes);
  }

  /** Whether the page has used up its budget. */
  spent(sessionId: string, page: string): boolean {
    const crashes = this.#crashes.get(`${sessionId} ${page}`) ?? [];
    const [oldest] = crashes;
    if (oldest === undefined || crashes.length < this.#limits.crashBudget) return false;
    return oldest > this.#now() - this.#limits.crashWindowMs;
  }

  /** Forgets all crashes, in development, when the code that crashed has been replaced. */
  clear(): void {
    this.#crashes.clear();
  }

  /** Forgets the pages whose latest crash no longer counts. */
  #forget(since: number): void {
    for (const [key, crashes] of this.#crashes) {
      if (crashes.at(-1)! > since) return;
      this.#crashes.delete(key);
    }
  }
}
