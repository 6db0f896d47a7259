import type { IncomingMessage } from "node:http";
import { type Duplex, Writable } from "node:stream";
import { type RawData, type Server, WebSocket, WebSocketServer } from "ws";
import type { Connection, Transport } from "../channel/index.js";
import { CLOSE, FRAME_TOO_BIG } from "../protocol/index.js";
import type { Limits } from "../security/index.js";
import { FrameTurns, type Deferred } from "./frame-turns.js";
import { binaryFrame, textFrame } from "./frames.js";
import { Outbox, type Waiting } from "./outbox.js";
import { TurnEnd } from "./turn-end.js";

/** If more than this is queued for one socket, bytes, it is sent immediately: the outbox is for small frames to many sockets. */
const SMALL = 16 * 1024;

/**
 * ws closes by itself when the client does, and on a frame that breaks the protocol. Earlier messages still deserve their
 * replies, so these are handled and sent first.
 */
class OrderedWebSocket extends WebSocket {
  port: WebSocketPort | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    const close = (): void => {
      this.port?.flush();
      super.close(code, reason);
    };
    if (this.port?.defers === true) this.port.defer(close);
    else close();
  }
}

/** Websockets for accepted handshakes. It handles frames and bytes and knows nothing about their content. */
export class WebSocketTransport {
  /** One for each length that a socket's messages may have: a message that arrives slowly is kept until it is whole. */
  readonly #servers = new Map<number, Server<typeof OrderedWebSocket>>();
  readonly #limits: Limits;
  readonly #outbox: Outbox;
  readonly #turns: FrameTurns;

  /** @param now for tests: the clock that measures the frames' share of a turn, ms */
  constructor(limits: Limits, now?: () => number) {
    this.#limits = limits;
    const end = new TurnEnd();
    // In this order: answers go out before the next frames are handled.
    this.#outbox = new Outbox(end);
    this.#turns = new FrameTurns(now, end);
  }

  #serverFor(maxPayload: number): Server<typeof OrderedWebSocket> {
    const present = this.#servers.get(maxPayload);
    if (present !== undefined) return present;
    const server = new WebSocketServer({
      noServer: true,
      WebSocket: OrderedWebSocket,
      clientTracking: false,
      // No compression: it costs each idle socket tens of kilobytes and lets lengths leak secrets (CRIME).
      perMessageDeflate: false,
      maxPayload,
      maxFragments: this.#limits.fragments,
    });
    this.#servers.set(maxPayload, server);
    return server;
  }

  /** Completes the handshake and connects the two ends. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, connection: Connection): void {
    let opened = false;
    this.#serverFor(connection.messageBytes).handleUpgrade(request, socket, head, (ws) => {
      opened = true;
      const port = new WebSocketPort(ws, socket, connection, this.#turns, this.#outbox, this.#limits.closeGraceMs);
      ws.on("message", onMessage).on("close", onClose).on("error", onError);
      // Once, but `once` would keep five objects with each idle socket.
      socket.on("finish", () => port.sent());
      connection.open(port);
    });
    // The client has hung up during the handshake.
    if (!opened) connection.closed();
  }
}

// Functions for all sockets, because a closure for each would stay with it.
function portOf(ws: WebSocket): WebSocketPort | undefined {
  return ws instanceof OrderedWebSocket ? ws.port : undefined;
}
function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  portOf(this)?.received(data, isBinary);
}
function onClose(this: WebSocket): void {
  portOf(this)?.ended();
}
/**
 * On an oversized, unmasked or garbled frame ws closes with the right code by itself, but an unhandled error event would end the
 * process.
 */
function onError(this: WebSocket, error: Error): void {
  portOf(this)?.failed(error);
}

/** The code of ws for a message that is longer than its socket may send. */
const TOO_LONG = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";

function receive(connection: Connection, data: RawData, isBinary: boolean): void {
  const bytes = data as Buffer; // the default binaryType: one buffer
  if (isBinary) connection.receiveBinary(bytes);
  else connection.receiveText(bytes.toString("utf8"), bytes.length);
}

/**
 * A close frame ends the stream that ws reads frames from, and ws ends it again when the socket closes. For that Node makes an
 * error that nobody sees, and its stack is a twentieth of a visit's work.
 */
function endsOnce(ws: WebSocket): void {
  const receiver: unknown = Reflect.get(ws, "_receiver");
  if (receiver instanceof Writable && receiver.writableEnded) receiver.end = () => receiver;
}

class WebSocketPort implements Transport, Waiting, Deferred {
  readonly name = "websocket";
  readonly #ws: OrderedWebSocket;
  readonly #socket: Duplex;
  readonly #connection: Connection;
  readonly #turns: FrameTurns;
  readonly #outbox: Outbox;
  readonly #graceMs: number;
  /** Frames queued for the outbox, and their bytes. */
  #waiting: Buffer[] | undefined;
  #waitingBytes = 0;
  /** What has arrived and waits for a later turn, in order: frames, a close frame, the end. At most one frame, and what one read gave. */
  #deferred: (() => void)[] | undefined;
  /** Whether the connection wants no more frames. */
  #paused = false;
  /** Whether the client has broken the protocol, or the socket failed. */
  #broken = false;

  constructor(ws: OrderedWebSocket, socket: Duplex, connection: Connection, turns: FrameTurns, outbox: Outbox, graceMs: number) {
    this.#ws = ws;
    this.#socket = socket;
    this.#connection = connection;
    this.#turns = turns;
    this.#outbox = outbox;
    this.#graceMs = graceMs;
    ws.port = this;
  }

  // ---- incoming ----

  /** Whether something that has arrived waits: what arrives now is deferred behind it. */
  get defers(): boolean {
    return this.#deferred !== undefined;
  }

  received(data: RawData, isBinary: boolean): void {
    if (this.#turns.admits()) return receive(this.#connection, data, isBinary);
    // The client is not silent: it is we who are slow.
    this.#connection.heard();
    this.defer(() => receive(this.#connection, data, isBinary));
  }

  ended(): void {
    if (this.defers) this.defer(() => this.#connection.closed());
    else this.#connection.closed();
  }

  /** ws has begun to close the socket with the right code. */
  failed(error: Error & { readonly code?: string }): void {
    this.#broken = true;
    if (error.code !== TOO_LONG) return;
    const close = (): void => this.#connection.close(CLOSE.tooBig, FRAME_TOO_BIG);
    if (this.defers) this.defer(close);
    else close();
  }

  /**
   * Everything is sent, and the socket's writing side has ended: both have sent their close frames, or the client has ended its
   * side. The client sends nothing more (RFC 6455, 5.5.1), so the socket is not read to its end. There ws would end its streams
   * once more.
   *
   * A client that has broken the protocol may still be sending. Unread, that would reset the connection, and with it the close
   * frame that says why.
   */
  sent(): void {
    if (this.#broken) return;
    endsOnce(this.#ws);
    this.#socket.destroy();
  }

  defer(job: () => void): void {
    (this.#deferred ??= []).push(job);
    this.#turns.add(this);
    this.#read();
  }

  next(): void {
    const deferred = this.#deferred!;
    const job = deferred.shift()!;
    if (deferred.length > 0) this.#turns.add(this);
    else this.#deferred = undefined;
    this.#read();
    job();
  }

  pause(): void {
    this.#paused = true;
    this.#read();
  }

  resume(): void {
    this.#paused = false;
    this.#read();
  }

  /** A socket that nobody reads does not see its peer's end. */
  probe(): void {
    this.#ws.ping();
  }

  /**
   * Stops reading, or reads again. A single frame that waits does not stop it: most clients send the next one only after its
   * answer, and stopping costs as much as handling a frame.
   */
  #read(): void {
    const pause = this.#paused || (this.#deferred !== undefined && this.#deferred.length > 1);
    if (pause === this.#ws.isPaused) return;
    if (pause) this.#ws.pause();
    else this.#ws.resume();
  }

  // ---- outgoing ----

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

  close(code: number, reason: string): void {
    // Nothing more is handled, but the client's own close frame must be read.
    this.#deferred = undefined;
    this.#turns.remove(this);
    this.resume();
    this.#ws.close(code, reason);
    // A client that does not answer the close frame must not keep its socket open.
    setTimeout(() => this.#ws.terminate(), this.#graceMs).unref();
  }
}
