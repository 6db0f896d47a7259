import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Connection, Transport } from "../channel/index.js";
import type { Limits } from "../security/index.js";
import { Outbox, type Waiting } from "./outbox.js";
import { textFrame } from "./text-frame.js";

/** A frame that is larger does not wait for others, in bytes. */
const SMALL = 16 * 1024;

/** Websockets for handshakes that have been accepted. It knows frames and bytes, and nothing of what they say. */
export class WebSocketTransport {
  readonly #server: WebSocketServer;
  readonly #limits: Limits;
  readonly #outbox = new Outbox();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // No compression: it costs each idle socket tens of kilobytes and lets lengths leak secrets (CRIME).
      perMessageDeflate: false,
      maxPayload: Math.max(limits.textFrameBytes, limits.binaryFrameBytes),
      maxFragments: limits.fragments,
    });
  }

  /** Completes the handshake and connects the two ends. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, connection: Connection): void {
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      ws.on("message", (data, isBinary) => receive(connection, data, isBinary));
      ws.on("close", () => connection.closed());
      // An oversize, unmasked or garbled frame: ws closes with the right code by itself, but an error that nobody
      // listens to would end the process.
      ws.on("error", ignore);
      connection.open(new WebSocketPort(ws, socket, this.#outbox, this.#limits.closeGraceMs));
    });
  }
}

function ignore(): void {}

function receive(connection: Connection, data: RawData, isBinary: boolean): void {
  const bytes = data as Buffer; // the default binaryType: one buffer
  if (isBinary) connection.receiveBinary(bytes);
  else connection.receiveText(bytes.toString("utf8"), bytes.length);
}

class WebSocketPort implements Transport, Waiting {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #outbox: Outbox;
  readonly #graceMs: number;
  /** Frames that wait for the outbox, and their bytes. */
  #waiting: Buffer[] | undefined;
  #waitingBytes = 0;

  constructor(ws: WebSocket, socket: Duplex, outbox: Outbox, graceMs: number) {
    this.#ws = ws;
    this.#socket = socket;
    this.#outbox = outbox;
    this.#graceMs = graceMs;
  }

  get buffered(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  send(text: string): void {
    const frame = textFrame(text);
    this.#waitingBytes += frame.length;
    if (this.#waiting !== undefined) {
      this.#waiting.push(frame);
    } else {
      this.#waiting = [frame];
      this.#outbox.add(this);
    }
    if (frame.length > SMALL) this.flush();
  }

  /**
   * Most of what a server does is sending: a frame goes to the socket in one piece, where `ws.send` makes two writes under a
   * cork of them. What ws writes itself, pongs and closes, are frames as well, so neither falls into the other.
   */
  flush(): void {
    const frames = this.#waiting;
    if (frames === undefined) return;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    if (this.#ws.readyState === this.#ws.OPEN) for (const frame of frames) this.#socket.write(frame);
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.resume();
  }

  close(code: number, reason: string): void {
    this.flush();
    if (this.#ws.isPaused) this.#ws.resume();
    this.#ws.close(code, reason);
    // A client that does not answer the close frame does not keep its socket.
    setTimeout(() => this.#ws.terminate(), this.#graceMs).unref();
  }
}
