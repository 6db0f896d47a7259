import { Hono, type Context, type ErrorHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { passGuard } from "./pass-guard.js";

/** The plain routes that render a live view, by method and pattern: `GET /embed/:room`. */
export class PlainRoutes {
  readonly #app: Hono;
  readonly #failed: ErrorHandler;
  readonly #known = new Map<string, Hono>();

  /** @param failed the app's answer to an error */
  constructor(app: Hono, failed: ErrorHandler) {
    this.#app = app;
    this.#failed = failed;
  }

  /**
   * An app of all that stands before the route's handler. It ends there: the handler of a POST may do more than render its view.
   *
   * @returns undefined if there is no such route (any more)
   */
  before(route: string): Hono | undefined {
    const known = this.#known.get(route);
    if (known !== undefined) return known;
    const { routes } = this.#app;
    const [method = "", pattern = ""] = route.split(" ", 2);
    const isRun = (one: string): boolean => one === method || one === "ALL";
    const end = routes.findLastIndex((each) => isRun(each.method) && each.path === pattern);
    if (end === -1) return undefined;
    const app = new Hono().onError(this.#failed);
    for (const each of routes.slice(0, end)) if (isRun(each.method)) app.all(each.path, each.handler);
    app.all(pattern, (c) => passGuard(c, route)!);
    this.#known.set(route, app);
    return app;
  }
}

/** The plain route whose handler runs now. */
export function plainRouteOf(c: Context): string {
  const { method } = c.req;
  return `${method === "HEAD" ? "GET" : method} ${matchedRoutes(c)[c.req.routeIndex]!.path}`;
}
