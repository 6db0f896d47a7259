import type { Context } from "hono";
import type { Environment } from "./environment.js";
import { loggedPath } from "./logged-path.js";

/** The log's message for a request refused before any application code ran. */
type Refused = "request refused" | "handshake refused";

const SEND_THE_TOKEN = "If connect looks for a user in the session: it is empty without the page's CSRF token. Send it: "
  + 'new Socket(path, { params: { _csrf_token: document.querySelector("meta[name=csrf-token]").content } }).';
const PROXY_HEADERS = ["forwarded", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-for", "via"];

/** What a hint is about. */
type Hint = "proxy" | "host" | "token";

/** Logs why a request was refused before any application code ran, with the fix if one is known. */
export class Refusals {
  readonly #environment: Environment;
  /** The hints that were given: each is given once. */
  readonly #given = new Set<Hint>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** @param details the reason, and what else helps to understand it; never what a user typed */
  report(c: Context, what: Refused, details: Readonly<Record<string, unknown>>): void {
    this.#environment.live.log(what, { method: c.req.method, path: loggedPath(c), ...details });
  }

  /** The origin is not one of the application's. If the cause may be a proxy missing from `trustProxy`, says so once. */
  foreignOrigin(c: Context, what: Refused, own: string): void {
    const origin = c.req.header("origin");
    const fix = this.#once("proxy", () => this.#proxyHint(c, origin, own));
    this.report(c, what, {
      reason: origin === undefined ? "no Origin" : "the Origin is not the application's", origin: origin?.slice(0, 255), expected: own,
      ...(fix !== undefined && { fix }),
    });
  }

  /** The Host is a name, and the endpoint has no `url`: says so once, because strangers send any number of names. */
  foreignHost(c: Context, host: string, fix: string): void {
    const hint = this.#once("host", () => fix);
    this.report(c, "request refused", {
      reason: "the Host is a name, and the endpoint has no url", host: host.slice(0, 255), ...(hint !== undefined && { fix: hint }),
    });
  }

  /** The `connect` of a user socket refused. Without the page's CSRF token it was shown an empty session: says so once. */
  byConnect(c: Context, withoutToken: boolean): void {
    const fix = withoutToken ? this.#once("token", () => SEND_THE_TOKEN) : undefined;
    this.report(c, "handshake refused", { reason: "the user socket's connect refused", ...(fix !== undefined && { fix }) });
  }

  /** A hint, unless it was given before. */
  #once(hint: Hint, text: () => string | undefined): string | undefined {
    const found = this.#given.has(hint) ? undefined : text();
    if (found !== undefined) this.#given.add(hint);
    return found;
  }

  #proxyHint(c: Context, origin: string | undefined, own: string): string | undefined {
    if (this.#environment.base !== undefined || origin === undefined) return undefined;
    const proxied = PROXY_HEADERS.some((name) => c.req.header(name) !== undefined);
    const otherScheme = origin.replace(/^https:/, "http:") === own.replace(/^https:/, "http:");
    if (!proxied && !otherScheme) return undefined;
    return "If browsers reach the application at another address than the server sees, behind a proxy for instance, say so: "
      + `createEndpoint({ url: ${JSON.stringify(origin.slice(0, 255))} }).`;
  }
}
