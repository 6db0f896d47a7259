import type { RevocationStore } from "./revocation.js";
import { sessionRevoked, type SessionData } from "./session.js";

/** Whether the application has ended a session: by a row in its database, or in that of an authentication library. */
export interface OwnSessions {
  /** Whether the session with these values is still valid. Anything but `true` ends it. */
  check(values: SessionData["values"]): boolean | Promise<boolean>;
  /** The name of the topic whose messages say that it may have ended; undefined for none. */
  topic?(values: SessionData["values"]): string | undefined;
}

/**
 * Decides whether a genuine, unexpired session has been ended. Either of two can end it: the store of
 * revocations (log-outs, `endSessions`), which is asked first, and the application. Neither can bring back what the other has
 * ended.
 */
export class SessionValidity {
  readonly #revocations: RevocationStore;
  readonly #own: OwnSessions | undefined;

  constructor(revocations: RevocationStore, own?: OwnSessions) {
    this.#revocations = revocations;
    this.#own = own;
  }

  /**
   * Whether it has been ended. Synchronous if both are.
   *
   * @throws what the store or the application throws: then nobody knows whether it ended, and nothing that needs the session may run
   */
  ended(session: SessionData): boolean | Promise<boolean> {
    const revoked = sessionRevoked(this.#revocations, session);
    return typeof revoked === "boolean" ? this.#decide(revoked, session) : revoked.then((known) => this.#decide(known, session));
  }

  /** The topic whose messages say that the session may have ended. */
  topic(session: SessionData): string | undefined {
    return isEmptySession(session) ? undefined : this.#own?.topic?.(session.values);
  }

  #decide(revoked: boolean, session: SessionData): boolean | Promise<boolean> {
    if (revoked || this.#own === undefined || isEmptySession(session)) return revoked;
    const counts: boolean | PromiseLike<boolean> = this.#own.check(session.values);
    return typeof counts === "object" && counts !== null ? Promise.resolve(counts).then((known) => known !== true) : counts !== true;
  }
}

/** Whether a session is anonymous and holds nothing: then it grants nothing, and nobody needs to be asked. */
export function isEmptySession({ loggedIn, liveSocketId, values }: SessionData): boolean {
  return loggedIn !== true && liveSocketId === undefined && Object.keys(values).length === 0;
}
