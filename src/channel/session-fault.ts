import { isEmptySession, type SessionData, type SessionValidity } from "../security/index.js";

/** Closes a socket whose session has expired or was ended: its client comes back, and its page is loaded anew. */
const SESSION_ENDED = "session ended";

/**
 * Closes a socket whose session could not be checked, because the store of revocations or the application's check failed. The
 * session still counts: handshakes are answered with 503 until it can be checked, and then the page joins again, with what its
 * user has typed.
 */
const SESSION_UNCHECKED = "session unchecked";

/** Returns the reason to close the sockets of a session; undefined if the session counts. */
export async function sessionFault(sessions: SessionValidity, session: SessionData): Promise<string | undefined> {
  if (session.expiresAt <= Date.now()) return SESSION_ENDED;
  try {
    return (await sessions.ended(session)) ? SESSION_ENDED : undefined;
  } catch {
    // Without an answer nobody may stay logged in. An empty session grants nothing that could have been revoked.
    return isEmptySession(session) ? undefined : SESSION_UNCHECKED;
  }
}
