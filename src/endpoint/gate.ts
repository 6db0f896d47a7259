import type { Context, MiddlewareHandler } from "hono";
import { isPromise } from "../mailbox/index.js";
import { isSecure, upgradeOf, type Environment } from "./environment.js";
import { RequestSession } from "./session.js";
import { isSafe, type UnsafeRequests } from "./unsafe-requests.js";

/** What a gate is given. */
interface GateOptions {
  readonly unsafe: UnsafeRequests;
  /** The page that says why a request does not pass. */
  readonly refused: (c: Context, error: unknown) => Response;
}

/** Session and CSRF check, for pages and handshakes alike. */
export function sessionGate(environment: Environment, { unsafe, refused }: GateOptions): MiddlewareHandler {
  const secure = isSecure(environment);
  return async (c, next) => {
    const loaded = RequestSession.load(c, environment, secure);
    const session = isPromise(loaded) ? await loaded : loaded;
    c.set("session", session);
    if (!isSafe(c.req.method)) {
      try {
        await unsafe.check(c, session.data.id);
      } catch (error) {
        c.res = refused(c, error);
        return;
      }
    }
    await next();
    if (upgradeOf(c) === undefined) session.write(c);
  };
}
