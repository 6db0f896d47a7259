import { HoldfastError } from "../errors/index.js";
import { checkOptions, checkValue, FUNCTION, type OptionsPlace } from "../errors/options.js";
import type { Assigns, AssignsOf, ConnectInfo, SessionValues } from "../live/index.js";
import type { MaybePromise } from "../mailbox/index.js";
import { Channel, type ChannelDefinition, type JoinResult } from "./channel.js";
import type { Refusal } from "./replies.js";

/** What a user socket's `connect` receives. */
export interface ConnectContext {
  /** The query of the handshake, as the client sent it. */
  readonly params: Readonly<Record<string, string>>;
  /**
   * The client's `authToken`, `new Socket("/socket", { authToken })`, unverified. It travels in a header: a token among the `params` is
   * in the URL, which proxies log.
   *
   * @example
   * connect: ({ authToken }) => UserId.safeParse(tokens.verify("phone", authToken)).data ?? refuse("sign in again")
   */
  readonly authToken: string | undefined;
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

const PLACE: OptionsPlace = {
  of: "userSocket", fix: 'userSocket({ connect: ({ session }) => ({ … }), channels: (channel) => ({ "room:*": channel({ … }) }) })',
};

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
