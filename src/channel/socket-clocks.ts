import type { Frame } from "../protocol/index.js";
import type { Limits, SessionData } from "../security/index.js";
import { SESSION_IDLE } from "./registry.js";
import { isUse } from "./user-activity.js";

/** The socket whose clocks these are. */
export interface TimedSocket {
  readonly session: SessionData | undefined;
  /** How many topics are joined, or being joined. */
  readonly topicCount: number;
  /** True while we do not read the client: then its silence is our doing. */
  readonly paused: boolean;
  /** True while more than the soft limit is queued for sending. */
  readonly congested: boolean;
}

/** A cookie that is older than this share of `sessionIdleMs` is renewed when its user does something. */
const KEEP_SHARE = 1 / 4;

/** Tracks when a socket's client was last heard, when its user last did something, and since when it has not been reading. */
export class SocketClocks {
  readonly #limits: Limits;
  #openedAt = Date.now();
  #heardAt = this.#openedAt;
  #activeAt = this.#openedAt;
  #checkedAt = this.#openedAt;
  #congestedSince: number | undefined;
  #joined = false;
  /** How old its session's cookie may become while its user is active, ms. */
  readonly #keepMs: number;
  /** When the cookie was written, or its client was asked to have it written. */
  #keptAt: number;

  /** @param session the session of its handshake */
  constructor(limits: Limits, session: SessionData | undefined) {
    this.#limits = limits;
    this.#keepMs = session !== undefined && limits.sessionIdleMs > 0 ? limits.sessionIdleMs * KEEP_SHARE : Infinity;
    this.#keptAt = session?.seenAt ?? this.#openedAt;
  }

  /** When the user last did something, ms epoch. */
  get activeAt(): number {
    return this.#activeAt;
  }

  /** The client sent something, or could not because it was not read. */
  heard(now = Date.now()): void {
    this.#heardAt = now;
  }

  /**
   * A frame, but no heartbeat, was just heard.
   *
   * @returns whether the browser must make a request, because its user is active and the session's cookie does not know it
   */
  received(frame: Frame): boolean {
    if (!isUse(frame, this.#joined)) return false;
    const now = this.#heardAt;
    this.#activeAt = now;
    if (now - this.#keptAt < this.#keepMs) return false;
    this.#keptAt = now;
    return true;
  }

  /** Whether its session has ended because its user did nothing for `sessionIdleMs`: known here before the sweep sees it. */
  sessionIdle({ session }: TimedSocket, now: number): boolean {
    const { sessionIdleMs } = this.#limits;
    return session !== undefined && sessionIdleMs > 0 && now - this.#activeAt > sessionIdleMs;
  }

  /** A join was answered with ok. */
  joined(): void {
    this.#joined = true;
  }

  /** More than the soft limit is waiting to be sent. */
  congested(): void {
    this.#congestedSince ??= Date.now();
  }

  /** Returns why the socket must be closed: it is idle, has joined nothing in time, or does not read. Undefined if it may stay. */
  overdue(socket: TimedSocket, now: number): string | undefined {
    this.#notAfter(now);
    const { firstJoinMs, idleMs, stalledMs } = this.#limits;
    if (this.sessionIdle(socket, now)) return SESSION_IDLE;
    // A refused join does not count as the first join, and a pending one may become it.
    if (!this.#joined && socket.topicCount === 0 && now - this.#openedAt > firstJoinMs) return "no join";
    if (!socket.paused && now - this.#heardAt > idleMs) return "idle";
    if (!socket.congested) this.#congestedSince = undefined;
    else if (now - (this.#congestedSince ??= now) > stalledMs) return "too slow";
    return undefined;
  }

  /** Moves times in the future back to now: if the clock was set back, each period starts over instead of growing by as much. */
  #notAfter(now: number): void {
    this.#openedAt = Math.min(this.#openedAt, now);
    this.#heardAt = Math.min(this.#heardAt, now);
    this.#activeAt = Math.min(this.#activeAt, now);
    this.#keptAt = Math.min(this.#keptAt, now);
    if (this.#congestedSince !== undefined) this.#congestedSince = Math.min(this.#congestedSince, now);
  }

  /** Whether the session must be checked again; if so, it counts as checked. */
  checkDue({ expiresAt }: SessionData, now: number): boolean {
    // Not `now - checkedAt` alone: if the clock was set back, nobody knows how long ago that was.
    if (now >= this.#checkedAt && now - this.#checkedAt < this.#limits.sessionCheckMs && now < expiresAt) return false;
    this.#checkedAt = now;
    return true;
  }
}
