import { checkValue, having } from "../errors/options.js";
import type { Socket } from "../live/index.js";
import { DISCONNECT, publishOn, TOPIC, type AsData, type EventOf, type Fence, type PubSub, type Topic } from "../pubsub/index.js";

/** A sender that a broadcast can leave out: a view's socket. */
type Broadcaster = Pick<Socket<object>, "broadcastFrom" | "localBroadcastFrom">;

const SENDER = having("the view's socket", "broadcastFrom", "localBroadcastFrom");

function checkSender(method: string, from: unknown): void {
  checkValue(
    "pubsub_misuse",
    { of: `endpoint.${method}`, fix: `endpoint.${method}(socket, postUpdated(post.id), post)` },
    "the first argument",
    from,
    SENDER,
  );
}

/** What an endpoint sends to the subscribers of a topic. */
export class Broadcasts {
  readonly #pubsub: PubSub;
  readonly #fence: Fence;

  constructor(pubsub: PubSub, fence: Fence) {
    this.#pubsub = pubsub;
    this.#fence = fence;
  }

  /**
   * Sends to every subscriber of a topic. `"disconnect"` on a `liveSocketId` ends its sockets, as in Phoenix; no other event to a
   * `…_socket:…` compiles.
   *
   * @example
   * endpoint.broadcast(postUpdated(post.id), post);
   * endpoint.broadcast("users_socket:1", "disconnect", {});
   */
  broadcast<P>(topic: Topic<P>, payload: NoInfer<P>): void;
  broadcast<Name extends string, P>(topic: Name, event: EventOf<Name>, payload: P & AsData<P>): void;
  broadcast(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    checkValue(
      "pubsub_misuse",
      { of: "endpoint.broadcast", fix: "endpoint.broadcast(postUpdated(post.id), post)" },
      "the topic",
      topic,
      TOPIC,
    );
    const { name, event: named } = typeof topic === "string" ? { name: topic, event } : topic;
    // It rejects if the PubSub is closed: then there is no socket left to end, and a broadcast reaches nobody either.
    if (named === DISCONNECT) this.#fence.disconnect({ of: { liveSocketId: name } }).catch(() => {});
    void publishOn(this.#pubsub, topic, event, payload);
  }

  /**
   * Sends to every subscriber of a topic except the given view: for a context called by a view that already shows its change.
   *
   * @param from the view's socket
   * @example
   * endpoint.broadcastFrom(socket, postUpdated(post.id), post);
   */
  broadcastFrom<P>(from: Broadcaster, topic: Topic<P>, payload: NoInfer<P>): void;
  broadcastFrom<P>(from: Broadcaster, topic: string, event: string, payload: P & AsData<P>): void;
  broadcastFrom(from: Broadcaster, topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    checkSender("broadcastFrom", from);
    if (typeof topic === "string") from.broadcastFrom(topic, String(event), payload);
    else from.broadcastFrom(topic, event);
  }

  /**
   * Sends to the subscribers of this node only: for what each node finds out itself, such as that its cache is stale.
   *
   * @example
   * endpoint.localBroadcast(cacheCleared, { at: Date.now() });
   */
  localBroadcast<P>(topic: Topic<P>, payload: NoInfer<P>): void;
  localBroadcast<Name extends string, P>(topic: Name, event: EventOf<Name>, payload: P & AsData<P>): void;
  localBroadcast(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    void publishOn(this.#pubsub, topic, event, payload, { local: true });
  }

  /**
   * The same, except to the given view, as in `broadcastFrom`.
   *
   * @example
   * endpoint.localBroadcastFrom(socket, cacheCleared, { at: Date.now() });
   */
  localBroadcastFrom<P>(from: Broadcaster, topic: Topic<P>, payload: NoInfer<P>): void;
  localBroadcastFrom<P>(from: Broadcaster, topic: string, event: string, payload: P & AsData<P>): void;
  localBroadcastFrom(from: Broadcaster, topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    checkSender("localBroadcastFrom", from);
    if (typeof topic === "string") from.localBroadcastFrom(topic, String(event), payload);
    else from.localBroadcastFrom(topic, event);
  }
}
