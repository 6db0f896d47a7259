import type { Mistake } from "../../../errors/index.js";
import { checkValue, either, FUNCTION, OBJECT, TEXT, type Kind, type OptionsPlace } from "../../../errors/options.js";
import type { Job as MailboxJob } from "../../../mailbox/index.js";
import { publishOn, type AsData, type Message, type Topic } from "../../../pubsub/index.js";
import { ownerOf, returnsNothing, socketPart, type MaybePromise, type Owner, type ReturnedRedirect } from "../../socket/index.js";
import type { ChildMessage } from "./child-message.js";
import { DeclaredTopics } from "./declared-topics.js";
import { Subscriptions } from "./subscriptions.js";
import { Timers } from "./timers.js";

/** What runs in the view's mailbox. */
type Job = () => MaybePromise<void | Mistake<ReturnedRedirect>>;

/** The socket's methods for topics, messages and timers. */
export interface MessageSocket {
  /**
   * Listens to a topic for the life of the view; `topics` and `messages` in the definition do the same by name. The handler
   * runs in the view's mailbox. During the GET nothing is subscribed. Several handlers of a topic run one after the other.
   */
  subscribe<P>(topic: Topic<P>, handler: (payload: P) => MaybePromise<void | Mistake<ReturnedRedirect>>): void;
  subscribe(topic: string, handler: (message: Message) => MaybePromise<void | Mistake<ReturnedRedirect>>): void;
  /** Stops listening to a topic, with all handlers; given its name alone, to every event of that name. */
  unsubscribe(topic: Topic<unknown> | string): void;
  /**
   * Sends a message to the parent: a live component's is its view, a nested view's the view around it. Nothing happens where
   * there is none, or if it does not listen.
   *
   * @example
   * const post = await blog.createPost(currentUser, data);
   * socket.tellParent(saved, post);
   */
  tellParent<P>(message: ChildMessage<P>, payload: NoInfer<P>): void;
  /**
   * Broadcasts to all other subscribers of a topic, not to this view.
   *
   * @param topic a typed topic, which knows its payload, or a name, which takes any data: a promise, a function or an instance
   * with methods does not compile
   * @throws HoldfastError `payload_not_data`
   * @example
   * socket.broadcastFrom(postUpdated(post.id), post);
   * socket.broadcastFrom("room:7", "said", { text });
   */
  broadcastFrom<P>(topic: Topic<P>, payload: NoInfer<P>): void;
  broadcastFrom<P>(topic: string, event: string, payload: P & AsData<P>): void;
  /** The same, to the subscribers of this node only. */
  localBroadcastFrom<P>(topic: Topic<P>, payload: NoInfer<P>): void;
  localBroadcastFrom<P>(topic: string, event: string, payload: P & AsData<P>): void;
  /** Runs `job` in the view's mailbox, after the jobs already queued there. */
  send(job: Job): void;
  /** Runs `job` in the view's mailbox in `ms` milliseconds, unless the view has ended. Returns a function that cancels it. */
  sendAfter(ms: number, job: Job): () => void;
  /**
   * Runs `job` in the view's mailbox every `ms` milliseconds; a run is skipped while the previous one is still queued.
   * Returns a function that cancels it.
   */
  sendEvery(ms: number, job: Job): () => void;
}

export const messageSocket = socketPart({
  subscribe(topic: Topic<unknown> | string, handler: (message: never) => MaybePromise<void>): void {
    checkValue("socket_misuse", SUBSCRIBE, "the topic", topic, TOPIC);
    checkValue("socket_misuse", SUBSCRIBE, "the handler", handler, FUNCTION);
    const owner = ownerOf(this);
    if (!owner.mayOpen || owner.view.refreshing) return;
    const subscriptions = owner.feature(Subscriptions);
    const heard = returnsNothing(owner, "subscribe", handler);
    if (typeof topic === "string") {
      void subscriptions.add(topic, undefined, { event: undefined, receive: (message) => heard(message as never) });
    } else {
      void subscriptions.add(topic.name, topic.replay, { event: topic.event, receive: ({ payload }) => heard(payload as never) });
    }
  },
  unsubscribe(topic: Topic<unknown> | string): void {
    ownerOf(this).peek(Subscriptions)?.removeAll(topic);
  },
  broadcastFrom(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    publishFrom(ownerOf(this), topic, event, payload, false);
  },
  localBroadcastFrom(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    publishFrom(ownerOf(this), topic, event, payload, true);
  },
  tellParent(message: ChildMessage<unknown>, payload: unknown): void {
    const owner = ownerOf(this);
    const { view } = owner;
    const parent = owner === view.root ? view.parent : view;
    if (!parent?.connected || owner.ended || !view.mayRun() || view.refreshing) return;
    parent.post(() => parent.root.peek(DeclaredTopics)?.hear(message, payload));
  },
  send(job: MailboxJob): void {
    checkValue("socket_misuse", { of: "socket.send", fix: "socket.send(() => …)" }, "the job", job, FUNCTION);
    const owner = ownerOf(this);
    if (!owner.mayOpen || owner.view.refreshing) return;
    const run = returnsNothing(owner, "send", job);
    owner.view.post(() => (owner.ended ? undefined : run()));
  },
  sendAfter(ms: number, job: MailboxJob): () => void {
    checkTimer("sendAfter", ms, job);
    const owner = ownerOf(this);
    return after(owner, ms, returnsNothing(owner, "sendAfter", job));
  },
  sendEvery(ms: number, job: MailboxJob): () => void {
    checkTimer("sendEvery", ms, job);
    const owner = ownerOf(this);
    return timersOf(owner)?.every(ms, returnsNothing(owner, "sendEvery", job)) ?? (() => {});
  },
});

const SUBSCRIBE: OptionsPlace = { of: "socket.subscribe", fix: "socket.subscribe(postSaved, (post) => …)" };
const TOPIC: Kind = either(TEXT, {
  called: "what topic(…) returns",
  fits: (value) => OBJECT.fits(value) && TEXT.fits((value as Readonly<Record<string, unknown>>)["name"]),
});
const MILLISECONDS: Kind = { called: "milliseconds", fits: (value) => typeof value === "number" && !Number.isNaN(value) };

/** Refuses a time that is none: a timer would fire at once. */
export function checkMilliseconds(place: OptionsPlace, ms: number): void {
  checkValue("socket_misuse", place, "the time", ms, MILLISECONDS);
}

function checkTimer(of: "sendAfter" | "sendEvery", ms: number, job: MailboxJob): void {
  const place = { of: `socket.${of}`, fix: `socket.${of}(1_000, () => …)` };
  checkMilliseconds(place, ms);
  checkValue("socket_misuse", place, "the job", job, FUNCTION);
}

/** Runs a job of the view or component once, after `ms` milliseconds. Returns a function that cancels it. */
export function after(owner: Owner, ms: number, job: MailboxJob): () => void {
  return timersOf(owner)?.after(ms, job) ?? (() => {});
}

/** During the GET there is no later, so nothing is started. */
function timersOf(owner: Owner): Timers | undefined {
  return owner.mayOpen && !owner.view.refreshing ? owner.feature(Timers) : undefined;
}

/** Publishes to all subscribers except the owner's own subscription. */
function publishFrom(owner: Owner, topic: Topic<unknown> | string, event: unknown, payload: unknown, local: boolean): void {
  const { view } = owner;
  if (!view.mayRun() && !view.ending) return;
  const except = owner.peek(Subscriptions)?.idOf(typeof topic === "string" ? topic : topic.name);
  void publishOn(view.context.pubsub, topic, event, payload, { except, local });
}
