import { Connection } from "../channel/index.js";
import { hostOf, type Endpoint } from "../endpoint/index.js";
import { HoldfastError } from "../errors/index.js";
import { OBJECT, TEXT, type Shape } from "../errors/options.js";
import { CookieJar } from "./cookies.js";
import { expectation } from "./document.js";
import type { Field } from "./forms.js";
import { HttpPage, type PageSource } from "./http-page.js";
import type { SocketPort } from "./live-client.js";
import { optionsOf } from "./options.js";
import { LivePage, type DeadPage } from "./live-page.js";
import type { Found } from "./parser.js";
import { requestThrowing, watchThrown } from "./thrown.js";
import { KitSocket } from "./wire.js";

/** Options of a test's browser. */
export interface BrowserOptions {
  /** The origin of the pages it visits. Default `http://localhost`. */
  origin?: string;
  /** The IP address that the server sees. Default `127.0.0.1`. */
  address?: string;
  /** Headers that every request carries. Default none. */
  headers?: Readonly<Record<string, string>>;
  /** The `params` of the page's `LiveSocket`, which views read as `socket.connectParams`. Default none. */
  connectParams?: Readonly<Record<string, unknown>>;
  /**
   * What happens when two elements of a live page have the same id: the next action throws `kit_expectation`, or nothing. Default
   * "throw".
   */
  duplicateIds?: "throw" | "allow";
}

/** What a handshake claims, for tests of what the server refuses. */
export interface HandshakeOptions {
  /** The `Origin` header. Default: the browser's. */
  origin?: string;
  /** The CSRF token. Default: the last page's. */
  csrfToken?: string;
  /** The socket's path. Default `/live`. */
  path?: string;
  /** Further query parameters. `vsn` is 2.0.0 unless given here. */
  params?: Readonly<Record<string, string>>;
  /** The `authToken` of the client's `Socket`. Default none. */
  authToken?: string;
}

const BROWSER: Shape<BrowserOptions> = {
  origin: TEXT, address: TEXT, headers: OBJECT, connectParams: OBJECT,
  duplicateIds: { called: '"throw" or "allow"', fits: (value) => value === "throw" || value === "allow" },
};
const HANDSHAKE: Shape<HandshakeOptions> = { origin: TEXT, csrfToken: TEXT, path: TEXT, params: OBJECT, authToken: TEXT };

/** The cookie in which the client hands the flash to the next page. */
const FLASH_COOKIE = "__phoenix_flash__";

/**
 * A browser for tests. Its requests and sockets go through the endpoint's real middleware, router, guards, views and diffs;
 * only the network is left out.
 *
 * @example
 * const browser = openBrowser(endpoint, { connectParams: { zone: "CET" } });
 * const page = await browser.visit("/");
 */
export class Browser implements PageSource<LivePage>, SocketPort {
  readonly endpoint: Endpoint;
  readonly origin: URL;
  readonly cookies: CookieJar;
  readonly #address: string;
  readonly #headers: Readonly<Record<string, string>>;
  /** The parameters of every further join, in addition to the kit's own. */
  connectParams: Readonly<Record<string, unknown>>;
  readonly duplicateIds: "throw" | "allow";
  /** The CSRF token of the last page that had one. */
  csrfToken = "";

  constructor(endpoint: Endpoint, options: BrowserOptions = {}) {
    const { origin = "http://localhost", address = "127.0.0.1", headers = {}, connectParams = {}, duplicateIds = "throw" } = options;
    this.endpoint = endpoint;
    this.origin = new URL(origin);
    this.#address = address;
    this.#headers = headers;
    this.connectParams = connectParams;
    this.duplicateIds = duplicateIds;
    this.cookies = new CookieJar(this.origin);
  }

  get routes(): readonly string[] {
    const { routes } = this.endpoint.app;
    return [...new Set(routes.filter(({ method, path }) => method === "GET" && !path.includes("*")).map(({ path }) => path))];
  }

  /**
   * Requests a page over HTTP and does not connect it. Redirects are not followed.
   *
   * @example
   * const page = await browser.get("/admin");
   * page.expectRedirect("/login");
   */
  async get(path: string): Promise<DeadPage> {
    return this.request(path, { method: "GET" });
  }

  /**
   * Posts a form over HTTP, with the last page's CSRF token unless the fields have one. Redirects are not followed.
   *
   * @example
   * await browser.get("/login");
   * const answer = await browser.post("/login", { email: "ada@example.com", password: "correct horse" });
   * answer.expectRedirect("/");
   */
  async post(path: string, fields: Readonly<Record<string, string>> | readonly Field[] = {}): Promise<DeadPage> {
    const list = Array.isArray(fields) ? (fields as readonly Field[]) : Object.entries(fields as Record<string, string>);
    const params = encodeFields(list);
    if (!params.has("_csrf_token")) params.set("_csrf_token", this.csrfToken);
    const body = params.toString();
    return this.request(path, {
      method: "POST", body,
      headers: {
        "content-type": "application/x-www-form-urlencoded", "content-length": String(Buffer.byteLength(body)),
        origin: this.origin.origin,
      },
    });
  }

  /** Sends a form's fields where the form says, over HTTP. */
  async submitForm(form: Found, fields: readonly Field[], page: URL): Promise<DeadPage> {
    const action = new URL(form.attr("action") ?? page, page);
    if ((form.attr("method") ?? "get").toLowerCase() === "post") return this.post(action.href, fields);
    action.search = encodeFields(fields).toString();
    return this.get(action.href);
  }

  /**
   * Sends any request with the browser's cookies. Redirects are not followed.
   *
   * @throws HoldfastError `kit_expectation` for a URL of another origin
   * @example
   * const answer = await browser.request("/api/posts/1", { method: "DELETE", headers: { "x-csrf-token": browser.csrfToken } });
   * expect(answer.status).toBe(204);
   */
  async request(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<DeadPage> {
    const url = new URL(path, this.origin);
    if (url.origin !== this.origin.origin) {
      throw expectation(
        "The request leads to another site.", `a page of ${this.origin.origin}`, url.href,
        'expect where it leads: page.attr("a", "href"), page.attr("form", "action") or page.redirected?.to',
      );
    }
    const cookie = this.cookies.header(url.pathname);
    const headers = { ...this.#headers, ...init.headers, ...(cookie !== undefined && { cookie }) };
    const { response, thrown } = await requestThrowing(() => this.endpoint.app.fetch(new Request(url, { ...init, headers }), {}));
    this.cookies.store(response.headers);
    const page = new HttpPage<LivePage>(this, url, response, await response.text(), thrown);
    if (page.csrfToken !== undefined) this.csrfToken = page.csrfToken;
    return page;
  }

  /**
   * Opens a page as a browser does: the GET and, if the response has a live view, the socket and the join. Redirects are not
   * followed: `page.redirected` says where either of them leads.
   *
   * @example
   * const page = await browser.visit("/posts/1");
   * await page.click("#like");
   * page.expectText("#likes", "1");
   */
  async visit(path: string): Promise<LivePage> {
    return (await this.get(path)).connect();
  }

  /** Connects a page's live view, if it has one: `page.connect()` reads better. */
  async connect(dead: DeadPage): Promise<LivePage> {
    const page = new LivePage(dead, this);
    await page.start();
    return page;
  }

  /**
   * Opens a socket and joins nothing.
   *
   * @returns the socket, or the response that refused the handshake
   *
   * @example
   * const refused = await browser.handshake({ origin: "https://evil.example" });
   * expect(refused).toMatchObject({ status: 403 });
   */
  async handshake(options: HandshakeOptions = {}): Promise<KitSocket | Response> {
    const { origin = this.origin.origin, csrfToken = this.csrfToken, path = "/live", params = {}, authToken } =
      optionsOf('browser.handshake({ path: "/socket", params })', options, HANDSHAKE);
    const query = new URLSearchParams({ vsn: "2.0.0", _csrf_token: csrfToken });
    // The client sends its parameters twice: with the socket, and with each join.
    for (const [name, value] of flatten(this.connectParams)) query.append(name, value);
    for (const [name, value] of Object.entries(params)) query.set(name, value);
    const cookie = this.cookies.header(path);
    const headers = {
      ...this.#headers, origin, ...(cookie !== undefined && { cookie }),
      ...(authToken !== undefined && { "sec-websocket-protocol": `phoenix, base64url.bearer.phx.${btoa(authToken)}` }),
    };
    const request = new Request(new URL(`${path}/websocket?${query}`, this.origin), { headers });
    const result = await new Promise<Connection | Response>((resolve) => {
      void hostOf(this.endpoint).upgrade({ request, peer: this.#address, accept: resolve, refuse: resolve });
    });
    return result instanceof Connection ? new KitSocket(result) : result;
  }

  /** Hands the flash of a redirect to the next page, as the client does. */
  carryFlash(flash: string | undefined): void {
    if (flash !== undefined) this.cookies.set(FLASH_COOKIE, flash, { expiresAt: Date.now() + 60_000 });
  }
}

/** Nested parameters as the client writes them into a URL: `a[b]=1`. */
function* flatten(params: object, parent?: string): Generator<Field> {
  for (const [key, value] of Object.entries(params) as [string, unknown][]) {
    const name = parent === undefined ? key : `${parent}[${key}]`;
    if (typeof value === "object" && value !== null) yield* flatten(value, name);
    else yield [name, String(value)];
  }
}

function encodeFields(fields: readonly Field[]): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of fields) params.append(name, value);
  return params;
}

/**
 * Opens a browser on an endpoint. The endpoint need not listen.
 *
 * @throws HoldfastError `kit_expectation` if the origin is not a URL, or an option is unknown
 *
 * @example
 * const browser = openBrowser(endpoint);
 * const page = await browser.visit("/");
 * await page.click("#inc");
 * page.expectText("#count", "1");
 */
export function openBrowser(endpoint: Endpoint, options: BrowserOptions = {}): Browser {
  hostOf(endpoint);
  watchThrown();
  optionsOf("openBrowser(endpoint, { connectParams: { zone } })", options, BROWSER);
  if (options.origin !== undefined && !URL.canParse(options.origin)) {
    throw new HoldfastError("kit_expectation", {
      what: "The browser's origin is not a URL.", expected: "http://localhost", got: JSON.stringify(options.origin),
    });
  }
  return new Browser(endpoint, options);
}
