import { Writable } from "node:stream";
import { type RawData, WebSocket } from "ws";

/** The transport's end of a websocket. */
export interface SocketPort {
  /** Whether something that has arrived waits: what arrives now is deferred behind it. */
  readonly defers: boolean;
  defer(job: () => void): void;
  /** Sends everything that is queued. */
  flush(): void;
  received(data: RawData, isBinary: boolean): void;
  ended(): void;
  failed(error: Error): void;
}

/**
 * ws closes by itself when the client does, and on a frame that breaks the protocol. Earlier messages still deserve their
 * replies, so these are handled and sent first.
 */
export class OrderedWebSocket extends WebSocket {
  port: SocketPort | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    const close = (): void => {
      this.port?.flush();
      super.close(code, reason);
    };
    if (this.port?.defers === true) this.port.defer(close);
    else close();
  }
}

// Functions for all sockets, because a closure for each would stay with it.
function portOf(ws: WebSocket): SocketPort | undefined {
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

/** Passes a websocket's events on to its port. */
export function listen(ws: OrderedWebSocket): void {
  ws.on("message", onMessage).on("close", onClose).on("error", onError);
}

/**
 * A close frame ends the stream that ws reads frames from, and ws ends it again when the socket closes. For that Node makes an
 * error that nobody sees, and its stack is a twentieth of a visit's work.
 */
export function endsOnce(ws: WebSocket): void {
  const receiver: unknown = Reflect.get(ws, "_receiver");
  if (receiver instanceof Writable && receiver.writableEnded) receiver.end = () => receiver;
}
