import { transferFor, type PageContext, type Transfer } from "../live/index.js";
import type { Frame } from "../protocol/index.js";
import { viewOn } from "./live-joins.js";
import { asObject } from "./payload.js";
import { refuseJoin, type TopicHandle, type TopicHandler, type TopicMatcher } from "./topic.js";

const PREFIX = "lvu:";

/** Joins of uploads: topics `lvu:<ref>`, each with the token that its view made for one file. */
export class UploadJoins implements TopicMatcher {
  readonly #context: PageContext;

  constructor(context: PageContext) {
    this.#context = context;
  }

  hasTokens(topic: string): boolean {
    return topic.startsWith(PREFIX);
  }

  join(topic: TopicHandle, frame: Frame): TopicHandler | undefined {
    if (!topic.topic.startsWith(PREFIX)) return undefined;
    const { token } = asObject(frame.payload);
    const transfer = topic.socket.alive
      ? transferFor(token, topic.topic, this.#context, (id) => viewOn(topic, id)?.process) : undefined;
    if (transfer === undefined) return this.#refuse(topic, frame, "invalid_token");
    if (!transfer.open(topic)) return this.#refuse(topic, frame, "already_registered");
    topic.reply(frame.ref, "ok", {});
    return new UploadTopic(topic, transfer);
  }

  #refuse(topic: TopicHandle, frame: Frame, reason: string): TopicHandler {
    this.#context.log("upload refused", { topic: topic.topic.slice(0, 64), reason });
    return refuseJoin(topic, frame, { reason });
  }
}

/** A file on its topic: each chunk is one binary message, answered once it is written. */
class UploadTopic implements TopicHandler {
  readonly paced = true;
  readonly #topic: TopicHandle;
  readonly #transfer: Transfer;

  constructor(topic: TopicHandle, transfer: Transfer) {
    this.#topic = topic;
    this.#transfer = transfer;
  }

  receive({ event, payload, ref }: Frame, bytes: number): void {
    if (event !== "chunk" || !(payload instanceof Uint8Array)) return this.#topic.reply(ref, "error", { reason: "unknown message" });
    void this.#take(payload, ref, bytes);
  }

  async #take(chunk: Uint8Array, ref: string | null, bytes: number): Promise<void> {
    const { socket } = this.#topic;
    socket.queued(bytes);
    const refusal = await this.#transfer.receive(chunk);
    socket.queued(-bytes);
    if (refusal === undefined) return this.#topic.reply(ref, "ok", {});
    this.#topic.reply(ref, "error", refusal);
    this.#topic.leave("phx_close");
  }

  end(): void {
    this.#transfer.clientLeft();
  }
}
