import type { Connection } from "../channel/index.js";
import { CLOSE } from "../protocol/index.js";

/** A client's message: text, or bytes. */
export type Message = string | Uint8Array;

/**
 * A client's messages, for a transport that cannot stop reading. While the connection is paused they are queued in order; a
 * client that keeps sending beyond the bound is cut off.
 */
export class IncomingMessages {
  readonly #connection: Pick<Connection, "receiveText" | "receiveBinary" | "close">;
  readonly #most: number;
  /** What arrived while paused; undefined while reading. */
  #held: Message[] | undefined;
  #heldBytes = 0;

  /** @param most bytes that may be queued */
  constructor(connection: Pick<Connection, "receiveText" | "receiveBinary" | "close">, most: number) {
    this.#connection = connection;
    this.#most = most;
  }

  get paused(): boolean {
    return this.#held !== undefined;
  }

  receive(message: Message): void {
    if (this.#held === undefined) return this.#deliver(message);
    this.#held.push(message);
    this.#heldBytes += sizeOf(message);
    if (this.#heldBytes > this.#most) this.#connection.close(CLOSE.policy, "too fast");
  }

  pause(): void {
    this.#held ??= [];
  }

  /** Delivers queued messages until the connection pauses again. */
  resume(): void {
    const held = this.#held ?? [];
    this.drop();
    for (let next = held.shift(); next !== undefined; next = held.shift()) {
      this.#deliver(next);
      if (this.#held === undefined) continue;
      // It has paused again: the rest stays queued ahead of new messages.
      this.#held = held;
      this.#heldBytes = held.reduce((bytes, waiting) => bytes + sizeOf(waiting), 0);
      return;
    }
  }

  /** Drops the queue. */
  drop(): void {
    this.#held = undefined;
    this.#heldBytes = 0;
  }

  #deliver(message: Message): void {
    if (typeof message === "string") this.#connection.receiveText(message, sizeOf(message));
    else this.#connection.receiveBinary(message);
  }
}

/** Bytes on the wire. */
function sizeOf(message: Message): number {
  return typeof message === "string" ? Buffer.byteLength(message) : message.length;
}
