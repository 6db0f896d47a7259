import { CLOSE } from "../protocol/index.js";
import type { Limits } from "../security/index.js";
import type { SocketClocks } from "./socket-clocks.js";
import type { Transport } from "./transport.js";

/** The socket that sends. */
interface SendingSocket {
  close(code: number, reason: string): void;
  /**
   * Its client has more unread than `outgoingSoftBytes`.
   *
   * @param anew whether by this frame: it had read what it was sent before
   */
  slow(anew: boolean): void;
  log(message: string, details: Readonly<Record<string, unknown>>): void;
}

/** For at most how many topics a socket logs that its client cannot read the bytes it is sent. */
const MAX_WARNED = 16;

/** The outgoing side of a socket: sends frames from its opening to its end, and closes it if its client reads too slowly. */
export class Outgoing {
  readonly #limits: Limits;
  readonly #socket: SendingSocket;
  readonly #clocks: SocketClocks;
  #transport: Transport | undefined;
  #end: { readonly code: number; readonly reason: string } | undefined;
  /** Topics that were sent bytes over long poll, which the npm client cannot read. Each is logged once. */
  #unreadable: Set<string> | undefined;

  constructor(limits: Limits, socket: SendingSocket, clocks: SocketClocks) {
    this.#limits = limits;
    this.#socket = socket;
    this.#clocks = clocks;
  }

  /** Undefined until it is open. */
  get transport(): Transport | undefined {
    return this.#transport;
  }

  /** Whether nothing more is sent. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Unsent bytes. */
  get unsent(): number {
    return this.#transport?.buffered ?? 0;
  }

  get congested(): boolean {
    return this.unsent > this.#limits.outgoingSoftBytes;
  }

  /** The transport is open. If the socket was closed during its handshake, the transport closes immediately. */
  open(transport: Transport): void {
    this.#transport = transport;
    if (this.#end !== undefined) transport.close(this.#end.code, this.#end.reason);
  }

  send(frame: string | Uint8Array): void {
    const transport = this.#transport;
    if (transport === undefined || this.#end !== undefined) return;
    transport.send(frame);
    const { buffered } = transport;
    if (buffered > this.#limits.outgoingHardBytes) this.#socket.close(CLOSE.policy, "too slow");
    else if (buffered > this.#limits.outgoingSoftBytes) {
      this.#clocks.congested();
      const bytes = typeof frame === "string" ? Buffer.byteLength(frame) : frame.length;
      this.#socket.slow(buffered - bytes <= this.#limits.outgoingSoftBytes);
    }
  }

  sendBytes(frame: Uint8Array, topic: string): void {
    if (this.#transport?.name === "longpoll") this.#warnOfBytes(topic);
    this.send(frame);
  }

  #warnOfBytes(topic: string): void {
    const warned = (this.#unreadable ??= new Set());
    // Clients choose the names, and may join and leave forever.
    if (warned.size >= MAX_WARNED || warned.has(topic)) return;
    warned.add(topic);
    this.#socket.log("bytes over long poll", { topic });
  }

  /** Sends nothing more. The first code and reason count. */
  end(code: number, reason: string): void {
    this.#end ??= { code, reason };
  }
}
