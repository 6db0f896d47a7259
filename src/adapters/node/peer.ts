import type { IncomingMessage } from "node:http";
import type { NodeServer } from "./node-server.js";

/** A process of this machine, as `trustProxy: "loopback"` names it. */
const THIS_MACHINE = "127.0.0.1";

/**
 * The address of a request's peer. A unix socket has none: who connects to it runs on this machine. A connection that is closed by
 * now has none either; its peer stays unknown, because whoever cuts a connection could claim any address in `X-Forwarded-For`.
 */
export function peerOf({ socket: { remoteAddress } }: IncomingMessage, server: NodeServer): string | undefined {
  return remoteAddress ?? (typeof server.address() === "string" ? THIS_MACHINE : undefined);
}
