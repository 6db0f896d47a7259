import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { hostOf, type Endpoint, type Exchange } from "../../endpoint/index.js";
import { HoldfastError } from "../../errors/index.js";
import { WebSocketTransport } from "../../transport/index.js";
import { guardProcess, type OnStrayError } from "../guard-process.js";
import { acceptQueuePassed } from "./accept-queue.js";
import { answersUpgrades, ForeignUpgrades, onOwnUpgrade } from "./foreign-upgrades.js";
import { namesSeveralHosts } from "./host-header.js";
import { LINGER, Linger } from "./linger.js";
import type { NodeServer } from "./node-server.js";
import { observedFetch } from "./observed.js";
import { pathOf, requestOf } from "./request.js";
import { guarded, NodeUpgrade, refusalOf, refuse } from "./upgrade.js";
import { startWatchdog, type WatchdogOptions } from "./watchdog.js";

/** Options of `attach`. */
export interface AttachOptions {
  /**
   * What happens to the process after an error that belongs to no view, channel or request: a promise that nobody awaits, a
   * timer's callback. `"log"` writes it with its stack, and the process keeps running for its other users. `"exit"` is Node's
   * default. Default `"log"`.
   */
  onStrayError?: OnStrayError | undefined;
  /**
   * A thread that watches the event loop: while something holds it for longer than `ms` (default 500), it names the view and
   * event on stderr; afterwards `holdfast:loop:blocked` reports it. A process has one, however many servers it has. `false`:
   * no such thread. Default on, except when `NODE_ENV` is `test`.
   *
   * @example
   * watchdog: { ms: 200 }
   */
  watchdog?: WatchdogOptions | false | undefined;
}

/** An endpoint on a server. */
export interface Attached {
  /** Detaches the endpoint: its requests and upgrades go to the other listeners again, and it no longer watches the process. */
  detach(): void;
}

/** What Node knows about a request beside the Request. */
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
 * Serves an endpoint on an existing server. What does not belong to the endpoint falls through untouched: requests to paths
 * without a route or file of the endpoint go to the server's earlier listeners, and upgrades to other paths go to its other
 * listeners, such as Vite's. Attach after them. If the server has no others, such requests get a 404, and so does an upgrade that
 * none of them has taken within `limits.requestMs`.
 *
 * The server keeps its own timeouts. Node's are 60 s for a request's head and 300 s for all of it; `serve` sets 10 s and 30 s
 * (`limits.headerMs`, `limits.requestMs`; Node checks every `connectionsCheckingInterval`), so that slow clients do not hold
 * their sockets.
 *
 * @param server may already be listening
 * @returns a handle that detaches the endpoint; `endpoint.close()` closes its sockets but not the server
 * @throws HoldfastError `endpoint_config_invalid` if another endpoint on the server opens its sockets at the same path, or if the
 * server listens on a host that needs the endpoint's `url`; one that begins to listen there later emits it as an `error`
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
  for (const path of host.socketPaths) if (answersUpgrades(server, path)) throw pathTaken(path);
  const transport = new WebSocketTransport(host.limits);
  const fetch = observedFetch(endpoint, server);
  // Written out: spreading the two objects would be the most expensive line of a small page.
  const listener = getRequestListener((request, { incoming, outgoing }) => fetch(request, {
    incoming, outgoing, holdfast: new NodeExchange(incoming as IncomingMessage, outgoing as ServerResponse),
  }));
  const linger = new Linger({ ...LINGER, ms: Math.min(LINGER.ms, host.limits.requestMs) });
  // Node calls every listener of a request, but a request has one answer: from here on this listener calls the others.
  const others = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");

  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (others.length > 0 && !host.owns(incoming.method ?? "GET", pathOf(incoming))) {
      for (const other of others) other.call(server, incoming, outgoing);
      return;
    }
    linger.watch(incoming, outgoing);
    if (namesSeveralHosts(incoming)) {
      // The connection may carry another request that is smuggled behind this one.
      outgoing.writeHead(400, { connection: "close", "content-length": "0" }).end();
    } else {
      void listener(incoming, outgoing);
    }
  };
  const opens = (incoming: Pick<IncomingMessage, "url">): boolean => host.opens(pathOf(incoming));
  const foreign = new ForeignUpgrades(server, host.limits.requestMs);
  const onUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!opens(incoming)) return foreign.leave(incoming, socket);
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
      foreign.close();
      unguard();
      server.off("request", onRequest).off("upgrade", onUpgrade).off("listening", onListening);
      for (const other of others) server.on("request", other);
    },
  };

  if (server.listening) host.check(hostOfServer(server));
  server.on("request", onRequest).on("listening", onListening);
  onOwnUpgrade(server, opens, onUpgrade);
  const close = async (): Promise<void> => {
    stopWatching?.();
    foreign.close();
    linger.close();
  };
  const stopWatching = watchdog === false ? undefined : startWatchdog(watchdog, host.log);
  host.serving({ acceptQueuePassed: (withinMs) => acceptQueuePassed(server, withinMs), close });
  const unguard = guardProcess({ log: host.log, onStrayError });
  return attached;
}

/** Two endpoints would both answer the handshake, and each would read the frames of the other's socket. */
function pathTaken(path: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "Two endpoints of one server open sockets at the same path.",
    expected: "one endpoint for each server; every endpoint opens the sockets of its views at /live/websocket", got: `${path} twice`,
    fix: "serve the second endpoint on a server of its own, or put its live sessions and routes into the first one",
  });
}

/** The host that a server listens on; undefined for a unix socket. */
function hostOfServer(server: NodeServer): string | undefined {
  const address = server.address();
  return typeof address === "object" ? address?.address : undefined;
}
