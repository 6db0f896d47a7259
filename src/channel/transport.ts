import type { TransportName } from "../telemetry/index.js";

/** Carries a connection's frames. */
export interface Transport {
  readonly name: TransportName;
  /** Sends a frame, text or binary, in order, at the latest in the next turn of the event loop. */
  send(frame: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Stops reading, so that the client's side queues what it sends. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /**
   * Sends something that means nothing to the client. While it is not read, only a failing write shows that it is gone. Undefined
   * if the transport notices by itself.
   */
  probe?(): void;
  /** Bytes queued for sending. */
  readonly buffered: number;
}
