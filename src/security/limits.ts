import { HoldfastError } from "../errors/index.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;
const MIB = 1024 * KIB;

/** Everything that a client can count, and its cap. `Infinity` takes a cap away. */
export interface Limits {
  /** The longest `Set-Cookie` of the session, bytes. Browsers drop longer ones in silence. Default 4096. */
  readonly cookieBytes: number;
  /** How long a session lives from log-in, whatever its user does, ms. Default 14 days. */
  readonly sessionMaxAgeMs: number;
  /** How long a session lives without a request, ms; 0 is off. Default 0. */
  readonly sessionIdleMs: number;
  /** How often an open socket's session is checked again, ms. Default 60 s. */
  readonly sessionCheckMs: number;
  /** How long after its rendering a page may be joined, ms; never longer than its session. Default 24 h. */
  readonly pageTokenMs: number;
  /** How long a flash waits for the page it is for, ms. Default 60 s. */
  readonly flashMs: number;
  /** How long an allowed upload may wait for its start, ms. Default 10 min. */
  readonly uploadTokenMs: number;
  /** The longest text message, bytes. Default 64 KiB. */
  readonly textFrameBytes: number;
  /** The longest binary message, bytes. Default 128 KiB. */
  readonly binaryFrameBytes: number;
  /** Into how many frames a message may be cut. Default 64. */
  readonly fragments: number;
  /** How long a socket may be open before its first join, ms. Default 10 s. */
  readonly firstJoinMs: number;
  /** How long a socket may be silent (the client's heartbeat is every 30 s), ms. Default 60 s. */
  readonly idleMs: number;
  /** How long a client may take to answer a close before the connection is cut, ms. Default 2 s. */
  readonly closeGraceMs: number;
  /** Topics joined on one socket at a time. Default 64. */
  readonly topicsPerSocket: number;
  /** Open sockets of one session (tabs). Default 20. */
  readonly socketsPerSession: number;
  /** Open sockets of one client: an IPv4 address, an IPv6 network of 64 bits. Default 200. Behind a proxy say so: `trustProxy`. */
  readonly socketsPerIp: number;
  /** Events of one socket, per second, in the long run. Default 50. */
  readonly eventsPerSecond: number;
  /** Events of one socket at once, on top of a quiet time. Default 100. */
  readonly eventBurst: number;
  /** Messages waiting for one view. Default 64. */
  readonly mailbox: number;
  /** How deep the objects and arrays of a payload may nest. Default 32. */
  readonly jsonDepth: number;
  /** Object keys in a payload, all objects together. Default 1,000. */
  readonly jsonKeys: number;
  /** Array items in a payload, all arrays together. Default 10,000. */
  readonly jsonItems: number;
  /** The longest string or key in a payload, UTF-16 units. Default 10,000. */
  readonly jsonString: number;
  /** Fields of a form. Default 1,000. */
  readonly formFields: number;
  /** Brackets in the name of a form's field: `a[b][c]` has two. Default 10. */
  readonly formDepth: number;
  /** Unsent bytes of a socket from which on renders wait and become one. Default 1 MiB. */
  readonly outgoingSoftBytes: number;
  /** Unsent bytes of a socket at which it is closed. Default 8 MiB. */
  readonly outgoingHardBytes: number;
  /** Stream items and pushed events that wait for a slow reader, per view, beyond which its socket is closed. Default 10,000. */
  readonly outgoingItems: number;
  /** Live components of one page. Default 10,000. */
  readonly components: number;
  /** Crashes of one view within `crashWindowMs` after which it is not started again. Default 5. */
  readonly crashBudget: number;
  /** The time in which `crashBudget` counts, ms. Default 60 s. */
  readonly crashWindowMs: number;
  /** How often a view may patch itself in a row. Default 20. */
  readonly patchesInARow: number;
  /** Which part of the sockets is closed in one step of a drain, 0 to 1. Default 0.1. */
  readonly drainStepFraction: number;
  /** The time between two steps of a drain, ms. Default 2 s. */
  readonly drainStepMs: number;
  /** How long a drain may take, ms. Default 30 s. */
  readonly drainMaxMs: number;
}

/** The limits of an endpoint that does not say otherwise. */
export const defaultLimits: Readonly<Limits> = Object.freeze({
  cookieBytes: 4096,
  sessionMaxAgeMs: 14 * DAY,
  sessionIdleMs: 0,
  sessionCheckMs: MINUTE,
  pageTokenMs: DAY,
  flashMs: MINUTE,
  uploadTokenMs: 10 * MINUTE,
  textFrameBytes: 64 * KIB,
  binaryFrameBytes: 128 * KIB,
  fragments: 64,
  firstJoinMs: 10 * SECOND,
  idleMs: MINUTE,
  closeGraceMs: 2 * SECOND,
  topicsPerSocket: 64,
  socketsPerSession: 20,
  socketsPerIp: 200,
  eventsPerSecond: 50,
  eventBurst: 100,
  mailbox: 64,
  jsonDepth: 32,
  jsonKeys: 1000,
  jsonItems: 10_000,
  jsonString: 10_000,
  formFields: 1000,
  formDepth: 10,
  outgoingSoftBytes: MIB,
  outgoingHardBytes: 8 * MIB,
  outgoingItems: 10_000,
  components: 10_000,
  crashBudget: 5,
  crashWindowMs: MINUTE,
  patchesInARow: 20,
  drainStepFraction: 0.1,
  drainStepMs: 2 * SECOND,
  drainMaxMs: 30 * SECOND,
});

/**
 * The limits of an endpoint: the defaults, with the application's own in their place.
 *
 * @param overrides positive numbers or `Infinity`; `sessionIdleMs` may be 0; `undefined` means the default
 * @throws {HoldfastError} `endpoint_config_invalid` for an unknown name or a number that cannot be a limit
 * @example
 * resolveLimits({ textFrameBytes: 256 * 1024 }).textFrameBytes // 262144
 */
export function resolveLimits(
  overrides: { readonly [Name in keyof Limits]?: number | undefined } = {},
): Limits {
  const limits: { -readonly [Name in keyof Limits]: number } = { ...defaultLimits };
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      const known = Object.keys(defaultLimits).join(", ");
      throw invalid(`There is no limit ${JSON.stringify(name)}.`, known, name);
    }
    if (value === undefined) continue;
    const usable = typeof value === "number" && (value > 0 || (value === 0 && name === "sessionIdleMs"));
    if (!usable) {
      throw invalid(`The limit ${name} is not usable.`, "a positive number or Infinity", String(value));
    }
    limits[name as keyof Limits] = value;
  }
  if (limits.drainStepFraction > 1) {
    const got = String(limits.drainStepFraction);
    throw invalid("The limit drainStepFraction is not a fraction.", "0 to 1", got);
  }
  if (limits.outgoingHardBytes < limits.outgoingSoftBytes) {
    throw invalid(
      "The limit outgoingHardBytes is below outgoingSoftBytes.",
      `at least ${limits.outgoingSoftBytes}`,
      String(limits.outgoingHardBytes),
    );
  }
  return Object.freeze(limits);
}

function invalid(what: string, expected: string, got: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", { what, expected, got });
}

/** The longest delay of a timer, ms: Node fires one with a longer delay at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/**
 * Counts events against a rate without a timer: as many at once as `burst`, and `perSecond` in the long run.
 *
 * @param perSecond events per second; `Infinity`: no limit
 * @param burst events at once, at least 1
 * @param now the time of the clock that `take` will use, ms; a bucket starts full, so it hardly matters
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
   * @param now ms, of any clock as long as it is always the same one; if it jumps back, no token is lost or
   * won
   * @returns 0 if the event is allowed; else how long to wait for a token, ms
   * @example
   * const waitMs = bucket.take(performance.now());
   */
  take(now: number): number {
    if (this.#perSecond === Infinity) return 0;
    const elapsed = now - this.#at;
    this.#at = now;
    if (elapsed > 0) {
      this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed * this.#perSecond) / SECOND);
    }
    // Sums of fractions fall short by a hair: who has waited as long as told must pass.
    if (this.#tokens >= 1 - 1e-9) {
      this.#tokens = Math.max(0, this.#tokens - 1);
      return 0;
    }
    return Math.ceil(((1 - this.#tokens) * SECOND) / this.#perSecond);
  }
}

/**
 * Whether a parsed JSON value is small enough to be handed on. Does not recurse, and stops at the first
 * excess.
 *
 * @param value what `JSON.parse` returned
 * @param limits depth (a scalar has 0, `[]` has 1), all object keys, all array items, the longest string or
 * key
 * @example
 * withinJsonLimits({ a: [[1]] }, { ...defaultLimits, jsonDepth: 2 }) // false
 */
export function withinJsonLimits(
  value: unknown,
  limits: Pick<Limits, "jsonDepth" | "jsonKeys" | "jsonItems" | "jsonString">,
): boolean {
  const { jsonDepth, jsonKeys, jsonItems, jsonString } = limits;
  if (typeof value === "string") return value.length <= jsonString;
  if (typeof value !== "object" || value === null) return true;
  let keys = 0;
  let items = 0;
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > jsonDepth) return false;
    const next: object[] = [];
    for (const container of level) {
      let children: readonly unknown[];
      if (Array.isArray(container)) {
        children = container;
        if ((items += children.length) > jsonItems) return false;
      } else {
        const names = Object.keys(container);
        if ((keys += names.length) > jsonKeys) return false;
        for (const name of names) if (name.length > jsonString) return false;
        children = Object.values(container) as unknown[];
      }
      for (const child of children) {
        if (typeof child === "string") {
          if (child.length > jsonString) return false;
        } else if (typeof child === "object" && child !== null) {
          next.push(child);
        }
      }
    }
    level = next;
  }
  return true;
}
