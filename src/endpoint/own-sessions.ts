import type { SessionValues } from "../live/index.js";
import type { Topic } from "../pubsub/index.js";
import type { OwnSessions } from "../security/index.js";

/** How an application ends sessions itself. */
export interface SessionOptions {
  /**
   * Whether the session with these values still counts. It is called after the revocations, at each request and handshake,
   * and every `everyMs` while a socket is open. Anything but `true` ends the session: a request continues as an anonymous
   * one, a socket is closed. If it throws, the answer is unknown: a request gets 503 and keeps its cookie, a socket is closed
   * and reconnects. It is not called for anonymous sessions without values.
   *
   * @example
   * check: ({ authSession }) => authSession !== undefined && db.sessions.exists(authSession)
   */
  readonly check: (session: Readonly<SessionValues>) => boolean | Promise<boolean>;
  /**
   * How often an open socket's session is checked, ms, instead of `limits.sessionCheckMs`. Due checks run every two seconds.
   * Default `limits.sessionCheckMs`, 60 s.
   */
  readonly everyMs?: number;
  /**
   * A topic on which the application announces that the session may have ended: it is then checked immediately, on every
   * node. Default: none.
   *
   * @example
   * topic: ({ authSession }) => (authSession === undefined ? undefined : authSessionEnded(authSession))
   */
  readonly topic?: (session: Readonly<SessionValues>) => Topic<unknown> | undefined;
}

/** The options as the core calls them. */
export function ownSessions(options: SessionOptions | undefined): OwnSessions | undefined {
  if (options === undefined) return undefined;
  const { check, topic } = options;
  return { check, ...(topic !== undefined && { topic: (values) => topic(values)?.name }) };
}
