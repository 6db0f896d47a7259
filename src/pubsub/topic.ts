import { checkValue, TEXT, OBJECT, either, type Kind } from "../errors/options.js";

/** The event name of a topic's payloads, unless the topic names another. */
export const MESSAGE = "message";

/**
 * The event that ends the sockets of a `liveSocketId`, as in Phoenix.
 *
 * @example
 * endpoint.broadcast(`users_socket:${user.id}`, DISCONNECT, {});
 */
export const DISCONNECT = "disconnect";

/**
 * The events that may be sent to a topic's name: to a `liveSocketId` as Phoenix writes it, `users_socket:7`, only "disconnect",
 * because its sockets hear nothing else. A name that is not known to the compiler may be sent any.
 */
export type EventOf<Name extends string> = Name extends `${string}_socket:${string}` ? typeof DISCONNECT : string;

/** A topic with a typed payload. */
export interface Topic<Payload> {
  /** The topic's name on the wire. */
  readonly name: string;
  /** The event name of its payloads. */
  readonly event: string;
  /** How many of its last messages are kept for nodes that were disconnected; undefined: none. */
  readonly replay?: number;
  /** Type only: there is no such property. */
  readonly payload?: Payload;
}

/** What a view listens to. */
export const TYPED_TOPIC: Kind = {
  called: "what topic(…) returns",
  fits: (value) => typeof value === "object" && value !== null && "event" in value,
};
/** What subscribing and publishing take. */
export const TOPIC = either(TEXT, TYPED_TOPIC);

/**
 * Declares a typed topic.
 *
 * @param name unique within the application; put the id of what it is about into it
 * @param options `event`: the event's name, for clients of channels, who see it. Default {@link MESSAGE}.
 * `replay`: between nodes a message is delivered at most once; with this, the last so many of the topic (for a minute) reach
 * a node that was cut off when they were published, in their order. It costs the carrier a write for each. Default none
 * @throws HoldfastError `pubsub_misuse` for a name that is not a string
 * @example
 * const postUpdated = (id: number) => topic<Post>(`post:${id}:updated`);
 * const said = (room: string) => topic<{ text: string }>(`room:${room}`, { event: "said" });
 */
export function topic<Payload>(name: string, options: { event?: string; replay?: number } = {}): Topic<Payload> {
  const place = { of: "topic", fix: "topic<Post>(`post:${id}:updated`)" };
  checkValue("pubsub_misuse", place, "the name", name, TEXT);
  checkValue("pubsub_misuse", place, "the object of options", options, OBJECT);
  const { event = MESSAGE, replay } = options;
  return replay === undefined ? { name, event } : { name, event, replay };
}

/**
 * The topic that ends the sockets of a `liveSocketId`: the typed form of `broadcast(id, "disconnect", {})`. A broadcast is
 * fire and forget; `endpoint.disconnect(id)` waits until every node has acknowledged.
 *
 * @param liveSocketId what `logIn` was given, such as `users_socket:7`
 * @example
 * pubsub.broadcast(disconnect(`users_socket:${user.id}`), {});
 */
export function disconnect(liveSocketId: string): Topic<Readonly<Record<string, never>>> {
  return topic(liveSocketId, { event: DISCONNECT });
}
