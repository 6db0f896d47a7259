import { describeValue, StatusError } from "../errors/index.js";
import type { Assigns } from "../live/index.js";
import { isPromise } from "../mailbox/index.js";
import type { Frame } from "../protocol/index.js";
import type { Limits } from "../security/index.js";
import type { Channel } from "./channel.js";
import type { ErasedSocket } from "./channel-methods.js";
import { acceptedJson } from "./payload.js";
import { Allowed, Refusal } from "./replies.js";
import type { TopicHandle } from "./topic.js";

/** The channel that joins. */
export interface JoiningChannel {
  readonly socket: ErasedSocket;
  readonly limits: Limits;
  /** False once the channel has ended: the client has left, or its socket has closed. */
  readonly alive: boolean;
  /** Whether its session is alive, too. */
  mayStart(): boolean;
  /** Resolves when this node may act. */
  ready(): Promise<void> | undefined;
  /** Subscribes to the broadcasts of its topic. */
  listen(): Promise<void>;
  /** The client has its reply: what was pushed meanwhile is sent. */
  joined(): void;
  /** The join is refused: the channel ends. */
  end(reason: "left"): void;
  /** Logs with the topic. */
  log(message: string, details: Readonly<Record<string, unknown>>): void;
}

/** The join of a channel: its schema, the subscription to its topic, its `join`, and the reply. */
export class ChannelJoin {
  readonly #joining: JoiningChannel;
  readonly #channel: Channel;
  readonly #topic: TopicHandle;
  readonly #frame: Frame;

  constructor(joining: JoiningChannel, channel: Channel, topic: TopicHandle, frame: Frame) {
    this.#joining = joining;
    this.#channel = channel;
    this.#topic = topic;
    this.#frame = frame;
  }

  /** @param wildcard what the `*` of the channel's pattern matched */
  async run(wildcard: string): Promise<void> {
    try {
      await this.#run(wildcard);
    } catch (error) {
      if (!this.#joining.alive) return this.#answerLeft();
      if (error instanceof StatusError) {
        this.#joining.log("join refused", { why: error.message });
        return this.refuse("unauthorized");
      }
      this.#joining.log("channel join crashed", { error });
      this.refuse("join crashed");
    }
  }

  /** Every wait may have outlived the client's stay, or its session. */
  async #run(wildcard: string): Promise<void> {
    const joining = this.#joining;
    const reading = acceptedJson(this.#frame.payload, this.#channel.params, joining.limits);
    const params = isPromise(reading) ? await reading : reading;
    if (params === undefined) return this.refuse("bad payload");
    await joining.ready();
    if (!joining.alive) return this.#answerLeft();
    // Before `join` reads, so that nothing is missed in between: what arrives is held until the join is answered.
    await joining.listen();
    if (!joining.alive) return this.#answerLeft();
    if (!joining.mayStart()) return this.refuse("unauthorized");
    const result = await this.#channel.join(joining.socket, { topic: this.#topic.topic, wildcard, params: params.value });
    if (!joining.alive) return this.#answerLeft();
    if (result instanceof Refusal) return this.refuse(result.reason, result.details);
    if (typeof result !== "object" || result === null) return this.#refuseUnsaid(result);
    const { assigns, reply } = result instanceof Allowed ? result : { assigns: result, reply: {} };
    joining.socket.assign(assigns as Assigns);
    if (!joining.mayStart()) return this.refuse("unauthorized");
    this.#topic.reply(this.#frame.ref, "ok", reply);
    joining.joined();
  }

  /** A `join` that says neither who is in nor why not lets nobody in: it returned nothing, or true. */
  #refuseUnsaid(result: unknown): void {
    this.#joining.log(`channel join refused: join returned ${result === undefined ? "nothing" : describeValue(result)}`, {
      fix: 'return assigns ({} will do) to let a client in, or refuse("reason") to keep it out',
    });
    this.refuse("unauthorized");
  }

  refuse(reason: string, details: object = {}): void {
    this.#joining.end("left");
    this.#topic.reply(this.#frame.ref, "error", { ...details, reason });
    this.#topic.drop();
  }

  #answerLeft(): void {
    this.#topic.reply(this.#frame.ref, "error", { reason: "left" });
  }
}
