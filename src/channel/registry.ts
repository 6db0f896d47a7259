import { networkOf, sessionRevoked, type Limits, type RevocationStore, type SessionData } from "../security/index.js";
import { CLOSE } from "../protocol/index.js";

/** A socket, as the registry knows it. */
export interface RegisteredSocket {
  readonly session: SessionData | undefined;
  /** Ids that it gave itself. */
  readonly ids: readonly string[];
  readonly info: { readonly peer: string };
  /** The fence: no handler of it starts any more. */
  revoke(): void;
  close(code: number, reason: string): void;
  /** Why it must be closed: it is silent, has joined nothing in time, or does not read. Undefined if it need not. */
  overdue(now: number): string | undefined;
  /** Whether its session must be checked again; if so, it counts as checked. */
  checkDue(now: number): boolean;
}

/** How often open sockets are looked over, in milliseconds: one timer for all, so that an idle socket has none. */
const SWEEP_MS = 2_000;

/**
 * The sockets of this node, by who they belong to: what a disconnect closes, what a handshake counts, what the sweep checks.
 */
export class SocketRegistry {
  readonly #limits: Limits;
  readonly #revocations: RevocationStore;
  readonly #all = new Set<RegisteredSocket>();
  readonly #byLiveSocketId = new Map<string, Set<RegisteredSocket>>();
  readonly #bySession = new Map<string, Set<RegisteredSocket>>();
  readonly #byNetwork = new Map<string, number>();
  /** Handshakes under way, and what was disconnected while there were any. */
  #handshakes = 0;
  #disconnects = 0;
  readonly #disconnected = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: Limits, revocations: RevocationStore) {
    this.#limits = limits;
    this.#revocations = revocations;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Whose further socket would be one too many; undefined if there is room. */
  full(sessionId: string, peer: string): "session" | "address" | undefined {
    if ((this.#bySession.get(sessionId)?.size ?? 0) >= this.#limits.socketsPerSession) return "session";
    return (this.#byNetwork.get(networkOf(peer)) ?? 0) >= this.#limits.socketsPerIp ? "address" : undefined;
  }

  /**
   * A handshake begins: between the moment its session was read and the moment its socket is registered, a disconnect would
   * miss it. The ticket lets `fenced` tell.
   */
  beginHandshake(): number {
    this.#handshakes++;
    return this.#disconnects;
  }

  /** The handshake has ended, one way or another. */
  endHandshake(): void {
    if (--this.#handshakes === 0) this.#disconnected.clear();
  }

  /** Whether the id or session was disconnected since the handshake began. */
  fenced(key: string | undefined, ticket: number): boolean {
    return key !== undefined && (this.#disconnected.get(key) ?? 0) > ticket;
  }

  /** From here on a disconnect finds the socket, also while its handshake is still under way. */
  add(socket: RegisteredSocket): void {
    this.#all.add(socket);
    const { session, info: { peer } } = socket;
    if (session !== undefined) {
      enter(this.#bySession, session.id, socket);
      if (session.liveSocketId !== undefined) enter(this.#byLiveSocketId, session.liveSocketId, socket);
    }
    for (const id of socket.ids) enter(this.#byLiveSocketId, id, socket);
    const network = networkOf(peer);
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** A user socket's own id, known only after its `connect` has run; by then the socket may be gone. */
  identify(socket: RegisteredSocket, id: string): void {
    if (this.#all.has(socket)) enter(this.#byLiveSocketId, id, socket);
  }

  remove(socket: RegisteredSocket): void {
    if (!this.#all.delete(socket)) return;
    const { session, info: { peer } } = socket;
    if (session !== undefined) {
      leave(this.#bySession, session.id, socket);
      if (session.liveSocketId !== undefined) leave(this.#byLiveSocketId, session.liveSocketId, socket);
    }
    for (const id of socket.ids) leave(this.#byLiveSocketId, id, socket);
    const network = networkOf(peer);
    const left = this.#byNetwork.get(network)! - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
    if (this.#all.size === 0) this.stop();
  }

  /** Ends every socket with this id: when this returns, none of their handlers starts any more. */
  disconnect(liveSocketId: string): number {
    this.#fence(liveSocketId);
    return this.#close(this.#byLiveSocketId.get(liveSocketId), "disconnected");
  }

  /** Ends every socket of one session. */
  disconnectSession(sessionId: string): number {
    this.#fence(sessionId);
    return this.#close(this.#bySession.get(sessionId), "logged out");
  }

  #fence(key: string): void {
    this.#disconnects++;
    if (this.#handshakes > 0) this.#disconnected.set(key, this.#disconnects);
  }

  /** Ends all. */
  closeAll(code: number, reason: string): void {
    for (const socket of [...this.#all]) socket.close(code, reason);
  }

  /** Ends all, a share at a time, so that the next node does not mount every page of this one in the same second. */
  async drain(code: number, reason: string): Promise<void> {
    const { drainStepFraction, drainStepMs, drainMaxMs } = this.#limits;
    const share = Math.max(1, Math.ceil(this.#all.size * drainStepFraction));
    const until = Date.now() + drainMaxMs;
    while (this.#all.size > share && Date.now() + drainStepMs < until) {
      for (const socket of [...this.#all].slice(0, share)) socket.close(code, reason);
      await new Promise((resolve) => setTimeout(resolve, drainStepMs));
    }
    this.closeAll(code, reason);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #close(connections: ReadonlySet<RegisteredSocket> | undefined, reason: string): number {
    if (connections === undefined) return 0;
    const all = [...connections];
    // First the fence for all, then the closing: no handler of one runs while another is being closed.
    for (const socket of all) socket.revoke();
    for (const socket of all) socket.close(CLOSE.goingAway, reason);
    return all.length;
  }

  #sweep(): void {
    const now = Date.now();
    for (const socket of [...this.#all]) {
      const reason = socket.overdue(now);
      if (reason !== undefined) socket.close(CLOSE.policy, reason);
      else if (socket.session !== undefined && socket.checkDue(now)) void this.#check(socket, now);
    }
  }

  async #check(socket: RegisteredSocket, now: number): Promise<void> {
    const session = socket.session!;
    let ended = session.expiresAt <= now;
    try {
      ended ||= await sessionRevoked(this.#revocations, session);
    } catch {
      ended = true; // a store that cannot say that a session is good has not said it
    }
    if (ended) {
      socket.revoke();
      socket.close(CLOSE.goingAway, "session ended");
    }
  }
}

function enter(map: Map<string, Set<RegisteredSocket>>, key: string, socket: RegisteredSocket): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([socket]));
  else set.add(socket);
}

function leave(map: Map<string, Set<RegisteredSocket>>, key: string, socket: RegisteredSocket): void {
  const set = map.get(key);
  set?.delete(socket);
  if (set?.size === 0) map.delete(key);
}
