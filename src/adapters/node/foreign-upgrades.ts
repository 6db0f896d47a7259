import type { IncomingMessage } from "node:http";
import { Server as HttpsServer } from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { LONGEST_MS } from "../../errors/options.js";
import type { NodeServer } from "./node-server.js";
import { whenFree } from "./pipelined-upgrades.js";
import { faultOf } from "./request-head.js";
import { guarded, refuse } from "./upgrade.js";

/** A listener of a server's upgrades. */
type UpgradeListener = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Whether a listener answers an upgrade to this target. */
type Takes = (request: Pick<IncomingMessage, "url">) => boolean;

/** Whether a listener of Holdfast's answers an upgrade. Any other listener may answer every one. */
const answers = new WeakMap<object, Takes>();

/** Listens to those upgrades of a server that `takes` names; the others go to its other listeners. */
export function onOwnUpgrade(server: NodeServer, takes: Takes, listener: UpgradeListener): void {
  answers.set(listener, takes);
  server.on("upgrade", listener);
}

/** Whether a listener of Holdfast's already answers the upgrades of a path on this server. */
export function answersUpgrades(server: NodeServer, path: string): boolean {
  return server.listeners("upgrade").some((listener) => answers.get(listener)?.({ url: path }) === true);
}

/**
 * Upgrades that are not the endpoint's. If a server has an upgrade listener, Node leaves the socket to it, and a socket that no
 * listener takes would stay open forever: Vite's takes its own path only. So an upgrade that nobody can take is answered 404
 * immediately, and one that nobody has taken after a while is too. A request that offers another protocol than a websocket's is
 * served without it.
 */
export class ForeignUpgrades {
  readonly #server: NodeServer;
  readonly #withinMs: number;
  readonly #waiting = new Map<Duplex, NodeJS.Timeout>();

  /** @param withinMs how long another listener may take to write or read anything, ms */
  constructor(server: NodeServer, withinMs: number) {
    this.#server = server;
    this.#withinMs = Math.min(withinMs, LONGEST_MS);
  }

  leave(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isTakeable = this.#server.listeners("upgrade").some((listener) => answers.get(listener)?.(incoming) ?? true);
    if (!isTakeable) return this.#decline(incoming, socket, head);
    // Without a listener for errors, a connection that is reset meanwhile would end the process.
    guarded(socket);
    const timer = setTimeout(() => {
      this.#waiting.delete(socket);
      if (!isTaken(socket)) refuse(socket, { status: 404 });
    }, this.#withinMs).unref();
    this.#waiting.set(socket, timer);
    socket.once("close", () => {
      clearTimeout(timer);
      this.#waiting.delete(socket);
    });
  }

  #decline(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    // With fields missing it would be another request: without its Content-Length, its body would be the next one.
    const fault = faultOf(incoming, this.#server);
    if (fault === undefined && !asksForWebSocket(incoming)) {
      return whenFree(socket, this.#withinMs, () => serveWithoutUpgrade(this.#server, incoming, socket, head));
    }
    whenFree(socket, this.#withinMs, () => refuse(guarded(socket), { status: fault ?? 404 }));
  }

  /** Closes those that nobody has taken, because `server.close` would wait for them. */
  close(): void {
    for (const [socket, timer] of this.#waiting) {
      clearTimeout(timer);
      if (!isTaken(socket)) socket.destroy();
    }
    this.#waiting.clear();
  }
}

function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase().split(",").some((protocol) => protocol.trim() === "websocket") === true;
}

/**
 * Serves a request as if it had not asked for another protocol: Java's clients, for instance, offer h2c with their requests. The
 * server reads it once more, without its `Upgrade`, so its body and the requests after it are read as always.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.8 a server may ignore the field
 */
function serveWithoutUpgrade(
  server: NodeServer,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== "upgrade") lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  // Node has decoded the bytes of a head as Latin-1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit(server instanceof HttpsServer ? "secureConnection" : "connection", socket);
}

/** Whether a listener has read from a socket or written to it. Node has removed its own listeners. */
function isTaken(socket: Duplex): boolean {
  return socket.writableEnded || socket.listenerCount("data") + socket.listenerCount("readable") > 0 ||
    (socket instanceof Socket && socket.bytesWritten > 0);
}
