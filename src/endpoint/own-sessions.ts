import type { SessionValues } from "../live/index.js";
import type { Topic } from "../pubsub/index.js";
import type { OwnSessions } from "../security/index.js";

/** How an application ends sessions by itself. */
export interface SessionOptions {
  /**
   * Whether the session with these values still counts. It is asked behind the revocations, at each request and handshake, and
   * each `everyMs` while a socket is open. Anything but `true` ends the session for whoever asked: a request goes on as an
   * anonymous one, a socket is closed. If it throws, nobody knows: a request is answered 503 and keeps its cookie, a socket is
   * closed and comes back. It is not asked for anonymous sessions without values.
   *
   * @example
   * check: ({ authSession }) => authSession !== undefined && db.sessions.exists(authSession)
   */
  readonly check: (session: Readonly<SessionValues>) => boolean | Promise<boolean>;
  /**
   * How often an open socket's session is checked, ms: in the place of `limits.sessionCheckMs`. Sockets are looked over every two
   * seconds. Default `limits.sessionCheckMs`, 60 s.
   */
  readonly everyMs?: number;
  /**
   * A topic on which the application says that the session may have ended: then it is checked at once, on every node. Default:
   * none.
   *
   * @example
   * topic: ({ authSession }) => (authSession === undefined ? undefined : authSessionEnded(authSession))
   */
  readonly topic?: (session: Readonly<SessionValues>) => Topic<unknown> | undefined;
}

/** The options as the core asks them. */
export function ownSessions(options: SessionOptions | undefined): OwnSessions | undefined {
  if (options === undefined) return undefined;
  const { check, topic } = options;
  return { check, ...(topic !== undefined && { topic: (values) => topic(values)?.name }) };
}
