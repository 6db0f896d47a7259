import { hostOf, type Endpoint } from "../../endpoint/index.js";
import { checkValue, having } from "../../errors/options.js";
import { guardProcess, type OnStrayError } from "../guard-process.js";
import { acceptQueuePassed } from "./accept-queue.js";
import type { NodeServer } from "./node-server.js";
import { OwnRequests } from "./own-requests.js";
import { OwnUpgrades } from "./own-upgrades.js";
import { startWatchdog, type WatchdogOptions } from "./watchdog.js";

const SERVER = having("a server of node:http or node:https", "on", "listeners");

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
  /**
   * Resolves when the endpoint has joined the other nodes of its `backplane`. Until then its handlers wait, and what it publishes
   * stays in this process. If it cannot join, the server emits the reason as an `error`.
   */
  readonly ready: Promise<void>;
  /** Detaches the endpoint: its requests and upgrades go to the other listeners again, and it no longer watches the process. */
  detach(): void;
}

/**
 * Serves an endpoint on an existing server. What does not belong to the endpoint falls through untouched: requests to paths
 * without a route or file of the endpoint go to the server's earlier listeners, and upgrades to other paths go to its other
 * listeners, such as Vite's. Attach after them. If the server has no others, such requests get a 404, and so does an upgrade that
 * none of them has taken within `limits.requestMs`.
 *
 * The server keeps its own timeouts. Node's are 60 s for a request's head, 300 s for all of it, and 5 s until the next one; `serve` sets
 * 10 s, 30 s and 65 s (`limits.headerMs`, `limits.requestMs`, `limits.keepAliveMs`; Node checks every `connectionsCheckingInterval`).
 *
 * @param server may already be listening
 * @returns a handle that detaches the endpoint; `endpoint.close()` closes its sockets but not the server
 * @throws HoldfastError `endpoint_config_invalid` for something that is not an endpoint or a server, if another endpoint on the
 * server opens its sockets at the same path, or if the server listens on a host that needs the endpoint's `url`; one that begins
 * to listen there later emits it as an `error`
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
  checkValue("endpoint_config_invalid", { of: "attach", fix: "attach(endpoint, createServer())" }, "the server", server, SERVER);
  const upgrades = new OwnUpgrades(server, host);
  const requests = new OwnRequests(server, endpoint, host);
  const onListening = (): void => {
    try {
      host.check(hostOfServer(server));
    } catch (error) {
      attached.detach();
      server.emit("error", error);
    }
  };
  const attached: Attached = {
    ready: endpoint.join().catch((error: unknown) => void server.emit("error", error)),
    detach() {
      stopWatching?.();
      unguard();
      server.off("listening", onListening);
      requests.detach();
      upgrades.detach();
    },
  };

  if (server.listening) host.check(hostOfServer(server));
  server.on("listening", onListening);
  requests.listen();
  upgrades.listen();
  const stopWatching = watchdog === false ? undefined : startWatchdog(watchdog, host.log);
  const close = async (): Promise<void> => {
    stopWatching?.();
    upgrades.close();
    requests.close();
  };
  host.serving({ acceptQueuePassed: (withinMs) => acceptQueuePassed(server, withinMs), close });
  const unguard = guardProcess({ log: host.log, onStrayError });
  return attached;
}

/** The host that a server listens on; undefined for a unix socket. */
function hostOfServer(server: NodeServer): string | undefined {
  const address = server.address();
  return typeof address === "object" ? address?.address : undefined;
}
