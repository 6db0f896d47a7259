import type { ConnectInfo } from "../live/index.js";
import type { SessionData } from "../security/index.js";

/** What is known about a connection once its handshake is accepted. */
export interface Handshake {
  readonly session: SessionData | undefined;
  /** Whether the session or the CSRF token is invalid: joins are answered `stale`, which makes the client reload the page. */
  readonly stale: boolean;
  /** The page's origin: joins must come from its URLs. */
  readonly origin: string;
  /** What views may know about the client. */
  readonly info: ConnectInfo;
}
