import type { Connection, Transport } from "../../channel/index.js";
import { CLOSE } from "../../protocol/index.js";
import type { Limits } from "../../security/index.js";
import type { BunSocket } from "./runtime.js";

const OPEN = 1;

/** Bytes on the wire. */
function sizeOf(message: string | Uint8Array): number {
  return typeof message === "string" ? Buffer.byteLength(message) : message.length;
}

/**
 * A websocket of Bun as a connection's transport. Bun cannot stop reading one socket, so what comes while the connection has
 * paused is kept here, up to `limits.waitingFrameBytes`; a client that sends more is cut off.
 */
export class BunTransport implements Transport {
  readonly name = "websocket";
  readonly #connection: Connection;
  readonly #limits: Limits;
  #socket: BunSocket<BunTransport> | undefined;
  /** What came while paused; undefined while reading. */
  #held: (string | Uint8Array)[] | undefined;
  #heldBytes = 0;

  constructor(connection: Connection, limits: Limits) {
    this.#connection = connection;
    this.#limits = limits;
  }

  // ---- what Bun tells ----

  opened(socket: BunSocket<BunTransport>): void {
    this.#socket = socket;
    this.#connection.open(this);
  }

  received(message: string | Uint8Array): void {
    if (this.#held === undefined) return this.#deliver(message);
    this.#held.push(message);
    this.#heldBytes += sizeOf(message);
    if (this.#heldBytes > this.#limits.waitingFrameBytes) this.#connection.close(CLOSE.policy, "too fast");
  }

  ended(): void {
    this.#connection.closed();
  }

  #deliver(message: string | Uint8Array): void {
    if (typeof message === "string") this.#connection.receiveText(message, sizeOf(message));
    else this.#connection.receiveBinary(message);
  }

  // ---- what the connection asks for ----

  get buffered(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  send(frame: string | Uint8Array): void {
    if (this.#socket?.readyState !== OPEN) return;
    if (typeof frame === "string") this.#socket.sendText(frame);
    else this.#socket.sendBinary(frame);
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (let next = held.shift(); next !== undefined; next = held.shift()) {
      this.#deliver(next);
      // It has paused again: the rest waits, before what comes now.
      if (this.#held !== undefined) {
        this.#held = held;
        this.#heldBytes = held.reduce((bytes, waiting) => bytes + sizeOf(waiting), 0);
        return;
      }
    }
  }

  close(code: number, reason: string): void {
    const socket = this.#socket;
    this.#held = undefined;
    if (socket?.readyState !== OPEN) return;
    socket.close(code, reason);
    // A client that does not answer the close frame does not keep its socket.
    setTimeout(() => socket.terminate(), this.#limits.closeGraceMs).unref();
  }
}
