import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type Server, WebSocket, WebSocketServer } from "ws";
import type { Connection, Transport } from "../channel/index.js";
import type { Limits } from "../security/index.js";
import { Outbox, type Waiting } from "./outbox.js";
import { binaryFrame, textFrame } from "./frames.js";

/** If more than this is queued for one socket, bytes, it is sent immediately: the outbox is for small frames to many sockets. */
const SMALL = 16 * 1024;

/**
 * ws closes by itself when the client does, and on a frame that breaks the protocol. Earlier messages still deserve their
 * replies, so these are sent first.
 */
class OrderedWebSocket extends WebSocket {
  waiting: Waiting | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    this.waiting?.flush();
    super.close(code, reason);
  }
}

/** Websockets for accepted handshakes. It handles frames and bytes and knows nothing about their content. */
export class WebSocketTransport {
  readonly #server: Server<typeof OrderedWebSocket>;
  readonly #limits: Limits;
  readonly #outbox = new Outbox();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: OrderedWebSocket,
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
      // On an oversized, unmasked or garbled frame ws closes with the right code by itself, but an unhandled error event
      // would end the process.
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
  readonly name = "websocket";
  readonly #ws: OrderedWebSocket;
  readonly #socket: Duplex;
  readonly #outbox: Outbox;
  readonly #graceMs: number;
  /** Frames queued for the outbox, and their bytes. */
  #waiting: Buffer[] | undefined;
  #waitingBytes = 0;

  constructor(ws: OrderedWebSocket, socket: Duplex, outbox: Outbox, graceMs: number) {
    this.#ws = ws;
    this.#socket = socket;
    this.#outbox = outbox;
    this.#graceMs = graceMs;
    ws.waiting = this;
  }

  get buffered(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  send(message: string | Uint8Array): void {
    const frame = typeof message === "string" ? textFrame(message) : binaryFrame(message);
    this.#waitingBytes += frame.length;
    if (this.#waiting !== undefined) {
      this.#waiting.push(frame);
    } else {
      this.#waiting = [frame];
      this.#outbox.add(this);
    }
    if (this.#waitingBytes > SMALL) this.flush();
  }

  /**
   * Sending is most of a server's work, so a frame goes to the socket in one piece, where `ws.send` makes two writes under a
   * cork. What ws writes itself (pongs and closes) are whole frames too, so the two never interleave.
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
    if (this.#ws.isPaused) this.#ws.resume();
    this.#ws.close(code, reason);
    // A client that does not answer the close frame must not keep its socket open.
    setTimeout(() => this.#ws.terminate(), this.#graceMs).unref();
  }
}
