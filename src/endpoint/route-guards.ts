import type { Context, Hono } from "hono";
import type { GuardedPage, GuardRedirect, GuardVerdict, PageGuard } from "../channel/index.js";
import { FLASH_COOKIE } from "./request-session.js";
import { localPath } from "../security/index.js";
import { mayOverlap, type LiveRoute } from "../router/index.js";
import type { Bindings, Exchange, GuardedRequest } from "./adapter.js";
import { bindingsOf } from "./environment.js";

/** Headers of a handshake that describe the socket and not its page. */
const OF_THE_SOCKET = /^(?:connection|upgrade|sec-websocket-.*|sec-fetch-.*|content-length|transfer-encoding)$/;

/**
 * Asks a page's middleware whether the page may be joined, navigated to live, or patched to, so that whatever guards a page's
 * GET also guards its socket. The request is the page's GET, with the headers of the socket's handshake, through the whole
 * app. It ends at the live route, or at the `renderLive` of a plain one, which render nothing.
 *
 * Live pages without middleware of the application are skipped: the session and the origin were checked at the handshake.
 */
export class RouteGuards {
  readonly #app: Hono;
  /** The application's handlers that may stand before a live page. */
  readonly #foreign: ReadonlySet<unknown>;
  /** Whether a route of the application may render a view. */
  readonly #plain: boolean;

  /**
   * @param foreign what the application has registered
   * @param pages the live pages
   */
  constructor(app: Hono, foreign: readonly ForeignHandler[], pages: readonly LiveRoute[]) {
    this.#app = app;
    const got = foreign.filter(({ method }) => GUARDS_GET.has(method));
    this.#plain = got.length > 0;
    this.#foreign = new Set(got.filter(({ path }) => pages.some((page) => mayOverlap(page.path, path))).map(({ handler }) => handler));
  }

  /**
   * Makes the guard of one socket; undefined if nothing of the application can stand before a page. It lives as long as the socket,
   * so it keeps what a request is made of and not the handshake's context.
   */
  of(c: Context): PageGuard | undefined {
    if (!this.#plain) return undefined;
    const exchange: Exchange = { peer: bindingsOf(c).holdfast?.peer };
    return this.#guard(headersOf(c), { ...(c.env as object | undefined), holdfast: exchange });
  }

  #guard(headers: readonly string[], env: Bindings): PageGuard {
    return (uri, page) =>
      ("render" in page || this.#isGuarded(uri) ? this.#ask(new Request(uri, { headers: pairs(headers) }), page, env) : NOT_GUARDED);
  }

  #isGuarded({ href }: URL): boolean {
    // Hono reads only the URL, and a whole Request would cost a third of a join.
    const path = this.#app.getPath({ url: href } as Request);
    const [matches] = this.#app.router.match("GET", path);
    return matches.some(([[handler]]) => this.#foreign.has(handler));
  }

  async #ask(request: Request, page: GuardedPage, env: Bindings): Promise<GuardVerdict> {
    let passed: GuardVerdict | undefined;
    const guarded: GuardedRequest = {
      pass(reached, get) {
        if (isSame(reached, page)) passed = { passed: true, get };
      },
    };
    const response = await this.#app.fetch(request, { ...env, holdfast: { ...env.holdfast!, guarded } } satisfies Bindings);
    // Nobody reads it, and it may be a stream that holds a file open.
    void response.body?.cancel().catch(() => {});
    // Middleware that let the request through and then answered something else has refused it. A plain route may have made another page
    // of its view's.
    if (passed !== undefined && ("render" in page ? response.ok : response.status === PASSED)) return passed;
    return { passed: false, status: response.status, redirect: redirectOf(request, response) };
  }
}

/** Views of plain routes are known by their names, as their tokens know them: in development their modules are loaded again. */
function isSame(reached: GuardedPage, page: GuardedPage): boolean {
  return reached === page || ("render" in reached && "render" in page && reached.name === page.name);
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

/** The status of a page for a request that only asks. */
export const PASSED = 204;

const NOT_GUARDED: Promise<GuardVerdict> = Promise.resolve({ passed: true, get: () => undefined });

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
