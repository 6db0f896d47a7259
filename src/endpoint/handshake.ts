import type { Context } from "hono";
import {
  ChannelJoins, Connection, EitherMatcher, LiveJoins, Refusal, UploadJoins,
  type JoinDoors, type SessionHandshake, type TopicMatcher, type UserSocket, type Waiting,
} from "../channel/index.js";
import type { Assigns } from "../live/index.js";
import { isPromise, type MaybePromise } from "../mailbox/index.js";
import { verifyCsrf } from "../security/index.js";
import type { PendingHandshake } from "./adapter.js";
import type { Admissions } from "./admissions.js";
import { authTokenOf } from "./auth-token.js";
import { connectInfo, longPollOf, originOf, upgradeOf, type Environment } from "./environment.js";
import { pageOrigin } from "./page-origin.js";
import type { Refusals } from "./refusals.js";
import type { RouteGuards } from "./route-guards.js";
import { sessionOf } from "./session.js";

/** The routes that open sockets. The middleware has admitted the handshake; here it becomes a connection. */
export class Handshakes {
  readonly #environment: Environment;
  readonly #refusals: Refusals;
  readonly #guards: RouteGuards;
  readonly #uploads: UploadJoins;
  #hinted = false;

  constructor(environment: Environment, refusals: Refusals, guards: RouteGuards) {
    this.#environment = environment;
    this.#refusals = refusals;
    this.#guards = guards;
    this.#uploads = new UploadJoins(environment.live);
  }

  /** The socket of the live views. */
  async live(c: Context): Promise<Response> {
    const upgrade = upgradeOf(c);
    if (upgrade === undefined) return noUpgrade(c);
    const { live, router, admissions } = this.#environment;
    const accepted = await this.#accept(c, upgrade, (handshake) => {
      const doors = new SocketDoors(this.#guards.of(c), admissions, upgrade.address, handshake.session.id);
      return new EitherMatcher(new LiveJoins(live, router, handshake, doors), this.#uploads);
    });
    return accepted instanceof Connection ? connected(c, upgrade, accepted) : accepted;
  }

  /** A user socket: its `connect` decides too. */
  async user(c: Context, socket: UserSocket): Promise<Response> {
    const upgrade = upgradeOf(c);
    if (upgrade === undefined) return noUpgrade(c);
    // The connection is registered before `connect` runs, so that a disconnect meanwhile finds it.
    let joins: TopicMatcher = { join: () => undefined };
    const accepted = await this.#accept(c, upgrade, () => ({ join: (topic, frame, bytes) => joins.join(topic, frame, bytes) }));
    if (!(accepted instanceof Connection)) return accepted;
    if (!accepted.alive) {
      // The session's time was up while its store or the queue was waited for.
      accepted.closed();
      return this.#disconnected(c, upgrade);
    }
    const user = await connectUser(c, socket, accepted);
    if (user === undefined) {
      accepted.closed();
      this.#refusals.byConnect(c, accepted.stale);
      return c.text("refused", 403);
    }
    const { assigns, id } = user;
    if (this.#fenced(upgrade, id)) {
      accepted.closed();
      return this.#disconnected(c, upgrade);
    }
    if (id !== undefined) accepted.identify(id);
    joins = new ChannelJoins(socket, { assigns, connectInfo: accepted.info }, this.#environment.live);
    return connected(c, upgrade, accepted);
  }

  /** Decides about a socket before it exists: its protocol, where it comes from, its session, and whether there is room. */
  async #accept(
    c: Context,
    upgrade: PendingHandshake,
    joins: (handshake: SessionHandshake) => TopicMatcher,
  ): Promise<Response | Connection> {
    const vsn = c.req.query("vsn");
    if (vsn === undefined || !vsn.startsWith("2.")) return c.text("unsupported serializer version", 403);
    const polls = longPollOf(c) !== undefined;
    const origin = polls ? pageOrigin(c, this.#environment) : c.req.header("origin");
    const own = originOf(c, this.#environment);
    if (!this.#environment.origins.allows(origin, own)) {
      this.#refusals.foreignOrigin(c, "handshake refused", own);
      return c.text("foreign origin", 403);
    }
    // `pageOrigin` has checked a poll's mode.
    if (!polls && !mayOpenWebsocket(c)) {
      this.#refusals.report(c, "handshake refused", { reason: "Sec-Fetch-Mode is not websocket" });
      return c.text("no websocket", 403);
    }
    const session = sessionOf(c).data;
    // Without a valid cookie the session is new, and no token can belong to it.
    const stale = !verifyCsrf(c.req.query("_csrf_token"), session.id);
    const full = this.#full(c, upgrade, session.id, stale);
    const refusal = isPromise(full) ? await full : full;
    if (refusal !== undefined) return refusal;
    if (this.#fenced(upgrade, session.id, session.liveSocketId)) return this.#disconnected(c, upgrade);
    const { registry, live } = this.#environment;
    const handshake: SessionHandshake = { session, stale, origin, info: connectInfo(c, this.#environment, upgrade.address) };
    return new Connection(handshake, joins(handshake), registry, live.limits);
  }

  /** The refusal if there is no room for a socket; a promise if it must wait its turn. Makes room among the session's own sockets. */
  #full(c: Context, upgrade: PendingHandshake, sessionId: string, stale: boolean): MaybePromise<Response | undefined> {
    const { registry, live, admissions } = this.#environment;
    const { address } = upgrade;
    const full = registry.full(sessionId, address);
    if (full === "address") {
      this.#hintAtProxy(c, upgrade);
      live.log("socket refused", { reason: "address limit", address });
      return c.text("too many sockets", 429);
    }
    const admitted = (retryAfterMs: number | undefined): Response | undefined => {
      if (retryAfterMs !== undefined) {
        live.log("socket refused", { reason: "rate", address });
        return c.text("too many sockets at once", 429, { "retry-after": String(Math.ceil(retryAfterMs / 1000)) });
      }
      // A new tab replaces the one that was not used for longest.
      if (full === "session") registry.closeLeastActive(sessionId);
      return undefined;
    };
    // Where the page's token was checked, this is a returning client.
    const wait = admissions.admit({ address, sessionId, lane: stale ? "new" : "rejoin" });
    return wait === undefined ? admitted(undefined) : wait.answer.then(admitted);
  }

  /** Warns once if all clients seem to be one because a proxy stands in front of them. */
  #hintAtProxy(c: Context, { address }: PendingHandshake): void {
    const { clients, live } = this.#environment;
    if (this.#hinted || !clients.unnamedProxy((name) => c.req.header(name))) return;
    this.#hinted = true;
    live.log("too many sockets of one address", {
      address, limit: live.limits.socketsPerIp,
      fix: "If this is your proxy, name it: createEndpoint({ trustProxy }). Then the client that it names in X-Forwarded-For is counted.",
    });
  }

  /** Whether a disconnect has overtaken the handshake; the client retries, and is then a socket like any other. */
  #fenced({ ticket }: PendingHandshake, ...keys: (string | undefined)[]): boolean {
    return keys.some((key) => this.#environment.registry.handshakes.fenced(key, ticket));
  }

  #disconnected(c: Context, { address }: PendingHandshake): Response {
    this.#environment.live.log("socket refused", { reason: "disconnected", address });
    return c.text("disconnected", 503);
  }
}

/**
 * The guards in front of one socket's joins. They live as long as the socket, so they hold nothing of its handshake but these: its
 * request and context would be 7 KiB a socket.
 */
class SocketDoors implements JoinDoors {
  readonly guard: JoinDoors["guard"];
  readonly #admissions: Admissions;
  readonly #address: string;
  readonly #sessionId: string;
  /** The first join was admitted together with the socket: a returning page counts once. */
  #first = true;

  constructor(guard: JoinDoors["guard"], admissions: Admissions, address: string, sessionId: string) {
    this.guard = guard;
    this.#admissions = admissions;
    this.#address = address;
    this.#sessionId = sessionId;
  }

  admit(): Waiting | undefined {
    if (!this.#first) return this.#admissions.admit({ address: this.#address, sessionId: this.#sessionId, lane: "rejoin" });
    this.#first = false;
    return undefined;
  }
}

function connected(c: Context, upgrade: PendingHandshake, connection: Connection): Response {
  upgrade.connection = connection;
  return c.body(null, 200);
}

/**
 * Whether the request may be a websocket's handshake. Only browsers that know the header send it.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header
 */
function mayOpenWebsocket(c: Context): boolean {
  const mode = c.req.header("sec-fetch-mode");
  return mode === undefined || mode === "websocket";
}

/** An ordinary request to a socket's path. */
function noUpgrade(c: Context): Response {
  return c.text("this is a websocket", 426, { upgrade: "websocket" });
}

/** Asks a user socket's `connect`. Undefined if it refuses; a connection whose `connect` threw is closed. */
async function connectUser(
  c: Context,
  socket: UserSocket,
  connection: Connection,
): Promise<{ assigns: Assigns; id: string | undefined } | undefined> {
  try {
    const session = connection.stale ? {} : sessionOf(c).values;
    const assigns = await socket.connect({
      params: c.req.query(), authToken: authTokenOf(c), session, connectInfo: connection.info,
    });
    if (assigns instanceof Refusal || typeof assigns !== "object" || assigns === null) return undefined;
    return { assigns: assigns as Assigns, id: socket.id(assigns as Assigns) };
  } catch (error) {
    connection.closed();
    throw error;
  }
}
