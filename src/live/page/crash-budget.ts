import type { Limits } from "../../security/index.js";

/** Beyond this many remembered pages, those whose crashes are long past are forgotten. */
const REMEMBERED = 1_000;

/**
 * How often one user's page has crashed of late. A view that crashes on every mount would come back for ever: beyond the
 * budget its page is an error page, which joins nothing, until the window has passed.
 */
export class CrashBudget {
  readonly #limits: Pick<Limits, "crashBudget" | "crashWindowMs">;
  readonly #now: () => number;
  /** When each page crashed, ms epoch, the latest last. */
  readonly #crashes = new Map<string, number[]>();

  constructor(limits: Pick<Limits, "crashBudget" | "crashWindowMs">, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  /** One more crash of this session's page. */
  record(sessionId: string, page: string): void {
    const key = `${sessionId} ${page}`;
    const since = this.#now() - this.#limits.crashWindowMs;
    const recent = (this.#crashes.get(key) ?? []).filter((at) => at > since);
    recent.push(this.#now());
    this.#crashes.set(key, recent.slice(-Math.min(this.#limits.crashBudget, REMEMBERED)));
    if (this.#crashes.size > REMEMBERED) this.#forget(since);
  }

  /** Whether the page has used up its budget. */
  spent(sessionId: string, page: string): boolean {
    const crashes = this.#crashes.get(`${sessionId} ${page}`);
    if (crashes === undefined || crashes.length < this.#limits.crashBudget) return false;
    return crashes[0]! > this.#now() - this.#limits.crashWindowMs;
  }

  #forget(since: number): void {
    for (const [key, crashes] of this.#crashes) if (crashes.at(-1)! <= since) this.#crashes.delete(key);
  }
}
