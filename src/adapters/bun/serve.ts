import type { Connection } from "../../channel/index.js";
import { hostOf, type Endpoint, type Host } from "../../endpoint/index.js";
import { defaultHost } from "../default-host.js";
import { guardProcess, type OnStrayError } from "../guard-process.js";
import { withFix } from "../listen-error.js";
import { openedAt } from "../opened-at.js";
import { beginWithSignals } from "../signals.js";
import { bunServe, type BunServer } from "./runtime.js";
import { BunTransport } from "./transport.js";

/** Options of `serve`. */
export interface ServeOptions {
  /** 0: any free port. Default 4000. */
  port?: number;
  /**
   * The host to listen on. Default `127.0.0.1`, this machine only; in a container `0.0.0.0`, if the endpoint has a `url` and
   * it is neither development nor a test. In production any host but this machine requires a `url`.
   */
  host?: string;
  /** Certificate and key, as `Bun.serve` takes them. Default: none, plain http. */
  tls?: object;
  /** SIGTERM drains, SIGINT closes immediately, and the process exits with code 0. Default false. */
  signals?: boolean;
  /** What happens to the process after an error without an owner: see `holdfast/node`. Default `"log"`. */
  onStrayError?: OnStrayError;
}

/** Where an endpoint is served, and how to close it. */
export interface Served {
  /** Where it listens; under the endpoint's own name, `localhost` for instance, if `url` names this machine and this port. */
  readonly url: string;
  readonly port: number;
  readonly close: Endpoint["close"];
}

/** Bun accepts no larger number, and drops frames beyond the limit that it is given. */
const MAX_INT32 = 2 ** 31 - 1;
/** Bun's longest idle time of a request, seconds. */
const MAX_IDLE_S = 255;

/**
 * Serves an endpoint over HTTP and websockets on Bun.
 *
 * @returns once it listens: the URL, the port, and a function that closes it
 * @throws HoldfastError `endpoint_config_invalid` in production on a host that is not loopback, if the endpoint has no `url`;
 * and whatever Bun fails with, such as EADDRINUSE, with the fix in its message
 * @example
 * const { url } = await serve(endpoint, { port: 4000 });
 */
export async function serve(
  endpoint: Endpoint,
  { port = 4000, host: hostname = defaultHost(hostOf(endpoint).url), tls, signals = false, onStrayError = "log" }: ServeOptions = {},
): Promise<Served> {
  const close: Endpoint["close"] = (how) => endpoint.close(how);
  const begun = (): Promise<Omit<Served, "close">> => listening(endpoint, { port, hostname, tls, onStrayError });
  return { ...await (signals ? beginWithSignals(close, hostOf(endpoint).log, begun) : begun()), close };
}

async function listening(
  endpoint: Endpoint, { port, hostname, tls, onStrayError }: {
    readonly port: number; readonly hostname: string; readonly tls: object | undefined; readonly onStrayError: OnStrayError;
  },
): Promise<Omit<Served, "close">> {
  const host = hostOf(endpoint);
  const { limits } = host;
  host.check(hostname);
  await host.ready;
  const server = listen({ port, host: hostname }, () => bunServe<BunTransport>({
    port, hostname, ...(tls && { tls }),
    idleTimeout: Math.min(MAX_IDLE_S, Math.ceil(limits.requestMs / 1000)),
    fetch(request, own) {
      if (namesSeveralHosts(request)) return new Response(null, { status: 400, headers: { connection: "close" } });
      const peer = own.requestIP(request)?.address;
      if (isUpgrade(request, host)) return upgrade(host, own, request, peer);
      return endpoint.fetch(request, { holdfast: { peer } });
    },
    websocket: {
      maxPayloadLength: Math.max(limits.textFrameBytes, limits.binaryFrameBytes),
      perMessageDeflate: false,
      // The connection itself detects silence, and bounds what is queued for a slow reader.
      idleTimeout: 0, sendPings: false, backpressureLimit: MAX_INT32,
      open: (socket) => socket.data.opened(socket),
      message: (socket, message) => socket.data.received(message),
      close: (socket) => socket.data.ended(),
    },
  }));
  const boundTo = server.port ?? port;
  const url = openedAt(host.url, { scheme: tls === undefined ? "http" : "https", host: hostname, port: boundTo });
  host.log("listening", { url });
  host.serving({ url, close: () => stop(server, limits.closeGraceMs) });
  guardProcess({ log: host.log, onStrayError });
  return { url, port: boundTo };
}

function listen<T>(place: { readonly port: number; readonly host: string }, begin: () => T): T {
  try {
    return begin();
  } catch (error) {
    throw withFix(error, place);
  }
}

/**
 * Whether a request has more than one Host field, as in `holdfast/node`. Bun puts the first into the URL, and joins them in the
 * headers; no site's name has a comma.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
function namesSeveralHosts({ headers }: Request): boolean {
  return headers.get("host")?.includes(",") === true;
}

function isUpgrade(request: Request, host: Host): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket" && host.opens(new URL(request.url).pathname);
}

/** Takes a handshake through the endpoint. Bun checks it against RFC 6455 when it completes it. */
async function upgrade(
  host: Host, server: BunServer<BunTransport>, request: Request, peer: string | undefined,
): Promise<Response | undefined> {
  let response: Response | undefined;
  await host.upgrade({
    request, peer,
    accept(connection: Connection) {
      if (server.upgrade(request, { data: new BunTransport(connection, host.limits) })) return;
      connection.closed();
      response = new Response(null, { status: 400 });
    },
    refuse(refused) {
      response = new Response(null, { status: refused.status, headers: pick(refused, "retry-after") });
    },
  });
  return response;
}

function pick({ headers }: Response, name: string): Record<string, string> {
  const value = headers.get(name);
  return value === null ? {} : { [name]: value };
}

/** Stops accepting, lets requests in progress finish, and cuts the rest. */
async function stop(server: BunServer<BunTransport>, graceMs: number): Promise<void> {
  let cut: ReturnType<typeof setTimeout> | undefined;
  const grace = new Promise<void>((resolve) => {
    cut = setTimeout(resolve, graceMs);
  });
  await Promise.race([server.stop(), grace]);
  clearTimeout(cut);
  await server.stop(true);
}
