import { Envelope, type Frame } from "../protocol/index.js";
import { Topic, type TopicHandler, type TopicMatcher, type TopicSocket } from "./topic.js";
import { TopicTable } from "./topic-table.js";

/** The longest name of a topic, in characters. */
const MAX_TOPIC = 1_024;

/** The topics of one socket: joins them, and passes each frame to the join that it belongs to. */
export class SocketTopics {
  readonly #socket: TopicSocket;
  readonly #matcher: TopicMatcher;
  readonly #max: number;
  readonly #topics = new TopicTable<Topic>();
  #ended = false;

  /** @param max how many topics without their own token may be joined at once */
  constructor(socket: TopicSocket, matcher: TopicMatcher, max: number) {
    this.#socket = socket;
    this.#matcher = matcher;
    this.#max = max;
  }

  /** How many topics are joined, or being joined. */
  get count(): number {
    return this.#topics.size;
  }

  handler(topic: string): TopicHandler | undefined {
    return this.#topics.get(topic)?.handler;
  }

  /** The handlers of the joined topics. */
  handlers(): TopicHandler[] {
    return this.#topics.toArray().flatMap(({ handler }) => handler ?? []);
  }

  /** Whether a frame is paced by its topic's handler: then it does not count against the rate. */
  paces(frame: Frame): boolean {
    return this.#topics.get(frame.topic)?.paces(frame) === true;
  }

  receive(frame: Frame, bytes: number): void {
    const { topic, event, ref, joinRef } = frame;
    if (event === "phx_join") return this.#join(frame, bytes);
    const joined = this.#topics.get(topic);
    const handler = joined?.handler;
    if (joined === undefined || handler === undefined) {
      if (event === "phx_leave") return this.#socket.send(new Envelope(joinRef, topic).reply(ref, "ok", {}));
      return this.#socket.send(unmatched(frame));
    }
    // A frame of an earlier join: its sender no longer waits for a reply. One without a join has none.
    if (joinRef === null) return this.#socket.send(unmatched(frame));
    if (joinRef !== joined.joinRef) return;
    // Each ref counts once: a repeated frame is a replay, and has been answered.
    if (!joined.isNext(ref)) return this.#socket.send(unmatched(frame));
    if (event === "phx_leave") {
      handler.end("left");
      joined.leave("phx_close");
      return this.#socket.send(new Envelope(joinRef, topic).reply(ref, "ok", {}));
    }
    handler.receive(frame, bytes);
  }

  #join(frame: Frame, bytes: number): void {
    const { topic, ref, joinRef } = frame;
    // A longer topic would be logged and subscribed to. One with a lone surrogate has no UTF-8 form: to a database or another
    // node it would be another topic than the one that was authorized.
    if (topic.length > MAX_TOPIC || !topic.isWellFormed()) return this.#socket.send(unmatched(frame));
    const previous = this.#topics.get(topic);
    if (previous === undefined && this.#isFull(topic)) {
      return this.#socket.send(new Envelope(joinRef, topic).reply(ref, "error", { reason: "too many topics" }));
    }
    const joined = new Topic(this.#socket, topic, joinRef, previous);
    joined.isNext(ref);
    this.#topics.put(joined);
    const handler = this.#matcher.join(joined, frame, bytes);
    if (handler === undefined) {
      this.#topics.delete(topic);
      return this.#socket.send(unmatched(frame));
    }
    joined.handler = handler;
    // The join itself may have disconnected its own user.
    if (this.#ended) handler.end();
  }

  #isFull(topic: string): boolean {
    if (this.#topics.size < this.#max || this.#matcher.hasTokens?.(topic) === true) return false;
    return this.#topics.toArray().filter((joined) => this.#matcher.hasTokens?.(joined.topic) !== true).length >= this.#max;
  }

  /** Frees the topic's name, unless a later join has taken it over. */
  release(topic: Topic): void {
    if (this.#topics.get(topic.topic) === topic) this.#topics.delete(topic.topic);
  }

  /** Ends one topic and tells its client. False if it is not joined. */
  eject(topic: string): boolean {
    const joined = this.#topics.get(topic);
    if (joined === undefined) return false;
    joined.handler?.end();
    joined.leave("phx_error");
    return true;
  }

  /** Ends all topics; nothing is sent for them any more. */
  end(): void {
    this.#ended = true;
    for (const topic of this.#topics.toArray()) topic.handler?.end();
    this.#topics.clear();
  }
}

/** The reply to a frame whose topic is not joined. */
export function unmatched({ topic, ref }: Frame): string {
  return new Envelope(null, topic).reply(ref, "error", { reason: "unmatched topic" });
}
