import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long, and how much, a connection is read after its end was announced. */
export interface LingerBounds {
  /** In all, ms. */
  readonly ms: number;
  /** Without a byte from the client, ms. */
  readonly idleMs: number;
  /** Bytes. */
  readonly bytes: number;
}

/**
 * nginx reads on for as long (`lingering_time` 30 s, `lingering_timeout` 5 s). It takes any number of bytes; 64 MiB are what
 * @hono/node-server discards before it gives a connection up, and far beyond `limits.bodyBytes` (1 MiB).
 */
export const LINGER: LingerBounds = { ms: 30_000, idleMs: 5_000, bytes: 64 * 2 ** 20 };

/**
 * Lets clients read an answer that came before they had sent their whole body, such as a 413.
 *
 * A socket that is closed while bytes of its client are unread, or still coming, resets the connection, and the reset makes
 * the client's system drop what it has received but not yet handed over: the answer. So such a connection is closed as RFC
 * 9112 asks: we end our half, then read and discard until the client ends its half, or a bound is reached.
 *
 * Two close early: Node, at once, if the client or the answer says `Connection: close` (as nginx does to its upstreams); and
 * @hono/node-server, if the rest of the body has not come half a second later. Both call `socket.destroySoon`, and that is
 * what is replaced, on this socket alone. A body that comes in time leaves the connection open for the next request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export class Linger {
  readonly #bounds: LingerBounds;
  readonly #sockets = new Set<Socket>();
  #closed = false;

  constructor(bounds: LingerBounds) {
    this.#bounds = bounds;
  }

  /** Watches over the end of a request's connection. Call it before the request is answered. */
  watch(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { headers } = incoming;
    // A request without either has no body: RFC 9112, 6.3.
    if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) return;
    // Before Node's own listener, which may close the connection.
    outgoing.prependOnceListener("finish", () => {
      const { socket } = outgoing;
      if (incoming.complete || socket === null) return;
      socket.destroySoon = () => {
        if (this.#sockets.has(socket)) return;
        if (!incoming.complete && !this.#closed) return this.#linger(socket);
        Reflect.deleteProperty(socket, "destroySoon");
        socket.destroySoon();
      };
    });
  }

  /** Cuts the connections that are only read to be discarded; later ones are closed without waiting. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #linger(socket: Socket): void {
    const { ms, idleMs, bytes } = this.#bounds;
    let left = bytes;
    const cut = (): void => void socket.destroy();
    const timer = setTimeout(cut, ms);
    this.#sockets.add(socket);
    socket.once("close", () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
    });
    // Without the parser's listener, nothing behind this body is taken for another request.
    socket.removeAllListeners("data").on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) cut();
    });
    socket.once("end", cut).on("error", cut).setTimeout(idleMs, cut);
    socket.end();
    socket.resume();
  }
}
