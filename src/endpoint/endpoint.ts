import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createAdaptorServer } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import {
  ChannelJoins, Connection, LiveJoins, Refusal, SocketRegistry, type Joins, type PageToken, type UserSocket,
} from "../channel/index.js";
import { HoldfastError, StatusError } from "../errors/index.js";
import { html, renderToString, trustedHtml, type Rendered } from "../html/index.js";
import { CrashBudget, LiveProcess, running, type Assigns, type LiveContext } from "../live/index.js";
import { CLOSE } from "../protocol/index.js";
import { LocalPubSub, MESSAGE, type PubSub, type Topic } from "../pubsub/index.js";
import { LiveRouter, type LiveRoute, type LiveSession } from "../router/index.js";
import {
  Keyring, liveSocketIdKey, MemoryRevocations, OriginPolicy, resolveLimits, verifyCsrf, type Limits,
  type RevocationStore,
} from "../security/index.js";
import { WebSocketTransport } from "../transport/index.js";
import { serveClient } from "./assets.js";
import {
  plainErrorPage, plainRootLayout, SCRIPTS, type ErrorPageProps, type RootLayout,
} from "./pages.js";
import { RequestSession, type SessionEnvironment } from "./session.js";

/** Options of an endpoint. */
export interface EndpointOptions {
  /** At least 32 random characters; a list rotates them: the first seals, all open. */
  secret: string | readonly string[];
  /** The live pages. */
  live?: readonly LiveSession[];
  /** User sockets by their path: `{ "/socket": userSocket({ … }) }`. */
  sockets?: Readonly<Record<string, UserSocket>>;
  /** The document around every page. */
  rootLayout?: RootLayout;
  /** What an error looks like. */
  errorPage?: (props: ErrorPageProps) => Rendered;
  /**
   * Further routes and middleware. They run behind session and CSRF check, and before the live routes and the sockets: a
   * middleware without a path guards pages and handshakes alike.
   */
  routes?: (app: Hono) => void;
  /** The URL under which browsers see the application. Default: what the request says. Required behind a proxy. */
  url?: string;
  /** Origins whose pages may open sockets. Default: the application's own. */
  origins?: readonly string[];
  /** Origins that an external redirect may lead to. Default: none. */
  externalOrigins?: readonly string[];
  /** A folder of files served as they are under `/`. Default: none. */
  publicDir?: string;
  /** Carries broadcasts. Default: within this process. */
  pubsub?: PubSub;
  /** Where ended sessions are remembered. Default: in memory, forgotten when the process ends. */
  revocations?: RevocationStore;
  /** Other limits than the defaults. */
  limits?: Partial<Limits>;
  /** Told of refusals and crashes. Default: one line each on stderr for crashes, nothing for refusals. */
  log?: (message: string, details: Readonly<Record<string, unknown>>) => void;
  /** Paths whose unsafe requests need no CSRF token, for machines that have none. Default: none. */
  csrfExempt?: (path: string) => boolean;
}

/** The handshake's way from the upgrade through the middleware to the socket's route and back. */
interface Upgrade {
  readonly address: string;
  /** What the registry gave when the handshake began. */
  readonly ticket: number;
  connection: Connection | undefined;
}

/** What the server puts beside a request; `upgrade` is there if it is a handshake. */
interface Bindings {
  incoming?: IncomingMessage;
  holdfastUpgrade?: Upgrade;
}

/**
 * An application: its routes, its sockets, its server. The only place where everything is wired together.
 *
 * @example
 * const endpoint = createEndpoint({ secret: process.env.SECRET!, live: [liveSession("default", {}, (live) => live("/", Counter))] });
 * const { url } = await endpoint.listen({ port: 4000 });
 */
export class Endpoint {
  /** The Hono app: `endpoint.app.request("/")` works without a server. */
  readonly app: Hono;
  readonly limits: Limits;
  readonly pubsub: PubSub;
  readonly #options: EndpointOptions;
  readonly #live: LiveContext;
  readonly #router: LiveRouter;
  readonly #registry: SocketRegistry;
  readonly #environment: SessionEnvironment;
  readonly #origins: OriginPolicy;
  readonly #transport: WebSocketTransport;
  readonly #base: URL | undefined;
  readonly #rootLayout: RootLayout;
  #server: Server | undefined;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.limits = resolveLimits(options.limits);
    const log = options.log ?? logCrashes;
    this.pubsub = options.pubsub ?? new LocalPubSub((error) => log("subscriber threw", { error }));
    this.#live = {
      keyring: new Keyring(options.secret), limits: this.limits, pubsub: this.pubsub, crashes: new CrashBudget(this.limits),
      externalOrigins: options.externalOrigins ?? [], log,
    };
    const revocations = options.revocations ?? new MemoryRevocations();
    this.#router = new LiveRouter(options.live ?? []);
    this.#registry = new SocketRegistry(this.limits, revocations);
    this.#environment = { live: this.#live, revocations, registry: this.#registry };
    if (options.url !== undefined && !URL.canParse(options.url)) {
      throw new HoldfastError("endpoint_config_invalid", {
        what: "The endpoint's url is not a URL.", expected: "https://example.com", got: JSON.stringify(options.url),
      });
    }
    this.#base = options.url === undefined ? undefined : new URL(options.url);
    this.#origins = new OriginPolicy(options.origins);
    this.#transport = new WebSocketTransport(this.limits);
    this.#rootLayout = options.rootLayout ?? plainRootLayout;
    this.app = this.#buildApp();
  }

  // ---- broadcasting and disconnecting ----

  /**
   * Sends to every subscriber of a topic. `"disconnect"` on a `liveSocketId` ends its sockets, as in Phoenix.
   *
   * @example
   * endpoint.broadcast(postUpdated(post.id), post);
   * endpoint.broadcast("users_socket:1", "disconnect", {});
   */
  broadcast<P>(topic: Topic<P>, payload: P): void;
  broadcast(topic: string, event: string, payload: unknown): void;
  broadcast(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    if (typeof topic !== "string") return this.pubsub.publish({ topic: topic.name, event: MESSAGE, payload: event });
    if (event === "disconnect") this.#registry.disconnect(topic);
    this.pubsub.publish({ topic, event: String(event), payload });
  }

  /**
   * Disconnects every socket with this id. When the promise has resolved, none of their handlers starts any more, sockets
   * that were just connecting included. The clients connect again, and their views mount again.
   *
   * @returns how many sockets there were
   */
  async disconnect(liveSocketId: string): Promise<number> {
    return this.#registry.disconnect(liveSocketId);
  }

  /**
   * Ends every session that was begun with this `liveSocketId` until now, and disconnects its sockets: copies of their
   * cookies open nothing any more. Log out everywhere, ban, password change.
   *
   * @example
   * await endpoint.endSessions(`users_socket:${user.id}`);
   */
  async endSessions(liveSocketId: string): Promise<number> {
    const now = Date.now();
    await this.#environment.revocations.revoke(liveSocketIdKey(liveSocketId), now, now + this.limits.sessionMaxAgeMs);
    return this.disconnect(liveSocketId);
  }

  /** How many sockets are open. */
  get connections(): number {
    return this.#registry.size;
  }

  // ---- the server ----

  /**
   * Serves HTTP and websockets.
   *
   * @param options port (0: any that is free; default 4000), host (default 127.0.0.1)
   * @returns the URL and the port
   */
  async listen({ port = 4000, host = "127.0.0.1" }: { port?: number; host?: string } = {}): Promise<{ url: string; port: number }> {
    const server = createAdaptorServer({ fetch: this.app.fetch as never }) as Server;
    this.#server = server;
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Without a listener a reset during the handshake would end the process.
      socket.on("error", () => socket.destroy());
      this.#upgrade(request, socket, head).catch((error: unknown) => {
        this.#live.log("handshake crashed", { error });
        refuseUpgrade(socket, 500);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
    // A connection that cannot be accepted, for want of a file descriptor for instance, is only that.
    server.on("error", (error) => this.#live.log("server error", { error }));
    guardProcess();
    const address = server.address() as AddressInfo;
    return { url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`, port: address.port };
  }

  /**
   * Closes the sockets with a code that makes their clients come back (1012), and stops listening.
   *
   * @param options `drain`: a share of the sockets at a time (`drainStepFraction` each `drainStepMs`, at most `drainMaxMs`),
   * for a deploy behind a load balancer. Default false: all at once.
   * @example
   * process.once("SIGTERM", () => void endpoint.close({ drain: true }));
   */
  async close({ drain = false }: { drain?: boolean } = {}): Promise<void> {
    if (drain) await this.#registry.drain(CLOSE.restart, "restart");
    this.#registry.closeAll(CLOSE.restart, "restart");
    this.#registry.stop();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), this.limits.closeGraceMs).unref();
    });
  }

  /** A handshake as a server does it, without one: what the testing kit connects with. */
  async handshake(path: string, headers: Record<string, string>, address: string, origin: string): Promise<Connection | Response> {
    const request = new Request(new URL(path, origin), { headers });
    const { response, connection } = await this.#throughApp(request, address);
    return connection ?? response;
  }

  /** Takes a handshake through the middleware; the connection is there if everybody let it through. */
  async #throughApp(
    request: Request, address: string, incoming?: IncomingMessage,
  ): Promise<{ response: Response; connection: Connection | undefined }> {
    const upgrade: Upgrade = { address, ticket: this.#registry.beginHandshake(), connection: undefined };
    try {
      const response = await this.app.fetch(request, { ...(incoming && { incoming }), holdfastUpgrade: upgrade } satisfies Bindings);
      if (response.status === 200) return { response, connection: upgrade.connection };
      upgrade.connection?.closed();
      return { response, connection: undefined };
    } finally {
      this.#registry.endHandshake();
    }
  }

  /** The handshake is an ordinary request: it goes through the same middleware as a page. */
  async #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const host = incoming.headers.host;
    if (host === undefined || !URL.canParse(`http://${host}${incoming.url}`)) return refuseUpgrade(socket, 400);
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (typeof value === "string" && !name.startsWith(":")) headers.set(name, value);
    }
    const request = new Request(`http://${host}${incoming.url}`, { headers });
    const address = incoming.socket.remoteAddress ?? "unknown";
    const { response, connection } = await this.#throughApp(request, address, incoming);
    if (connection === undefined) return refuseUpgrade(socket, response.status === 200 ? 426 : response.status);
    if (socket.destroyed) return connection.closed();
    // The endpoint closed while the middleware waited: it has closed all sockets that it knew.
    if (this.#server === undefined) connection.close(CLOSE.restart, "restart");
    socket.once("close", () => connection.closed());
    this.#transport.accept(incoming, socket, head, connection);
  }

  // ---- the app ----

  #buildApp(): Hono {
    const app = new Hono();
    app.onError((error, c) => this.#errorResponse(error, c));
    app.notFound((c) => this.#errorResponse(new StatusError(404, "no route"), c));
    app.use(secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", "data:", "https:"],
        objectSrc: ["'none'"], baseUri: ["'self'"], frameAncestors: ["'self'"], formAction: ["'self'"],
      },
      strictTransportSecurity: this.#base?.protocol === "https:",
      // Not `no-referrer`: under it browsers send `Origin: null` with a form's POST, even to the page's own site.
      // https://fetch.spec.whatwg.org/#append-a-request-origin-header
      referrerPolicy: "same-origin",
    }));
    serveClient(app);
    if (this.#options.publicDir !== undefined) app.use("/*", serveStatic({ root: this.#options.publicDir }));
    app.use(this.#sessions());
    // Before the sockets: the application's middleware guards the handshake as it guards the page.
    this.#options.routes?.(app);
    app.get("/live/websocket", (c) => this.#handshake(c, () => new LiveJoins({ context: this.#live, router: this.#router })));
    for (const [path, socket] of Object.entries(this.#options.sockets ?? {})) {
      app.get(`${path}/websocket`, (c) => this.#userHandshake(c, socket));
    }
    for (const session of this.#router.sessions.values()) {
      for (const route of session.routes) {
        for (const middleware of session.middleware) app.get(route.path, middleware);
        app.get(route.path, (c) => this.#page(c, session, route));
      }
    }
    return app;
  }

  /** The origin under which the browser sees this request. */
  #origin(c: Context): URL {
    return this.#base ?? new URL(c.req.url);
  }

  #secure(): boolean {
    return this.#base?.protocol === "https:";
  }

  /** Session and CSRF check, for pages and handshakes alike. */
  #sessions(): MiddlewareHandler {
    return async (c, next) => {
      const session = await RequestSession.load(c, this.#environment, this.#secure());
      c.set("session", session);
      if (!SAFE_METHODS.has(c.req.method) && !this.#options.csrfExempt?.(c.req.path)) await this.#checkCsrf(c, session);
      await next();
      if ((c.env as Bindings | undefined)?.holdfastUpgrade === undefined) session.write(c);
    };
  }

  async #checkCsrf(c: Context, session: RequestSession): Promise<void> {
    const origin = c.req.header("origin");
    if (origin !== undefined && !this.#origins.allows(origin, this.#origin(c))) throw new StatusError(403, "foreign origin");
    let token: unknown = c.req.header("x-csrf-token");
    const type = c.req.header("content-type") ?? "";
    if (token === undefined && /^(?:application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)) {
      const length = Number(c.req.header("content-length") ?? NaN);
      if (!(length <= MAX_FORM_BYTES)) throw new StatusError(413, "form too big, or without a length");
      token = (await c.req.parseBody())["_csrf_token"];
    }
    if (!verifyCsrf(this.#live.keyring, token, session.data.id)) throw new StatusError(403, "CSRF token missing or not this session's");
  }

  /** Origin, limits, session, token: what decides about a socket before there is one. */
  #accept(c: Context, joins: () => Joins): Response | Connection {
    const upgrade = (c.env as Bindings | undefined)?.holdfastUpgrade;
    if (upgrade === undefined) return c.text("this is a websocket", 426, { upgrade: "websocket" });
    const vsn = c.req.query("vsn");
    if (vsn === undefined || !vsn.startsWith("2.")) return c.text("unsupported serializer version", 403);
    const origin = c.req.header("origin");
    if (!this.#origins.allows(origin, this.#origin(c))) return c.text("foreign origin", 403);
    const session = c.get("session").data;
    // Without a good cookie the session is a new one, and no token can be of it.
    const stale = !verifyCsrf(this.#live.keyring, c.req.query("_csrf_token"), session.id);
    if (this.#registry.full(session.id, upgrade.address)) return c.text("too many sockets", 429);
    if (this.#fenced(upgrade, session.id, session.liveSocketId)) return c.text("disconnected", 503);
    return new Connection({
      session, stale, origin: origin!, address: upgrade.address, userAgent: c.req.header("user-agent"),
    }, joins(), this.#registry, this.limits);
  }

  /** Whether a disconnect has overtaken the handshake; the client tries again, and is then a socket like any other. */
  #fenced({ ticket }: Upgrade, ...keys: (string | undefined)[]): boolean {
    return keys.some((key) => this.#registry.fenced(key, ticket));
  }

  #handshake(c: Context, joins: () => Joins): Response {
    const accepted = this.#accept(c, joins);
    if (!(accepted instanceof Connection)) return accepted;
    (c.env as Bindings).holdfastUpgrade!.connection = accepted;
    return c.body(null, 200);
  }

  async #userHandshake(c: Context, socket: UserSocket): Promise<Response> {
    // The connection is registered before `connect` waits, so that a disconnect meanwhile finds it.
    let joins: Joins = { join: () => undefined };
    const accepted = this.#accept(c, () => ({ join: (port, frame) => joins.join(port, frame) }));
    if (!(accepted instanceof Connection)) return accepted;
    let assigns: unknown;
    let id: string | undefined;
    try {
      const session = accepted.stale ? {} : c.get("session").values;
      assigns = await socket.connect({ params: c.req.query(), session });
      if (!refused(assigns)) id = socket.id(assigns as Assigns);
    } catch (error) {
      accepted.closed();
      throw error;
    }
    if (refused(assigns)) {
      accepted.closed();
      return c.text("refused", 403);
    }
    if (this.#fenced((c.env as Bindings).holdfastUpgrade!, id)) {
      accepted.closed();
      return c.text("disconnected", 503);
    }
    if (id !== undefined) accepted.identify(id);
    joins = new ChannelJoins(socket, assigns as Assigns, this.pubsub, this.limits, this.#live.log);
    (c.env as Bindings).holdfastUpgrade!.connection = accepted;
    return c.body(null, 200);
  }

  // ---- pages ----

  async #page(c: Context, session: LiveSession, route: LiveRoute): Promise<Response> {
    const origin = this.#origin(c);
    const here = new URL(c.req.url);
    // Appended, not resolved: a path that begins with // would be taken for a host.
    const uri = new URL(origin.origin + here.pathname + here.search);
    const match = this.#router.match(uri);
    if (match?.route !== route) throw new StatusError(404, "the URL is not this route's");
    const requestSession = c.get("session");
    if (this.#live.crashes.spent(requestSession.data.id, route.path)) throw new StatusError(500, "the page crashes too often");
    const id = `phx-${globalThis.crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
    const process = new LiveProcess({
      id, view: route.view, hooks: session.hooks, layout: session.layout, location: match.location,
      session: requestSession.values, flash: requestSession.flash,
      inherited: (key) => c.get(key as never), host: undefined,
    }, this.#live);
    try {
      const target = await running.run(process, () => process.mount());
      if (target !== undefined) {
        for (const kind of ["info", "error"] as const) {
          const message = process.flash[kind];
          if (message !== undefined && message !== requestSession.flash[kind]) requestSession.putFlash(kind, message);
        }
        return c.redirect(target.to);
      }
      // A promise that nobody awaited has ended it: the page is not what its guards and mount make of it.
      if (!process.alive) throw new Error("the view crashed while its page was made");
      const inner = renderToString(process.render());
      const keyring = this.#live.keyring;
      const ttlMs = Math.max(1, Math.min(this.limits.pageTokenMs, requestSession.data.expiresAt - Date.now()));
      const token: PageToken = { route: route.path, liveSession: session.name, sessionId: requestSession.data.id };
      const page = html`<div id=${id} data-phx-main data-phx-session=${keyring.seal("page", token, { ttlMs, bind: `lv:${id}` })} data-phx-static=${
        keyring.seal("static", { flash: process.flash }, { ttlMs, bind: `lv:${id}` })}>${trustedHtml(inner)}</div>`;
      c.header("cache-control", "no-store");
      return this.renderPage(c, page, { title: process.title });
    } finally {
      process.end();
    }
  }

  /**
   * A page without a live view, in the root layout: a log-in form, for instance.
   *
   * @example
   * app.get("/login", (c) => endpoint.renderPage(c, html`<form …>`, { title: "Log in" }));
   */
  renderPage(c: Context, inner: Rendered, { title, status = 200 }: { title?: string; status?: number } = {}): Response {
    const session = c.get("session") as RequestSession | undefined;
    const document = this.#rootLayout({
      inner, title, csrfToken: session?.csrfToken() ?? "", scripts: SCRIPTS, flash: session?.flash ?? {},
      get: (key) => c.get(key as never),
    });
    return c.html(renderToString(document), status as 200);
  }

  #errorResponse(error: unknown, c: Context): Response {
    const status = error instanceof StatusError ? error.status : 500;
    const incident = globalThis.crypto.randomUUID();
    if (status >= 500) this.#live.log("request crashed", { path: c.req.path, incident, error });
    const page = this.#options.errorPage ?? plainErrorPage;
    try {
      return this.renderPage(c, page({ status, incident }), { status });
    } catch (failure) {
      this.#live.log("error page crashed", { incident, error: failure });
      return c.text(`${status}`, status as 500);
    }
  }
}

/**
 * Makes an endpoint.
 *
 * @throws HoldfastError `secret_weak`, `endpoint_config_invalid`, `live_session_duplicate`, `route_duplicate`, `origin_invalid`
 * @example
 * const endpoint = createEndpoint({ secret, live: [liveSession("user", { onMount: confirmedUser }, routes)] });
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  return new Endpoint(options);
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
/** What a form may weigh before its token has been seen; larger bodies send the token as a header. */
const MAX_FORM_BYTES = 1024 * 1024;

/** What a user socket's `connect` gives when it lets nobody in. */
function refused(assigns: unknown): boolean {
  return assigns instanceof Refusal || assigns === undefined || assigns === null;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  // Not only our half: a client that never closes its own would keep the socket, and `server.close` waiting.
  socket.once("finish", () => socket.destroy());
  if (!socket.destroyed) socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function logCrashes(message: string, details: Readonly<Record<string, unknown>>): void {
  if (message !== "event refused") console.error(`[holdfast] ${message}`, details);
}

let guarded = false;

/**
 * A promise that nobody awaits, or a raw timer, that throws in a view's code ends that view and not the process. What no
 * view is to blame for stays what it is in Node: the end.
 */
function guardProcess(): void {
  if (guarded) return;
  guarded = true;
  const blame = (error: unknown, origin: string): void => {
    const owner = running.getStore();
    if (owner !== undefined) return owner.crash(error);
    console.error(`[holdfast] ${origin}`, error);
    if (process.listenerCount(origin) === 1) process.exit(1);
  };
  process.on("unhandledRejection", (error) => blame(error, "unhandledRejection"));
  process.on("uncaughtException", (error) => blame(error, "uncaughtException"));
}
