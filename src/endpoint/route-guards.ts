import type { Context, ErrorHandler, Hono } from "hono";
import type { GuardRedirect, GuardVerdict, PageGuard, PageRoute } from "../channel/index.js";
import { FLASH_COOKIE } from "./request-session.js";
import { localPath } from "../security/index.js";
import { mayOverlap } from "../router/index.js";
import type { Bindings, Exchange, GuardedRequest } from "./adapter.js";
import { bindingsOf, type Environment } from "./environment.js";
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
  readonly #plainViews: Environment["plainViews"];
  /** The application's handlers. */
  readonly #foreign: ReadonlySet<unknown>;
  /** Whether one of them may stand before a live page. */
  readonly #guarding: boolean;

  constructor({ app, foreign, environment: { router, plainViews }, failed }: GuardedApp) {
    this.#app = app;
    this.#plain = new PlainRoutes(app, failed);
    this.#plainViews = plainViews;
    this.#foreign = new Set(foreign.map(({ handler }) => handler));
    const pages = [...router.sessions.values()].flatMap(({ routes }) => routes);
    this.#guarding = foreign.some((one) => GUARDS_GET.has(one.method) && pages.some(({ path }) => mayOverlap(path, one.path)));
  }

  /**
   * Makes the guard of one socket. It lives as long as the socket, so it keeps what a request is made of and not the handshake's context;
   * and it keeps nothing while there is nothing to ask.
   */
  of(c: Context): PageGuard {
    if (!this.#guarding && !this.#plainViews.shown) return this.#keptNothing;
    const exchange: Exchange = { peer: bindingsOf(c).holdfast?.peer };
    return this.#guard(headersOf(c), { ...(c.env as object | undefined), holdfast: exchange });
  }

  /** A view of a plain route comes back to a process that has not rendered one. */
  readonly #keptNothing: PageGuard = (_uri, route) => {
    if (typeof route !== "string") return NOT_GUARDED;
    this.#plainViews.shown = true;
    return "reconnect";
  };

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

/** An app with the routes of an application. */
interface GuardedApp {
  readonly app: Hono;
  /** What the application has registered. */
  readonly foreign: readonly ForeignHandler[];
  readonly environment: Environment;
  /** The app's answer to an error. */
  readonly failed: ErrorHandler;
}

/** A handler of the application, with where it was registered. */
export interface ForeignHandler {
  readonly path: string;
  /** As Hono notes it: `ALL` for middleware. */
  readonly method: string;
  readonly handler: unknown;
}

/** Methods under which Hono runs a handler for a GET. */
const GUARDS_GET: ReadonlySet<string> = new Set(["GET", "ALL"]);

/** The handshake's headers that a page's GET would have, names and values in turn. */
function headersOf(c: Context): readonly string[] {
  return [...c.req.raw.headers].filter(([name]) => !OF_THE_SOCKET.test(name)).flat();
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

const NOT_GUARDED: GuardVerdict = { passed: true, get: () => undefined };
const NO_ROUTE: GuardVerdict = { passed: false, status: 404, redirect: undefined };

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
