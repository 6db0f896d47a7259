import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer, Server as HttpsServer, type ServerOptions as HttpsOptions } from "node:https";
import type { ListenOptions } from "node:net";
import { hostOf, type Endpoint, type Host } from "../../endpoint/index.js";
import { ANYTHING, checkOptions, either, having, OBJECT, TEXT, YES_OR_NO, type Kind, type Shape } from "../../errors/options.js";
import { attach, type AttachOptions } from "./attach.js";
import type { NodeServer } from "./node-server.js";
import { closeServer } from "./close.js";
import { defaultHost } from "../default-host.js";
import { withFix } from "../listen-error.js";
import { openedAt } from "../opened-at.js";
import { beginWithSignals } from "../signals.js";

/** Options of `serve`, wherever it listens. */
interface CommonOptions extends AttachOptions {
  /** Certificate and key, as `node:https` takes them. Default: none, plain http. */
  https?: HttpsOptions | undefined;
  /** A server that is not listening yet, instead of one that `serve` creates. It keeps its own timeouts. */
  server?: NodeServer | undefined;
  /**
   * Handles the process's signals: SIGTERM drains (see `endpoint.close`), and SIGTERM again changes nothing; SIGINT closes
   * immediately, and a second SIGINT exits. The process then exits with code 0, unless the application listens to the signal too.
   * Default false.
   */
  signals?: boolean | undefined;
}

/** Options of `serve`, on a port. */
export interface ServeOptions extends CommonOptions {
  /** 0: any free port. Default 4000. */
  port?: number | undefined;
  /**
   * The host to listen on. Default `127.0.0.1`, this machine only; in a container `0.0.0.0`, if the endpoint has a `url` and
   * it is neither development nor a test.
   */
  host?: string | undefined;
}

/** Options of `serve` on a unix socket, for a proxy on the same machine. The endpoint must have a `url`. */
export interface ServePathOptions extends CommonOptions {
  /** The path of the socket. */
  path: string;
}

/** Closes the endpoint and the server. See `endpoint.close`. */
type Close = Endpoint["close"];

/** Where an endpoint is served, and how to close it. */
export interface Served {
  /** Where it listens; under the endpoint's own name, `localhost` for instance, if `url` names this machine and this port. */
  readonly url: string;
  readonly port: number;
  readonly close: Close;
}

/**
 * Connections that may wait to be accepted; Node's own default is 511. When all clients of a killed node arrive at once, a
 * client that finds no room retries a second later, and then after three. The system may allow fewer (`net.core.somaxconn`).
 */
const BACKLOG = 4_096;

const PORT: Kind = {
  called: "a port: a whole number from 0 to 65535",
  // Node takes a text, too, as in an environment variable.
  fits: (value) => value !== "" && Number.isInteger(Number(value)) && Number(value) >= 0 && Number(value) <= 65_535,
};

/** `ANYTHING` is checked where it is used. */
const SHAPE: Shape<ServeOptions & ServePathOptions> = {
  port: PORT,
  host: TEXT,
  path: TEXT,
  https: OBJECT,
  server: having("a server of node:http or node:https", "on", "listen"),
  signals: YES_OR_NO,
  onStrayError: ANYTHING,
  watchdog: either(YES_OR_NO, OBJECT),
};

/** How often the log says that connections are dropped, ms. */
const SAY_EVERY_MS = 60_000;

/** How often Node checks for slow clients, ms. */
const CHECK_EVERY_MS = 1_000;

/**
 * Serves an endpoint over HTTP and websockets.
 *
 * @returns once it listens: the URL, the port, and a function that closes it
 * @throws HoldfastError `endpoint_config_invalid` for something that is not an endpoint or an option, and in production on a host
 * that is not loopback, if the endpoint has no `url`; and whatever `listen` fails with, such as EADDRINUSE, with the fix in its
 * message
 * @example
 * const { url } = await serve(endpoint, { port: 4000, signals: true });
 * await serve(endpoint, { path: "/run/app.sock" });
 */
export function serve(endpoint: Endpoint, options: ServePathOptions): Promise<{ readonly path: string; readonly close: Close }>;
export function serve(endpoint: Endpoint, options?: ServeOptions): Promise<Served>;
export async function serve(
  endpoint: Endpoint, options: ServeOptions | ServePathOptions = {},
): Promise<Served | { readonly path: string; readonly close: Close }> {
  const { url } = hostOf(endpoint);
  checkOptions(
    "endpoint_config_invalid",
    { of: "serve", fix: "serve(endpoint, { port: 4000 }), and PORT=4000 if the program reads it" },
    options,
    SHAPE,
  );
  if ("path" in options) {
    const { path } = options;
    return { path, close: (await begin(endpoint, options, { path })).close };
  }
  const { port = 4000, host = defaultHost(url) } = options;
  const { server, close } = await begin(endpoint, options, { port, host });
  return { ...addressOf(server, host, url), close };
}

async function begin(
  endpoint: Endpoint, options: CommonOptions, where: { path: string } | { port: number; host: string },
): Promise<{ server: NodeServer; close: Close }> {
  const close: Close = (how) => endpoint.close(how);
  const begun = (): Promise<NodeServer> => listening(endpoint, options, where);
  return { server: await (options.signals === true ? beginWithSignals(close, hostOf(endpoint).log, begun) : begun()), close };
}

async function listening(
  endpoint: Endpoint, options: CommonOptions, where: { path: string } | { port: number; host: string },
): Promise<NodeServer> {
  const host = hostOf(endpoint);
  const hostname = "host" in where ? where.host : undefined;
  host.check(hostname);
  await host.ready;
  const server = options.server ?? newServer(host, options.https);
  // Once a minute at most: the log must not be what such a flood fills.
  let saidAt = -Infinity;
  server.on("drop", () => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    host.log("connection dropped", { limit: server.maxConnections, reason: "too many connections" });
  });
  const attached = attach(endpoint, server, options);
  try {
    await listen(server, where);
  } catch (error) {
    attached.detach();
    throw withFix(error, where);
  }
  // If one connection cannot be accepted, for lack of a file descriptor for instance, the server goes on.
  server.on("error", (error) => host.log("server error", { error }));
  const url = hostname === undefined ? undefined : addressOf(server, hostname, host.url).url;
  host.log("listening", "path" in where ? { path: where.path } : { url });
  host.serving({
    url,
    close: () => closeServer(server, host.limits.closeGraceMs),
  });
  return server;
}

/** The address of a server that listens on a port, for an endpoint with this `url`. */
function addressOf(server: NodeServer, host: string, url: URL | undefined): { url: string; port: number } {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: openedAt(url, { scheme: server instanceof HttpsServer ? "https" : "http", host, port }), port };
}

/**
 * Limits how long a client can hold a socket: `limits.headerMs` for its request's head, `limits.requestMs` in all, `limits.keepAliveMs`
 * without a request; and how many sockets all clients hold. `UnreadBytes` limits how long it may read nothing of the answer.
 */
function newServer({ limits: { headerMs, requestMs, keepAliveMs, connections } }: Host, https: HttpsOptions | undefined): NodeServer {
  const timeouts = {
    // Node refuses to start with a head that may take longer than its request.
    headersTimeout: timeout(Math.min(headerMs, requestMs)), requestTimeout: timeout(requestMs), connectionsCheckingInterval: CHECK_EVERY_MS,
    keepAliveTimeout: timeout(keepAliveMs),
  };
  const server = https === undefined ? createHttpServer(timeouts) : createHttpsServer({ ...https, ...timeouts });
  if (connections !== Infinity) server.maxConnections = connections;
  return server;
}

/** Node disables a timeout with 0. */
function timeout(ms: number): number {
  return ms === Infinity ? 0 : ms;
}

function listen(server: NodeServer, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
