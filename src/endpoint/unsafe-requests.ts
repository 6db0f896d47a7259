import type { Context, Hono } from "hono";
import { StatusError } from "../errors/index.js";
import { verifyCsrf } from "../security/index.js";
import { BodyLimits } from "./body-limits.js";
import { boundBody, isForm, statedLength } from "./bounded-body.js";
import { longPollOf, originOf, type Environment } from "./environment.js";
import { refuseMalformedBodies } from "./malformed-body.js";
import type { EndpointOptions } from "./options.js";
import type { Refusals } from "./refusals.js";
import { hasRoute } from "./routes.js";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a method is safe: RFC 9110, 9.2.1. */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/** The parts of the check of unsafe requests. */
interface UnsafeRequestsOptions {
  readonly app: Hono;
  readonly environment: Environment;
  readonly refusals: Refusals;
  readonly options: Pick<EndpointOptions, "csrfExempt" | "bodyLimits">;
  /** The longest body of a long poll's POST, bytes. */
  readonly pollBytes: number;
}

/**
 * Checks requests that change something: whether they come from the application's own pages, and how long their bodies may
 * be. The cheapest checks run first, and a body is read only once all others have passed and a route takes it.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export class UnsafeRequests {
  readonly #app: Hono;
  readonly #environment: Environment;
  readonly #refusals: Refusals;
  readonly #exempt: ((path: string) => boolean) | undefined;
  readonly #limits: BodyLimits;
  readonly #pollBytes: number;

  constructor({ app, environment, refusals, options, pollBytes }: UnsafeRequestsOptions) {
    this.#pollBytes = pollBytes;
    this.#app = app;
    this.#environment = environment;
    this.#refusals = refusals;
    this.#exempt = options.csrfExempt;
    this.#limits = new BodyLimits(environment.live.limits, options.bodyLimits);
  }

  /**
   * @param sessionId the id of the request's session; undefined if the session begins with this request, since no token can
   * belong to it
   * @throws StatusError 400, 403, 413 or 404
   */
  async check(c: Context, sessionId: string | undefined): Promise<void> {
    const { bodyBytes, bodyParts, formFields } = this.#environment.live.limits;
    if (longPollOf(c) !== undefined) {
      // Its socket's token is checked after the application's middleware; no page of another origin can know one.
      this.#sameOrigin(c);
      return boundBody(c, { bytes: this.#pollBytes, parts: bodyParts, fields: formFields });
    }
    refuseMalformedBodies(c);
    const most = this.#limits.of(c.req.path);
    const exempt = this.#exempt?.(c.req.path) === true;
    const token = c.req.header("x-csrf-token");
    const form = isForm(c.req.header("content-type") ?? "");
    if (!exempt) {
      this.#sameOrigin(c);
      if (sessionId === undefined || (token === undefined ? !form : !verifyCsrf(token, sessionId))) this.#noToken(c, token);
    }
    // The token is then in the body, and before it is seen nothing may be uploaded.
    const inForm = !exempt && token === undefined;
    const bytes = inForm ? Math.min(most, bodyBytes) : most;
    boundBody(c, { bytes, parts: bodyParts, fields: formFields });
    if (!inForm) return;
    const { method, path } = c.req;
    if (!hasRoute(this.#app, method, path)) throw new StatusError(hasRoute(this.#app, "GET", path) ? 403 : 404, "no route");
    const { _csrf_token: sent } = await c.req.parseBody();
    if (sessionId === undefined || !verifyCsrf(sent, sessionId)) this.#noToken(c, sent);
  }

  /** What browsers say about a request's origin: they send it with every unsafe request, and no page can change it. */
  #sameOrigin(c: Context): void {
    const own = originOf(c, this.#environment);
    const origin = c.req.header("origin");
    if (origin !== undefined && !this.#environment.origins.allows(origin, own)) {
      this.#refusals.foreignOrigin(c, "request refused", own);
      throw new StatusError(403, "foreign origin");
    }
    // https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header: a page of another origin that is allowed has been named.
    const site = c.req.header("sec-fetch-site");
    if ((site === "cross-site" || site === "same-site") && (origin === undefined || origin === own)) {
      this.#refusals.report(c, "request refused", { reason: `Sec-Fetch-Site is ${site}` });
      throw new StatusError(403, "from another site");
    }
  }

  #noToken(c: Context, token: unknown): never {
    const length = statedLength(c);
    this.#refusals.report(c, "request refused", {
      reason: token === undefined ? "no CSRF token" : "the CSRF token is not this session's",
      ...(length !== undefined && { bytes: length }),
    });
    throw new StatusError(403, "CSRF token missing or not this session's");
  }
}
