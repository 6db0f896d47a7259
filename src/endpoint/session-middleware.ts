import type { Context, MiddlewareHandler } from "hono";
import { isPromise } from "../mailbox/index.js";
import { isSecure, longPollOf, setEnvironment, upgradeOf, type Environment } from "./environment.js";
import { nameRoute } from "./request-span.js";
import { RequestSession } from "./request-session.js";
import { setSession } from "./session.js";
import { isSafe, type UnsafeRequests } from "./unsafe-requests.js";

/** Options of the session's middleware. */
interface SessionMiddlewareOptions {
  readonly unsafe: UnsafeRequests;
  /** The page that says why a request was refused. */
  readonly refused: (c: Context, error: unknown) => Response;
}

/** Loads and writes the session, and checks unsafe requests, for pages and handshakes alike. */
export function sessionMiddleware(environment: Environment, { unsafe, refused }: SessionMiddlewareOptions): MiddlewareHandler {
  const secure = isSecure(environment);
  return async (c, next) => {
    let session: RequestSession;
    try {
      const loaded = RequestSession.load(c, environment, secure);
      session = isPromise(loaded) ? await loaded : loaded;
    } catch (error) {
      c.res = refused(c, error);
      return;
    }
    setSession(c, session);
    setEnvironment(c, environment);
    if (!isSafe(c.req.method)) {
      try {
        // No token can belong to a session that begins with this request.
        await unsafe.check(c, session.held ? session.data.id : undefined);
      } catch (error) {
        c.res = refused(c, error);
        return;
      }
    }
    await next();
    nameRoute(c);
    // Browsers send polls and heartbeats without their user, so they must not keep a session alive: see `KEEP_SESSION`.
    if (upgradeOf(c) !== undefined || longPollOf(c) !== undefined) return;
    const written = session.write(c);
    if (isPromise(written)) await written;
  };
}
