import { StatusError } from "../errors/index.js";
import type { Assigns, ConnectInfo } from "../live/index.js";
import { isPromise, Mailbox, MailboxTimers, type Job, type MailboxHost, type MaybePromise } from "../mailbox/index.js";
import { PRESENCE_DIFF, PRESENCE_STATE, type PresenceDiff, type PresenceList, type PresenceTracker } from "../presence/index.js";
import type { Frame } from "../protocol/index.js";
import type { Lease, Message, PubSub } from "../pubsub/index.js";
import type { Limits } from "../security/index.js";
import { OwnerRef, type Owning } from "../telemetry/index.js";
import type { Channel, ChannelEnd } from "./channel.js";
import { ChannelJoin, type JoiningChannel } from "./channel-join.js";
import { channelMethods, type ErasedSocket } from "./channel-methods.js";
import { ChannelPresences } from "./channel-presences.js";
import { ChannelSubscriptions } from "./channel-subscriptions.js";
import { FetchedPresences } from "./fetched-presences.js";
import { HeldPushes } from "./held-pushes.js";
import { accepted, acceptedJson } from "./payload.js";
import { noReply, refuse, Refusal } from "./replies.js";
import type { TopicHandle, TopicHandler } from "./topic.js";

/** What every channel of an endpoint shares. */
export interface ChannelContext {
  readonly lease: Lease | undefined;
  readonly pubsub: PubSub;
  readonly presences: PresenceTracker;
  readonly limits: Limits;
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** What the channels of one socket start with. */
export interface ConnectedUser {
  /** What the user socket's `connect` returned. */
  readonly assigns: Assigns;
  readonly connectInfo: ConnectInfo;
}

/** A channel on its topic, from its join to its end: it has a mailbox like a view, but no page. */
export class ChannelTopic implements TopicHandler, MailboxHost, Owning, JoiningChannel {
  readonly socket: ErasedSocket;
  readonly #channel: Channel;
  readonly #topic: TopicHandle;
  readonly #context: ChannelContext;
  readonly #mailbox: Mailbox;
  readonly #timers: MailboxTimers;
  readonly #presences: ChannelPresences;
  readonly #fetched: FetchedPresences | undefined;
  readonly #subscriptions: ChannelSubscriptions;
  readonly #pushes: HeldPushes;
  readonly #ref = new OwnerRef(this);
  readonly #signal = new AbortController();
  #alive = true;
  /** Its `terminate` is running: its broadcasts are still delivered. */
  #ending = false;

  constructor(channel: Channel, topic: TopicHandle, user: ConnectedUser, context: ChannelContext) {
    const { pubsub, presences, limits: { waitingMessages } } = context;
    const post = (job: Job): void => this.#mailbox.post(job);
    this.#channel = channel;
    this.#topic = topic;
    this.#context = context;
    this.#mailbox = new Mailbox(this, waitingMessages);
    this.#timers = new MailboxTimers(post);
    this.#presences = new ChannelPresences(presences, topic.topic, () => this.#sendState());
    this.#fetched = channel.fetchPresences && new FetchedPresences(channel.fetchPresences, {
      post, list: () => presences.list(topic.topic), push: (event, payload) => this.#say(() => topic.push(event, payload)),
      log: (message, details) => this.log(message, details),
    });
    this.#subscriptions = new ChannelSubscriptions(pubsub, post);
    this.#pushes = new HeldPushes(waitingMessages);
    this.socket = channelMethods({ ...user.assigns }, {
      topic, pubsub, connectInfo: user.connectInfo, signal: this.#signal.signal,
      timers: this.#timers, presences: this.#presences, subscriptions: this.#subscriptions,
      push: (event, payload) => this.#push(event, payload),
      mayStart: () => this.mayStart(), mayBroadcast: () => this.mayStart() || this.#ending,
    });
  }

  get name(): string {
    return this.#topic.topic;
  }

  get limits(): Limits {
    return this.#context.limits;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get busy(): boolean {
    return this.#mailbox.busy;
  }

  settled(): Promise<void> {
    return this.#mailbox.settled();
  }

  log(message: string, details: Readonly<Record<string, unknown>>): void {
    this.#context.log(message, { topic: this.#topic.topic, ...details });
  }

  mayStart(): boolean {
    return this.#alive && this.#topic.socket.alive;
  }

  ready(): Promise<void> | undefined {
    const { lease } = this.#context;
    return lease === undefined || lease.held() ? undefined : lease.whenHeld();
  }

  inOwnContext(job: () => void): void {
    this.#ref.inOwnContext(job);
  }

  /** A channel has no page to show. */
  settle(): void {}

  queued(bytes: number): void {
    this.#topic.socket.queued(bytes);
  }

  overflow(waiting: number): void {
    this.log("channel fell behind", { waiting, limit: this.limits.waitingMessages });
    this.#crashed();
  }

  /** The join is the mailbox's first job. */
  begin(frame: Frame, wildcard: string, bytes: number): void {
    const join = new ChannelJoin(this, this.#channel, this.#topic, frame);
    this.#mailbox.deliver({ run: () => join.run(wildcard), refuse: () => join.refuse("unauthorized"), bytes });
  }

  listen(): Promise<void> {
    return this.#subscriptions.join(this.#topic.topic, (message) => this.#broadcast(message));
  }

  joined(): void {
    this.#pushes.release();
  }

  receive(frame: Frame, bytes: number): void {
    this.#mailbox.deliver({ run: () => this.#handle(frame), refuse: () => this.#refuseEnded(frame.ref), bytes });
  }

  /** Its session has ended. A channel that has ended itself answers nobody. */
  #refuseEnded(ref: string | null): void {
    if (this.#alive) this.#topic.reply(ref, "error", { reason: "unauthorized" });
  }

  async #handle({ event, payload, ref }: Frame): Promise<void> {
    const definition = this.#channel.handleIn.get(event);
    if (definition === undefined) return this.#topic.reply(ref, "error", { reason: "unknown event" });
    const reading = payload instanceof Uint8Array
      ? accepted(payload, definition.params) : acceptedJson(payload, definition.params, this.limits);
    const params = isPromise(reading) ? await reading : reading;
    if (params === undefined) return this.#topic.reply(ref, "error", { reason: "bad payload" });
    // The schema may have waited.
    await this.ready();
    if (!this.mayStart()) return this.#refuseEnded(ref);
    const result = await this.#answer(() => definition.handle(this.socket as never, params.value, { ref }), event);
    if (!this.mayStart()) return this.#refuseEnded(ref);
    if (result === noReply) return;
    if (result instanceof Refusal) return this.#topic.reply(ref, "error", { ...result.details, reason: result.reason });
    this.#topic.reply(ref, "ok", result ?? {});
  }

  /**
   * Runs a handler. As in a view, a thrown `NotFound` or `Forbidden` is a refusal and not a crash: the client learns no more
   * than that, and the channel goes on.
   */
  async #answer<T>(handle: () => MaybePromise<T>, event: string): Promise<T | Refusal> {
    try {
      return await handle();
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.log("event refused", { event, why: error.message });
      return refuse("unauthorized");
    }
  }

  /** A broadcast of the topic: pushed unchanged, or passed to its interceptor. */
  #broadcast({ event, payload }: Message): void {
    const handleOut = this.#channel.handleOut.get(event);
    const deliver = handleOut === undefined ? () => this.#push(event, payload) : () => handleOut(this.socket, payload);
    if (event === PRESENCE_DIFF && !this.#pushes.released) {
      // A change before the join's answer is in the `presence_state` behind it, if there is one.
      return this.#mailbox.post(() => (this.#presences.told ? undefined : deliver()));
    }
    if (handleOut === undefined) deliver();
    else this.#mailbox.post(deliver);
  }

  /** Sends an event to the client; a presence event with what `fetchPresences` adds. */
  #push(event: string, payload: unknown): void {
    if (this.#fetched !== undefined && event === PRESENCE_DIFF) this.#fetched.diff(payload as PresenceDiff);
    else if (this.#fetched !== undefined && event === PRESENCE_STATE) this.#fetched.state(payload as PresenceList);
    else this.#say(() => this.#topic.push(event, payload));
  }

  /** Sends everybody on the topic, as of when the join is answered: what changes later is broadcast. */
  #sendState(): void {
    if (this.#fetched === undefined) this.#say(() => this.#topic.push(PRESENCE_STATE, this.#presences.list()));
    else this.#fetched.state();
  }

  /** Pushes once the join is answered. Nothing is sent once the session has ended, even if the socket is closed only later. */
  #say(push: () => void): void {
    const tooMany = this.mayStart() ? this.#pushes.push(push) : undefined;
    if (tooMany !== undefined) this.overflow(tooMany);
  }

  /** Its code threw, now or in something that it did not await. */
  crash(error: unknown): void {
    this.log("channel crashed", { error });
    if (this.#alive) this.#crashed();
  }

  /** The channel ends, and its client joins again. */
  #crashed(): void {
    this.end("crashed");
    this.#topic.leave("phx_error");
  }

  end(reason: ChannelEnd = "closed"): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#mailbox.end();
    this.#subscriptions.end();
    this.#timers.end();
    this.#presences.end();
    this.#guarded("an abort listener threw", () => this.#signal.abort());
    const { terminate } = this.#channel;
    if (this.#pushes.released && terminate !== undefined) {
      this.#ending = true;
      this.#guarded("terminate threw", () => terminate(this.socket, reason));
      this.#ending = false;
    }
    this.#ref.release();
  }

  #guarded(what: string, job: () => void): void {
    try {
      this.inOwnContext(job);
    } catch (error) {
      this.log(what, { error });
    }
  }
}
