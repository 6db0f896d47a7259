import type { PubSub, Subscription } from "../pubsub/index.js";

/** The sockets of one topic, and its subscription. */
interface Heard<Socket> {
  readonly sockets: Set<Socket>;
  readonly subscription: Subscription;
}

/** Listens to the topics on which sessions are reported to have ended: one subscription for each topic with sockets here. */
export class SessionTopics<Socket> {
  readonly #pubsub: PubSub;
  readonly #check: (socket: Socket) => void;
  readonly #byTopic = new Map<string, Heard<Socket>>();
  readonly #topics = new Map<Socket, string>();

  /** @param check called for each socket of a topic when a message arrives on it, and once the topic is first subscribed for it */
  constructor(pubsub: PubSub, check: (socket: Socket) => void) {
    this.#pubsub = pubsub;
    this.#check = check;
  }

  enter(topic: string, socket: Socket): void {
    const heard = this.#byTopic.get(topic) ?? this.#hear(topic);
    heard.sockets.add(socket);
    this.#topics.set(socket, topic);
    // The session was checked before the subscription was active: check again, or a message in between would be missed.
    void heard.subscription.ready.then(() => heard.sockets.has(socket) && this.#check(socket), () => {});
  }

  leave(socket: Socket): void {
    const topic = this.#topics.get(socket);
    if (topic === undefined) return;
    this.#topics.delete(socket);
    const heard = this.#byTopic.get(topic)!;
    heard.sockets.delete(socket);
    if (heard.sockets.size > 0) return;
    heard.subscription.unsubscribe();
    this.#byTopic.delete(topic);
  }

  #hear(topic: string): Heard<Socket> {
    const sockets = new Set<Socket>();
    const subscription = this.#pubsub.subscribe(topic, () => {
      for (const socket of sockets) this.#check(socket);
    });
    const heard = { sockets, subscription };
    this.#byTopic.set(topic, heard);
    return heard;
  }
}
