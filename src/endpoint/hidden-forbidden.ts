import type { Context, MiddlewareHandler } from "hono";
import { getPath } from "hono/utils/url";
import { NotFound, StatusError } from "../errors/index.js";
import { bindingsOf } from "./environment.js";
import type { Log } from "./log.js";
import { stepEnd } from "../security/index.js";

/**
 * Makes what a user may not see look like what is not there, where the application wants it: the same page, and at the same
 * time. The socket's door does the same: see `LiveTopic`.
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

  /** Whether a 403 at this URL is to look like a 404. It reads the path as a request for it would: `/%61dmin` is `/admin`. */
  readonly hidesUrl = (uri: URL): boolean => this.#hides(getPath(new Request(uri)));

  /** Notes when a request began. */
  readonly middleware: MiddlewareHandler = (c, next) => {
    this.#startedAt.set(c, performance.now());
    return next();
  };

  /** What a request is answered for, and when: 403 becomes 404, and both wait for the same moment. */
  async shown(c: Context, error: unknown): Promise<unknown> {
    const status = error instanceof StatusError ? error.status : 500;
    // The socket asks its page's middleware, and hides the answer itself.
    if (bindingsOf(c).holdfast?.guarded !== undefined) return error;
    if ((status !== 403 && status !== 404) || !this.#hides(c.req.path)) return error;
    await stepEnd(this.#startedAt.get(c) ?? performance.now());
    return status === 403 ? new NotFound() : error;
  }
}
