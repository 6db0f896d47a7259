import type { Waiting } from "../channel/index.js";
import { Admission, networkOf, type AdmissionLimits, type Lane } from "../security/index.js";

/** A visitor: who sent the request, and whether it returns to a page that it already had. */
interface Visitor {
  readonly address: string;
  readonly sessionId: string;
  /** `rejoin`: it brings a valid page token, or a session with its CSRF token. */
  readonly lane: Lane;
}

/**
 * Limits how fast pages are rendered, sockets opened and views joined, per session and per client. It adds the clock and the
 * timer to `Admission`: requests wait here, and are refused immediately if the wait would be too long.
 */
export class Admissions {
  readonly #admission: Admission<(retryAfterMs: number | undefined) => void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: AdmissionLimits) {
    this.#admission = new Admission(limits);
  }

  /**
   * Waits for admission, at most `admissionWaitMs`.
   *
   * @returns undefined if it is admitted immediately; otherwise its place in the queue
   */
  admit({ address, sessionId, lane }: Visitor): Waiting | undefined {
    const now = performance.now();
    let answered: (retryAfterMs: number | undefined) => void = () => {};
    const answer = this.#admission.arrive({ network: networkOf(address), session: sessionId, lane }, (ms) => answered(ms), now);
    if (answer.admitted === true) return undefined;
    if (answer.admitted === false) return { answer: Promise.resolve(answer.retryAfterMs), leave: () => {} };
    this.#schedule(now);
    return {
      answer: new Promise((resolve) => void (answered = resolve)),
      leave: () => this.#admission.leave(answer.waiting),
    };
  }

  /** Admits nobody any more; sends waiting visitors away. */
  close(): void {
    clearTimeout(this.#timer);
    const { admitted, refused } = this.#admission.settle(Infinity);
    for (const { value } of [...admitted, ...refused]) value(1_000);
  }

  #schedule(now: number): void {
    clearTimeout(this.#timer);
    const next = this.#admission.nextAt(now);
    if (next === undefined) return;
    this.#timer = setTimeout(() => {
      const then = performance.now();
      const { admitted, refused } = this.#admission.settle(then);
      for (const { value } of admitted) value(undefined);
      for (const { value } of refused) value(1_000);
      this.#schedule(then);
    }, Math.max(1, Math.ceil(next - now)));
  }
}
