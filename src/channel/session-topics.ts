import { OUTSIDE, Register, Roster, type Member } from "../collections/index.js";
import type { PubSub, Subscription } from "../pubsub/index.js";

/** A socket under its topic. */
interface Entry<Socket> extends Member {
  readonly topic: string;
  readonly socket: Socket;
}

/** The sockets of one topic, and its subscription. */
interface Heard<Socket> {
  readonly sockets: Roster<Entry<Socket>>;
  readonly subscription: Subscription;
}

/** Listens to the topics on which sessions are reported to have ended: one subscription for each topic with sockets here. */
export class SessionTopics<Socket extends object> {
  readonly #pubsub: PubSub;
  readonly #check: (socket: Socket) => void;
  readonly #byTopic = new Register<Heard<Socket>>();
  readonly #entries = new WeakMap<Socket, Entry<Socket>>();

  /** @param check called for each socket of a topic when a message arrives on it, and once the topic is first subscribed for it */
  constructor(pubsub: PubSub, check: (socket: Socket) => void) {
    this.#pubsub = pubsub;
    this.#check = check;
  }

  enter(topic: string, socket: Socket): void {
    const heard = this.#byTopic.get(topic) ?? this.#hear(topic);
    const entry: Entry<Socket> = { topic, socket, place: OUTSIDE };
    heard.sockets.add(entry);
    this.#entries.set(socket, entry);
    // The session was checked before the subscription was active: check again, or a message in between would be missed.
    void heard.subscription.ready.then(() => heard.sockets.has(entry) && this.#check(socket), () => {});
  }

  leave(socket: Socket): void {
    const entry = this.#entries.get(socket);
    if (entry === undefined) return;
    this.#entries.delete(socket);
    const heard = this.#byTopic.get(entry.topic)!;
    heard.sockets.delete(entry);
    if (heard.sockets.size > 0) return;
    heard.subscription.unsubscribe();
    this.#byTopic.delete(entry.topic);
  }

  #hear(topic: string): Heard<Socket> {
    const sockets = new Roster<Entry<Socket>>();
    const subscription = this.#pubsub.subscribe(topic, () => sockets.forEach(({ socket }) => this.#check(socket)));
    const heard = { sockets, subscription };
    this.#byTopic.set(topic, heard);
    return heard;
  }
}
