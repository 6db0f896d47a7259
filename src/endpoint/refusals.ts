import type { Context } from "hono";
import type { Environment } from "./environment.js";
import { loggedPath } from "./logged-path.js";

/** The log's message for a request refused before any application code ran. */
type Refused = "request refused" | "handshake refused";

/** Logs why a request was refused before any application code ran, with the fix if one is known. */
export class Refusals {
  readonly #environment: Environment;
  #hinted = false;
  #hintedAtToken = false;
  #hintedAtHost = false;

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
    const hint = this.#hinted ? undefined : this.#hint(c, origin, own);
    this.#hinted ||= hint !== undefined;
    this.report(c, what, {
      reason: origin === undefined ? "no Origin" : "the Origin is not the application's", origin: origin?.slice(0, 255), expected: own,
      ...(hint !== undefined && { fix: hint }),
    });
  }

  /** The Host is a name, and the endpoint has no `url`: says so once, because strangers send any number of names. */
  foreignHost(c: Context, host: string, fix: string): void {
    const hint = !this.#hintedAtHost;
    this.#hintedAtHost = true;
    this.report(c, "request refused", { reason: "the Host is a name, and the endpoint has no url", host: host.slice(0, 255), ...(hint && { fix }) });
  }

  /** The `connect` of a user socket refused. Without the page's CSRF token it was shown an empty session: says so once. */
  byConnect(c: Context, withoutToken: boolean): void {
    const hint = withoutToken && !this.#hintedAtToken;
    this.#hintedAtToken ||= hint;
    this.report(c, "handshake refused", {
      reason: "the user socket's connect refused",
      ...(hint && { fix: 'If connect looks for a user in the session: it is empty without the page\'s CSRF token. Send it: new Socket(path, { params: { _csrf_token: document.querySelector("meta[name=csrf-token]").content } }).' }),
    });
  }

  #hint(c: Context, origin: string | undefined, own: string): string | undefined {
    if (this.#environment.base !== undefined || origin === undefined) return undefined;
    const proxied = ["forwarded", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-for", "via"].some((name) => c.req.header(name) !== undefined);
    const otherScheme = origin.replace(/^https:/, "http:") === own.replace(/^https:/, "http:");
    if (!proxied && !otherScheme) return undefined;
    return `If browsers reach the application at another address than the server sees, behind a proxy for instance, say so: createEndpoint({ url: ${JSON.stringify(origin.slice(0, 255))} }).`;
  }
}
