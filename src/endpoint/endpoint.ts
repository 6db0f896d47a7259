import type { Context, Env, Hono } from "hono";
import { describeValue, HoldfastError } from "../errors/index.js";
import { checkValue, OBJECT, TEXT } from "../errors/options.js";
import { RENDERED, type Rendered } from "../html/index.js";
import { VIEW, type LiveView } from "../live/index.js";
import type { PresenceTracker } from "../presence/index.js";
import type { Disconnect, DisconnectResult, PubSub, RateLimitStore } from "../pubsub/index.js";
import { Tokens, type Limits } from "../security/index.js";
import type { Host } from "./adapter.js";
import { Broadcasts } from "./broadcasts.js";
import { checkEndpointOptions } from "./known-options.js";
import type { RenderLiveOptions } from "./live-page.js";
import type { EndpointOptions } from "./options.js";
import { askStore } from "./session-store.js";
import { CONTEXT } from "./session.js";
import { tracedFetch } from "./request-span.js";
import { wire, type EndpointParts } from "./wiring.js";

let readHost: (endpoint: Endpoint) => Host;

function noEndpoint(given: unknown): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "No endpoint was given.", expected: "what createEndpoint(…) returns", got: describeValue(given), fix: fixOf(given),
  });
}

function fixOf(given: unknown): string {
  if (given instanceof Promise) return "await it first";
  if (typeof given === "object" && given !== null && "fetch" in given) return "pass the endpoint itself: its `app` knows no sockets";
  return "const endpoint = createEndpoint({ … }); await serve(endpoint, { port: 4000 })";
}

/**
 * An application: its routes, its sockets, its server.
 *
 * @example
 * const endpoint = createEndpoint({ secret: process.env.SECRET!, live: [liveSession("default", {}, (live) => live("/", Counter))] });
 * const { url } = await serve(endpoint, { port: 4000 });   // of holdfast/node
 */
export class Endpoint extends Broadcasts {
  static {
    readHost = (endpoint: unknown) => {
      if (typeof endpoint === "object" && endpoint !== null && #parts in endpoint) return endpoint.#parts.host;
      throw noEndpoint(endpoint);
    };
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
  readonly #parts: EndpointParts;

  constructor(options: EndpointOptions) {
    checkEndpointOptions(options);
    const parts = wire(options);
    const { app, node, environment: { live, fence } } = parts;
    super(live.pubsub, fence);
    this.#parts = parts;
    this.app = app;
    this.limits = live.limits;
    this.pubsub = live.pubsub;
    this.tokens = new Tokens(live.keyring);
    this.presences = live.presences;
    this.rateLimits = node?.rateLimits;
  }

  /**
   * Disconnects every socket with this id, on every node. Once the promise has resolved, none of their handlers starts any
   * more, including those of sockets that were still connecting. A handler that was running finds its `socket.signal`
   * aborted, and what it does to its page has no effect. It waits for no handler, because the caller may be one. The clients
   * reconnect, and their views mount again. A process that has not joined the other nodes joins them first.
   *
   * @param options `reason`: sent to the client with the close; `topic`: ends only this topic of the sockets
   * @throws HoldfastError `socket_misuse` for an id that is not a string
   * @returns how many sockets ended, which nodes answered, and which did not
   * @example
   * await endpoint.disconnect(`users_socket:${user.id}`, { reason: "banned" });
   */
  disconnect(liveSocketId: string, options: Pick<Disconnect, "reason" | "topic"> = {}): Promise<DisconnectResult> {
    const place = { of: "endpoint.disconnect", fix: "endpoint.disconnect(`users_socket:${user.id}`)" };
    checkValue("socket_misuse", place, "the liveSocketId", liveSocketId, TEXT);
    const { host, environment: { fence } } = this.#parts;
    const end = (): Promise<DisconnectResult> => fence.disconnect({ ...options, of: { liveSocketId } });
    // Nothing waits in a process that has joined: its own sockets have ended when this returns.
    return host.joining?.then(end) ?? end();
  }

  /**
   * Ends every session begun with this `liveSocketId` until now, and disconnects its sockets: copies of their cookies become
   * worthless. For log out everywhere, bans, password changes. A log-in whose request arrived before this resolves ends with
   * them; see `logIn` for one made by the same request.
   *
   * @throws HoldfastError `socket_misuse` for an id that is not a string
   * @throws {StatusError} 503, in a route with `Retry-After`, if the revocation store fails: no session has ended; try it again
   * @example
   * await endpoint.endSessions(`users_socket:${user.id}`);
   */
  async endSessions(liveSocketId: string): Promise<DisconnectResult> {
    checkValue(
      "socket_misuse",
      { of: "endpoint.endSessions", fix: "endpoint.endSessions(`users_socket:${user.id}`)" },
      "the liveSocketId",
      liveSocketId,
      TEXT,
    );
    await this.#parts.host.joining;
    const { ends, fence, live } = this.#parts.environment;
    const revoked = await askStore(live.log, "the end of a user's sessions cannot be stored",
      () => ends.end(liveSocketId, this.limits.sessionMaxAgeMs));
    // A log-in within two milliseconds counts as earlier. Once this has resolved, the next one is later.
    await new Promise((resolve) => setTimeout(resolve, 4));
    return fence.disconnect({ of: { liveSocketId }, revoked });
  }

  /**
   * The full URL of a page, for mails and other services.
   *
   * @param path a path of the application, with its query
   * @returns the path under the endpoint's `url`, or without one under the address where `serve` listens
   * @throws HoldfastError `endpoint_config_invalid` before `serve`, without a `url`; `redirect_refused` for a path out of the application
   * @example
   * endpoint.url(`/confirm/${token}`) // "https://example.com/confirm/…"
   */
  url(path: string): string {
    return this.#parts.addresses.url(path);
  }

  /**
   * Normalizes a path of the application as browsers write it.
   *
   * @throws HoldfastError `redirect_refused` for a path out of the application
   * @example
   * endpoint.path("/posts/../about?x=ü") // "/about?x=%C3%BC"
   */
  path(path: string): string {
    return this.#parts.addresses.path(path);
  }

  /**
   * The path of a file in `publicDir`, with its fingerprint, as the root layout's `asset`: for views, mails and headers.
   *
   * @example
   * endpoint.asset("/logo.svg") // "/logo.svg?vsn=…"
   */
  asset(path: string): string {
    return this.#parts.files.versioned(path);
  }

  /** How many sockets are open. */
  get connections(): number {
    return this.#parts.environment.registry.size;
  }

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
   * @throws HoldfastError what the backplane refuses to start with, such as an invalid address
   * @example
   * await endpoint.join();
   * for await (const job of jobs) {
   *   const report = await run(job);
   *   endpoint.broadcast(reportReady(job.userId), report);
   * }
   */
  join(): Promise<void> {
    return this.#parts.host.ready;
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
    return this.#parts.host.close(drain);
  }

  /**
   * Renders a page without a live view, in the root layout: a log-in form, for instance.
   *
   * @example
   * app.get("/login", (c) => endpoint.renderPage(c, html`<form …>`, { title: "Log in" }));
   */
  renderPage(c: Context, inner: Rendered, options: { title?: string; status?: number } = {}): Response {
    const place = { of: "endpoint.renderPage", fix: "endpoint.renderPage(c, html`<h1>Hello</h1>`)" };
    checkValue("session_misuse", place, "the request", c, CONTEXT);
    checkValue("template_value_refused", place, "the page", inner, RENDERED);
    checkValue("template_value_refused", place, "the object of options", options, OBJECT);
    return this.#parts.documents.page(c, inner, options);
  }

  /**
   * Renders a page with a live view that no live route leads to, for a plain Hono route. The view is mounted like a nested
   * one: its `params` come from the route, and it has no live navigation. What guards this response guards its join: its hooks,
   * its policy, and the route itself. The join of what a GET has rendered runs the GET again, up to this call, which then renders
   * nothing; so the handler must be safe to repeat (RFC 9110, section 9.2.1). Of another method's route only what stands before the
   * handler is run again.
   *
   * @param view must have a name, by which it is found again when its client connects
   * @param options `session`: the view's `params`, sealed; `id`: its element's id, default `"live"`
   * @throws what its hooks, its policy, its mount or its render throw; a 503 if too many pages are rendered at once
   * @example
   * app.get("/embed/:room", (c) => endpoint.renderLive(c, Chat, { session: { room: c.req.param("room") } }));
   */
  renderLive(c: Context, view: LiveView, options: RenderLiveOptions = {}): Promise<Response> {
    const place = { of: "endpoint.renderLive", fix: "endpoint.renderLive(c, Chat, { session: { room } })" };
    checkValue("session_misuse", place, "the request", c, CONTEXT);
    checkValue("view_definition_invalid", place, "the view", view, VIEW);
    checkValue("view_definition_invalid", place, "the object of options", options, OBJECT);
    return this.#parts.pages.alone(c, view, options);
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
