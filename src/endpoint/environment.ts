import type { Context } from "hono";
import type { SocketRegistry } from "../channel/index.js";
import type { Client, ConnectInfo, PageContext } from "../live/index.js";
import type { Fence, RateLimitStore } from "../pubsub/index.js";
import type { LiveRouter } from "../router/index.js";
import type { ClientAddresses, OriginPolicy, RateLimits, RevocationStore, SessionEnds, SessionValidity } from "../security/index.js";
import type { Bindings, PendingHandshake, PollExchange } from "./adapter.js";
import type { Admissions } from "./admissions.js";

/** What the parts of an endpoint share. */
export interface Environment {
  readonly live: PageContext;
  readonly router: LiveRouter;
  readonly registry: SocketRegistry;
  readonly revocations: RevocationStore;
  /** Ends all sessions of a user. */
  readonly ends: SessionEnds;
  /** Whether a session has ended: by the revocations, or by the application. */
  readonly sessions: SessionValidity;
  readonly fence: Fence;
  readonly admissions: Admissions;
  /** Whether a plain route has rendered a view in this process: from then on sockets keep what it takes to ask such a route. */
  readonly plainViews: { shown: boolean };
  /** Counts what clients do: across all nodes, or on this one if it is alone. */
  readonly rateLimits: RateLimitStore | RateLimits;
  readonly origins: OriginPolicy;
  readonly clients: ClientAddresses;
  /** The URL under which browsers see the application; undefined: taken from each request. */
  readonly base: URL | undefined;
  /** The headers that views may see, in lower case. */
  readonly connectHeaders: readonly string[];
}

/** Under a symbol, because `c.get` belongs to the application. */
const ENVIRONMENT = Symbol("holdfast environment");

declare module "hono" {
  interface ContextVariableMap {
    [ENVIRONMENT]: Environment;
  }
}

/** Lets the application's own middleware find its endpoint. */
export function setEnvironment(c: Context, environment: Environment): void {
  c.set(ENVIRONMENT, environment);
}

/** The environment of the endpoint that answers this request; undefined outside of one. */
export function findEnvironment(c: Context): Environment | undefined {
  return c.get(ENVIRONMENT) as Environment | undefined;
}

/** A request's variables by names that only the application knows. */
export function variablesOf(c: Context): (name: string) => unknown {
  return (name) => c.get(name as never);
}

/** What the adapter provided with the request; empty without one. */
export function bindingsOf(c: Context): Bindings {
  return (c.env ?? {}) as Bindings;
}

/** The handshake behind a request; undefined for other requests. */
export function upgradeOf(c: Context): PendingHandshake | undefined {
  return bindingsOf(c).holdfast?.handshake;
}

/** The exchange of a long-poll request; undefined for other requests. */
export function longPollOf(c: Context): PollExchange | undefined {
  return bindingsOf(c).holdfast?.longPoll;
}

/** The origin under which the browser sees this request. */
export function originOf(c: Context, { base }: Environment): string {
  if (base !== undefined) return base.origin;
  // A request's URL is as the URL parser writes it (https://fetch.spec.whatwg.org/#dom-request-url): it is not parsed again.
  const { url } = c.req;
  return url.slice(0, url.indexOf("/", url.indexOf("://") + 3));
}

const NO_HEADERS: ConnectInfo["headers"] = Object.freeze({});

/** What views may know about the client behind a request. */
export function connectInfo(c: Context, { connectHeaders }: Environment, peer: string): ConnectInfo {
  if (connectHeaders.length === 0) return { peer, userAgent: c.req.header("user-agent"), headers: NO_HEADERS };
  const headers: Record<string, string> = {};
  for (const name of connectHeaders) {
    const value = c.req.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return { peer, userAgent: c.req.header("user-agent"), headers };
}

/** The address of the client behind a request. */
export function clientAddress(c: Context, { clients }: Environment): string {
  return clients.of(bindingsOf(c).holdfast?.peer, (name) => c.req.header(name));
}

/** The client during the GET. Looked up lazily: few views ask, and an address costs a system call. */
export class RequestClient implements Client {
  readonly params = {};
  readonly #c: Context;
  readonly #environment: Environment;

  constructor(c: Context, environment: Environment) {
    this.#c = c;
    this.#environment = environment;
  }

  get info(): ConnectInfo {
    return connectInfo(this.#c, this.#environment, clientAddress(this.#c, this.#environment));
  }
  staticChanged(): boolean {
    return false;
  }
}

/** Whether browsers reach the application over https. */
export function isSecure({ base }: Environment): boolean {
  return base?.protocol === "https:";
}
