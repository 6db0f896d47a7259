import { Roster, type Member } from "../collections/index.js";
import { CLOSE } from "../protocol/index.js";
import type { Disconnect, FenceTarget, PubSub } from "../pubsub/index.js";
import type { Limits, SessionData, SessionValidity } from "../security/index.js";
import { HandshakeFence } from "./handshake-fence.js";
import { Inflight } from "./inflight.js";
import { NetworkCounts } from "./network-counts.js";
import { Restart, type RetiringSocket } from "./restart.js";
import { sessionFault } from "./session-fault.js";
import { SessionTopics } from "./session-topics.js";
import { SocketsById } from "./sockets-by-id.js";
import { SocketsByKey } from "./sockets-by-key.js";
import { Unsent } from "./unsent.js";

/** Closes a socket whose user was idle for `sessionIdleMs`; as at a session's end, the guards run again. */
export const SESSION_IDLE = "session idle";

/** A socket as the registry sees it. */
export interface RegisteredSocket extends RetiringSocket, Member {
  readonly session: SessionData | undefined;
  /** Ids that it has given itself. */
  readonly ids: readonly string[];
  readonly info: { readonly peer: string };
  /** The fence: none of its handlers starts any more. */
  revoke(): void;
  /** Why it must be closed: it is silent, has joined nothing in time, or does not read. Undefined if it may stay. */
  overdue(now: number): string | undefined;
  /** When its user last did something, ms epoch; heartbeats do not count, because the browser sends them. */
  readonly activeAt: number;
  /** Ends one topic of it; the socket stays. */
  eject(topic: string): boolean;
  /** Whether its session must be checked again; if so, it counts as checked. */
  checkDue(now: number): boolean;
}

/** How often open sockets are checked, ms: one timer for all, so that an idle socket needs none. */
const SWEEP_MS = 2_000;

/** All sockets of this node: what a handshake counts, a disconnect closes, the sweep checks and a restart drains. */
export class SocketRegistry implements FenceTarget {
  /** The queued bytes of all sockets' frames. */
  readonly inflight: Inflight;
  /** The unsent bytes of sockets whose clients read too slowly. */
  readonly unsent: Unsent;
  /** What was disconnected while handshakes were in progress. */
  readonly handshakes = new HandshakeFence();
  readonly #limits: Limits;
  readonly #sessions: SessionValidity;
  readonly #sessionTopics: SessionTopics<RegisteredSocket>;
  /** Receives the sockets that the server closes. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly #all = new Roster<RegisteredSocket>();
  readonly #byId: SocketsById<RegisteredSocket>;
  readonly #bySession = new SocketsByKey<RegisteredSocket>();
  readonly #networks = new NetworkCounts();
  readonly #restart: Restart;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param pubsub where `disconnect` on an id is received, from any publisher on any node
   * @param log default: nothing is logged
   */
  constructor(limits: Limits, sessions: SessionValidity, pubsub: PubSub, log: SocketRegistry["log"] = () => {}) {
    this.#limits = limits;
    this.inflight = new Inflight(limits.inflightBytes);
    this.unsent = new Unsent(limits.unsentBytes);
    this.#sessions = sessions;
    this.#sessionTopics = new SessionTopics(pubsub, (socket) => void this.#check(socket));
    this.#byId = new SocketsById(pubsub, (liveSocketId) => void this.disconnect({ of: { liveSocketId } }));
    this.#restart = new Restart(this.#all, limits);
    this.log = log;
  }

  get size(): number {
    return this.#all.size;
  }

  /** All sockets of this node. */
  get sockets(): Iterable<RegisteredSocket> {
    return this.#all.toArray();
  }

  /** Returns the limit that one more socket would exceed; undefined if there is room. */
  full(sessionId: string, peer: string): "session" | "address" | undefined {
    if (this.#bySession.count(sessionId) >= this.#limits.socketsPerSession) return "session";
    return this.#networks.of(peer) >= this.#limits.socketsPerIp ? "address" : undefined;
  }

  /** Closes the socket of a session that its user has not used for longest, to make room for a new tab. */
  closeLeastActive(sessionId: string): void {
    let least: RegisteredSocket | undefined;
    for (const socket of this.#bySession.of(sessionId)) {
      if (least === undefined || socket.activeAt < least.activeAt) least = socket;
    }
    least?.close(CLOSE.goingAway, "too many tabs");
  }

  /** From here on a disconnect finds the socket, even while its handshake is in progress. */
  add(socket: RegisteredSocket): void {
    this.#all.add(socket);
    const { session, info: { peer } } = socket;
    if (session !== undefined) {
      this.#bySession.enter(session.id, socket);
      if (session.liveSocketId !== undefined) this.#byId.enter(session.liveSocketId, socket);
      const topic = this.#sessions.topic(session);
      if (topic !== undefined) this.#sessionTopics.enter(topic, socket);
    }
    for (const id of socket.ids) this.#byId.enter(id, socket);
    this.#networks.enter(peer);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** A user socket's own id, known only after its `connect` has run; by then the socket may be gone. */
  identify(socket: RegisteredSocket, id: string): void {
    if (this.#all.has(socket)) this.#byId.enter(id, socket);
  }

  remove(socket: RegisteredSocket): void {
    if (!this.#all.delete(socket)) return;
    const { session, info: { peer } } = socket;
    if (session !== undefined) {
      this.#bySession.leave(session.id, socket);
      if (session.liveSocketId !== undefined) this.#byId.leave(session.liveSocketId, socket);
    }
    this.#sessionTopics.leave(socket);
    for (const id of socket.ids) this.#byId.leave(id, socket);
    this.#networks.leave(peer);
    if (this.#all.size === 0) this.stop();
  }

  /**
   * Ends the sockets of this node that an order names, or one of their topics: when this returns, none of their handlers
   * starts any more.
   */
  disconnect({ of, topic, reason = "disconnected" }: Disconnect): number {
    const id = "liveSocketId" in of ? of.liveSocketId : of.sessionId;
    const sockets = "liveSocketId" in of ? this.#byId.of(id) : this.#bySession.of(id);
    if (topic !== undefined) return sockets.filter((socket) => socket.eject(topic)).length;
    this.handshakes.fence(id);
    return this.#close(sockets, reason);
  }

  /** Ends every socket of this node: it may have missed an order. */
  disconnectAll(): number {
    this.handshakes.fenceAll();
    return this.#close(this.#all.toArray(), "disconnected");
  }

  /** Ends all sockets because this node stops. */
  restartAll(): void {
    this.#restart.now();
  }

  /** Like `restartAll`, a share at a time, and what is in progress is answered first. Resolves when all are closed. */
  drain(): Promise<void> {
    return this.#restart.drain();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #close(sockets: readonly RegisteredSocket[], reason: string): number {
    // First fence all, then close them: no handler of one runs while another is being closed.
    for (const socket of sockets) socket.revoke();
    for (const socket of sockets) socket.close(CLOSE.goingAway, reason);
    return sockets.length;
  }

  #sweep(): void {
    const now = Date.now();
    this.#all.forEach((socket) => {
      const reason = socket.overdue(now);
      if (reason === SESSION_IDLE) {
        socket.revoke();
        socket.close(CLOSE.goingAway, reason);
      } else if (reason !== undefined) socket.close(CLOSE.policy, reason);
      else if (socket.session !== undefined && socket.checkDue(now)) void this.#check(socket);
    });
  }

  async #check(socket: RegisteredSocket): Promise<void> {
    const reason = await sessionFault(this.#sessions, socket.session!);
    if (reason === undefined) return;
    socket.revoke();
    socket.close(CLOSE.goingAway, reason);
  }
}
