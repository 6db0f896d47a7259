import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Connection, Transport } from "../channel/index.js";
import type { Limits } from "../security/index.js";
import { textFrame } from "./text-frame.js";

/** Websockets for handshakes that have been accepted. It knows frames and bytes, and nothing of what they say. */
export class WebSocketTransport {
  readonly #server: WebSocketServer;
  readonly #limits: Limits;

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
      connection.open(new WebSocketPort(ws, socket, this.#limits.closeGraceMs));
    });
  }
}

function ignore(): void {}

function receive(connection: Connection, data: RawData, isBinary: boolean): void {
  const bytes = data as Buffer; // the default binaryType: one buffer
  if (isBinary) connection.receiveBinary(bytes);
  else connection.receiveText(bytes.toString("utf8"), bytes.length);
}

class WebSocketPort implements Transport {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #graceMs: number;

  constructor(ws: WebSocket, socket: Duplex, graceMs: number) {
    this.#ws = ws;
    this.#socket = socket;
    this.#graceMs = graceMs;
  }

  get buffered(): number {
    return this.#socket.writableLength;
  }

  /**
   * Most of what a server does is sending: the frame goes to the socket in one piece, where `ws.send` makes two writes under
   * a cork of them. What ws writes itself, pongs and closes, are frames as well, so neither falls into the other.
   */
  send(text: string): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#socket.write(textFrame(text));
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
    // A client that does not answer the close frame does not keep its socket.
    setTimeout(() => this.#ws.terminate(), this.#graceMs).unref();
  }
}
