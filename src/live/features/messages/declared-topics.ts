import { checkValue, type Kind } from "../../../errors/options.js";
import { andThen, type MaybePromise } from "../../../mailbox/index.js";
import { TYPED_TOPIC, type Message, type Topic } from "../../../pubsub/index.js";
import { Feature, ignoredResult, type Owner } from "../../socket/index.js";
import { CallMessage, Calls } from "../calls/index.js";
import { ChildMessage } from "./child-message.js";
import { Subscriptions, type Receiver } from "./subscriptions.js";
import { Timers } from "./timers.js";

/** A clock for `topics`. */
export class Clock {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

const MILLISECONDS: Kind = { called: "milliseconds above 0", fits: (value) => typeof value === "number" && value > 0 };

/**
 * A clock, for `topics`: its message arrives every `ms` milliseconds while the view is connected, and is skipped while the
 * previous one is still queued in the mailbox.
 *
 * @throws HoldfastError `view_definition_invalid` for a time that is none
 * @example
 * topics: () => ({ tick: every(1_000) }),
 * messages: { tick: (socket) => socket.update("seconds", (seconds) => seconds + 1) },
 */
export function every(ms: number): Clock {
  checkValue("view_definition_invalid", { of: "every", fix: "topics: () => ({ tick: every(1_000) })" }, "the time", ms, MILLISECONDS);
  return new Clock(ms);
}

/** What `topics` may name: a PubSub topic, a clock, a message of live components and nested views, a call. Nothing means: not now. */
export type MessageSource = Topic<unknown> | Clock | ChildMessage<unknown> | CallMessage<unknown, unknown> | undefined;
/** The payload of a source's messages. */
export type PayloadOf<S> =
  NonNullable<S> extends CallMessage<infer P, unknown> ? P
  : NonNullable<S> extends ChildMessage<infer P> ? P : NonNullable<S> extends Topic<infer P> ? P : undefined;
/** What the handler of a source's messages returns: for a call the reply, otherwise `Otherwise`. */
export type ResultOf<S, Otherwise> = NonNullable<S> extends CallMessage<unknown, infer Reply> ? Reply : Otherwise;

interface Declared {
  readonly key: unknown;
  readonly stop: () => void;
}

/**
 * The topics that a view declares, by name. They are computed before mount and again at each patch; a topic that is still
 * named stays subscribed, so that no message is missed in between.
 */
export class DeclaredTopics extends Feature {
  readonly #owner: Owner;
  readonly #declared = new Map<string, Declared>();
  readonly #ofChildren = new Map<ChildMessage<unknown>, Declaration>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  /** Listens to exactly these sources. Resolves once nothing published from now on can be missed. */
  set(sources: Readonly<Record<string, MessageSource>>): MaybePromise<void> {
    for (const [name, { key, stop }] of this.#declared) {
      const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
      if (source !== undefined && keyOf(source) === key) continue;
      stop();
      this.#declared.delete(name);
    }
    const ready: Promise<void>[] = [];
    for (const [name, source] of Object.entries(sources)) {
      if (source === undefined || this.#declared.has(name)) continue;
      const { stop, ready: listening } = this.#listen(source, name);
      this.#declared.set(name, { key: keyOf(source), stop });
      if (listening !== undefined) ready.push(listening);
    }
    return ready.length === 0 ? undefined : Promise.all(ready).then(() => undefined);
  }

  #listen(source: NonNullable<MessageSource>, name: string): { stop: () => void; ready: Promise<void> | undefined } {
    const owner = this.#owner;
    if (source instanceof CallMessage) {
      const answer = (payload: unknown): MaybePromise<unknown> => owner.message(name, payload);
      return { stop: owner.view.root.feature(Calls).answer(source.name, answer), ready: undefined };
    }
    if (source instanceof Clock) {
      const clock = new Declaration(owner, name, undefined);
      return { stop: owner.feature(Timers).every(source.ms, () => clock.hear(undefined)), ready: undefined };
    }
    if (!(source instanceof ChildMessage)) {
      const place = { of: "topics", fix: `topics: () => ({ ${name}: postChanged }), with const postChanged = topic<Post>("post:changed")` };
      checkValue("view_definition_invalid", place, `"${name}"`, source, TYPED_TOPIC);
      const declaration = new Declaration(owner, name, source.event);
      const subscriptions = owner.feature(Subscriptions);
      const ready = subscriptions.add(source.name, source.replay, declaration);
      return { stop: () => subscriptions.remove(source.name, declaration), ready };
    }
    this.#ofChildren.set(source, new Declaration(owner, name, undefined));
    return { stop: () => void this.#ofChildren.delete(source), ready: undefined };
  }

  /** A live component or a nested view has sent a message. Does nothing if the view does not name it. */
  hear(message: ChildMessage<unknown>, payload: unknown): MaybePromise<void> {
    return this.#ofChildren.get(message)?.hear(payload);
  }
}

/** A source that is declared under a name: its messages are for the definition's handler of that name. */
class Declaration implements Receiver {
  readonly #owner: Owner;
  readonly #name: string;
  readonly event: string | undefined;

  constructor(owner: Owner, name: string, event: string | undefined) {
    this.#owner = owner;
    this.#name = name;
    this.event = event;
  }

  receive({ payload }: Message): MaybePromise<void> {
    return this.hear(payload);
  }

  hear(payload: unknown): MaybePromise<void> {
    return andThen(this.#owner.message(this.#name, payload), (result) => ignoredResult(this.#owner.view, { messages: this.#name }, result));
  }
}

/** The key that identifies a source when the topics are computed again. */
function keyOf(source: NonNullable<MessageSource>): unknown {
  if (source instanceof ChildMessage || source instanceof CallMessage) return source;
  return source instanceof Clock ? source.ms : `${source.event} ${source.name}`;
}
