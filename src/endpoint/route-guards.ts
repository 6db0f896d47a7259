import type { Context, Hono } from "hono";
import type { PageGuard } from "../channel/index.js";
import type { LiveRoute } from "../router/index.js";
import type { Bindings, GuardedRequest } from "./adapter.js";
import { bindingsOf } from "./environment.js";

/** Headers of a handshake that are about the socket and not about its page. */
const OF_THE_SOCKET = /^(?:connection|upgrade|sec-websocket-.*|sec-fetch-.*|content-length|transfer-encoding)$/;

/**
 * Asks a page's middleware whether the page may be joined, navigated to live, or patched to. What guards a page's GET guards its
 * socket: the request is the page's GET, with the headers of the socket's handshake, through the whole app. It ends at the live
 * route, which renders nothing.
 *
 * Pages that no middleware of the application sees are not asked for: the session and the origin were checked at the handshake.
 */
export class RouteGuards {
  readonly #app: Hono;
  /** The application's own handlers, as opposed to ours. */
  readonly #foreign: ReadonlySet<unknown>;

  /** @param foreign the handlers that the application has registered */
  constructor(app: Hono, foreign: ReadonlySet<unknown>) {
    this.#app = app;
    this.#foreign = foreign;
  }

  /** Makes the guard of one socket; undefined if the application has no middleware at all. */
  of(c: Context): PageGuard | undefined {
    if (this.#foreign.size === 0) return undefined;
    const headers = [...c.req.raw.headers].filter(([name]) => !OF_THE_SOCKET.test(name));
    const { handshake: _handshake, ...exchange } = bindingsOf(c).holdfast ?? { peer: undefined };
    const env = { ...(c.env as object | undefined) };
    return (uri, route) => {
      const request = new Request(uri, { headers });
      return this.#isGuarded(request) ? this.#ask(request, route, { ...env, holdfast: exchange }) : NOT_GUARDED;
    };
  }

  #isGuarded(request: Request): boolean {
    const [matches] = this.#app.router.match("GET", this.#app.getPath(request));
    return matches.some(([[handler]]) => this.#foreign.has(handler));
  }

  async #ask(request: Request, route: LiveRoute, env: Bindings): ReturnType<PageGuard> {
    let passed: { readonly get: (key: string) => unknown } | undefined;
    const guarded: GuardedRequest = {
      pass(reached, get) {
        if (reached === route) passed = { get };
      },
    };
    const response = await this.#app.fetch(request, { ...env, holdfast: { ...env.holdfast!, guarded } } satisfies Bindings);
    // Whoever let it through and then answered something else has not let it through.
    return response.status === PASSED ? passed : undefined;
  }
}

/** What the live route answers to a request that only asks. */
export const PASSED = 204;

const NOT_GUARDED = Promise.resolve({ get: (): undefined => undefined });
