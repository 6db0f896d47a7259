import { Register } from "../collections/index.js";
import { DISCONNECT, type PubSub, type Subscription } from "../pubsub/index.js";
import { SocketsByKey } from "./sockets-by-key.js";

/**
 * Sockets by the ids under which `endpoint.disconnect` finds them. While an id has sockets here, this node also listens to the
 * topic of that name: any node may broadcast `disconnect` on it.
 */
export class SocketsById<Socket extends {}> {
  readonly #pubsub: PubSub;
  readonly #disconnect: (id: string) => void;
  readonly #sockets = new SocketsByKey<Socket>();
  readonly #heard = new Register<Subscription>();

  /** @param disconnect called when a `disconnect` is broadcast on an id */
  constructor(pubsub: PubSub, disconnect: (id: string) => void) {
    this.#pubsub = pubsub;
    this.#disconnect = disconnect;
  }

  of(id: string): readonly Socket[] {
    return this.#sockets.of(id);
  }

  enter(id: string, socket: Socket): void {
    this.#sockets.enter(id, socket);
    if (this.#heard.has(id)) return;
    this.#heard.set(id, this.#pubsub.subscribe(id, ({ event }) => {
      if (event === DISCONNECT) this.#disconnect(id);
    }));
  }

  leave(id: string, socket: Socket): void {
    this.#sockets.leave(id, socket);
    if (this.#sockets.has(id)) return;
    this.#heard.delete(id)?.unsubscribe();
  }
}
