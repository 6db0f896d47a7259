import type { Context, MiddlewareHandler } from "hono";
import { getPath } from "hono/utils/url";
import { NotFound, StatusError } from "../errors/index.js";
import { bindingsOf } from "./environment.js";
import type { Log } from "./log.js";
import { stepEnd } from "../security/index.js";

/**
 * Makes a page that its user may not see look as if it did not exist, if the application wants that: the same error page,
 * after the same time. `LiveTopic` does the same for joins.
 */
export class HiddenForbidden {
  readonly #hides: (path: string) => boolean;
  readonly #startedAt = new WeakMap<Context, number>();

  constructor(option: boolean | ((path: string) => boolean), log: Log) {
    this.#hides = (path) => {
      if (typeof option !== "function") return option;
      try {
        return option(path);
      } catch (error) {
        log("hideForbidden threw", { error, fix: "return true or false for every path; until then this one is hidden" });
        return true;
      }
    };
  }

  /** Whether a 403 at this URL must look like a 404. Reads the path as a request would: `/%61dmin` is `/admin`. */
  readonly hidesUrl = (uri: URL): boolean => this.#hides(getPath(new Request(uri)));

  /** Records when a request began. */
  readonly middleware: MiddlewareHandler = (c, next) => {
    this.#startedAt.set(c, performance.now());
    return next();
  };

  /** The error to show for a request, and when: a 403 becomes a 404, and both wait until the same moment. */
  async shown(c: Context, error: unknown): Promise<unknown> {
    const status = error instanceof StatusError ? error.status : 500;
    // Here the socket asks its page's middleware, and hides the answer itself.
    if (bindingsOf(c).holdfast?.guarded !== undefined) return error;
    if ((status !== 403 && status !== 404) || !this.#hides(c.req.path)) return error;
    await stepEnd(this.#startedAt.get(c) ?? performance.now());
    return status === 403 ? new NotFound() : error;
  }
}
