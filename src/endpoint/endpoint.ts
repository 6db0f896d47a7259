import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createAdaptorServer } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { type Connection, SocketRegistry, type UserSocket } from "../channel/index.js";
import { HoldfastError, StatusError } from "../errors/index.js";
import type { Rendered } from "../html/index.js";
import { CrashBudget, type RootLayout } from "../live/index.js";
import { CLOSE } from "../protocol/index.js";
import { LocalPubSub, MESSAGE, type PubSub, type Topic } from "../pubsub/index.js";
import { LiveRouter, type LiveSession } from "../router/index.js";
import {
  ClientAddresses, Keyring, liveSocketIdKey, memoryRevocations, OriginPolicy, resolveLimits, type Limits, type RevocationStore,
} from "../security/index.js";
import { WebSocketTransport } from "../transport/index.js";
import { publicFiles, serveClient } from "./assets.js";
import { Documents } from "./documents.js";
import { isSecure, type Bindings, type Environment, type Upgrade } from "./environment.js";
import { guardProcess } from "./guard-process.js";
import { Handshakes } from "./handshake.js";
import { LivePages } from "./live-page.js";
import { requestOf } from "./node-request.js";
import { pageHeaders } from "./page-headers.js";
import type { ErrorPageProps } from "./pages.js";
import { sessionMiddleware } from "./session-middleware.js";
import { StaticFiles } from "./static-files.js";

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
  /**
   * The proxies in front of the server: whom they name in `X-Forwarded-For` is the client, for `socketsPerIp` and
   * `socket.connectInfo`. Addresses (`"10.0.0.5"`), networks (`"10.0.0.0/8"`) or names of such (`"loopback"`,
   * `"linklocal"`, `"uniquelocal"`), in a list or with commas between them. Default: none, every peer is a client.
   */
  trustProxy?: string | readonly string[];
  /** Origins whose pages may open sockets. Default: the application's own. */
  origins?: readonly string[];
  /** Origins that an external redirect may lead to. Default: none. */
  externalOrigins?: readonly string[];
  /**
   * A folder of files served as they are under `/`. Asked only for paths with a dot in them, as files have: for a page's
   * path the disk is not touched. Default: none.
   */
  publicDir?: string;
  /** Request headers that views may see as `socket.connectInfo.headers`. Default: none. */
  connectHeaders?: readonly string[];
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
  readonly #environment: Environment;
  readonly #documents: Documents;
  readonly #files: StaticFiles;
  readonly #transport: WebSocketTransport;
  #server: Server | undefined;

  constructor(options: EndpointOptions) {
    this.limits = resolveLimits(options.limits);
    const log = options.log ?? logCrashes;
    this.pubsub = options.pubsub ?? new LocalPubSub((error) => log("subscriber threw", { error }));
    if (options.url !== undefined && !URL.canParse(options.url)) {
      throw new HoldfastError("endpoint_config_invalid", {
        what: "The endpoint's url is not a URL.", expected: "https://example.com", got: JSON.stringify(options.url),
      });
    }
    this.#files = new StaticFiles(options.publicDir);
    const revocations = options.revocations ?? memoryRevocations();
    this.#environment = {
      live: {
        keyring: new Keyring(options.secret), limits: this.limits, pubsub: this.pubsub, crashes: new CrashBudget(this.limits),
        externalOrigins: options.externalOrigins ?? [], log,
        stickyViews: new Map(), staticChanged: (tracked) => this.#files.changed(tracked),
      },
      router: new LiveRouter(options.live ?? []),
      registry: new SocketRegistry(this.limits, revocations),
      revocations,
      origins: new OriginPolicy(options.origins),
      clients: new ClientAddresses(options.trustProxy),
      base: options.url === undefined ? undefined : new URL(options.url),
      connectHeaders: (options.connectHeaders ?? []).map((name) => name.toLowerCase()),
    };
    this.#documents = new Documents({ rootLayout: options.rootLayout, errorPage: options.errorPage, files: this.#files }, log);
    this.#transport = new WebSocketTransport(this.limits);
    this.app = this.#buildApp(options);
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
    if (event === "disconnect") this.#environment.registry.disconnect(topic);
    this.pubsub.publish({ topic, event: String(event), payload });
  }

  /**
   * Disconnects every socket with this id. When the promise has resolved, none of their handlers starts any more, sockets
   * that were just connecting included. The clients connect again, and their views mount again.
   *
   * @returns how many sockets there were
   */
  async disconnect(liveSocketId: string): Promise<number> {
    return this.#environment.registry.disconnect(liveSocketId);
  }

  /**
   * Ends every session that was begun with this `liveSocketId` until now, and disconnects its sockets: copies of their
   * cookies open nothing any more. Log out everywhere, ban, password change. A log-in whose request came before this resolves
   * ends with them; see `logIn` for one that the same request makes.
   *
   * @example
   * await endpoint.endSessions(`users_socket:${user.id}`);
   */
  async endSessions(liveSocketId: string): Promise<number> {
    const now = Date.now();
    await this.#environment.revocations.revoke(liveSocketIdKey(liveSocketId), now, now + this.limits.sessionMaxAgeMs);
    // A log-in of the same millisecond counts as an earlier one. When this has resolved, the next one is a later one.
    await new Promise((resolve) => setTimeout(resolve, 2));
    return this.disconnect(liveSocketId);
  }

  /** How many sockets are open. */
  get connections(): number {
    return this.#environment.registry.size;
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
        this.#environment.live.log("handshake crashed", { error });
        refuseUpgrade(socket, 500);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
    // A connection that cannot be accepted, for want of a file descriptor for instance, is only that.
    server.on("error", (error) => this.#environment.live.log("server error", { error }));
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
    if (drain) await this.#environment.registry.drain(CLOSE.restart, "restart");
    this.#environment.registry.closeAll(CLOSE.restart, "restart");
    this.#environment.registry.stop();
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
  async handshake(path: string, headers: Record<string, string>, peer: string, origin: string): Promise<Connection | Response> {
    const request = new Request(new URL(path, origin), { headers });
    const { response, connection } = await this.#throughApp(request, peer);
    return connection ?? response;
  }

  /** Takes a handshake through the middleware; the connection is there if everybody let it through. */
  async #throughApp(
    request: Request, peer: string | undefined, incoming?: IncomingMessage,
  ): Promise<{ response: Response; connection: Connection | undefined }> {
    const address = this.#environment.clients.of(peer, (name) => request.headers.get(name));
    const upgrade: Upgrade = { address, ticket: this.#environment.registry.beginHandshake(), connection: undefined };
    try {
      const response = await this.app.fetch(request, { ...(incoming && { incoming }), holdfastUpgrade: upgrade } satisfies Bindings);
      if (response.status === 200) return { response, connection: upgrade.connection };
      upgrade.connection?.closed();
      return { response, connection: undefined };
    } finally {
      this.#environment.registry.endHandshake();
    }
  }

  /** The handshake is an ordinary request: it goes through the same middleware as a page. */
  async #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // RFC 6455, 4.1; and a body would never end.
    if (incoming.method !== "GET") return refuseUpgrade(socket, 405);
    const request = requestOf(incoming);
    if (request === undefined) return refuseUpgrade(socket, 400);
    const { response, connection } = await this.#throughApp(request, incoming.socket.remoteAddress, incoming);
    if (connection === undefined) return refuseUpgrade(socket, response.status === 200 ? 426 : response.status);
    if (socket.destroyed) return connection.closed();
    // The endpoint closed while the middleware waited: it has closed all sockets that it knew.
    if (this.#server === undefined) connection.close(CLOSE.restart, "restart");
    socket.once("close", () => connection.closed());
    this.#transport.accept(incoming, socket, head, connection);
  }

  // ---- the app ----

  #buildApp(options: EndpointOptions): Hono {
    const environment = this.#environment;
    const app = new Hono();
    app.onError((error, c) => this.#documents.error(c, error));
    app.notFound((c) => this.#documents.error(c, new StatusError(404, "no route")));
    const headers = pageHeaders(isSecure(environment));
    serveClient(app, headers);
    if (options.publicDir !== undefined) app.use(publicFiles(options.publicDir, headers));
    const session = sessionMiddleware(environment, {
      csrfExempt: options.csrfExempt, refused: (c, error) => this.#documents.error(c, error),
    });
    // One middleware for both: each costs every page and every handshake a few promises.
    app.use((c, next) => headers(c, () => session(c, next) as Promise<void>));
    // Before the sockets: the application's middleware guards the handshake as it guards the page.
    options.routes?.(app);
    const handshakes = new Handshakes(environment);
    app.get("/live/websocket", (c) => handshakes.live(c));
    for (const [path, socket] of Object.entries(options.sockets ?? {})) {
      app.get(`${path}/websocket`, (c) => handshakes.user(c, socket));
    }
    const pages = new LivePages(environment, this.#documents);
    for (const session of environment.router.sessions.values()) {
      for (const route of session.routes) {
        for (const middleware of session.middleware) app.get(route.path, middleware);
        app.get(route.path, (c) => pages.get(c, session, route));
      }
    }
    return app;
  }

  /**
   * A page without a live view, in the root layout: a log-in form, for instance.
   *
   * @example
   * app.get("/login", (c) => endpoint.renderPage(c, html`<form …>`, { title: "Log in" }));
   */
  renderPage(c: Context, inner: Rendered, options: { title?: string; status?: number } = {}): Response {
    return this.#documents.page(c, inner, options);
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

function refuseUpgrade(socket: Duplex, status: number): void {
  // Not only our half: a client that never closes its own would keep the socket, and `server.close` waiting.
  socket.once("finish", () => socket.destroy());
  if (!socket.destroyed) socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function logCrashes(message: string, details: Readonly<Record<string, unknown>>): void {
  if (message !== "event refused") console.error(`[holdfast] ${message}`, details);
}
