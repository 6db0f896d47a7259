import { CLOSE, decodeBinary, decodeText, encodePush, encodeReply, type Frame } from "../protocol/index.js";
import type { ConnectInfo } from "../live/index.js";
import { textFrameLimit, TokenBucket, type Limits, type SessionData } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import type { SocketRegistry } from "./registry.js";

/** What carries a connection's frames: a websocket, or memory. */
export interface Transport {
  /** Sends a frame: in its order, and when the event loop has gone round at the latest. */
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Stops reading; what the client sends meanwhile waits on its side. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /** Bytes that wait to be sent. */
  readonly buffered: number;
}

/** One joined topic. */
export interface Member {
  /** A message of the client to this topic. */
  receive(frame: Frame): void;
  /** The topic is left; nothing is sent for it any more. */
  end(): void;
  /** Resolves when what waits for the member now has been done. */
  settled?(): Promise<void>;
}

/** Who can be joined on a socket. */
export interface Joins {
  /** Begins a join, which answers itself through `topic`; undefined if nothing has this name. */
  join(topic: TopicPort, frame: Frame): Member | undefined;
}

/** What a member may do with its socket: it can only speak for its own topic. */
export interface TopicPort {
  readonly connection: Connection;
  readonly topic: string;
  readonly joinRef: string | null;
  reply(ref: string | null, status: "ok" | "error", response: unknown): void;
  push(event: string, payload: unknown): void;
  /** The member has ended by itself: the client is told with this event, and the topic is free. */
  leave(event: "phx_close" | "phx_error"): void;
  /** The join was refused, and the client has its answer: the topic is free, and nothing more is said. */
  drop(): void;
}

/** What is known of a connection when its handshake has been accepted. */
export interface Handshake {
  readonly session: SessionData | undefined;
  /** The session or the CSRF token is no good: joins are answered `stale`, which makes the client load the page anew. */
  readonly stale: boolean;
  /** The page's origin: joins must come from its URLs. */
  readonly origin: string;
  /** What views may know of the client. */
  readonly info: ConnectInfo;
}

/** One socket of one browser, with its topics. */
export class Connection {
  readonly session: SessionData | undefined;
  readonly stale: boolean;
  readonly origin: string;
  readonly info: ConnectInfo;
  /** Ids that a user socket gave itself, beside its session's. */
  readonly ids: string[] = [];
  readonly #limits: Limits;
  readonly #registry: SocketRegistry;
  readonly #joins: Joins;
  readonly #topics = new Map<string, Port>();
  readonly #bucket: TokenBucket;
  readonly #openedAt = Date.now();
  #transport: Transport | undefined;
  #alive = true;
  #closed: { code: number; reason: string } | undefined;
  #joined = false;
  /** Frames beyond the rate, while there are any. */
  #held: Frame[] | undefined;
  #releasing: NodeJS.Timeout | undefined;
  #heardAt = Date.now();
  #checkedAt = Date.now();

  constructor(handshake: Handshake, joins: Joins, registry: SocketRegistry, limits: Limits) {
    this.session = handshake.session;
    this.stale = handshake.stale;
    this.origin = handshake.origin;
    this.info = handshake.info;
    this.#limits = limits;
    this.#registry = registry;
    this.#joins = joins;
    this.#bucket = new TokenBucket(limits.eventsPerSecond, limits.eventBurst);
    registry.add(this);
  }

  /** False once the session was ended, has expired, or the socket closed: no handler starts any more. */
  get alive(): boolean {
    return this.#alive && (this.session === undefined || Date.now() < this.session.expiresAt);
  }

  /** True while more than the soft limit waits to be sent. */
  get congested(): boolean {
    return (this.#transport?.buffered ?? 0) > this.#limits.outgoingSoftBytes;
  }

  /** Who has joined a topic. */
  member(topic: string): Member | undefined {
    return this.#topics.get(topic)?.member;
  }

  /** How many topics are joined. */
  get topics(): number {
    return this.#topics.size;
  }

  /** The transport is open. If a disconnect came during the handshake, it closes at once. */
  open(transport: Transport): void {
    this.#transport = transport;
    if (this.#closed !== undefined) transport.close(this.#closed.code, this.#closed.reason);
  }

  /** Gives the connection an id of its own, by which `endpoint.disconnect` finds it. */
  identify(id: string): void {
    this.ids.push(id);
    this.#registry.identify(this, id);
  }

  receiveText(text: string, bytes: number): void {
    if (bytes > textFrameLimit(this.session, this.#limits)) return this.close(CLOSE.tooBig, "frame too big");
    this.#receive(decodeText(text));
  }

  receiveBinary(bytes: Uint8Array): void {
    if (bytes.length > this.#limits.binaryFrameBytes) return this.close(CLOSE.tooBig, "frame too big");
    this.#receive(decodeBinary(bytes));
  }

  #receive(frame: Frame | undefined): void {
    if (!this.#alive) return;
    if (frame === undefined) return this.close(CLOSE.malformed, "malformed frame");
    this.#heardAt = Date.now();
    // Behind a frame that waits, all wait: their order is the client's.
    if (this.#held !== undefined) return void this.#held.push(frame);
    const wait = this.#bucket.take(this.#heardAt);
    if (wait === 0) return this.#dispatch(frame);
    // Beyond the rate nothing is lost: we stop reading, and the client's own socket fills up. What came in the same chunk
    // as this frame is held here.
    this.#held = [frame];
    this.#transport?.pause();
    this.#release(wait);
  }

  /** Takes the frames that wait, one by one, as the rate allows, and then reads again. */
  #release(ms: number): void {
    this.#releasing = setTimeout(() => {
      const held = this.#held!;
      for (let next = held.shift(); next !== undefined && this.#alive; next = held.shift()) {
        const wait = this.#bucket.take(Date.now());
        if (wait > 0) {
          held.unshift(next);
          return this.#release(wait);
        }
        this.#dispatch(next);
      }
      this.#held = undefined;
      this.#transport?.resume();
    }, ms);
  }

  #dispatch(frame: Frame): void {
    const { topic, event, ref, joinRef } = frame;
    if (topic === "phoenix") {
      if (event === "heartbeat") return this.send(encodeReply(null, ref, topic, "ok", {}));
      return this.#unmatched(frame);
    }
    if (event === "phx_join") return this.#join(frame);
    const port = this.#topics.get(topic);
    if (port === undefined) {
      if (event === "phx_leave") return this.send(encodeReply(joinRef, ref, topic, "ok", {}));
      return this.#unmatched(frame);
    }
    // A frame of an earlier join: its sender is no longer there to be answered.
    if (joinRef !== null && joinRef !== port.joinRef) return;
    if (event === "phx_leave") {
      port.member!.end();
      port.leave("phx_close");
      return this.send(encodeReply(joinRef, ref, topic, "ok", {}));
    }
    port.member!.receive(frame);
  }

  #join(frame: Frame): void {
    const { topic, ref, joinRef } = frame;
    const previous = this.#topics.get(topic);
    if (previous === undefined && this.#topics.size >= this.#limits.topicsPerSocket) {
      return this.send(encodeReply(joinRef, ref, topic, "error", { reason: "too many topics" }));
    }
    const port = new Port(this, topic, joinRef, previous);
    this.#topics.set(topic, port);
    const member = this.#joins.join(port, frame);
    if (member === undefined) {
      if (previous === undefined) this.#topics.delete(topic);
      else this.#topics.set(topic, previous);
      return this.#unmatched(frame);
    }
    port.member = member;
    this.#joined = true;
    // The join itself may have disconnected its own user.
    if (this.#closed !== undefined) member.end();
  }

  #unmatched({ topic, ref }: Frame): void {
    this.send(encodeReply(null, ref, topic, "error", { reason: "unmatched topic" }));
  }

  /** Resolves when what waits for a topic's member now has been done: what a test waits with instead of sleeping. */
  async settled(topic: string): Promise<void> {
    await this.#topics.get(topic)?.member?.settled?.();
  }

  /** The topic's member is gone. */
  release(port: Port): void {
    if (this.#topics.get(port.topic) === port) this.#topics.delete(port.topic);
  }

  send(text: string): void {
    const transport = this.#transport;
    if (transport === undefined || this.#closed !== undefined) return;
    transport.send(text);
    if (transport.buffered > this.#limits.outgoingHardBytes) this.close(CLOSE.policy, "too slow");
  }

  /** The fence: from now on no handler of this socket starts. */
  revoke(): void {
    this.#alive = false;
  }

  /** Closes the socket and ends its topics. */
  close(code: number, reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = { code, reason };
    emit("holdfast:socket:closed", { code, reason });
    this.#end();
    this.#transport?.close(code, reason);
  }

  /** The transport has closed: by the client, or because we did. */
  closed(): void {
    this.#closed ??= { code: 1005, reason: "" };
    this.#end();
  }

  #end(): void {
    this.#alive = false;
    clearTimeout(this.#releasing);
    this.#held = undefined;
    this.#registry.remove(this);
    for (const port of [...this.#topics.values()]) port.member?.end();
    this.#topics.clear();
  }

  /** Whether it has been silent for too long, or has not joined anything in time. */
  overdue(now: number): boolean {
    if (!this.#joined && now - this.#openedAt > this.#limits.firstJoinMs) return true;
    return now - this.#heardAt > this.#limits.idleMs;
  }

  /** Whether the session must be checked again; if so, it counts as checked. */
  checkDue(now: number): boolean {
    if (now - this.#checkedAt < this.#limits.sessionCheckMs && now < this.session!.expiresAt) return false;
    this.#checkedAt = now;
    return true;
  }
}

class Port implements TopicPort {
  readonly connection: Connection;
  readonly topic: string;
  readonly joinRef: string | null;
  /** The member that this join replaces: it is closed behind the new join's reply. */
  #previous: Port | undefined;
  #left = false;
  member: Member | undefined;

  constructor(connection: Connection, topic: string, joinRef: string | null, previous: Port | undefined) {
    this.connection = connection;
    this.topic = topic;
    this.joinRef = joinRef;
    this.#previous = previous;
    previous?.member?.end();
  }

  reply(ref: string | null, status: "ok" | "error", response: unknown): void {
    this.connection.send(encodeReply(this.joinRef, ref, this.topic, status, response));
    const previous = this.#previous;
    if (previous !== undefined) {
      this.#previous = undefined;
      previous.leave("phx_close");
    }
  }

  push(event: string, payload: unknown): void {
    if (!this.#left) this.connection.send(encodePush(this.joinRef, null, this.topic, event, payload));
  }

  drop(): void {
    this.#left = true;
    this.connection.release(this);
  }

  leave(event: "phx_close" | "phx_error"): void {
    if (this.#left) return;
    this.drop();
    this.connection.send(encodePush(this.joinRef, this.joinRef, this.topic, event, {}));
  }
}
