import type { Connection } from "../channel/index.js";
import type { ViewProcess } from "../live/index.js";
import type { LiveRoute, LiveSession } from "../router/index.js";
import type { SpanDetails } from "../telemetry/index.js";
import type { Limits } from "../security/index.js";
import type { Answer } from "../transport/long-poll/index.js";

/** A handshake, of a websocket or of long poll, on its way through the middleware to the socket's route and back. */
export interface PendingHandshake {
  /** The client's. */
  readonly address: string;
  /** What the registry gave when the handshake began. */
  readonly ticket: number;
  connection: Connection | undefined;
}

/** What an adapter knows of a request beside the Request itself. */
export interface Exchange {
  /** The address of the connection's other end; undefined if it has none, like a unix socket. */
  readonly peer: string | undefined;
  /**
   * Sets a header that the response has unless it brings its own of this name: cheaper for a server than headers on a
   * Response. An adapter without it leaves them to the endpoint.
   */
  preset?(name: string, value: string): void;
  /** What the endpoint tells of the request, while anybody listens. */
  span?: SpanDetails["request"];
}

/** A page's request that is made to ask its middleware, and what came of it. */
export interface GuardedRequest {
  /** Called by the live route that the request reached: everybody before it has let the request through. */
  pass(route: LiveRoute, get: (key: string) => unknown): void;
}

/** A request of long poll, and what its route has answered. */
export interface PollExchange {
  /** With the token for the next poll; null if there is none. */
  answer?: Answer & { readonly token?: string | null };
}

/** What stands in a request's `env`: what the runtime gives, and under `holdfast` what the adapter gives. */
export interface Bindings {
  readonly holdfast?: Exchange & {
    readonly handshake?: PendingHandshake; readonly longPoll?: PollExchange; readonly guarded?: GuardedRequest;
  };
}

/** A websocket handshake that has passed the checks of RFC 6455, section 4.2.1, and what an adapter can do with it. */
export interface Upgrade {
  readonly request: Request;
  /** The address of the connection's other end. */
  readonly peer: string | undefined;
  /** What else stands in the request's `env`, for middleware that knows the runtime. */
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
   * `withinMs`. An adapter whose server accepts all of them at once has no need of it.
   */
  acceptQueuePassed?(withinMs: number): Promise<void>;
  /** Stops accepting, and resolves when nothing of it is open any more. */
  close(): Promise<void>;
}

/** An endpoint as its adapters and the testing kit see it. */
export interface Host {
  /** Its live pages, by the name of their live session. */
  readonly sessions: ReadonlyMap<string, LiveSession>;
  readonly limits: Limits;
  /** Under which browsers see the application; undefined if the endpoint was not told. */
  readonly url: URL | undefined;
  /** Never throws. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  /** Resolves when everything is known that the first request may ask for. */
  readonly ready: Promise<void>;
  /** Whether a socket is opened at this path: all other upgrades are somebody else's. */
  opens(path: string): boolean;
  /** Whether a route or a file of the endpoint answers here. A middleware for all paths makes no path the endpoint's. */
  owns(method: string, path: string): boolean;
  /** The live views that are joined now. */
  views(): Iterable<ViewProcess>;
  /** Forgets how often pages have crashed. */
  forgetCrashes(): void;
  /** Takes a handshake through the middleware to its socket. Accepts or refuses it, exactly once, and never rejects. */
  upgrade(upgrade: Upgrade): Promise<void>;
  /**
   * A server is about to listen. Says at the first in production what is volatile or weak.
   *
   * @param hostname undefined if browsers cannot reach it themselves: a unix socket
   * @throws HoldfastError `endpoint_config_invalid` in production on a host that is not loopback, without `url`
   */
  check(hostname: string | undefined): void;
  /** From now on handshakes are accepted, and `endpoint.close` closes this server, too. */
  serving(server: ServedOn): void;
}
