import { StatusError } from "../errors/index.js";
import type { Assigns, ConnectInfo } from "../live/index.js";
import { isPromise, Mailbox, MailboxTimers, type MailboxHost, type MaybePromise } from "../mailbox/index.js";
import type { PresenceTracker } from "../presence/index.js";
import type { Frame } from "../protocol/index.js";
import { publishOn, type Lease, type Message, type PubSub, type Subscription, type Topic } from "../pubsub/index.js";
import type { Limits } from "../security/index.js";
import { OwnerRef, type Owning } from "../telemetry/index.js";
import { Allowed, noReply, refuse, Refusal, type Channel, type ChannelEnd, type ChannelSocket, type Payload, type ReplyRef } from "./channel.js";
import { ChannelPresences } from "./channel-presences.js";
import { HeldPushes } from "./held-pushes.js";
import { accepted, acceptedJson } from "./payload.js";
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

/** A channel's socket, with the types of its events erased. */
interface ErasedSocket extends Omit<ChannelSocket<Assigns>, "push" | "broadcast" | "broadcastFrom" | "reply"> {
  push(event: Topic<unknown> | string, payload?: Payload): void;
  reply(to: ReplyRef, status: "ok" | "error", payload: Payload): void;
  broadcast(event: Topic<unknown> | string, payload?: unknown): void;
  broadcastFrom(event: Topic<unknown> | string, payload?: unknown): void;
}

/** A channel on its topic: it has a mailbox like a view, but no page. */
export class ChannelTopic implements TopicHandler, MailboxHost, Owning {
  readonly #channel: Channel;
  readonly #topic: TopicHandle;
  readonly #context: ChannelContext;
  readonly #socket: ErasedSocket;
  readonly #mailbox: Mailbox;
  readonly #ref = new OwnerRef(this);
  readonly #signal = new AbortController();
  readonly #timers: MailboxTimers;
  readonly #presences: ChannelPresences;
  readonly #subscriptions = new Set<Subscription>();
  /** The subscription to its own topic, which its `broadcastFrom` must skip. */
  #own: Subscription | undefined;
  readonly #pushes: HeldPushes;
  #alive = true;
  /** Its `terminate` is running: its broadcasts are still delivered. */
  #ending = false;

  constructor(channel: Channel, topic: TopicHandle, user: ConnectedUser, context: ChannelContext) {
    this.#channel = channel;
    this.#topic = topic;
    this.#context = context;
    this.#mailbox = new Mailbox(this, context.limits.waitingMessages);
    this.#pushes = new HeldPushes(context.limits.waitingMessages);
    this.#timers = new MailboxTimers((job) => this.#mailbox.post(job));
    this.#presences = new ChannelPresences(context.presences, topic.topic, (event, payload) => this.#say(() => topic.push(event, payload())));
    this.#socket = this.#socketFor({ ...user.assigns }, user.connectInfo);
  }

  get name(): string {
    return this.#topic.topic;
  }

  #socketFor(assigns: Assigns, connectInfo: ConnectInfo): ErasedSocket {
    const { topic } = this.#topic;
    const publish = (event: Topic<unknown> | string, payload: unknown, except?: Subscription): void => {
      if (!this.mayStart() && !this.#ending) return;
      const { pubsub } = this.#context;
      void (typeof event === "string"
        ? publishOn(pubsub, topic, event, payload, { except: except?.id }) : publishOn(pubsub, event, payload, undefined, { except: except?.id }));
    };
    return {
      assigns,
      topic,
      connectInfo,
      signal: this.#signal.signal,
      assign: (values) => {
        if (this.mayStart()) Object.assign(assigns, values);
      },
      push: (event, payload = {}) => {
        this.#say(() => this.#topic.push(typeof event === "string" ? event : event.event, payload));
      },
      reply: ({ ref }, status, payload) => {
        if (this.mayStart()) this.#topic.reply(ref, status, payload);
      },
      broadcast: (event, payload = {}) => publish(event, payload),
      broadcastFrom: (event, payload = {}) => publish(event, payload, this.#own),
      sendAfter: (ms, job) => this.#timers.start(ms, job, false),
      sendEvery: (ms, job) => this.#timers.start(ms, job, true),
      subscribe: (other, handler) => this.#subscribe(other as Topic<unknown>, handler as (payload: unknown) => MaybePromise<void>),
      track: (key, meta) => {
        if (this.mayStart()) this.#presences.track(key, meta);
      },
      update: (key, meta) => {
        if (this.mayStart()) this.#presences.update(key, meta);
      },
      untrack: (key) => this.#presences.untrack(key),
      presences: () => this.#presences.list(),
    };
  }

  // ---- the mailbox ----

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
  settle(): void {}
  queued(bytes: number): void {
    this.#topic.socket.queued(bytes);
  }
  overflow(waiting: number): void {
    this.#context.log("channel fell behind", { topic: this.#topic.topic, waiting, limit: this.#context.limits.waitingMessages });
    this.#finish("crashed");
    this.#topic.leave("phx_error");
  }
  get busy(): boolean {
    return this.#mailbox.busy;
  }
  settled(): Promise<void> {
    return this.#mailbox.settled();
  }

  // ---- joining ----

  begin(frame: Frame, wildcard: string, bytes: number): void {
    this.#mailbox.deliver({ run: () => this.#join(frame, wildcard), refuse: () => this.#refuse(frame, "unauthorized"), bytes });
  }

  async #join(frame: Frame, wildcard: string): Promise<void> {
    try {
      const reading = acceptedJson(frame.payload, this.#channel.params, this.#context.limits);
      const params = isPromise(reading) ? await reading : reading;
      if (params === undefined) return this.#refuse(frame, "bad payload");
      // While the schema waited, the client may have left, its session or this node's lease may have ended.
      await this.ready();
      if (!this.#alive) return this.#topic.reply(frame.ref, "error", { reason: "left" });
      if (!this.mayStart()) return this.#refuse(frame, "unauthorized");
      const result = await this.#channel.join(this.#socket, { topic: this.#topic.topic, wildcard, params: params.value });
      if (!this.#alive) return this.#topic.reply(frame.ref, "error", { reason: "left" });
      if (result instanceof Refusal) return this.#refuse(frame, result.reason, result.details);
      if (typeof result !== "object" || result === null) {
        this.#context.log("channel join refused: join returned nothing", {
          topic: this.#topic.topic, fix: 'return assigns ({} will do) to let a client in, or refuse("reason") to keep it out',
        });
        return this.#refuse(frame, "unauthorized");
      }
      const { assigns, reply } = result instanceof Allowed ? result : { assigns: result, reply: {} };
      this.#socket.assign(assigns as Assigns);
      this.#own = this.#context.pubsub.subscribe(this.#topic.topic, (message) => this.#broadcast(message));
      this.#subscriptions.add(this.#own);
      await this.#own.ready;
      if (!this.mayStart()) return this.#refuse(frame, "unauthorized");
      this.#topic.reply(frame.ref, "ok", reply);
      this.#pushes.release();
    } catch (error) {
      if (error instanceof StatusError) {
        this.#context.log("join refused", { topic: this.#topic.topic, why: error.message });
        return this.#refuse(frame, "unauthorized");
      }
      this.#context.log("channel join crashed", { topic: this.#topic.topic, error });
      this.#refuse(frame, "join crashed");
    }
  }

  /**
   * Pushes once the join is answered. Nothing is sent once the session has ended, even if the socket is closed only later.
   */
  #say(push: () => void): void {
    const tooMany = this.mayStart() ? this.#pushes.push(push) : undefined;
    if (tooMany !== undefined) this.overflow(tooMany);
  }

  #refuse(frame: Frame, reason: string, details: object = {}): void {
    this.#finish("left");
    this.#topic.reply(frame.ref, "error", { ...details, reason });
    this.#topic.drop();
  }

  // ---- incoming ----

  receive(frame: Frame, bytes: number): void {
    this.#mailbox.deliver({
      run: () => this.#handle(frame),
      refuse: () => this.#topic.reply(frame.ref, "error", { reason: "unauthorized" }),
      bytes,
    });
  }

  async #handle({ event, payload, ref }: Frame): Promise<void> {
    const definition = this.#channel.handleIn.get(event);
    if (definition === undefined) return this.#topic.reply(ref, "error", { reason: "unknown event" });
    const reading = payload instanceof Uint8Array
      ? accepted(payload, definition.params) : acceptedJson(payload, definition.params, this.#context.limits);
    const params = isPromise(reading) ? await reading : reading;
    if (params === undefined) return this.#topic.reply(ref, "error", { reason: "bad payload" });
    // Behind a schema that waited.
    await this.ready();
    if (!this.mayStart()) return;
    const result = await this.#answer(() => definition.handle(this.#socket as never, params.value, { ref }), event);
    if (!this.#alive || result === noReply) return;
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
      this.#context.log("event refused", { topic: this.#topic.topic, event, why: error.message });
      return refuse("unauthorized");
    }
  }

  /** A broadcast of the topic: pushed unchanged, or passed to its interceptor. */
  #broadcast({ event, payload }: Message): void {
    const handleOut = this.#channel.handleOut.get(event);
    if (handleOut === undefined) return this.#say(() => this.#topic.push(event, payload));
    this.#mailbox.post(() => handleOut(this.#socket, payload));
  }

  #subscribe(topic: Topic<unknown>, handler: (payload: unknown) => MaybePromise<void>): void {
    if (!this.#alive) return;
    this.#subscriptions.add(this.#context.pubsub.subscribe(topic, ({ payload }) => this.#mailbox.post(() => handler(payload))));
  }

  // ---- the end ----

  /** Its code threw, now or in something that it did not await: the channel ends, and the client joins again. */
  crash(error: unknown): void {
    this.#context.log("channel crashed", { topic: this.#topic.topic, error });
    if (!this.#alive) return;
    this.#finish("crashed");
    this.#topic.leave("phx_error");
  }

  end(reason: "left" | "closed" = "closed"): void {
    this.#finish(reason);
  }

  #finish(reason: ChannelEnd): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#mailbox.end();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#timers.end();
    this.#presences.end();
    this.#guarded("an abort listener threw", () => this.#signal.abort());
    const { terminate } = this.#channel;
    if (this.#pushes.released && terminate !== undefined) {
      this.#ending = true;
      this.#guarded("terminate threw", () => terminate(this.#socket, reason));
      this.#ending = false;
    }
    this.#ref.release();
  }

  #guarded(what: string, job: () => void): void {
    try {
      this.inOwnContext(job);
    } catch (error) {
      this.#context.log(what, { topic: this.#topic.topic, error });
    }
  }
}
