import type { Connection, PageRoute, UserSocket } from "../channel/index.js";
import type { ViewProcess } from "../live/index.js";
import type { LiveSession } from "../router/index.js";
import type { SpanDetails } from "../telemetry/index.js";
import type { Limits } from "../security/index.js";
import type { Answer } from "../transport/long-poll/index.js";

/** A handshake, of a websocket or of long poll, on its way through the middleware to the socket's route and back. */
export interface PendingHandshake {
  /** The client's address. */
  readonly address: string;
  /** The registry's ticket, issued when the handshake began. */
  readonly ticket: number;
  connection: Connection | undefined;
}

/** What an adapter knows about a request beside the Request itself. */
export interface Exchange {
  /** The address of the connection's peer; undefined if it is not known. */
  readonly peer: string | undefined;
  /**
   * Sets headers, by names in lower case, that apply unless the response sets its own: cheaper for a server than headers on a
   * Response. An adapter without it leaves headers to the endpoint.
   */
  preset?(headers: readonly (readonly [name: string, value: string])[]): void;
  /**
   * Adds a cookie to those that the response sets, whose `cache-control` is then as `cachedPrivately` says. An adapter without it
   * leaves that to the endpoint.
   */
  cookie?(cookie: string): void;
  /** The details of the request's span, while anybody listens. */
  span?: SpanDetails["request"];
}

/** A page's request made only to ask its middleware, and the result. */
export interface GuardedRequest {
  /** Called by the route that the request reached: all middleware before it has admitted the request. */
  pass(route: PageRoute, get: (key: string) => unknown): void;
}

/** A request of long poll, with its route's answer. */
export interface PollExchange {
  /** With the token for the next poll; null if there is none. */
  answer?: Answer & { readonly token?: string | null };
  /** The id of the socket that it polls. */
  polled?: string;
}

/** A request's `env`: what the runtime provides, and under `holdfast` what the adapter provides. */
export interface Bindings {
  readonly holdfast?: Exchange & {
    readonly handshake?: PendingHandshake; readonly longPoll?: PollExchange; readonly guarded?: GuardedRequest;
  };
}

/** A websocket handshake that meets RFC 6455, section 4.2.1, with the adapter's means to complete it. */
export interface Upgrade {
  readonly request: Request;
  /** The address of the connection's peer. */
  readonly peer: string | undefined;
  /** Further entries of the request's `env`, for middleware that knows the runtime. */
  readonly env?: object;
  /** Completes the handshake, then opens the connection over its transport. */
  accept(connection: Connection): void;
  /** Answers with the response's status and its `retry-after`, and closes. */
  refuse(response: Response): void;
}

/** A server on which an endpoint is served. */
export interface ServedOn {
  /** Where browsers reach it; undefined if that is not known, or not by themselves. */
  readonly url?: string | undefined;
  /**
   * Resolves when every connection that waits to be accepted now has been, and what it had sent is read; at the latest after
   * `withinMs`. An adapter whose server accepts all of them at once does not need it.
   */
  acceptQueuePassed?(withinMs: number): Promise<void>;
  /** Stops accepting, and resolves when nothing of it is open any more. */
  close(): Promise<void>;
}

/** Modules that are read from their sources again when these change. */
export interface RenewableModules {
  /** Whether this is the source of a module. */
  has(path: string): boolean;
  /**
   * Reads the modules again.
   *
   * @returns once all of them can be served
   * @throws whatever is wrong with the first that cannot
   */
  renew(): Promise<void>;
}

/** An endpoint as its adapters and the testing kit see it. */
export interface Host {
  /** Its live pages, by the name of their live session. */
  readonly sessions: ReadonlyMap<string, LiveSession>;
  readonly limits: Limits;
  /** The URL under which browsers see the application; undefined if not configured. */
  readonly url: URL | undefined;
  /** Never throws. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  /** Resolves once everything that the first request may need is known. */
  readonly ready: Promise<void>;
  /** The application's user sockets, by the path that their clients name. */
  readonly userSockets: ReadonlyMap<string, UserSocket>;
  /** The paths at which sockets are opened. */
  readonly socketPaths: Iterable<string>;
  /** Whether a socket is opened at this path: all other upgrades belong to others. */
  opens(path: string): boolean;
  /** Whether a route or a file of the endpoint answers here. Middleware for all paths does not count. */
  owns(method: string, path: string): boolean;
  /** The live views that are joined now. */
  views(): Iterable<ViewProcess>;
  /** Forgets how often pages have crashed. */
  forgetCrashes(): void;
  /** The modules of client hooks, for a development server. */
  readonly hookModules: RenewableModules;
  /** Takes a handshake through the middleware to its socket. Accepts or refuses it, exactly once, and never rejects. */
  upgrade(upgrade: Upgrade): Promise<void>;
  /**
   * Called before a server listens. The first time in production it warns about what is volatile or weak.
   *
   * @param hostname undefined if browsers cannot reach it directly: a unix socket
   * @throws HoldfastError `endpoint_config_invalid` in production on a host that is not loopback, without `url`; if a client hook is
   * TypeScript
   * that nothing compiles
   */
  check(hostname: string | undefined): void;
  /** From now on handshakes are accepted, and `endpoint.close` closes this server too. */
  serving(server: ServedOn): void;
}
