import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError, type Inferred, type Parsed } from "../errors/index.js";
import type { FetchPresences, PresenceEntry, ReturnedAssigns } from "../live/index.js";
import type { MaybePromise } from "../mailbox/index.js";
import type { Meta } from "../presence/index.js";
import type { ChannelSocket } from "./channel-socket.js";
import type { PushPayloads, Pushes, Sent } from "./pushes.js";
import type { Allowed, ChannelReply, Refusal, ReplyRef } from "./replies.js";

/** One message that a channel accepts. The result of `handle` is its reply. */
interface ChannelEvent<A extends object, P, D = {}> {
  params?: StandardSchemaV1<unknown, P>;
  handle: (socket: ChannelSocket<A, D>, params: Parsed<Inferred<P>>, request: ReplyRef) => MaybePromise<ChannelReply>;
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
export type JoinResult<R> = ReturnedAssigns<R> | Refusal;

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
   * Adds data to the presences that clients are sent, such as users from a database: to everybody in `presence_state`, to those who
   * came and went in `presence_diff`. Called once for each change on a node, however many channels there are. Events of the
   * channel wait for it. If it fails, that is logged, and the client is sent everybody with the next change.
   *
   * @example
   * fetchPresences: async (entries) => {
   *   const users = await accounts.byIds(entries.map(({ key }) => Number(key)));
   *   return entries.map((entry) => ({ ...entry, user: users.get(Number(entry.key)) }));
   * }
   */
  fetchPresences?(entries: readonly PresenceEntry<Meta>[]): MaybePromise<readonly PresenceEntry<Meta>[]>;
  /**
   * Called when a joined channel ends: the client left, its socket closed or was disconnected, or its code threw. Its
   * broadcasts are still delivered.
   */
  terminate?: (socket: ChannelSocket<A & JoinedAssigns<R>, D>, reason: ChannelEnd) => void;
}

const KEYS = ["params", "pushes", "join", "handleIn", "handleOut", "fetchPresences", "terminate"];

/** A defined channel. */
export class Channel {
  readonly params: StandardSchemaV1 | undefined;
  readonly join: (socket: object, context: JoinContext<unknown>) => MaybePromise<unknown>;
  readonly handleIn: ReadonlyMap<string, ChannelEvent<never, unknown>>;
  readonly handleOut: ReadonlyMap<string, (socket: object, payload: unknown) => MaybePromise<void>>;
  readonly fetchPresences: FetchPresences<object, unknown> | undefined;
  readonly terminate: ((socket: object, reason: ChannelEnd) => void) | undefined;

  constructor(definition: object) {
    const given = definition as Partial<Channel> & { handleIn?: object; handleOut?: object };
    const unknown = Object.keys(definition).find((key) => !KEYS.includes(key));
    if (typeof given.join !== "function" || unknown !== undefined) {
      throw new HoldfastError("channel_definition_invalid", {
        what: "A channel's definition is invalid.", expected: `a join function, and no keys other than ${KEYS.join(", ")}`,
        got: unknown === undefined ? `join: ${typeof given.join}` : `the key "${unknown}"`,
        fix: 'channel({ join: (socket) => (socket.assigns.user ? {} : refuse("unauthorized")) })',
      });
    }
    this.params = given.params;
    this.join = given.join;
    this.handleIn = new Map(Object.entries(given.handleIn ?? {}) as [string, ChannelEvent<never, unknown>][]);
    this.handleOut = new Map(Object.entries(given.handleOut ?? {}) as [string, (socket: object, payload: unknown) => MaybePromise<void>][]);
    this.fetchPresences = given.fetchPresences;
    this.terminate = given.terminate;
  }
}
