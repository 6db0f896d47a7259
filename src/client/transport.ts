import { LongPoll } from "phoenix";
import { restartDelay } from "../protocol/restart.js";

/** A text frame that was not sent because the server would close the socket on it. */
export interface OversizeFrame {
  readonly topic: string;
  readonly event: string;
  /** The frame's payload; for an event `{ type, event, value, … }`. */
  readonly payload: unknown;
  /** Its length, UTF-8 bytes. */
  readonly bytes: number;
  /** The longest frame that the server accepts, UTF-8 bytes. */
  readonly limit: number;
}

/** Settings and callbacks of the transports. */
interface TransportOptions {
  /** The longest text frame that the server accepts, UTF-8 bytes. */
  readonly frameBytes: number;
  /** Called instead of sending; its result goes to the client as if it were the server's reply. */
  readonly oversize: (frame: OversizeFrame) => { status: "ok" | "error"; response: object };
  /** Called for each text frame that is sent. */
  readonly sent?: () => void;
}

/** Transport classes for the npm client, and what their sockets have learned. */
interface Transports {
  readonly WebSocket: typeof WebSocket;
  readonly LongPoll: typeof LongPoll;
  /** The delay that the server set when it closed the last socket, ms; returned once, then undefined. */
  takeDelay(): number | undefined;
}

declare module "phoenix" {
  // What `assets/js/phoenix/longpoll.js` of 1.8.16 has but its declarations omit.
  interface LongPoll {
    readyState: number;
    onmessage: (message: { readonly data: string }) => void;
    ajax(method: string, headers: object, body: string | null, ontimeout: () => void, callback: (answer: PollAnswer | null) => void): void;
  }
}

/** The body of the response to a poll or a POST. */
interface PollAnswer {
  /** The close code and the reason that a websocket would have had. */
  readonly code?: number;
  readonly reason?: string;
}

/** WebSocket close codes (RFC 6455, 7.4.1). */
const TOO_BIG = 1009;
const RESTART = 1012;

/**
 * A learned limit is this fraction of the frame that was too large, because the same text may return in a slightly shorter
 * frame.
 */
const LEARNT = 15 / 16;

/**
 * A WebSocket and a LongPoll for the npm client's `transport` option. They hold back frames that the server would refuse, and
 * read the close reason before the npm client decides when to reconnect.
 *
 * They learn a limit when a socket closes with 1009 although the server named no limit, or a higher one (a proxy's may be
 * lower): a frame that closed a socket is not sent twice.
 */
export function createTransports({ frameBytes, oversize, sent }: TransportOptions): Transports {
  let limit = frameBytes;
  let delay: number | undefined;

  /** What is known about one socket's text frames. */
  class Outgoing {
    /** The longest text frame that was sent, UTF-8 bytes. */
    #longest = 0;

    /**
     * Whether the frame may be sent. It may not if it is too large and a reply can stand in for the server's. Joins and
     * heartbeats have no such reply, so they are always sent.
     */
    allows(data: string, answer: (reply: string) => void): boolean {
      const bytes = utf8Length(data);
      if (bytes > limit && refuse(data, bytes, answer)) return false;
      this.#longest = Math.max(this.#longest, bytes);
      return true;
    }

    /** The server has closed the socket. */
    closed(code: number | undefined, reason = ""): void {
      if (code === RESTART) delay = restartDelay(reason);
      if (code === TOO_BIG && this.#longest > 0) limit = Math.min(limit, this.#longest * LEARNT);
    }
  }

  /** Replies to a push in the server's place, if possible. */
  function refuse(data: string, bytes: number, answer: (reply: string) => void): boolean {
    const [joinRef, ref, topic, event, payload] = JSON.parse(data) as [unknown, unknown, string, string, unknown];
    if (topic === "phoenix" || event.startsWith("phx_")) return false;
    const reply = JSON.stringify([joinRef, ref, topic, "phx_reply", oversize({ topic, event, payload, bytes, limit })]);
    // Deferred, because the npm client is still in the middle of its push.
    queueMicrotask(() => answer(reply));
    return true;
  }

  class GuardedWebSocket extends WebSocket {
    readonly #outgoing = new Outgoing();

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Registered first, so it runs before the npm client's `onclose`, which schedules the next attempt.
      this.addEventListener("close", ({ code, reason }) => this.#outgoing.closed(code, reason));
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      if (typeof data !== "string") return super.send(data as ArrayBuffer);
      if (!this.#outgoing.allows(data, (reply) => this.#receive(reply))) return;
      super.send(data);
      sent?.();
    }

    #receive(reply: string): void {
      if (this.readyState === WebSocket.OPEN) this.dispatchEvent(new MessageEvent("message", { data: reply }));
    }
  }

  class GuardedLongPoll extends LongPoll {
    readonly #outgoing = new Outgoing();

    override send(data: unknown): void {
      if (typeof data !== "string") return super.send(data);
      if (!this.#outgoing.allows(data, (reply) => this.#receive(reply))) return;
      super.send(data);
      sent?.();
    }

    override ajax(...[method, headers, body, ontimeout, callback]: Parameters<LongPoll["ajax"]>): void {
      super.ajax(method, headers, body, ontimeout, (answer) => {
        // Before the npm client closes on it and schedules the next attempt.
        if (answer !== null) this.#outgoing.closed(answer.code, answer.reason);
        callback(answer);
      });
    }

    #receive(reply: string): void {
      if (this.readyState === WebSocket.OPEN) this.onmessage({ data: reply });
    }
  }

  return {
    WebSocket: GuardedWebSocket,
    LongPoll: GuardedLongPoll,
    takeDelay() {
      const named = delay;
      delay = undefined;
      return named;
    },
  };
}

const encoder = new TextEncoder();

/** The length of a text in UTF-8, bytes. */
function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
