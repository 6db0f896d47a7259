import type { Mistake } from "../errors/index.js";
import type { HookMessage, MessagePayload, NamedMessages, NoPayload, UnnamedMessage } from "../hooks/index.js";
import type { PresenceDiff, PresenceList } from "../presence/index.js";
import type { AsJson, Sendable } from "../protocol/index.js";
import type { Topic } from "../pubsub/index.js";

/** The events of a channel that the client receives, by name. The same declarations as a client hook's `messages`. */
export type Pushes = Readonly<Record<string, UnnamedMessage<unknown>>>;

/** What every channel may push: the two events that the client's `Presence` understands. */
interface PresencePushes {
  readonly presence_state: PresenceList;
  readonly presence_diff: PresenceDiff;
}

/** The events of a channel and their payloads: those that it declares, and presence. */
export type PushPayloads<D> = Readonly<PresencePushes & Omit<Declared<NamedMessages<D>>, keyof PresencePushes>>;
type Declared<M> = { readonly [Name in keyof M]: M[Name] extends HookMessage ? MessagePayload<M[Name]> : never };

/**
 * What may be pushed: a declared event's name, or a typed topic. The sentence is for the compiler's message about anything
 * else. A property, because a message shows the name of an alias instead of what it stands for.
 */
export interface Pushable<D> {
  readonly to: Extract<keyof PushPayloads<D>, string> | Topic<unknown> | Mistake<"declare it: pushes: { name: message<{ … }>() }">;
}

/** A payload of a channel: JSON, or bytes, which the client receives as an `ArrayBuffer`. */
export type Payload = object;

/** What is sent to a client: bytes as they are, everything else as JSON. */
export type Sent<P> = P extends Uint8Array ? P : P & AsJson<P>;
/** As `Sent`, of a payload whose type was declared. */
type SentAsDeclared<P> = P extends Uint8Array ? P : Sendable<P>;
/** The payload as an argument, which may be left out if it carries nothing. */
type Carried<P> = NoPayload extends P ? [payload?: SentAsDeclared<P>] : [payload: SentAsDeclared<P>];

/** The payload of an event or a typed topic, as it is pushed to a client. */
export type PushArguments<D, To> = To extends keyof PushPayloads<D>
  ? To extends keyof PresencePushes ? [payload: PushPayloads<D>[To]] : Carried<PushPayloads<D>[To]>
  : To extends Topic<infer P> ? Carried<P> : never;

/** The payload of an event or a typed topic, as it is published: a topic's reaches more than clients, as any data. */
export type BroadcastArguments<D, To> = To extends Topic<infer P> ? [payload: P] : PushArguments<D, To>;
