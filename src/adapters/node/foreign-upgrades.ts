import { Socket } from "node:net";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { NodeServer } from "./node-server.js";
import { guarded, refuse } from "./upgrade.js";

/** A listener of a server's upgrades. */
type UpgradeListener = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Whether a listener answers an upgrade to this target. */
type Takes = (request: Pick<IncomingMessage, "url">) => boolean;

/** The longest timeout that a timer takes, ms. */
const LONGEST_MS = 2 ** 31 - 1;

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
 * immediately, and one that nobody has taken after a while is too.
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

  leave(incoming: IncomingMessage, socket: Duplex): void {
    // Without a listener for errors, a connection that is reset meanwhile would end the process.
    guarded(socket);
    if (!this.#server.listeners("upgrade").some((listener) => answers.get(listener)?.(incoming) ?? true)) return refuse(socket, { status: 404 });
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

  /** Closes those that nobody has taken, because `server.close` would wait for them. */
  close(): void {
    for (const [socket, timer] of this.#waiting) {
      clearTimeout(timer);
      if (!isTaken(socket)) socket.destroy();
    }
    this.#waiting.clear();
  }
}

/** Whether a listener has read from a socket or written to it. Node has removed its own listeners. */
function isTaken(socket: Duplex): boolean {
  return socket.writableEnded || socket.listenerCount("data") + socket.listenerCount("readable") > 0 ||
    (socket instanceof Socket && socket.bytesWritten > 0);
}
