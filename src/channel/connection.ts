import { OUTSIDE } from "../collections/index.js";
import type { ConnectInfo } from "../live/index.js";
import { CLOSE, decodeBinary, decodeText, Envelope, FRAME_TOO_BIG, KEEP_SESSION, type Frame } from "../protocol/index.js";
import { textFrameLimit, type Limits, type SessionData } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import type { Handshake } from "./handshake.js";
import { Intake, type IntakeSocket } from "./intake.js";
import { Outgoing } from "./outgoing.js";
import { SESSION_IDLE, type RegisteredSocket, type SocketRegistry } from "./registry.js";
import { SocketClocks, type TimedSocket } from "./socket-clocks.js";
import { SocketTopics, unmatched } from "./socket-topics.js";
import type { Topic, TopicHandler, TopicMatcher, TopicSocket } from "./topic.js";
import type { Transport } from "./transport.js";

/** The topic of heartbeats, which nobody joins. */
const PHOENIX = "phoenix";
const HEARTBEATS = new Envelope(null, PHOENIX);
const KEEP = HEARTBEATS.push(null, KEEP_SESSION, {});

/** The ids of a socket that has given itself none. */
const NO_IDS: readonly string[] = [];

/** The code of a socket that closed without saying why (RFC 6455, 7.1.5). */
const NO_STATUS = 1005;

/** One socket of one browser: what it reads (`Intake`), what it sends (`Outgoing`), its topics and its clocks. */
export class Connection implements TopicSocket, RegisteredSocket, TimedSocket, IntakeSocket {
  readonly session: SessionData | undefined;
  readonly stale: boolean;
  readonly origin: string;
  readonly info: ConnectInfo;
  place = OUTSIDE;
  /** Ids that a user socket has given itself, in addition to its session's. */
  ids: readonly string[] = NO_IDS;
  readonly #limits: Limits;
  readonly #registry: SocketRegistry;
  readonly #topics: SocketTopics;
  readonly #clocks: SocketClocks;
  readonly #intake: Intake;
  readonly #outgoing: Outgoing;
  readonly #textFrameBytes: number;
  #alive = true;
  /** It is about to be closed: nothing more is read. */
  #retiring = false;

  constructor(handshake: Handshake, matcher: TopicMatcher, registry: SocketRegistry, limits: Limits) {
    this.session = handshake.session;
    this.stale = handshake.stale;
    this.origin = handshake.origin;
    this.info = handshake.info;
    this.#limits = limits;
    this.#textFrameBytes = textFrameLimit(handshake.session, limits);
    this.#registry = registry;
    this.#topics = new SocketTopics(this, matcher, limits.topicsPerSocket);
    this.#clocks = new SocketClocks(limits, handshake.session);
    this.#intake = new Intake(limits, this, registry.inflight);
    this.#outgoing = new Outgoing(limits, this, this.#clocks);
    registry.add(this);
  }

  /** The longest message that the client may send, bytes: text or binary. */
  get messageBytes(): number {
    return Math.max(this.#textFrameBytes, this.#limits.binaryFrameBytes);
  }

  /** What its frames are read from; undefined until it is open. */
  get reading(): Transport | undefined {
    return this.#outgoing.transport;
  }

  get alive(): boolean {
    if (!this.#alive || this.session === undefined) return this.#alive;
    const now = Date.now();
    return now < this.session.expiresAt && !this.#clocks.sessionIdle(this, now);
  }

  get paused(): boolean {
    return this.#intake.paused;
  }

  get congested(): boolean {
    return this.#outgoing.congested;
  }

  get unsent(): number {
    return this.#outgoing.unsent;
  }

  slow(anew: boolean): void {
    this.#registry.unsent.congested(this, anew);
  }

  tooSlow(): void {
    this.close(CLOSE.policy, "too slow");
  }

  get topicCount(): number {
    return this.#topics.count;
  }

  handler(topic: string): TopicHandler | undefined {
    return this.#topics.handler(topic);
  }

  /** The handlers of the joined topics. */
  handlers(): TopicHandler[] {
    return this.#topics.handlers();
  }

  /** The transport is open. If a disconnect arrived during the handshake, the connection closes immediately. */
  open(transport: Transport): void {
    this.#outgoing.open(transport);
  }

  /** Gives the connection its own id, by which `endpoint.disconnect` finds it. */
  identify(id: string): void {
    this.ids = [...this.ids, id];
    this.#registry.identify(this, id);
  }

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
    const now = Date.now();
    // Its session has ended: what its user does now does not bring it back.
    if (this.#clocks.sessionIdle(this, now)) return this.close(CLOSE.goingAway, SESSION_IDLE);
    this.#clocks.heard(now);
    this.#intake.take(frame, bytes, now, !this.#topics.paces(frame));
  }

  /** A frame whose turn has come. */
  dispatch(frame: Frame, bytes: number): void {
    const { topic, event, ref } = frame;
    if (topic === PHOENIX) return this.send(event === "heartbeat" ? HEARTBEATS.reply(ref, "ok", {}) : unmatched(frame));
    if (this.#clocks.received(frame)) this.send(KEEP);
    this.#topics.receive(frame, bytes);
  }

  queued(bytes: number): void {
    this.#intake.queued(bytes);
    // While it was not read, its heartbeats could not arrive.
    this.#clocks.heard();
  }

  /** The client has shown that it is alive by something other than a frame: a poll. Its user has done nothing. */
  heard(): void {
    this.#clocks.heard();
  }

  joined(): void {
    this.#clocks.joined();
  }

  release(topic: Topic): void {
    this.#topics.release(topic);
  }

  eject(topic: string): boolean {
    return this.#topics.eject(topic);
  }

  /** Resolves when a topic's queued work is done, with `tasks` its tasks too: tests wait for it instead of sleeping. */
  async settled(topic: string, { tasks = false }: { readonly tasks?: boolean } = {}): Promise<void> {
    await this.handler(topic)?.settled?.(tasks);
  }

  send(frame: string | Uint8Array): void {
    this.#outgoing.send(frame);
  }

  sendBytes(frame: Uint8Array, topic: string): void {
    this.#outgoing.sendBytes(frame, topic);
  }

  log(message: string, details: Readonly<Record<string, unknown>>): void {
    this.#registry.log(message, details);
  }

  get activeAt(): number {
    return this.#clocks.activeAt;
  }

  overdue(now: number): string | undefined {
    if (this.paused) this.#outgoing.transport?.probe?.();
    return this.#clocks.overdue(this, now);
  }

  checkDue(now: number): boolean {
    return this.#clocks.checkDue(this.session!, now);
  }

  /** The fence: from now on no handler of this socket starts. */
  revoke(): void {
    this.#alive = false;
  }

  /** Closes the socket and ends its topics. */
  close(code: number, reason: string): void {
    if (this.#outgoing.ended) return;
    this.#outgoing.end(code, reason);
    const { transport } = this.#outgoing;
    emit("holdfast:socket:closed", { code, reason, transport: transport?.name });
    this.log("socket closed", { code, reason });
    this.#end();
    transport?.close(code, reason);
  }

  /** Frames that arrive while it waits go unanswered, as if the connection had been lost. */
  async retire(code: number, reason: string, withinMs: number): Promise<void> {
    const busy = this.handlers().filter((handler) => handler.busy === true);
    if (busy.length > 0) {
      this.#retiring = true;
      this.#intake.end();
      await atMost(Promise.all(busy.map((handler) => handler.settled?.(false))), withinMs);
    }
    this.close(code, reason);
  }

  /** The transport has closed, by the client or by us. */
  closed(): void {
    this.#outgoing.end(NO_STATUS, "");
    this.#end();
  }

  #end(): void {
    this.#alive = false;
    this.#intake.end();
    this.#registry.remove(this);
    this.#registry.unsent.forget(this);
    this.#topics.end();
  }
}

/** Resolves when the promise does, or after `ms` milliseconds. */
async function atMost(promise: Promise<unknown>, ms: number): Promise<void> {
  if (ms === Infinity) return void (await promise);
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([promise, new Promise((resolve) => void (timer = setTimeout(resolve, Math.max(0, ms))))]);
  clearTimeout(timer);
}
