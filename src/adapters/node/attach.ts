import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { hostOf, type Endpoint, type Exchange } from "../../endpoint/index.js";
import { WebSocketTransport } from "../../transport/index.js";
import { guardProcess, type OnStrayError } from "../guard-process.js";
import { acceptQueuePassed } from "./accept-queue.js";
import type { NodeServer } from "./node-server.js";
import { observedFetch } from "./observed.js";
import { pathOf, requestOf } from "./request.js";
import { NodeUpgrade, refusalOf, refuse } from "./upgrade.js";
import { startWatchdog, type WatchdogOptions } from "./watchdog.js";

/** Options of `attach`. */
export interface AttachOptions {
  /**
   * What becomes of the process when an error belongs to no view, channel or request: a promise that nobody awaits, a
   * callback of a timer. `"log"` writes it with its stack, and the process lives for its other users. `"exit"` is Node's
   * default: it ends. Default `"log"`.
   */
  onStrayError?: OnStrayError;
  /**
   * A thread that watches the event loop: while something holds it for longer than `ms` (default 500), it says on stderr which
   * view and event that is; afterwards `holdfast:loop:blocked` counts it. A process has one, however many servers it has.
   * `false`: no such thread. Default on, but not where `NODE_ENV` is `test`.
   *
   * @example
   * watchdog: { ms: 200 }
   */
  watchdog?: WatchdogOptions | false;
}

/** An endpoint on a server. */
export interface Attached {
  /** Takes the endpoint off the server: its requests and upgrades are the others' again, and nothing watches the event loop for it. */
  detach(): void;
}

/** What Node knows of a request beside the Request. */
class NodeExchange implements Exchange {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  get peer(): string | undefined {
    return this.#incoming.socket.remoteAddress;
  }
  preset(name: string, value: string): void {
    this.#outgoing.setHeader(name, value);
  }
}

/**
 * Serves an endpoint on a server that has been made elsewhere. What is not the endpoint's falls through untouched: requests
 * to paths where it has neither route nor file go to the listeners that the server had before, and upgrades to other paths
 * to its other listeners, such as Vite's. Attach after them. A server without others answers 404.
 *
 * The server keeps its own timeouts. Node's are 60 s for the head of a request and 300 s for all of it; `serve` sets 10 s and
 * 30 s (`limits.headerMs`, `limits.requestMs`; Node looks each `connectionsCheckingInterval`), so that slow clients
 * do not hold their sockets.
 *
 * @param server may listen already
 * @returns what takes the endpoint off again; `endpoint.close()` closes its sockets and not the server
 * @throws HoldfastError `endpoint_config_invalid` if the server listens on a host that needs the endpoint's `url`; one that
 * begins to listen there later emits it as an `error`
 * @example
 * const server = createServer(vite.middlewares);
 * attach(endpoint, server);
 * server.listen(5173);
 */
export function attach(
  endpoint: Endpoint, server: NodeServer,
  { onStrayError = "log", watchdog = process.env["NODE_ENV"] === "test" ? false : {} }: AttachOptions = {},
): Attached {
  const host = hostOf(endpoint);
  const transport = new WebSocketTransport(host.limits);
  const fetch = observedFetch(endpoint, server);
  // Written out: to spread the two would be the dearest line of a small page.
  const listener = getRequestListener((request, { incoming, outgoing }) => fetch(request, {
    incoming, outgoing, holdfast: new NodeExchange(incoming as IncomingMessage, outgoing as ServerResponse),
  }));
  // Node calls every listener of a request, and a request can have one answer: from here on this one calls the others.
  const others = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");

  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (others.length === 0 || host.owns(incoming.method ?? "GET", pathOf(incoming))) void listener(incoming, outgoing);
    else for (const other of others) other.call(server, incoming, outgoing);
  };
  const onUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!host.opens(pathOf(incoming))) {
      // With a listener for upgrades, Node leaves the socket to it: what nobody answers would stay open for ever.
      if (server.listenerCount("upgrade") === 1) refuse(guarded(socket), { status: 404 });
      return;
    }
    const refusal = refusalOf(incoming);
    if (refusal !== undefined) return refuse(guarded(socket), refusal);
    const request = requestOf(incoming);
    if (request === undefined) return refuse(guarded(socket), { status: 400 });
    void host.upgrade(new NodeUpgrade(request, incoming, guarded(socket), head, transport));
  };
  const onListening = (): void => {
    try {
      host.check(hostOfServer(server));
    } catch (error) {
      attached.detach();
      server.emit("error", error);
    }
  };
  const attached: Attached = {
    detach() {
      stopWatching?.();
      server.off("request", onRequest).off("upgrade", onUpgrade).off("listening", onListening);
      for (const other of others) server.on("request", other);
    },
  };

  if (server.listening) host.check(hostOfServer(server));
  server.on("request", onRequest).on("upgrade", onUpgrade).on("listening", onListening);
  const stopWatching = watchdog === false ? undefined : startWatchdog(watchdog, host.log);
  host.serving({ acceptQueuePassed: (withinMs) => acceptQueuePassed(server, withinMs), close: async () => stopWatching?.() });
  guardProcess({ log: host.log, onStrayError });
  return attached;
}

/** A socket whose reset during the handshake does not end the process. */
function guarded(socket: Duplex): Duplex {
  return socket.on("error", () => socket.destroy());
}

/** The host that a server listens on; undefined for a unix socket. */
function hostOfServer(server: NodeServer): string | undefined {
  const address = server.address();
  return typeof address === "object" ? address?.address : undefined;
}
