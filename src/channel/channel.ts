import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError } from "../errors/index.js";
import { running, type Assigns, type AssignsOf, type MaybePromise, type SessionValues } from "../live/index.js";
import type { Frame } from "../protocol/index.js";
import type { PubSub, Subscription } from "../pubsub/index.js";
import { withinJsonLimits, type Limits } from "../security/index.js";
import type { Joins, Member, TopicPort } from "./connection.js";

/** Why a join or a connection is refused; the client receives the reason. */
export class Refusal {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Refuses a join of a channel, or a connection of a user socket.
 *
 * @example
 * join: (socket) => (socket.assigns.user ? {} : refuse("unauthorized"))
 */
export function refuse(reason: string): Refusal {
  return new Refusal(reason);
}

/** What a channel does with its socket. */
export interface ChannelSocket<A extends object> {
  readonly assigns: Readonly<A>;
  readonly topic: string;
  assign(values: Partial<A>): void;
  /** To this client alone. */
  push(event: string, payload: Readonly<Record<string, unknown>>): void;
  /** To every client of the topic, this one included. */
  broadcast(event: string, payload: Readonly<Record<string, unknown>>): void;
  /** To every other client of the topic. */
  broadcastFrom(event: string, payload: Readonly<Record<string, unknown>>): void;
}

/** One message that a channel takes. What `handle` returns is its reply. */
export interface ChannelEvent<A extends object, P> {
  params?: StandardSchemaV1<unknown, P>;
  handle(socket: ChannelSocket<A>, params: P): MaybePromise<void | Readonly<Record<string, unknown>> | Refusal>;
}

/** A channel's definition. `A` comes from the user socket, `R` from join. */
export interface ChannelDefinition<A extends object, R, E> {
  /** Who may join: what it returns becomes assigns, or it refuses. There is no channel without it. */
  join(socket: ChannelSocket<A>, context: { topic: string; params: unknown }): MaybePromise<R | Refusal>;
  /** The messages that the client may send. */
  handleIn?: { [Name in keyof E]: ChannelEvent<A & AssignsOf<Exclude<R, Refusal>>, E[Name]> };
}

/** A channel, defined. */
export class Channel {
  readonly join: (socket: ChannelSocket<Assigns>, context: { topic: string; params: unknown }) => MaybePromise<unknown>;
  readonly handleIn: ReadonlyMap<string, ChannelEvent<Assigns, unknown>>;

  constructor(definition: ChannelDefinition<Assigns, unknown, Record<string, unknown>>) {
    this.join = definition.join;
    this.handleIn = new Map(Object.entries(definition.handleIn ?? {}));
  }
}

/** What a user socket's `connect` is given. */
export interface ConnectContext {
  /** The query of the handshake, as the client sent it. */
  readonly params: Readonly<Record<string, string>>;
  readonly session: Readonly<SessionValues>;
}

/** A user socket's definition. */
export interface UserSocketDefinition<R> {
  /** Who may connect. Runs at the handshake; a refusal is a 403. */
  connect(context: ConnectContext): MaybePromise<R | Refusal>;
  /** By which `endpoint.disconnect` finds the socket, like the session's `liveSocketId`. */
  id?(assigns: AssignsOf<Exclude<R, Refusal>>): string | undefined;
  /** Channels by topic: `"lobby"`, or `"room:*"` for all that begin with `room:`. */
  channels: (define: <J, E>(definition: ChannelDefinition<AssignsOf<Exclude<R, Refusal>>, J, E>) => Channel) => Readonly<Record<string, Channel>>;
}

/** A user socket, defined. */
export class UserSocket {
  readonly connect: (context: ConnectContext) => MaybePromise<unknown>;
  readonly id: (assigns: Assigns) => string | undefined;
  readonly #exact = new Map<string, Channel>();
  readonly #prefixes: [string, Channel][] = [];

  constructor(definition: UserSocketDefinition<unknown>) {
    this.connect = definition.connect;
    this.id = (definition.id as UserSocket["id"] | undefined) ?? (() => undefined);
    const channels = definition.channels((channel) => new Channel(channel as never));
    for (const [pattern, channel] of Object.entries(channels)) {
      const star = pattern.indexOf("*");
      if (star === -1) this.#exact.set(pattern, channel);
      else if (star === pattern.length - 1) this.#prefixes.push([pattern.slice(0, -1), channel]);
      else {
        throw new HoldfastError("channel_pattern_invalid", {
          what: "A channel's topic pattern is not usable.", expected: '"lobby" or "room:*"', got: JSON.stringify(pattern),
          fix: "put the * at the end",
        });
      }
    }
  }

  /** The channel of a topic. */
  match(topic: string): Channel | undefined {
    return this.#exact.get(topic) ?? this.#prefixes.find(([prefix]) => topic.startsWith(prefix))?.[1];
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
export function userSocket<R>(definition: UserSocketDefinition<R>): UserSocket {
  return new UserSocket(definition as never);
}

/** Joins of a user socket's channels. */
export class ChannelJoins implements Joins {
  readonly #socket: UserSocket;
  readonly #assigns: Assigns;
  readonly #pubsub: PubSub;
  readonly #limits: Limits;
  readonly #log: (message: string, details: Readonly<Record<string, unknown>>) => void;

  constructor(
    socket: UserSocket, assigns: Assigns, pubsub: PubSub, limits: Limits,
    log: (message: string, details: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#socket = socket;
    this.#assigns = assigns;
    this.#pubsub = pubsub;
    this.#limits = limits;
    this.#log = log;
  }

  join(port: TopicPort, frame: Frame): Member | undefined {
    const channel = this.#socket.match(port.topic);
    if (channel === undefined) return undefined;
    return new ChannelMember(channel, port, frame, { ...this.#assigns }, this.#pubsub, this.#limits, this.#log);
  }
}

/** A channel on its topic: its messages are handled one at a time, in order. */
class ChannelMember implements Member {
  readonly #channel: Channel;
  readonly #port: TopicPort;
  readonly #limits: Limits;
  readonly #log: (message: string, details: Readonly<Record<string, unknown>>) => void;
  readonly #socket: ChannelSocket<Assigns>;
  #subscription: Subscription | undefined;
  #alive = true;
  #waiting = 0;
  #tail: Promise<void>;

  constructor(
    channel: Channel, port: TopicPort, frame: Frame, assigns: Assigns, pubsub: PubSub, limits: Limits,
    log: (message: string, details: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#channel = channel;
    this.#port = port;
    this.#limits = limits;
    this.#log = log;
    const topic = port.topic;
    const listener = (message: { event: string; payload: unknown }): void => port.push(message.event, message.payload);
    this.#socket = {
      assigns,
      topic,
      assign: (values) => void Object.assign(assigns, values),
      push: (event, payload) => port.push(event, payload),
      broadcast: (event, payload) => void pubsub.publish({ topic, event, payload }),
      broadcastFrom: (event, payload) => void pubsub.publish({ topic, event, payload }, { except: this.#subscription?.id }),
    };
    this.#tail = running.run(this, () => this.#join(frame, () => {
      this.#subscription = pubsub.subscribe(topic, listener);
    }));
  }

  async #join(frame: Frame, subscribe: () => void): Promise<void> {
    try {
      const result = await this.#channel.join(this.#socket, { topic: this.#port.topic, params: frame.payload });
      if (!this.#alive) return this.#port.reply(frame.ref, "error", { reason: "left" });
      if (result instanceof Refusal) return this.#refuse(frame, result.reason);
      if (typeof result === "object" && result !== null) this.#socket.assign(result as Assigns);
      subscribe();
      this.#port.reply(frame.ref, "ok", {});
    } catch (error) {
      this.#log("channel join crashed", { topic: this.#port.topic, error });
      this.#refuse(frame, "join crashed");
    }
  }

  #refuse(frame: Frame, reason: string): void {
    this.#alive = false;
    this.#port.reply(frame.ref, "error", { reason });
    this.#port.drop();
  }

  receive(frame: Frame): void {
    if (this.#waiting >= this.#limits.mailbox) return this.#port.connection.close(1008, "mailbox full");
    this.#waiting++;
    this.#tail = this.#tail.then(() => running.run(this, () => this.#handle(frame))).finally(() => this.#waiting--);
  }

  async #handle({ event, payload, ref }: Frame): Promise<void> {
    if (!this.#alive || !this.#port.connection.alive) return;
    const definition = this.#channel.handleIn.get(event);
    if (definition === undefined) return this.#port.reply(ref, "error", { reason: "unknown event" });
    try {
      if (!(payload instanceof Uint8Array) && !withinJsonLimits(payload, this.#limits)) {
        return this.#port.reply(ref, "error", { reason: "bad payload" });
      }
      const parsed = definition.params === undefined ? { value: payload } : await definition.params["~standard"].validate(payload);
      if ("issues" in parsed && parsed.issues) return this.#port.reply(ref, "error", { reason: "bad payload" });
      if (!this.#alive || !this.#port.connection.alive) return;
      const result = await definition.handle(this.#socket, (parsed as { value: unknown }).value);
      if (!this.#alive) return;
      if (result instanceof Refusal) return this.#port.reply(ref, "error", { reason: result.reason });
      this.#port.reply(ref, "ok", result ?? {});
    } catch (error) {
      this.crash(error);
    }
  }

  /** A message's code threw, now or in something that it did not await: the channel ends, the client joins again. */
  crash(error: unknown): void {
    this.#log("channel crashed", { topic: this.#port.topic, error });
    if (!this.#alive) return;
    this.end();
    this.#port.leave("phx_error");
  }

  end(): void {
    this.#alive = false;
    this.#subscription?.unsubscribe();
  }
}
