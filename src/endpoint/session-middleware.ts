import type { Context, MiddlewareHandler } from "hono";
import { StatusError } from "../errors/index.js";
import { isPromise } from "../live/index.js";
import { verifyCsrf } from "../security/index.js";
import { isSecure, originOf, upgradeOf, type Environment } from "./environment.js";
import { RequestSession } from "./request-session.js";
import { setSession } from "./session.js";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
/** What a form may weigh before its token has been seen; larger bodies send the token as a header. */
const MAX_FORM_BYTES = 1024 * 1024;

/** How long a client waits before it asks again whether the store of revocations is back, seconds. */
const RETRY_AFTER_S = "5";

/** What the session's middleware is given. */
interface SessionMiddlewareOptions {
  /** Paths whose unsafe requests need no token. */
  readonly csrfExempt: ((path: string) => boolean) | undefined;
  /** The page that says why a request does not pass. */
  readonly refused: (c: Context, error: unknown) => Response;
}

/** Loads and writes the session, and checks the CSRF token of unsafe requests: for pages and handshakes alike. */
export function sessionMiddleware(environment: Environment, { csrfExempt, refused }: SessionMiddlewareOptions): MiddlewareHandler {
  const secure = isSecure(environment);
  return async (c, next) => {
    let session: RequestSession;
    try {
      const loaded = RequestSession.load(c, environment, secure);
      session = isPromise(loaded) ? await loaded : loaded;
    } catch (error) {
      c.res = refused(c, error);
      c.res.headers.set("retry-after", RETRY_AFTER_S);
      return;
    }
    setSession(c, session);
    if (!SAFE_METHODS.has(c.req.method) && !csrfExempt?.(c.req.path)) {
      try {
        await checkCsrf(c, session, environment);
      } catch (error) {
        c.res = refused(c, error);
        return;
      }
    }
    await next();
    if (upgradeOf(c) !== undefined) return;
    const written = session.write(c);
    if (isPromise(written)) await written;
  };
}

async function checkCsrf(c: Context, session: RequestSession, environment: Environment): Promise<void> {
  const origin = c.req.header("origin");
  if (origin !== undefined && !environment.origins.allows(origin, originOf(c, environment))) {
    throw new StatusError(403, "foreign origin");
  }
  // No token can be a session's that begins with this request, so its body is not read.
  if (!session.held) throw new StatusError(403, "no session");
  let token: unknown = c.req.header("x-csrf-token");
  const type = c.req.header("content-type") ?? "";
  if (token === undefined && /^(?:application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)) {
    const length = Number(c.req.header("content-length") ?? NaN);
    if (!(length <= MAX_FORM_BYTES)) throw new StatusError(413, "form too big, or without a length");
    token = (await c.req.parseBody())["_csrf_token"];
  }
  if (!verifyCsrf(token, session.data.id)) {
    throw new StatusError(403, "CSRF token missing or not this session's");
  }
}
