import { restartDelay } from "../protocol/restart.js";

/** A text frame that was not sent because the server would close the socket on it. */
export interface OversizeFrame {
  readonly topic: string;
  readonly event: string;
  /** What the frame carries; for an event `{ type, event, value, … }`. */
  readonly payload: unknown;
  /** Its length, UTF-8 bytes. */
  readonly bytes: number;
  /** The longest frame that the server takes, UTF-8 bytes. */
  readonly limit: number;
}

/** What the transport is told, and whom it tells. */
export interface TransportOptions {
  /** The longest text frame that the server takes, UTF-8 bytes. */
  readonly frameBytes: number;
  /** Called instead of sending; the reply that it returns goes to the client as if it were the server's. */
  readonly oversize: (frame: OversizeFrame) => { status: "ok" | "error"; response: object };
  /** Called for each text frame that is sent. */
  readonly sent?: () => void;
}

/** A transport class for the npm client, and what its sockets have learnt. */
export interface Transport {
  readonly WebSocket: typeof WebSocket;
  /** The delay that the server named when it closed the last socket, ms, once; then undefined. */
  takeDelay(): number | undefined;
}

/** WebSocket close codes (RFC 6455, 7.4.1). */
const TOO_BIG = 1009;
const RESTART = 1012;

/** A limit that we had to learn is below the frame that was too large by this: the same text comes back in a slightly shorter one. */
const LEARNT = 15 / 16;

/**
 * A WebSocket for the npm client's `transport` option. It keeps back frames that the server would not take, and it reads the
 * close reason before the npm client decides when to connect again.
 *
 * A server that closes with 1009 although it named no limit, or a higher one (a proxy's may be lower), teaches it one: what
 * closed a socket is not sent twice.
 */
export function createTransport({ frameBytes, oversize, sent }: TransportOptions): Transport {
  let limit = frameBytes;
  let delay: number | undefined;

  class GuardedWebSocket extends WebSocket {
    /** The longest text frame of this socket, UTF-8 bytes. */
    #longest = 0;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Registered first, so it runs before the npm client's `onclose`, which schedules the next attempt.
      this.addEventListener("close", ({ code, reason }) => {
        if (code === RESTART) delay = restartDelay(reason);
        if (code === TOO_BIG && this.#longest > 0) limit = Math.min(limit, this.#longest * LEARNT);
      });
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      if (typeof data !== "string") return super.send(data as ArrayBuffer);
      const bytes = utf8Length(data);
      if (bytes > limit && this.#refuse(data, bytes)) return;
      this.#longest = Math.max(this.#longest, bytes);
      super.send(data);
      sent?.();
    }

    /** True if the frame is a push that can be answered in the server's place: a join or a heartbeat cannot. */
    #refuse(data: string, bytes: number): boolean {
      const [joinRef, ref, topic, event, payload] = JSON.parse(data) as [unknown, unknown, string, string, unknown];
      if (topic === "phoenix" || event.startsWith("phx_")) return false;
      const reply = JSON.stringify([joinRef, ref, topic, "phx_reply", oversize({ topic, event, payload, bytes, limit })]);
      // Behind the push: the npm client is still in the middle of it.
      queueMicrotask(() => {
        if (this.readyState === WebSocket.OPEN) this.dispatchEvent(new MessageEvent("message", { data: reply }));
      });
      return true;
    }
  }

  return {
    WebSocket: GuardedWebSocket,
    takeDelay() {
      const named = delay;
      delay = undefined;
      return named;
    },
  };
}

const encoder = new TextEncoder();

/** The length of a text in UTF-8, bytes. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
