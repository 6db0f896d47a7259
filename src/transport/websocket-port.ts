import type { Duplex } from "node:stream";
import type { RawData } from "ws";
import type { Connection, Transport } from "../channel/index.js";
import { CLOSE, FRAME_TOO_BIG } from "../protocol/index.js";
import type { Deferred, FrameTurns } from "./frame-turns.js";
import { binaryFrame, textFrame } from "./frames.js";
import { endsOnce, type OrderedWebSocket, type SocketPort } from "./ordered-websocket.js";
import type { Outbox, Waiting } from "./outbox.js";

/** If more than this is queued for one socket, bytes, it is sent immediately: the outbox is for small frames to many sockets. */
const SMALL = 16 * 1024;

/** The code of ws for a message that is longer than its socket may send. */
const TOO_LONG = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";

/** What the sockets of one transport share. */
export interface PortParts {
  readonly turns: FrameTurns;
  readonly outbox: Outbox;
}

function receive(connection: Connection, data: RawData, isBinary: boolean): void {
  const bytes = data as Buffer; // the default binaryType: one buffer
  if (isBinary) connection.receiveBinary(bytes);
  else connection.receiveText(bytes.toString("utf8"), bytes.length);
}

/**
 * A connection's frames over one websocket. What arrives is handled now or in a later turn of the event loop, in order; what is sent
 * goes out together with the frames of other sockets.
 */
export class WebSocketPort implements Transport, Waiting, Deferred, SocketPort {
  readonly name = "websocket";
  readonly #ws: OrderedWebSocket;
  readonly #socket: Duplex;
  readonly #connection: Connection;
  readonly #parts: PortParts;
  /** Frames queued for the outbox, and their bytes. */
  #waiting: Buffer[] | undefined;
  #waitingBytes = 0;
  /** What has arrived and waits for a later turn, in order: frames, a close frame, the end. At most one frame, and what one read gave. */
  #deferred: (() => void)[] | undefined;
  /** Whether the connection wants no more frames. */
  #paused = false;
  /** Whether the client has broken the protocol, or the socket failed. */
  #broken = false;

  constructor(ws: OrderedWebSocket, socket: Duplex, connection: Connection, parts: PortParts) {
    this.#ws = ws;
    this.#socket = socket;
    this.#connection = connection;
    this.#parts = parts;
    ws.port = this;
  }

  // ---- incoming ----

  /** Whether something that has arrived waits: what arrives now is deferred behind it. */
  get defers(): boolean {
    return this.#deferred !== undefined;
  }

  received(data: RawData, isBinary: boolean): void {
    if (this.#parts.turns.admits()) return receive(this.#connection, data, isBinary);
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
    this.#parts.turns.add(this);
    this.#read();
  }

  next(): void {
    const deferred = this.#deferred!;
    const job = deferred.shift()!;
    if (deferred.length > 0) this.#parts.turns.add(this);
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
      this.#parts.outbox.add(this);
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
    this.#parts.turns.remove(this);
    this.resume();
    this.#ws.close(code, reason);
  }
}
