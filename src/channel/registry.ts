import { CLOSE, restartReason } from "../protocol/index.js";
import { DISCONNECT, type Disconnect, type FenceTarget, type PubSub, type Subscription } from "../pubsub/index.js";
import { networkOf, type Limits, type SessionData, type SessionValidity } from "../security/index.js";
import { HandshakeFence } from "./handshake-fence.js";
import { Inflight } from "./inflight.js";
import { Pause } from "./pause.js";
import { sessionFault } from "./session-fault.js";
import { SessionTopics } from "./session-topics.js";
import { SocketsByKey } from "./sockets-by-key.js";

/** Closes a socket whose user was idle for `sessionIdleMs`; as at a session's end, the guards run again. */
export const SESSION_IDLE = "session idle";

/** A socket as the registry sees it. */
export interface RegisteredSocket {
  readonly session: SessionData | undefined;
  /** Ids that it has given itself. */
  readonly ids: readonly string[];
  readonly info: { readonly peer: string };
  /** The fence: none of its handlers starts any more. */
  revoke(): void;
  close(code: number, reason: string): void;
  /**
   * Closes the socket once everything its client has sent is answered: immediately if nothing is in progress, at the latest
   * after `withinMs`.
   *
   * @returns when it is closed
   */
  retire(code: number, reason: string, withinMs: number): Promise<void>;
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

/**
 * The spacing of the clients' reconnects after a restart, ms. Without it all of them try within 50 ms, and the next node
 * mounts every page at once.
 */
const SPACING_MS = 1;

/** The sockets of this node by owner: what a disconnect closes, what a handshake counts, what the sweep checks. */
export class SocketRegistry implements FenceTarget {
  /** The queued bytes of all sockets' frames. */
  readonly inflight: Inflight;
  /** What was disconnected while handshakes were in progress. */
  readonly handshakes = new HandshakeFence();
  readonly #limits: Limits;
  readonly #sessions: SessionValidity;
  readonly #sessionTopics: SessionTopics<RegisteredSocket>;
  readonly #pubsub: PubSub;
  /** Receives the sockets that the server closes. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly #all = new Set<RegisteredSocket>();
  /** One subscription for each id with sockets here. */
  readonly #heard = new Map<string, Subscription>();
  readonly #byLiveSocketId = new SocketsByKey<RegisteredSocket>();
  readonly #bySession = new SocketsByKey<RegisteredSocket>();
  readonly #byNetwork = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  readonly #drainStep = new Pause();

  /**
   * @param pubsub where `disconnect` on an id is received, from any publisher on any node
   * @param log default: nothing is logged
   */
  constructor(limits: Limits, sessions: SessionValidity, pubsub: PubSub, log: SocketRegistry["log"] = () => {}) {
    this.#limits = limits;
    this.inflight = new Inflight(limits.inflightBytes);
    this.#sessions = sessions;
    this.#sessionTopics = new SessionTopics(pubsub, (socket) => void this.#check(socket));
    this.#pubsub = pubsub;
    this.log = log;
  }

  get size(): number {
    return this.#all.size;
  }

  /** All sockets of this node. */
  get sockets(): Iterable<RegisteredSocket> {
    return this.#all;
  }

  /** Returns the limit that one more socket would exceed; undefined if there is room. */
  full(sessionId: string, peer: string): "session" | "address" | undefined {
    if (this.#bySession.count(sessionId) >= this.#limits.socketsPerSession) return "session";
    return (this.#byNetwork.get(networkOf(peer)) ?? 0) >= this.#limits.socketsPerIp ? "address" : undefined;
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
      if (session.liveSocketId !== undefined) this.#enterId(session.liveSocketId, socket);
      const topic = this.#sessions.topic(session);
      if (topic !== undefined) this.#sessionTopics.enter(topic, socket);
    }
    for (const id of socket.ids) this.#enterId(id, socket);
    const network = networkOf(peer);
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** A user socket's own id, known only after its `connect` has run; by then the socket may be gone. */
  identify(socket: RegisteredSocket, id: string): void {
    if (this.#all.has(socket)) this.#enterId(id, socket);
  }

  remove(socket: RegisteredSocket): void {
    if (!this.#all.delete(socket)) return;
    const { session, info: { peer } } = socket;
    if (session !== undefined) {
      this.#bySession.leave(session.id, socket);
      if (session.liveSocketId !== undefined) this.#leaveId(session.liveSocketId, socket);
    }
    this.#sessionTopics.leave(socket);
    for (const id of socket.ids) this.#leaveId(id, socket);
    const network = networkOf(peer);
    const left = this.#byNetwork.get(network)! - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
    if (this.#all.size === 0) this.stop();
  }

  #enterId(id: string, socket: RegisteredSocket): void {
    this.#byLiveSocketId.enter(id, socket);
    if (this.#heard.has(id)) return;
    this.#heard.set(id, this.#pubsub.subscribe(id, ({ event }) => {
      if (event === DISCONNECT) this.disconnect({ of: { liveSocketId: id } });
    }));
  }

  #leaveId(id: string, socket: RegisteredSocket): void {
    this.#byLiveSocketId.leave(id, socket);
    if (this.#byLiveSocketId.has(id)) return;
    this.#heard.get(id)?.unsubscribe();
    this.#heard.delete(id);
  }

  /**
   * Ends the sockets of this node that an order names, or one of their topics: when this returns, none of their handlers
   * starts any more.
   */
  disconnect({ of, topic, reason = "disconnected" }: Disconnect): number {
    const id = "liveSocketId" in of ? of.liveSocketId : of.sessionId;
    const sockets = "liveSocketId" in of ? this.#byLiveSocketId.of(id) : this.#bySession.of(id);
    if (topic !== undefined) return sockets.filter((socket) => socket.eject(topic)).length;
    this.handshakes.fence(id);
    return this.#close(sockets, reason);
  }

  /** Ends every socket of this node: it may have missed an order. */
  disconnectAll(): number {
    this.handshakes.fenceAll();
    return this.#close([...this.#all], "disconnected");
  }

  /** Ends all sockets because this node stops: each client is told its own time to reconnect. Ends a running drain too. */
  restartAll(): void {
    this.#drainStep.end();
    for (const [index, socket] of [...this.#all].entries()) socket.close(CLOSE.restart, restartReason(index * SPACING_MS));
  }

  /**
   * Like `restartAll`, a share at a time, so that the next node does not mount every page of this one in the same second.
   * Events in progress are answered first, as long as the drain may take.
   *
   * @returns when all are closed
   */
  async drain(): Promise<void> {
    const { drainStepFraction, drainStepMs, drainMaxMs } = this.#limits;
    const share = Math.max(1, Math.ceil(this.#all.size * drainStepFraction));
    const until = Date.now() + drainMaxMs;
    const retiring = new Map<RegisteredSocket, Promise<void>>();
    for (let last = false; !last;) {
      const rest = [...this.#all].filter((socket) => !retiring.has(socket));
      const now = Date.now();
      last = rest.length <= share || now + drainStepMs >= until;
      for (const [index, socket] of (last ? rest : rest.slice(0, share)).entries()) {
        retiring.set(socket, socket.retire(CLOSE.restart, restartReason(index * SPACING_MS), until - now));
      }
      if (!last) await this.#drainStep.wait(drainStepMs);
    }
    await Promise.all(retiring.values());
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
    for (const socket of [...this.#all]) {
      const reason = socket.overdue(now);
      if (reason === SESSION_IDLE) {
        socket.revoke();
        socket.close(CLOSE.goingAway, reason);
      } else if (reason !== undefined) socket.close(CLOSE.policy, reason);
      else if (socket.session !== undefined && socket.checkDue(now)) void this.#check(socket);
    }
  }

  async #check(socket: RegisteredSocket): Promise<void> {
    const reason = await sessionFault(this.#sessions, socket.session!);
    if (reason === undefined) return;
    socket.revoke();
    socket.close(CLOSE.goingAway, reason);
  }
}
