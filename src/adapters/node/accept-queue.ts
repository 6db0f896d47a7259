import { connect, type AddressInfo, type Socket } from "node:net";
import { LONGEST_MS } from "../../errors/options.js";
import type { NodeServer } from "./node-server.js";

/**
 * Waits for the connections in a server's accept queue. Node accepts one connection per turn of its event loop, so on a busy
 * server the queue can take seconds. It is first in, first out: we open a connection of our own, and once it is accepted, so is
 * every earlier one.
 *
 * @param withinMs the longest wait, ms
 * @returns when every connection that waited at the call is accepted, and what it had sent is read; at once if the server does
 * not listen. Over a unix socket some that came later may be among them.
 */
export function acceptQueuePassed(server: NodeServer, withinMs: number): Promise<void> {
  const address = server.address();
  if (address === null) return Promise.resolve();
  const last = connect({
    ...(typeof address === "string" ? { path: address } : loopback(address)),
    timeout: Math.min(withinMs, LONGEST_MS),
  });
  return new Promise((resolve) => {
    const passed = (): void => {
      server.off("connection", onConnection);
      last.destroy();
      resolve();
    };
    const onConnection = ({ remoteAddress, remotePort }: Socket): void => {
      if (remotePort === undefined || remotePort !== last.localPort || remoteAddress !== last.localAddress) return;
      // The connection before it was accepted a turn ago: what that one has sent is read in this turn.
      setImmediate(passed);
    };
    server.on("connection", onConnection);
    // For a server without a port, or if another process of a cluster accepts the connection, which sends nothing and ends.
    last.once("connect", () => last.end()).once("close", passed).once("timeout", passed).on("error", () => {});
  });
}

/** How this machine reaches its own server: not every system can connect to the wildcard address. */
function loopback({ address, port }: AddressInfo): { host: string; port: number } {
  if (address === "0.0.0.0") return { host: "127.0.0.1", port };
  return { host: address === "::" ? "::1" : address, port };
}
