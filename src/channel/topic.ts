import { encodeBinaryPush, encodeBinaryReply, Envelope, type Frame } from "../protocol/index.js";
import { emit } from "../telemetry/index.js";

/** The handler of a joined topic: a view or a channel. */
export interface TopicHandler {
  /** A client message. `bytes`: the size of its frame. */
  receive(frame: Frame, bytes: number): void;
  /** The client left the topic, or it was closed; nothing is sent for it any more. */
  end(reason?: "left" | "closed"): void;
  /**
   * Binary messages are paced by their replies, and their total size was agreed beforehand, so they do not count against the
   * rate of events.
   */
  readonly paced?: boolean;
  /** True while it has work: a client frame or a server message. */
  readonly busy?: boolean;
  /** Resolves when the handler's queued work is done; with `tasks`, its tasks too. */
  settled?(tasks: boolean): Promise<void>;
}

/** What can be joined on a socket. */
export interface TopicMatcher {
  /** Begins a join, which replies through `topic`; undefined if nothing has this name. */
  join(topic: TopicHandle, frame: Frame, bytes: number): TopicHandler | undefined;
  /** Whether each join of such a topic needs its own token: then the tokens are limited, and not the socket's topics. */
  hasTokens?(topic: string): boolean;
}

/** Topics of two kinds on one socket: the first matcher that knows a name gets it. */
export class EitherMatcher implements TopicMatcher {
  readonly #first: TopicMatcher;
  readonly #second: TopicMatcher;

  constructor(first: TopicMatcher, second: TopicMatcher) {
    this.#first = first;
    this.#second = second;
  }

  join(topic: TopicHandle, frame: Frame, bytes: number): TopicHandler | undefined {
    return this.#first.join(topic, frame, bytes) ?? this.#second.join(topic, frame, bytes);
  }

  hasTokens(topic: string): boolean {
    return this.#first.hasTokens?.(topic) === true || this.#second.hasTokens?.(topic) === true;
  }
}

/**
 * Refuses a join: its client gets the reply, and further frames for it are ignored.
 *
 * @param answer what the client is told instead of `response`
 */
export function refuseJoin(
  topic: TopicHandle,
  { ref }: Frame,
  response: { readonly reason: string; readonly status?: number },
  answer: object = response,
): TopicHandler {
  emit("holdfast:join:refused", { topic: topic.topic, reason: response.reason });
  topic.reply(ref, "error", answer);
  topic.drop();
  return REFUSED;
}

/** The handler of a refused join: ignores all frames. */
export const REFUSED: TopicHandler = { receive() {}, end() {} };

/** The socket of a topic, as its handler sees it. */
export interface TopicSocket {
  /** False once the session was ended, has expired, or the socket closed: no handler starts any more. */
  readonly alive: boolean;
  /** True while more than the soft limit is queued for sending. */
  readonly congested: boolean;
  send(frame: string | Uint8Array): void;
  /** Sends a binary frame of a topic. */
  sendBytes(frame: Uint8Array, topic: string): void;
  close(code: number, reason: string): void;
  /** Adds this many client bytes queued in mailboxes; negative when they are processed. */
  queued(bytes: number): void;
  /** The handler of a topic of the same socket. */
  handler(topic: string): TopicHandler | undefined;
  release(topic: Topic): void;
  /** A join was answered with ok. A socket on which none ever was does not stay open. */
  joined(): void;
}

/** What a handler may do with its socket: it can only act on its own topic. */
export interface TopicHandle {
  readonly topic: string;
  readonly joinRef: string | null;
  readonly socket: TopicSocket;
  /** Replies with JSON, or with bytes. */
  reply(ref: string | null, status: "ok" | "error", response: unknown): void;
  /** Sends JSON, or bytes. */
  push(event: string, payload: unknown): void;
  /** The handler has ended by itself: the client is told with this event, and the topic is free. */
  leave(event: "phx_close" | "phx_error"): void;
  /** The join was refused and answered: the topic is free, and nothing more is sent. */
  drop(): void;
}

/** A topic of one socket, from its join to its end. */
export class Topic implements TopicHandle {
  readonly socket: TopicSocket;
  readonly topic: string;
  readonly joinRef: string | null;
  handler: TopicHandler | undefined;
  readonly #envelope: Envelope;
  /** The join that this one replaces: it is closed after this one's reply. */
  #previous: Topic | undefined;
  #left = false;
  #lastRef = -1;

  constructor(socket: TopicSocket, topic: string, joinRef: string | null, previous: Topic | undefined) {
    this.socket = socket;
    this.topic = topic;
    this.joinRef = joinRef;
    this.#envelope = new Envelope(joinRef, topic);
    this.#previous = previous;
    previous?.handler?.end();
  }

  /** Whether a frame is the next of this join, and one that its handler paces. */
  paces({ joinRef, ref, payload }: Frame): boolean {
    return this.handler?.paced === true && payload instanceof Uint8Array && joinRef === this.joinRef && Number(ref) > this.#lastRef;
  }

  /** Whether a ref is greater than all before it. The client counts up, so any other was sent twice. */
  isNext(ref: string | null): boolean {
    if (ref === null) return false;
    const number = Number(ref);
    if (number <= this.#lastRef) return false;
    this.#lastRef = number;
    return true;
  }

  reply(ref: string | null, status: "ok" | "error", response: unknown): void {
    if (ref === this.joinRef && status === "ok") this.socket.joined();
    if (response instanceof Uint8Array) {
      this.socket.sendBytes(encodeBinaryReply(this.joinRef, ref, this.topic, status, response), this.topic);
    }
    else this.socket.send(this.#envelope.reply(ref, status, response));
    const previous = this.#previous;
    if (previous === undefined) return;
    this.#previous = undefined;
    previous.leave("phx_close");
  }

  push(event: string, payload: unknown): void {
    if (this.#left) return;
    if (payload instanceof Uint8Array) this.socket.sendBytes(encodeBinaryPush(this.joinRef, this.topic, event, payload), this.topic);
    else this.socket.send(this.#envelope.push(null, event, payload));
  }

  drop(): void {
    this.#left = true;
    this.socket.release(this);
  }

  leave(event: "phx_close" | "phx_error"): void {
    if (this.#left) return;
    this.drop();
    this.socket.send(this.#envelope.push(this.joinRef, event, {}));
  }
}
