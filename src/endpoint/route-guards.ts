import type { Context, ErrorHandler, Hono } from "hono";
import type { GuardRedirect, GuardVerdict, PageGuard, PageRoute } from "../channel/index.js";
import { FLASH_COOKIE } from "./request-session.js";
import { localPath } from "../security/index.js";
import type { Bindings, Exchange, GuardedRequest } from "./adapter.js";
import { bindingsOf } from "./environment.js";
import { PASSED } from "./pass-guard.js";
import { PlainRoutes } from "./plain-routes.js";

/** Headers of a handshake that describe the socket and not its page. */
const OF_THE_SOCKET = /^(?:connection|upgrade|sec-websocket-.*|sec-fetch-.*|content-length|transfer-encoding)$/;

/**
 * Asks a page's middleware whether the page may be joined, navigated to live, or patched to, so that whatever guards a page's
 * GET also guards its socket. The request is the page's GET, with the headers of the socket's handshake, through the whole
 * app. It ends at the live route, or at the `renderLive` of a plain one, which render nothing. For a view that has answered another
 * method than GET it ends before the handler, which need not be safe to repeat.
 *
 * Live pages without middleware of the application are skipped: the session and the origin were checked at the handshake.
 */
export class RouteGuards {
  readonly #app: Hono;
  readonly #plain: PlainRoutes;
  /** The application's handlers. */
  readonly #foreign: ReadonlySet<unknown>;

  /**
   * @param foreign the handlers that the application has registered
   * @param failed the app's answer to an error
   */
  constructor(app: Hono, foreign: readonly unknown[], failed: ErrorHandler) {
    this.#app = app;
    this.#plain = new PlainRoutes(app, failed);
    this.#foreign = new Set(foreign);
  }

  /**
   * Makes the guard of one socket; undefined if the application has no handlers. It lives as long as the socket, so it keeps what a
   * request is made of and not the handshake's context.
   */
  of(c: Context): PageGuard | undefined {
    if (this.#foreign.size === 0) return undefined;
    const exchange: Exchange = { peer: bindingsOf(c).holdfast?.peer };
    return this.#guard(headersOf(c), { ...(c.env as object | undefined), holdfast: exchange });
  }

  #guard(headers: readonly string[], env: Bindings): PageGuard {
    return (uri, route) => {
      const gets = typeof route === "string" && route.startsWith("GET ");
      const app = typeof route !== "string" || gets ? this.#app : this.#plain.before(route);
      if (app === undefined) return NO_ROUTE;
      return gets || this.#isGuarded(app, uri) ? this.#ask(app, new Request(uri, { headers: pairs(headers) }), route, env) : NOT_GUARDED;
    };
  }

  #isGuarded(app: Hono, { href }: URL): boolean {
    // Hono reads only the URL, and a whole Request would cost a third of a join.
    const path = app.getPath({ url: href } as Request);
    const [matches] = app.router.match("GET", path);
    return matches.some(([[handler]]) => this.#foreign.has(handler));
  }

  async #ask(app: Hono, request: Request, route: PageRoute, env: Bindings): Promise<GuardVerdict> {
    let passed: GuardVerdict | undefined;
    const guarded: GuardedRequest = {
      pass(reached, get) {
        if (reached === route) passed = { passed: true, get };
      },
    };
    const response = await app.fetch(request, { ...env, holdfast: { ...env.holdfast!, guarded } } satisfies Bindings);
    // Nobody reads it, and it may be a stream that holds a file open.
    void response.body?.cancel().catch(() => {});
    // Middleware that let the request through and then answered something else has refused it. The handler of a plain route may have made
    // another page of its view's.
    if (passed !== undefined && (typeof route === "string" ? response.ok : response.status === PASSED)) return passed;
    return { passed: false, status: response.status, redirect: redirectOf(request, response) };
  }
}

/** The handshake's headers that a page's GET would have, names and values in turn. */
function headersOf(c: Context): readonly string[] {
  return [...c.req.raw.headers].filter(([name]) => !OF_THE_SOCKET.test(name)).flat();
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

const NOT_GUARDED: Promise<GuardVerdict> = Promise.resolve({ passed: true, get: () => undefined });
const NO_ROUTE: Promise<GuardVerdict> = Promise.resolve({ passed: false, status: 404, redirect: undefined });

/** Where a response sends its user, if that is a path of this application. */
function redirectOf(request: Request, response: Response): GuardRedirect | undefined {
  const location = response.headers.get("location");
  if (location === null || response.status < 300 || response.status > 399) return undefined;
  const { origin } = new URL(request.url);
  const to = localPath(location.startsWith(`${origin}/`) ? location.slice(origin.length) : location);
  return to === undefined ? undefined : { to, flash: flashOf(response) };
}

/** The flash that a response leaves for the next page: over the socket the client puts it into its cookie itself. */
function flashOf(response: Response): string | undefined {
  const prefix = `${FLASH_COOKIE}=`;
  const cookie = response.headers.getSetCookie().find((each) => each.startsWith(prefix));
  return cookie?.slice(prefix.length, (cookie.indexOf(";") + 1 || cookie.length + 1) - 1) || undefined;
}
