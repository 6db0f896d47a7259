import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError } from "../errors/index.js";
import { checkOptions, checkValue, FUNCTION, type OptionsPlace } from "../errors/options.js";
import type { Assigns, AssignsOf, ConnectInfo, ReturnedAssigns, SessionValues } from "../live/index.js";
import type { MaybePromise } from "../mailbox/index.js";
import type { Meta, PresenceList } from "../presence/index.js";
import type { Topic } from "../pubsub/index.js";
import type { BroadcastArguments, Pushable, PushArguments, Pushes, PushPayloads, Sent } from "./pushes.js";

/** Why a join, a push or a connection is refused; the client receives the reason and the details. */
export class Refusal {
  readonly reason: string;
  readonly details: object;

  constructor(reason: string, details: object) {
    this.reason = reason;
    this.details = details;
  }
}

/**
 * Refuses a join of a channel, a client's push, or a connection of a user socket.
 *
 * @param reason the client's `receive("error", ({ reason }) => …)`; of a connection only the log has it
 * @param details what the client receives beside the reason. Default: nothing
 * @example
 * join: (socket) => (socket.assigns.user ? {} : refuse("unauthorized"))
 * @example
 * handle: (socket, { text }) => (text.length > 500 ? refuse("too long", { limit: 500 }) : post(text))
 */
export function refuse<P extends object = {}>(reason: string, details?: Sent<P>): Refusal {
  return new Refusal(reason, details ?? {});
}

/** An allowed join, with assigns and a reply for the client. */
export class Allowed<A extends object = object> {
  readonly assigns: A;
  readonly reply: Payload;

  constructor(assigns: A, reply: Payload) {
    this.assigns = assigns;
    this.reply = reply;
  }
}

/**
 * Allows a join and replies with a payload. A join without a reply may return its assigns alone.
 *
 * @example
 * join: async (socket, { topic }) => allow({ room: topic.slice(5) }, { history: await chat.latest(topic) })
 */
export function allow<A extends ReturnedAssigns<A>, P extends object = {}>(assigns: A, reply?: Sent<P>): Allowed<A> {
  return new Allowed(assigns, reply ?? {});
}

/** A payload of a channel: JSON, or bytes, which the client receives as an `ArrayBuffer`. */
export type Payload = object;

/** The request that a handler answers later. */
export interface ReplyRef {
  readonly ref: string | null;
}

/**
 * Returned by a handler that answers later, with `socket.reply`, or never.
 *
 * @example
 * handleIn: {
 *   import: {
 *     params: z.object({ url: z.url() }),
 *     handle(socket, { url }, request) {
 *       void download(url).then((rows) => socket.reply(request, "ok", { rows }));
 *       return noReply;
 *     },
 *   },
 * }
 */
export const noReply: unique symbol = Symbol("noReply");

/** The socket that a channel's handlers receive. `A` are its assigns, `D` the events that its `pushes` declare. */
export interface ChannelSocket<A extends object, D = {}> {
  readonly assigns: Readonly<A>;
  readonly topic: string;
  /** Aborts when the channel ends. */
  readonly signal: AbortSignal;
  /** What is known about the client's connection, as in views. */
  readonly connectInfo: ConnectInfo;
  /** Replaces some of the assigns. */
  assign(values: Partial<A>): void;
  /**
   * Sends to this client alone. In `join` it is sent after the join's reply.
   *
   * @param event a name that the channel's `pushes` declare, or a typed topic
   * @param payload sent as JSON, or bytes: a value that JSON would lose does not compile
   * @example
   * socket.push("said", { text: "hello" });
   */
  push<To extends Pushable<D>["to"]>(event: To, ...payload: PushArguments<D, To>): void;
  /** Answers a request later: its handler returns `noReply`, and keeps its third argument as `to`. */
  reply<P extends object>(to: ReplyRef, status: "ok" | "error", payload: Sent<P>): void;
  /** Sends to every client of the channel's topic, including this one; with a typed topic, to that topic's subscribers. */
  broadcast<To extends Pushable<D>["to"]>(event: To, ...payload: BroadcastArguments<D, To>): void;
  /** Like `broadcast`, to everybody but this client. */
  broadcastFrom<To extends Pushable<D>["to"]>(event: To, ...payload: BroadcastArguments<D, To>): void;
  /** Runs `job` in the channel's mailbox in `ms` milliseconds, unless it has ended. Returns a function that cancels it. */
  sendAfter(ms: number, job: () => MaybePromise<void>): () => void;
  /** Like `sendAfter`, every `ms` milliseconds. A run is skipped while the previous one is still queued in the mailbox. */
  sendEvery(ms: number, job: () => MaybePromise<void>): () => void;
  /** Listens to another topic; the handler runs in the channel's mailbox, until it ends. */
  subscribe<P>(topic: Topic<P>, handler: (payload: P) => MaybePromise<void>): void;
  /**
   * Adds somebody to those present on the channel's topic, until the channel ends. With the first one the client receives
   * `presence_state`, and then `presence_diff` whenever somebody joins, changes or leaves, on any node: the client's
   * `Presence` understands both. A key that is already tracked gets the new meta.
   *
   * @param meta plain data that all clients of the topic see
   * @throws HoldfastError `payload_not_data`, `presence_misuse`
   * @example
   * join(socket) {
   *   socket.track(String(socket.assigns.user.id), { name: socket.assigns.user.name });
   *   return {};
   * }
   */
  track(key: string, meta: Meta): void;
  /**
   * Replaces the meta of a key that this channel tracks.
   *
   * @throws HoldfastError `presence_misuse` if it tracks no such key, `payload_not_data`
   */
  update(key: string, meta: Meta): void;
  /** Ends a presence. Does nothing if there is none. */
  untrack(key: string): void;
  /**
   * Who is present on the channel's topic, on all nodes. For a client that only watches: `socket.push("presence_state",
   * socket.presences())`.
   */
  presences(): PresenceList;
}

/** What a handler of a channel may return: its reply, a refusal, or that it answers later. */
export type ChannelReply = void | Payload | Refusal | typeof noReply;

/** One message that a channel accepts. The result of `handle` is its reply. */
interface ChannelEvent<A extends object, P, D = {}> {
  params?: StandardSchemaV1<unknown, P>;
  handle: (socket: ChannelSocket<A, D>, params: P, request: ReplyRef) => MaybePromise<ChannelReply>;
}

/** A message whose reply can be sent as JSON. */
interface Replying<R> {
  params?: unknown;
  handle: (...args: never) => MaybePromise<R & (R extends object ? Sent<R> : unknown)>;
}

/** What a join receives beside its socket. */
export interface JoinContext<P> {
  readonly topic: string;
  /** What the `*` of the pattern matched: `7` for `room:7` and `room:*`. Empty for a topic without one. */
  readonly wildcard: string;
  /** What the client sends with its join, parsed. */
  readonly params: P;
}

/** What `join` may return. Returning nothing refuses, so a forgotten `return refuse()` lets nobody in. */
type JoinResult<R> = ReturnedAssigns<R> | Refusal;

/** The assigns of a channel's join. */
type JoinedAssigns<R> = Exclude<R, Refusal> extends infer J ? J extends Allowed<infer A> ? A : J extends object ? J : never : never;

/** The `handleOut` of a definition. */
type ChannelInterceptors<A extends object, D> = {
  readonly [Name in keyof PushPayloads<D>]?: (socket: ChannelSocket<A, D>, payload: PushPayloads<D>[Name]) => MaybePromise<void>
};

/** Why a channel has ended. */
export type ChannelEnd = "left" | "closed" | "crashed";

/** A channel's definition. `A` comes from the user socket, `R` from join, `D` from its pushes, `H` from its replies. */
export interface ChannelDefinition<A extends object, P, R, E, D = {}, H = {}> {
  /** The schema of what the client sends with its join. Without it, `params` is `unknown`. */
  params?: StandardSchemaV1<unknown, P>;
  /**
   * The events that clients of the channel receive, with their payloads: `push` and `broadcast` know no other names. Declared
   * with `message` of `holdfast/hooks`, in a module that the browser's code may import too. Default: those of presence alone.
   *
   * @example
   * pushes: { said: message<{ text: string }>(), cleared: message() }
   */
  pushes?: D & Pushes;
  /** Decides who may join: returns the assigns, or refuses. Required. */
  join: (socket: ChannelSocket<A, D>, context: JoinContext<P>) => MaybePromise<R>;
  /** The messages that the client may send. */
  handleIn?: { [Name in keyof E]: ChannelEvent<A & JoinedAssigns<R>, E[Name], D> } & { [Name in keyof H]: Replying<H[Name]> };
  /**
   * Intercepts broadcasts of the topic, by declared event: push something else instead, or nothing. All others are pushed
   * unchanged.
   */
  handleOut?: ChannelInterceptors<A & JoinedAssigns<R>, D>;
  /**
   * Called when a joined channel ends: the client left, its socket closed or was disconnected, or its code threw. Its
   * broadcasts are still delivered.
   */
  terminate?: (socket: ChannelSocket<A & JoinedAssigns<R>, D>, reason: ChannelEnd) => void;
}

const KEYS = ["params", "pushes", "join", "handleIn", "handleOut", "terminate"];

/** A defined channel. */
export class Channel {
  readonly params: StandardSchemaV1 | undefined;
  readonly join: (socket: object, context: JoinContext<unknown>) => MaybePromise<unknown>;
  readonly handleIn: ReadonlyMap<string, ChannelEvent<never, unknown>>;
  readonly handleOut: ReadonlyMap<string, (socket: object, payload: unknown) => MaybePromise<void>>;
  readonly terminate: ((socket: object, reason: ChannelEnd) => void) | undefined;

  constructor(definition: object) {
    const given = definition as Partial<Channel> & { handleIn?: object; handleOut?: object };
    const unknown = Object.keys(definition).find((key) => !KEYS.includes(key));
    if (typeof given.join !== "function" || unknown !== undefined) {
      throw new HoldfastError("channel_definition_invalid", {
        what: "A channel's definition is invalid.", expected: `a function join, and no keys but ${KEYS.join(", ")}`,
        got: unknown === undefined ? `join: ${typeof given.join}` : `the key "${unknown}"`,
        fix: 'channel({ join: (socket) => (socket.assigns.user ? {} : refuse("unauthorized")) })',
      });
    }
    this.params = given.params;
    this.join = given.join;
    this.handleIn = new Map(Object.entries(given.handleIn ?? {}) as [string, ChannelEvent<never, unknown>][]);
    this.handleOut = new Map(Object.entries(given.handleOut ?? {}) as [string, (socket: object, payload: unknown) => MaybePromise<void>][]);
    this.terminate = given.terminate;
  }
}

/** What a user socket's `connect` receives. */
export interface ConnectContext {
  /** The query of the handshake, as the client sent it. */
  readonly params: Readonly<Record<string, string>>;
  readonly session: Readonly<SessionValues>;
  /** The client's address, user agent and allow-listed headers, as in views. */
  readonly connectInfo: ConnectInfo;
}

/** A user socket's definition. */
interface UserSocketDefinition<R> {
  /** Who may connect: returns the assigns of the socket's channels, or refuses. Runs at the handshake; a refusal is a 403. */
  connect(context: ConnectContext): MaybePromise<R | Refusal>;
  /** The id by which `endpoint.disconnect` finds the socket, like the session's `liveSocketId`. */
  id?(assigns: AssignsOf<Exclude<R, Refusal>>): string | undefined;
  /** Channels by topic: `"lobby"`, or `"room:*"` for all that begin with `room:`. */
  channels: (
    define: <J extends JoinResult<J>, E = {}, P = unknown, D = {}, H = {}>(
      definition: ChannelDefinition<AssignsOf<Exclude<R, Refusal>>, P, J, E, D, H>,
    ) => Channel,
  ) => Readonly<Record<string, Channel>>;
}

const PLACE: OptionsPlace = { of: "userSocket", fix: 'userSocket({ connect: ({ session }) => ({ … }), channels: (channel) => ({ "room:*": channel({ … }) }) })' };

/** A defined user socket. */
export class UserSocket {
  readonly connect: (context: ConnectContext) => MaybePromise<unknown>;
  readonly id: (assigns: Assigns) => string | undefined;
  /** The channels by their patterns, as they were declared. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly #exact = new Map<string, Channel>();
  readonly #prefixes: [string, Channel][] = [];

  constructor(definition: UserSocketDefinition<unknown>) {
    checkOptions("channel_definition_invalid", PLACE, definition, { connect: FUNCTION, id: FUNCTION, channels: FUNCTION });
    checkValue("channel_definition_invalid", PLACE, "connect", definition.connect, FUNCTION);
    checkValue("channel_definition_invalid", PLACE, "channels", definition.channels, FUNCTION);
    this.connect = definition.connect;
    this.id = (definition.id as UserSocket["id"] | undefined) ?? (() => undefined);
    this.channels = new Map(Object.entries(definition.channels((channel) => new Channel(channel))));
    for (const [pattern, channel] of this.channels) {
      const star = pattern.indexOf("*");
      if (star === -1) this.#exact.set(pattern, channel);
      else if (star === pattern.length - 1) this.#prefixes.push([pattern.slice(0, -1), channel]);
      else {
        throw new HoldfastError("channel_pattern_invalid", {
          what: "A channel's topic pattern is invalid.", expected: '"lobby" or "room:*"', got: JSON.stringify(pattern),
          fix: "put the * at the end",
        });
      }
    }
  }

  /** The channel of a topic, and what its wildcard matched. */
  match(topic: string): { channel: Channel; wildcard: string } | undefined {
    const exact = this.#exact.get(topic);
    if (exact !== undefined) return { channel: exact, wildcard: "" };
    const found = this.#prefixes.find(([prefix]) => topic.startsWith(prefix));
    return found && { channel: found[1], wildcard: topic.slice(found[0].length) };
  }
}

/**
 * Defines a user socket and its channels, for clients that use `phoenix` without LiveView.
 *
 * @example
 * const socket = userSocket({
 *   connect: async ({ session }) => (await accounts.find(session.userId)) ?? refuse("log in"),
 *   id: (user) => `users_socket:${user.id}`,
 *   channels: (channel) => ({ "room:*": channel({ join: () => ({}), handleIn: { ping: { handle: () => ({ pong: true }) } } }) }),
 * });
 */
export function userSocket<R extends JoinResult<R>>(definition: UserSocketDefinition<R>): UserSocket {
  return new UserSocket(definition as never);
}
