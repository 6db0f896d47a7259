import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How many requests of one connection may wait for an earlier answer. Browsers and proxies send none before they have it. */
const MOST_WAITING = 100;

/**
 * Requests that a client has sent on one connection without waiting for their answers (RFC 9112, 9.3.2). Node begins all of them at
 * once, in one turn of the event loop: 2 MB of them would hold it for seconds. So each begins when the answers before it are written,
 * in a turn of its own, and other connections are served in between.
 */
export class PipelinedRequests {
  readonly #waiting = new WeakMap<Socket, number>();

  /** Whether answers of the request's connection are unwritten: Node gives a response its socket when its turn has come. */
  static waits(outgoing: ServerResponse): boolean {
    return outgoing.socket === null;
  }

  /**
   * Holds a request back until its turn; if its connection has too many, it is cut.
   *
   * @param answer never called if the connection ends before
   */
  hold({ socket }: IncomingMessage, outgoing: ServerResponse, answer: () => void): void {
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    if (waiting > MOST_WAITING) return void socket.destroy();
    this.#waiting.set(socket, waiting);
    outgoing.once("socket", () => {
      this.#waiting.set(socket, this.#waiting.get(socket)! - 1);
      // Node gives the responses of a connection that has ended their turn, too.
      setImmediate(() => {
        if (!socket.destroyed) answer();
      });
    });
  }
}
