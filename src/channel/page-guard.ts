import type { MaybePromise } from "../mailbox/index.js";
import type { LiveRoute } from "../router/index.js";

/**
 * The verdict of a page's middleware: it admits the user, redirects them, or neither. `reconnect`: this socket has not kept what it takes
 * to ask, and the client's next one will have.
 */
export type GuardVerdict = { readonly passed: true; readonly get: (key: string) => unknown } | GuardRefusal | "reconnect";

/** A middleware that did not admit the user. */
export interface GuardRefusal {
  readonly passed: false;
  readonly status: number;
  readonly redirect: GuardRedirect | undefined;
}

/** Where a middleware sends its user, with its flash. */
export interface GuardRedirect {
  readonly to: string;
  /** A sealed flash. */
  readonly flash: string | undefined;
}

/** What renders a page: a live route, or the handler of a plain one, by its method and pattern (`GET /embed/:room`). */
export type PageRoute = LiveRoute | string;

/** Asks the middleware of a page whether it may be seen at this URL. */
export type PageGuard = (uri: URL, route: PageRoute) => MaybePromise<GuardVerdict>;
