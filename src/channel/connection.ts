import type { ConnectInfo } from "../live/index.js";
import { CLOSE, decodeBinary, decodeText, encodeReply, FRAME_TOO_BIG, type Frame } from "../protocol/index.js";
import { textFrameLimit, type Limits, type SessionData } from "../security/index.js";
import { emit, type TransportName } from "../telemetry/index.js";
import { Intake } from "./intake.js";
import { SESSION_IDLE, type RegisteredSocket, type SocketRegistry } from "./registry.js";
import { Topic, type TopicHandler, type TopicMatcher, type TopicSocket } from "./topic.js";

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
  /** Bytes queued for sending. */
  readonly buffered: number;
}

/** What is known about a connection once its handshake is accepted. */
export interface Handshake {
  readonly session: SessionData | undefined;
  /** Whether the session or the CSRF token is invalid: joins are answered `stale`, which makes the client reload the page. */
  readonly stale: boolean;
  /** The page's origin: joins must come from its URLs. */
  readonly origin: string;
  /** What views may know about the client. */
  readonly info: ConnectInfo;
}

/** The longest name of a topic, in characters. */
const MAX_TOPIC = 1_024;

/** For at most how many topics a connection logs that its client cannot read the bytes it is sent. */
const MAX_WARNED = 16;

/** One socket of one browser, with its topics. */
export class Connection implements TopicSocket, RegisteredSocket {
  readonly session: SessionData | undefined;
  readonly stale: boolean;
  readonly origin: string;
  readonly info: ConnectInfo;
  /** Ids that a user socket has given itself, in addition to its session's. */
  readonly ids: string[] = [];
  activeAt = Date.now();
  readonly #limits: Limits;
  readonly #registry: SocketRegistry;
  readonly #matcher: TopicMatcher;
  readonly #topics = new Map<string, Topic>();
  readonly #intake: Intake;
  readonly #openedAt = Date.now();
  #transport: Transport | undefined;
  readonly #textFrameBytes: number;
  #alive = true;
  /** It is about to be closed: nothing more is read. */
  #retiring = false;
  #closed: { code: number; reason: string } | undefined;
  #joined = false;
  #heardAt = Date.now();
  #checkedAt = Date.now();
  /** Topics that were sent bytes over long poll, which the npm client cannot read. Each is logged once. */
  #unreadable: Set<string> | undefined;
  /** Since when more than the soft limit is queued for sending. */
  #congestedSince: number | undefined;

  constructor(handshake: Handshake, matcher: TopicMatcher, registry: SocketRegistry, limits: Limits) {
    this.session = handshake.session;
    this.stale = handshake.stale;
    this.origin = handshake.origin;
    this.info = handshake.info;
    this.#limits = limits;
    this.#textFrameBytes = textFrameLimit(handshake.session, limits);
    this.#registry = registry;
    this.#matcher = matcher;
    this.#intake = new Intake(limits, {
      reading: () => this.#transport, dispatch: (frame, bytes) => this.#dispatch(frame, bytes),
    }, registry.inflight);
    registry.add(this);
  }

  /** The longest message that the client may send, bytes: text or binary. */
  get messageBytes(): number {
    return Math.max(this.#textFrameBytes, this.#limits.binaryFrameBytes);
  }

  get alive(): boolean {
    return this.#alive && (this.session === undefined || Date.now() < this.session.expiresAt);
  }

  get congested(): boolean {
    return (this.#transport?.buffered ?? 0) > this.#limits.outgoingSoftBytes;
  }

  handler(topic: string): TopicHandler | undefined {
    return this.#topics.get(topic)?.handler;
  }

  /** The handlers of the joined topics. */
  *handlers(): Iterable<TopicHandler> {
    for (const { handler } of this.#topics.values()) if (handler !== undefined) yield handler;
  }

  /** How many topics are joined, or being joined. */
  get topicCount(): number {
    return this.#topics.size;
  }

  /** The transport is open. If a disconnect arrived during the handshake, the connection closes immediately. */
  open(transport: Transport): void {
    this.#transport = transport;
    if (this.#closed !== undefined) transport.close(this.#closed.code, this.#closed.reason);
  }

  /** Gives the connection its own id, by which `endpoint.disconnect` finds it. */
  identify(id: string): void {
    this.ids.push(id);
    this.#registry.identify(this, id);
  }

  // ---- incoming ----

  receiveText(text: string, bytes: number): void {
    if (bytes > this.#textFrameBytes) return this.close(CLOSE.tooBig, FRAME_TOO_BIG);
    this.#receive(decodeText(text), bytes);
  }

  receiveBinary(bytes: Uint8Array): void {
    if (bytes.length > this.#limits.binaryFrameBytes) return this.close(CLOSE.tooBig, FRAME_TOO_BIG);
    this.#receive(decodeBinary(bytes), bytes.length);
  }

  #receive(frame: Frame | undefined, bytes: number): void {
    if (!this.#alive || this.#retiring) return;
    if (frame === undefined) return this.close(CLOSE.malformed, "malformed frame");
    this.#heardAt = Date.now();
    this.#intake.take(frame, bytes, this.#heardAt, this.#topics.get(frame.topic)?.paces(frame) !== true);
  }

  queued(bytes: number): void {
    this.#intake.queued(bytes);
    // While it was not read, its heartbeats could not arrive.
    this.#heardAt = Date.now();
  }

  /** The client has shown that it is alive by something other than a frame: a poll. Its user has done nothing. */
  heard(): void {
    this.#heardAt = Date.now();
  }

  #dispatch(frame: Frame, bytes: number): void {
    const { topic, event, ref, joinRef } = frame;
    if (topic === "phoenix") {
      if (event === "heartbeat") return this.send(encodeReply(null, ref, topic, "ok", {}));
      return this.#unmatched(frame);
    }
    this.activeAt = this.#heardAt;
    if (event === "phx_join") return this.#join(frame, bytes);
    const joined = this.#topics.get(topic);
    if (joined === undefined) {
      if (event === "phx_leave") return this.send(encodeReply(joinRef, ref, topic, "ok", {}));
      return this.#unmatched(frame);
    }
    // A frame of an earlier join: its sender no longer waits for a reply. One without a join has none.
    if (joinRef === null) return this.#unmatched(frame);
    if (joinRef !== joined.joinRef) return;
    // Each ref counts once: a repeated frame is a replay, and has been answered.
    if (!joined.isNext(ref)) return this.#unmatched(frame);
    if (event === "phx_leave") {
      joined.handler!.end("left");
      joined.leave("phx_close");
      return this.send(encodeReply(joinRef, ref, topic, "ok", {}));
    }
    joined.handler!.receive(frame, bytes);
  }

  #join(frame: Frame, bytes: number): void {
    const { topic, ref, joinRef } = frame;
    // A longer topic would be logged and subscribed to. One with a lone surrogate has no UTF-8 form: to a database or another
    // node it would be another topic than the one that was authorized.
    if (topic.length > MAX_TOPIC || !topic.isWellFormed()) return this.#unmatched(frame);
    const previous = this.#topics.get(topic);
    if (previous === undefined && this.#full(topic)) {
      return this.send(encodeReply(joinRef, ref, topic, "error", { reason: "too many topics" }));
    }
    const joined = new Topic(this, topic, joinRef, previous);
    joined.isNext(ref);
    this.#topics.set(topic, joined);
    const handler = this.#matcher.join(joined, frame, bytes);
    if (handler === undefined) {
      if (previous === undefined) this.#topics.delete(topic);
      else this.#topics.set(topic, previous);
      return this.#unmatched(frame);
    }
    joined.handler = handler;
    // The join itself may have disconnected its own user.
    if (this.#closed !== undefined) handler.end();
  }

  #full(topic: string): boolean {
    const { topicsPerSocket } = this.#limits;
    if (this.#topics.size < topicsPerSocket || this.#matcher.hasTokens?.(topic) === true) return false;
    let counted = 0;
    for (const joined of this.#topics.keys()) if (this.#matcher.hasTokens?.(joined) !== true) counted++;
    return counted >= topicsPerSocket;
  }

  #unmatched({ topic, ref }: Frame): void {
    this.send(encodeReply(null, ref, topic, "error", { reason: "unmatched topic" }));
  }

  /** Resolves when a topic's queued work is done, with `tasks` its tasks too: tests wait for it instead of sleeping. */
  async settled(topic: string, { tasks = false }: { readonly tasks?: boolean } = {}): Promise<void> {
    await this.#topics.get(topic)?.handler?.settled?.(tasks);
  }

  joined(): void {
    this.#joined = true;
  }

  release(topic: Topic): void {
    if (this.#topics.get(topic.topic) === topic) this.#topics.delete(topic.topic);
  }

  // ---- outgoing ----

  send(frame: string | Uint8Array): void {
    const transport = this.#transport;
    if (transport === undefined || this.#closed !== undefined) return;
    transport.send(frame);
    const { buffered } = transport;
    if (buffered > this.#limits.outgoingHardBytes) this.close(CLOSE.policy, "too slow");
    else if (buffered > this.#limits.outgoingSoftBytes) this.#congestedSince ??= Date.now();
  }

  sendBytes(frame: Uint8Array, topic: string): void {
    if (this.#transport?.name === "longpoll") this.#warnOfBytes(topic);
    this.send(frame);
  }

  #warnOfBytes(topic: string): void {
    const warned = (this.#unreadable ??= new Set());
    // Clients choose the names, and may join and leave forever.
    if (warned.size >= MAX_WARNED || warned.has(topic)) return;
    warned.add(topic);
    this.#registry.log("bytes over long poll", { topic });
  }

  /** The fence: from now on no handler of this socket starts. */
  revoke(): void {
    this.#alive = false;
  }

  /** Closes the socket and ends its topics. */
  close(code: number, reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = { code, reason };
    emit("holdfast:socket:closed", { code, reason, transport: this.#transport?.name });
    this.#registry.log("socket closed", { code, reason });
    this.#end();
    this.#transport?.close(code, reason);
  }

  /** Frames that arrive while it waits go unanswered, as if the connection had been lost. */
  async retire(code: number, reason: string, withinMs: number): Promise<void> {
    const busy = [...this.#topics.values()].filter(({ handler }) => handler?.busy === true);
    if (busy.length > 0) {
      this.#retiring = true;
      this.#intake.end();
      await atMost(Promise.all(busy.map(({ handler }) => handler?.settled?.(false))), withinMs);
    }
    this.close(code, reason);
  }

  /** The transport has closed, by the client or by us. */
  closed(): void {
    this.#closed ??= { code: 1005, reason: "" };
    this.#end();
  }

  #end(): void {
    this.#alive = false;
    this.#intake.end();
    this.#registry.remove(this);
    for (const topic of [...this.#topics.values()]) topic.handler?.end();
    this.#topics.clear();
  }

  eject(topic: string): boolean {
    const joined = this.#topics.get(topic);
    if (joined === undefined) return false;
    joined.handler?.end();
    joined.leave("phx_error");
    return true;
  }

  // ---- for the sweep ----

  overdue(now: number): string | undefined {
    const { sessionIdleMs } = this.#limits;
    if (this.session !== undefined && sessionIdleMs > 0 && now - this.activeAt > sessionIdleMs) return SESSION_IDLE;
    // A refused join does not count as the first join, and a pending one may become it.
    if (!this.#joined && this.#topics.size === 0 && now - this.#openedAt > this.#limits.firstJoinMs) return "no join";
    if (!this.#intake.paused && now - this.#heardAt > this.#limits.idleMs) return "idle";
    if (!this.congested) this.#congestedSince = undefined;
    else if (now - (this.#congestedSince ??= now) > this.#limits.stalledMs) return "too slow";
    return undefined;
  }

  checkDue(now: number): boolean {
    if (now - this.#checkedAt < this.#limits.sessionCheckMs && now < this.session!.expiresAt) return false;
    this.#checkedAt = now;
    return true;
  }
}

/** Resolves when the promise does, or after `ms` milliseconds. */
async function atMost(promise: Promise<unknown>, ms: number): Promise<void> {
  if (ms === Infinity) return void (await promise);
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([promise, new Promise((resolve) => void (timer = setTimeout(resolve, Math.max(0, ms))))]);
  clearTimeout(timer);
}
