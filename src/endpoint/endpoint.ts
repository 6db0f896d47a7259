import type { Context, Env, Hono } from "hono";
import { SocketRegistry } from "../channel/index.js";
import { HoldfastError } from "../errors/index.js";
import type { Rendered } from "../html/index.js";
import { CrashBudget, LeftPages, StickyViews, type LiveView, type Socket } from "../live/index.js";
import { PresenceTracker } from "../presence/index.js";
import {
  createPubSub, DISCONNECT, Fence, type AsData, type EventOf,
  publishOn, type Disconnect, type DisconnectResult, type PubSub, type RateLimitStore, type Topic,
} from "../pubsub/index.js";
import { LiveRouter } from "../router/index.js";
import {
  ClientAddresses, DraftKeys, Keyring, memorySubmissions, OriginPolicy, parseOrigin, RateLimits, resolveLimits, SessionEnds, SessionValidity,
  textFrameLimit, Tokens,
  type Limits, type RevocationStore,
} from "../security/index.js";
import { longPollSettings, LongPollSockets } from "../transport/long-poll/index.js";
import type { Host } from "./adapter.js";
import { Addresses } from "./addresses.js";
import { Admissions } from "./admissions.js";
import { buildApp, socketPaths } from "./app.js";
import { DefaultRevocations } from "./default-revocations.js";
import { Documents } from "./documents.js";
import type { Environment } from "./environment.js";
import { Readiness } from "./health.js";
import { HiddenForbidden } from "./hidden-forbidden.js";
import { HookModules } from "./hook-modules.js";
import { EndpointHost } from "./host.js";
import { LivePages, type RenderLiveOptions } from "./live-page.js";
import { createLog, logsActivity } from "./log.js";
import { isDevelopment } from "./mode.js";
import { Cluster } from "./cluster.js";
import type { EndpointOptions } from "./options.js";
import { ownSessions } from "./own-sessions.js";
import { bootWarnings } from "./production.js";
import { tracedFetch } from "./request-span.js";
import { publicDirOptions } from "./public-files.js";
import { StaticFiles } from "./static-files.js";

/** A sender that a broadcast can leave out: a view's socket. */
type Broadcaster = Pick<Socket<object>, "broadcastFrom" | "localBroadcastFrom">;

let readHost: (endpoint: Endpoint) => Host;

/**
 * An application: its routes, its sockets, its server. The only place where everything is wired together.
 *
 * @example
 * const endpoint = createEndpoint({ secret: process.env.SECRET!, live: [liveSession("default", {}, (live) => live("/", Counter))] });
 * const { url } = await serve(endpoint, { port: 4000 });   // of holdfast/node
 */
export class Endpoint {
  static {
    readHost = (endpoint) => endpoint.#host;
  }

  /** The Hono app: `endpoint.app.request("/")` works without a server. */
  readonly app: Hono;
  readonly limits: Limits;
  readonly pubsub: PubSub;
  /**
   * Tokens for the application's own links, signed or encrypted by purpose.
   *
   * @example
   * const token = endpoint.tokens.sign("confirm", { userId: user.id });
   */
  readonly tokens: Tokens;
  /**
   * Who is present on which topic, on all nodes: for code outside of views and channels.
   *
   * @example
   * const here = Object.keys(endpoint.presences.list("room:7")).length;
   */
  readonly presences: PresenceTracker;
  /** Counts what clients do, across all nodes; undefined without a backplane. */
  readonly rateLimits: RateLimitStore | undefined;
  readonly #fence: Fence;
  readonly #environment: Environment;
  readonly #documents: Documents;
  readonly #files: StaticFiles;
  readonly #host: EndpointHost;
  readonly #pages: LivePages;
  readonly #addresses: Addresses;

  constructor(options: EndpointOptions) {
    // First: it refuses a secret that is missing or weak, and everything below expects a good one.
    this.tokens = new Tokens(new Keyring(options.secret));
    const { everyMs } = options.sessions ?? {};
    this.limits = resolveLimits({ ...options.limits, ...(everyMs !== undefined && { sessionCheckMs: everyMs }) });
    const log = createLog(options.log);
    this.pubsub = options.pubsub ?? createPubSub({ onError: (error) => log("subscriber threw", { error }) });
    const base = options.url === undefined ? undefined : parseBase(options.url);
    this.#files = new StaticFiles(publicDirOptions(options.publicDir)?.dir);
    const hidden = new HiddenForbidden(options.hideForbidden ?? false, log);
    const node = options.backplane?.open({
      node: this.pubsub.node, secret: options.secret, log, ...(options.outage !== undefined && { outage: options.outage }),
    });
    // An application that prefers availability acts without it.
    const lease = options.outage === "serve" ? undefined : node?.lease;
    const revocations: RevocationStore = options.revocations ?? node?.revocations ?? new DefaultRevocations(options.secret, log);
    const ends = new SessionEnds(revocations);
    const sessions = new SessionValidity(revocations, ownSessions(options.sessions));
    const registry = new SocketRegistry(this.limits, sessions, this.pubsub, log);
    this.#fence = new Fence({
      pubsub: this.pubsub, target: registry, log, ...(node && { shared: node }),
      heard({ key, at, until }) {
        ends.heard(key, at);
        revocations.heard?.(key, at, until);
      },
    });
    this.presences = PresenceTracker.of(this.pubsub);
    this.rateLimits = node?.rateLimits;
    this.#environment = {
      live: {
        keyring: new Keyring(options.secret), limits: this.limits, pubsub: this.pubsub, crashes: new CrashBudget(this.limits),
        leftPages: new LeftPages(this.limits.rememberedValues),
        externalOrigins: (options.externalOrigins ?? []).map(parseOrigin), submissions: options.submissions ?? node?.submissions ?? memorySubmissions(),
        log, lease,
        presences: this.presences,
        stickyViews: new StickyViews(), hidesForbidden: hidden.hidesUrl, staticChanged: (tracked) => this.#files.changed(tracked),
      },
      router: new LiveRouter(options.live ?? []),
      registry, revocations, ends, sessions, fence: this.#fence, admissions: new Admissions(this.limits), rateLimits: this.rateLimits ?? new RateLimits(),
      origins: new OriginPolicy(options.origins),
      clients: new ClientAddresses(options.trustProxy),
      base,
      connectHeaders: (options.connectHeaders ?? []).map((name) => name.toLowerCase()),
    };
    const hookModules = new HookModules(options.clientHooks ?? []);
    this.#documents = new Documents({
      rootLayout: options.rootLayout, errorPage: options.errorPage, files: this.#files, trustedTypes: options.trustedTypes ?? false,
      frameBytes: (session) => textFrameLimit(session, this.limits), draftKeys: new DraftKeys(options.secret),
      hookModules, compress: options.compressPages ?? !isDevelopment(),
    }, log);
    this.#addresses = new Addresses(base);
    const readiness = new Readiness(lease);
    const settings = longPollSettings(options.longPoll ?? false, this.limits);
    const longPoll = settings && new LongPollSockets({ pubsub: this.pubsub, keyring: this.#environment.live.keyring, settings });
    const pages = (this.#pages = new LivePages(this.#environment, this.#documents));
    this.app = buildApp({
      options, environment: this.#environment, documents: this.#documents, pages, files: this.#files, hookModules, hidden, readiness, longPoll,
    });
    this.#host = new EndpointHost({
      environment: this.#environment, app: this.app, files: this.#files,
      userSockets: new Map(Object.entries(options.sockets ?? {})), socketPaths: socketPaths(options),
      addresses: this.#addresses, readiness, logsActivity: logsActivity(options.log), warnings: bootWarnings(options, this.limits),
      ...(longPoll && { longPoll }),
      ...(node && {
        cluster: new Cluster({
          node, pubsub: this.pubsub, presences: this.presences, registry, log, outageMs: lease && this.limits.outageMs,
        }),
      }),
    });
  }

  // ---- broadcasting and disconnecting ----

  /**
   * Sends to every subscriber of a topic. `"disconnect"` on a `liveSocketId` ends its sockets, as in Phoenix; no other event to a
   * `…_socket:…` compiles.
   *
   * @example
   * endpoint.broadcast(postUpdated(post.id), post);
   * endpoint.broadcast("users_socket:1", "disconnect", {});
   */
  broadcast<P>(topic: Topic<P>, payload: NoInfer<P>): void;
  broadcast<Name extends string, P>(topic: Name, event: EventOf<Name>, payload: P & AsData<P>): void;
  broadcast(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    const { name, event: named } = typeof topic === "string" ? { name: topic, event } : topic;
    if (named === DISCONNECT) void this.#fence.disconnect({ of: { liveSocketId: name } });
    void publishOn(this.pubsub, topic, event, payload);
  }

  /**
   * Sends to every subscriber of a topic except the given view: for a context called by a view that already shows its change.
   *
   * @param from the view's socket
   * @example
   * endpoint.broadcastFrom(socket, postUpdated(post.id), post);
   */
  broadcastFrom<P>(from: Broadcaster, topic: Topic<P>, payload: NoInfer<P>): void;
  broadcastFrom<P>(from: Broadcaster, topic: string, event: string, payload: P & AsData<P>): void;
  broadcastFrom(from: Broadcaster, topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    if (typeof topic === "string") from.broadcastFrom(topic, String(event), payload);
    else from.broadcastFrom(topic, event);
  }

  /**
   * Sends to the subscribers of this node only: for what each node finds out itself, such as that its cache is stale.
   *
   * @example
   * endpoint.localBroadcast(cacheCleared, { at: Date.now() });
   */
  localBroadcast<P>(topic: Topic<P>, payload: NoInfer<P>): void;
  localBroadcast<Name extends string, P>(topic: Name, event: EventOf<Name>, payload: P & AsData<P>): void;
  localBroadcast(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    void publishOn(this.pubsub, topic, event, payload, { local: true });
  }

  /**
   * The same, except to the given view, as in `broadcastFrom`.
   *
   * @example
   * endpoint.localBroadcastFrom(socket, cacheCleared, { at: Date.now() });
   */
  localBroadcastFrom<P>(from: Broadcaster, topic: Topic<P>, payload: NoInfer<P>): void;
  localBroadcastFrom<P>(from: Broadcaster, topic: string, event: string, payload: P & AsData<P>): void;
  localBroadcastFrom(from: Broadcaster, topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    if (typeof topic === "string") from.localBroadcastFrom(topic, String(event), payload);
    else from.localBroadcastFrom(topic, event);
  }

  /**
   * Disconnects every socket with this id, on every node. Once the promise has resolved, none of their handlers starts any
   * more, including those of sockets that were still connecting. A handler that was running finds its `socket.signal`
   * aborted, and what it does to its page has no effect. It waits for no handler, because the caller may be one. The clients
   * reconnect, and their views mount again.
   *
   * @param options `reason`: sent to the client with the close; `topic`: ends only this topic of the sockets
   * @returns how many sockets ended, which nodes answered, and which did not
   * @example
   * await endpoint.disconnect(`users_socket:${user.id}`, { reason: "banned" });
   */
  disconnect(liveSocketId: string, options: Pick<Disconnect, "reason" | "topic"> = {}): Promise<DisconnectResult> {
    return this.#fence.disconnect({ ...options, of: { liveSocketId } });
  }

  /**
   * Ends every session begun with this `liveSocketId` until now, and disconnects its sockets: copies of their cookies become
   * worthless. For log out everywhere, bans, password changes. A log-in whose request arrived before this resolves ends with
   * them; see `logIn` for one made by the same request.
   *
   * @example
   * await endpoint.endSessions(`users_socket:${user.id}`);
   */
  async endSessions(liveSocketId: string): Promise<DisconnectResult> {
    const revoked = await this.#environment.ends.end(liveSocketId, this.limits.sessionMaxAgeMs);
    // A log-in within two milliseconds counts as earlier. Once this has resolved, the next one is later.
    await new Promise((resolve) => setTimeout(resolve, 4));
    return this.#fence.disconnect({ of: { liveSocketId }, revoked });
  }

  // ---- addresses ----

  /**
   * The full URL of a page, for mails and other services.
   *
   * @param path a path of the application, with its query
   * @returns the path under the endpoint's `url`, or without one under the address where `serve` listens
   * @throws HoldfastError `endpoint_config_invalid` before `serve`, without a `url`; `redirect_refused` for what leads elsewhere
   * @example
   * endpoint.url(`/confirm/${token}`) // "https://example.com/confirm/…"
   */
  url(path: string): string {
    return this.#addresses.url(path);
  }

  /**
   * Normalizes a path of the application as browsers write it.
   *
   * @throws HoldfastError `redirect_refused` for what leads elsewhere
   * @example
   * endpoint.path("/posts/../about?x=ü") // "/about?x=%C3%BC"
   */
  path(path: string): string {
    return this.#addresses.path(path);
  }

  /**
   * The path of a file in `publicDir`, with its fingerprint, as the root layout's `asset`: for views, mails and headers.
   *
   * @example
   * endpoint.asset("/logo.svg") // "/logo.svg?vsn=…"
   */
  asset(path: string): string {
    return this.#files.versioned(path);
  }

  /** How many sockets are open. */
  get connections(): number {
    return this.#environment.registry.size;
  }

  // ---- serving ----

  /**
   * Answers a request, for runtimes with a fetch handler; the same as `endpoint.app.fetch`. Sockets need an adapter: `serve`
   * of `holdfast/node`.
   *
   * @param env what the runtime provides beside the request; middleware reads it as `c.env`
   * @example
   * export default { fetch: endpoint.fetch };
   */
  readonly fetch = (request: Request, env?: Env["Bindings"]): Response | Promise<Response> => tracedFetch(this.app, request, env);

  /**
   * Joins the other nodes of the `backplane`. `serve` does so before it listens, and `attach` at once; a process without pages,
   * such as one that runs jobs, calls it itself. Without a backplane there is nothing to join.
   *
   * @returns resolves when what this process publishes reaches the other nodes; may be called again
   * @throws HoldfastError what the backplane refuses to start with, such as an address that is none
   * @example
   * await endpoint.join();
   * for await (const job of jobs) {
   *   const report = await run(job);
   *   endpoint.broadcast(reportReady(job.userId), report);
   * }
   */
  join(): Promise<void> {
    return this.#host.ready;
  }

  /**
   * Refuses new handshakes, closes the sockets with a code that makes their clients come back (1012), and then the servers
   * that `serve` has opened.
   *
   * @param options `drain`: for a deploy behind a load balancer. The node is not ready from now on; for `limits.drainGraceMs` it
   * still accepts sockets, and then those that stand in line at its port. A share of them is closed at a time
   * (`drainStepFraction` each `drainStepMs`, at most `drainMaxMs`), each when the events that are under way on it are answered.
   * Pages are served meanwhile. Default false: all at once, and a drain that is under way ends.
   * @example
   * process.once("SIGTERM", () => void endpoint.close({ drain: true }));
   */
  close({ drain = false }: { drain?: boolean } = {}): Promise<void> {
    return this.#host.close(drain);
  }

  /**
   * Renders a page without a live view, in the root layout: a log-in form, for instance.
   *
   * @example
   * app.get("/login", (c) => endpoint.renderPage(c, html`<form …>`, { title: "Log in" }));
   */
  renderPage(c: Context, inner: Rendered, options: { title?: string; status?: number } = {}): Response {
    return this.#documents.page(c, inner, options);
  }

  /**
   * Renders a page with a live view that no live route leads to, for a plain Hono route. The view is mounted like a nested
   * one: its `params` come from the route, and it has neither a URL of its own nor live navigation. Its hooks and its policy
   * guard its join as they guard this response; the route's middleware guards only the response.
   *
   * @param view must have a name, by which it is found again when its client connects
   * @param options `session`: the view's `params`, sealed; `id`: its element's id, default `"live"`
   * @throws what its hooks, its policy, its mount or its render throw
   * @example
   * app.get("/embed/:room", (c) => endpoint.renderLive(c, Chat, { session: { room: c.req.param("room") } }));
   */
  renderLive(c: Context, view: LiveView, options: RenderLiveOptions = {}): Promise<Response> {
    return this.#pages.alone(c, view, options);
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

/** An endpoint as its adapters and the testing kit see it: no part of the public API. */
export function hostOf(endpoint: Endpoint): Host {
  return readHost(endpoint);
}

function parseBase(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base !== undefined && /^https?:$/.test(base.protocol)) return base;
  throw new HoldfastError("endpoint_config_invalid", {
    what: "The endpoint's url is not a URL.", expected: "https://example.com", got: JSON.stringify(url),
  });
}
