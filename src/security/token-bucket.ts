const SECOND_MS = 1000;

/**
 * Counts events against a rate without a timer: as many at once as `burst`, and `perSecond` in the long run.
 *
 * @param perSecond events per second; `Infinity`: no limit
 * @param burst events at once, at least 1
 * @param now the current time of the clock that `take` will use, ms; a bucket starts full, so precision does not matter
 * @example
 * const bucket = new TokenBucket(50, 100);
 * if (bucket.take(performance.now()) > 0) return "too fast";
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number = -Infinity) {
    this.#perSecond = perSecond;
    this.#burst = Math.max(1, burst);
    this.#tokens = this.#burst;
    this.#at = now;
  }

  /**
   * Takes one token, if there is one.
   *
   * @param now ms, always of the same clock; if it jumps back, no token is lost or gained
   * @returns 0 if the event is allowed; otherwise how long to wait for a token, ms
   * @example
   * const waitMs = bucket.take(performance.now());
   */
  take(now: number): number {
    const waitMs = this.wait(now);
    if (waitMs === 0) this.#tokens = Math.max(0, this.#tokens - 1);
    return waitMs;
  }

  /**
   * Says how long to wait for a token, and takes none.
   *
   * @param now ms, of the clock that `take` uses
   * @returns 0 if there is a token now; otherwise how long until there is one, ms
   */
  wait(now: number): number {
    this.#refill(now);
    // Sums of fractions fall slightly short, but a caller that waited as long as it was told must pass.
    return this.#tokens >= 1 - 1e-9 ? 0 : Math.ceil(((1 - this.#tokens) * SECOND_MS) / this.#perSecond);
  }

  /**
   * Whether the bucket is full: then it equals a new one and can be forgotten.
   *
   * @param now ms, of the clock that `take` uses
   */
  full(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.#burst - 1e-9;
  }

  #refill(now: number): void {
    const elapsed = now - this.#at;
    this.#at = now;
    if (this.#perSecond === Infinity) this.#tokens = this.#burst;
    else if (elapsed > 0) this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed * this.#perSecond) / SECOND_MS);
  }
}
