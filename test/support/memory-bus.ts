import { decodeData, encodeData } from "../../src/pubsub/codec.js";
import type { Carrier, CarrierHost, Message } from "../../src/pubsub/index.js";

/** Connects the nodes of one process: the smallest carrier, and the model for the others. */
export class MemoryBus {
  readonly #members = new Set<MemoryCarrier>();

  carrier(): Carrier {
    return new MemoryCarrier(this.#members);
  }
}

class MemoryCarrier implements Carrier {
  readonly #members: Set<MemoryCarrier>;
  readonly #topics = new Set<string>();
  #host: CarrierHost | undefined;

  constructor(members: Set<MemoryCarrier>) {
    this.#members = members;
  }

  async start(host: CarrierHost): Promise<void> {
    this.#host = host;
    for (const topic of host.topics) this.#topics.add(topic);
    this.#members.add(this);
  }

  async subscribe(topic: string): Promise<void> {
    this.#topics.add(topic);
  }

  unsubscribe(topic: string): void {
    this.#topics.delete(topic);
  }

  publish(message: Message): Promise<void> {
    const payload = encodeData(message.payload, "payload");
    for (const other of this.#members) {
      if (other !== this) queueMicrotask(() => other.#receive(message, payload));
    }
    return Promise.resolve();
  }

  async nodes(): Promise<readonly string[]> {
    return Array.from(this.#members, (member) => member.#host!.node);
  }

  async close(): Promise<void> {
    this.#members.delete(this);
    this.#host = undefined;
  }

  #receive(message: Message, payload: string): void {
    if (this.#topics.has(message.topic)) this.#host?.receive({ ...message, payload: decodeData(payload) });
  }
}
