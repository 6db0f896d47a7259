import type { Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import { HoldfastError } from "../errors/index.js";
import type { Location, Routes } from "../live/index.js";
import { parseForm, percentDecode } from "../security/index.js";
import type { LiveRoute, LiveSession } from "./live-session.js";

/** The target of a route. */
interface RoutedView {
  readonly session: LiveSession;
  readonly route: LiveRoute;
}

/** A URL's route and live session, with the parameters of its path and query. */
export interface LiveMatch extends RoutedView {
  readonly location: Location;
}

/**
 * A page's location. A URL object is large, and every idle view would keep one: the mount receives it, and only its text is
 * kept.
 */
class RouteLocation implements Location {
  readonly params: Readonly<Record<string, unknown>>;
  readonly action: string | undefined;
  readonly #href: string;
  #parsed: URL | undefined;

  constructor(uri: URL, params: Readonly<Record<string, unknown>>, action: string | undefined) {
    this.#href = uri.href;
    this.#parsed = uri;
    this.params = params;
    this.action = action;
  }

  get plainRoute(): undefined {
    return undefined;
  }

  get path(): string {
    const href = this.#href;
    const hash = href.indexOf("#");
    const path = href.slice(href.indexOf("/", href.indexOf("://") + 3), hash === -1 ? undefined : hash);
    // As `pathname` and `search` say it: an empty query is none.
    return path.indexOf("?") === path.length - 1 ? path.slice(0, -1) : path;
  }

  get uri(): URL {
    const uri = this.#parsed ?? new URL(this.#href);
    this.#parsed = undefined;
    return uri;
  }
}

/** Finds live routes by URL, for sockets as for HTTP. */
export class LiveRouter {
  /** Hono's default: one regular expression for all routes, or a trie for routes that cannot be compiled into one. */
  readonly #router: Router<RoutedView> = new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] });
  readonly #within = new WeakMap<LiveSession, { readonly origin: string; readonly routes: Routes }>();
  readonly sessions: ReadonlyMap<string, LiveSession>;

  constructor(sessions: readonly LiveSession[]) {
    const byName = new Map<string, LiveSession>();
    const paths = new Set<string>();
    for (const session of sessions) {
      if (byName.has(session.name)) {
        throw new HoldfastError("live_session_duplicate", {
          what: "Two live sessions have the same name.", got: JSON.stringify(session.name), fix: "merge them, or rename one",
        });
      }
      byName.set(session.name, session);
      for (const route of session.routes) {
        if (paths.has(route.path)) {
          throw new HoldfastError("route_duplicate", {
            what: "Two live routes have the same path.", got: JSON.stringify(route.path), fix: "keep one of them",
          });
        }
        paths.add(route.path);
        this.#router.add("GET", route.path, { session, route });
      }
    }
    this.sessions = byName;
  }

  /** The routes of one live session, as its views see them. */
  within(session: LiveSession, origin: string): Routes {
    // Most applications have one origin, so that all views of a live session share one object.
    const known = this.#within.get(session);
    if (known?.origin === origin) return known.routes;
    const routes = this.#routes(session, origin);
    this.#within.set(session, { origin, routes });
    return routes;
  }

  #routes(session: LiveSession, origin: string): Routes {
    return {
      find: (uri) => {
        const match = uri.origin === origin ? this.match(uri) : undefined;
        return match?.session === session ? { view: match.route.view, location: match.location } : undefined;
      },
    };
  }

  /** The live route of a URL; undefined if there is none, or if its query is beyond the limits. */
  match(uri: URL): LiveMatch | undefined {
    const path = decodePath(uri.pathname);
    if (path === undefined) return undefined;
    const [matches, values] = this.#router.match("GET", path);
    if (matches[0] === undefined) return undefined;
    const [{ session, route }, names] = matches[0];
    const query = parseForm(uri.search.slice(1), { formFields: 1000, formDepth: 10 });
    if (query === undefined) return undefined;
    const params: Record<string, unknown> = { ...query };
    for (const name in names) {
      const value = names[name]!;
      params[name] = percentDecode(typeof value === "string" ? value : values![value]!);
    }
    return { session, route, location: new RouteLocation(uri, params, route.action) };
  }
}

/**
 * What must not be decoded before the path is split into segments: a "%" that was encoded itself, and what `decodeURI` leaves
 * alone.
 */
const DOUBLY_ENCODED = /%25/g;

/**
 * A path in the form in which routes are matched, as Hono reads it: characters that separate nothing are decoded, `%2F` and
 * `%25` are not. Parameters are decoded once they are extracted, so that each reads what `encodeURIComponent` wrote.
 */
function decodePath(pathname: string): string | undefined {
  if (!pathname.includes("%")) return pathname;
  try {
    return decodeURI(pathname.replace(DOUBLY_ENCODED, "%2525"));
  } catch {
    return undefined; // a path is short, and bounded where it came from
  }
}
