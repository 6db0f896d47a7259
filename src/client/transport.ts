import { LongPoll } from "phoenix";
import { restartDelay } from "../protocol/restart.js";
import { utf8 } from "./utf8.js";

/** A text frame that was not sent because the server would close the socket on it. */
export interface OversizeFrame {
  readonly topic: string;
  readonly event: string;
  /** The frame's payload: here as it is for an event of the page; a channel of the application's own may send anything. */
  readonly payload: { readonly type?: unknown; readonly value?: unknown; readonly uploads?: Readonly<Record<string, unknown>> } | null;
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
const LEARNT_SHARE = 15 / 16;

/**
 * A WebSocket and a LongPoll for the npm client's `transport` option. They hold back frames that the server would refuse, and
 * read the close reason before the npm client decides when to reconnect.
 *
 * They learn a limit when a socket closes with 1009 although the server named no limit, or a higher one (a proxy's may be
 * lower): a frame that closed a socket is not sent twice.
 */
export function createTransports(options: TransportOptions): Transports {
  const learnt = new Learnt(options);
  return { WebSocket: guardedWebSocket(learnt), LongPoll: guardedLongPoll(learnt), takeDelay: () => learnt.takeDelay() };
}

/** What the sockets of a page have learned of their server, one after the other. */
class Learnt {
  readonly #options: TransportOptions;
  #limit: number;
  #delay: number | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#limit = options.frameBytes;
  }

  takeDelay(): number | undefined {
    const delay = this.#delay;
    this.#delay = undefined;
    return delay;
  }

  /** A text frame was sent. */
  sent(): void {
    this.#options.sent?.();
  }

  /** The server has closed a socket. @param longest the longest text frame that was sent on it, UTF-8 bytes */
  closed(code: number | undefined, reason: string, longest: number): void {
    if (code === RESTART) this.#delay = restartDelay(reason);
    if (code === TOO_BIG && longest > 0) this.#limit = Math.min(this.#limit, longest * LEARNT_SHARE);
  }

  /** Replies to a push in the server's place, if it is too large and has a reply that can stand in for the server's. */
  refuses(data: string, bytes: number, answer: (reply: string) => void): boolean {
    const limit = this.#limit;
    if (bytes <= limit) return false;
    const [joinRef, ref, topic, event, payload] = JSON.parse(data) as [unknown, unknown, string, string, OversizeFrame["payload"]];
    // Joins and heartbeats have no such reply, so they are always sent.
    if (topic === "phoenix" || event.startsWith("phx_")) return false;
    const reply = JSON.stringify([joinRef, ref, topic, "phx_reply", this.#options.oversize({ topic, event, payload, bytes, limit })]);
    // Deferred, because the npm client is still in the middle of its push.
    queueMicrotask(() => answer(reply));
    return true;
  }
}

/** The text frames of one socket. */
class Outgoing {
  readonly #learnt: Learnt;
  /** The longest text frame that was sent, UTF-8 bytes. */
  #longest = 0;

  constructor(learnt: Learnt) {
    this.#learnt = learnt;
  }

  /** Sends the frame, unless it is answered here instead. */
  send(data: string, send: () => void, answer: (reply: string) => void): void {
    const bytes = utf8(data).length;
    if (this.#learnt.refuses(data, bytes, answer)) return;
    this.#longest = Math.max(this.#longest, bytes);
    send();
    this.#learnt.sent();
  }

  closed(code: number | undefined, reason = ""): void {
    this.#learnt.closed(code, reason, this.#longest);
  }
}

function guardedWebSocket(learnt: Learnt): typeof WebSocket {
  return class GuardedWebSocket extends WebSocket {
    readonly #outgoing = new Outgoing(learnt);

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Registered first, so it runs before the npm client's `onclose`, which schedules the next attempt.
      this.addEventListener("close", ({ code, reason }) => this.#outgoing.closed(code, reason));
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      if (typeof data !== "string") return super.send(data as ArrayBuffer);
      this.#outgoing.send(data, () => super.send(data), (reply) => this.#receive(reply));
    }

    #receive(reply: string): void {
      if (this.readyState === WebSocket.OPEN) this.dispatchEvent(new MessageEvent("message", { data: reply }));
    }
  };
}

function guardedLongPoll(learnt: Learnt): typeof LongPoll {
  return class GuardedLongPoll extends LongPoll {
    readonly #outgoing = new Outgoing(learnt);

    override send(data: unknown): void {
      if (typeof data !== "string") return super.send(data);
      this.#outgoing.send(data, () => super.send(data), (reply) => this.#receive(reply));
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
  };
}
