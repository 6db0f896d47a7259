import type { Connection, Transport } from "../../channel/index.js";
import type { Limits } from "../../security/index.js";
import { IncomingMessages, type Message } from "../../transport/incoming.js";
import type { BunSocket } from "./runtime.js";

const OPEN = 1;

/**
 * A Bun websocket as a connection's transport. Bun cannot stop reading a single socket, so frames that arrive while the
 * connection is paused are queued, up to `limits.waitingFrameBytes`.
 */
export class BunTransport implements Transport {
  readonly name = "websocket";
  readonly #connection: Connection;
  readonly #limits: Limits;
  readonly #incoming: IncomingMessages;
  #socket: BunSocket<BunTransport> | undefined;

  constructor(connection: Connection, limits: Limits) {
    this.#connection = connection;
    this.#limits = limits;
    this.#incoming = new IncomingMessages(connection, limits.waitingFrameBytes);
  }

  // ---- called by Bun ----

  opened(socket: BunSocket<BunTransport>): void {
    this.#socket = socket;
    this.#connection.open(this);
  }

  received(message: Message): void {
    this.#incoming.receive(message);
  }

  ended(): void {
    this.#connection.closed();
  }

  // ---- called by the connection ----

  get buffered(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  send(frame: Message): void {
    if (this.#socket?.readyState !== OPEN) return;
    if (typeof frame === "string") this.#socket.sendText(frame);
    else this.#socket.sendBinary(frame);
  }

  pause(): void {
    this.#incoming.pause();
  }

  resume(): void {
    this.#incoming.resume();
  }

  close(code: number, reason: string): void {
    const socket = this.#socket;
    this.#incoming.drop();
    if (socket?.readyState !== OPEN) return;
    socket.close(code, reason);
    // A client that does not answer the close frame must not keep its socket open.
    setTimeout(() => socket.terminate(), this.#limits.closeGraceMs).unref();
  }
}
