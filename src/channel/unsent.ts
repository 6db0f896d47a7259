import { networkOf } from "../security/index.js";

/** A socket whose client reads more slowly than it is sent to. */
interface SlowSocket {
  readonly info: { readonly peer: string };
  /** Unsent bytes. */
  readonly unsent: number;
  readonly congested: boolean;
  /** It is closed because it does not read. */
  tooSlow(): void;
}

/**
 * The unsent bytes of all sockets that have more of them than `outgoingSoftBytes`. Each has a bound of its own, but a client may open
 * many, have large pages rendered on them, and read nothing. If all together are too many, the network that holds most loses its oldest
 * slow socket, the one that has not read for longest.
 */
export class Unsent {
  readonly #most: number;
  /** Those that have not read for longest first. Few: each has a megabyte or more. */
  readonly #slow = new Set<SlowSocket>();

  /** @param most bytes of all slow sockets together; a single one may have more */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * The socket has been sent more than its client reads.
   *
   * @param anew whether its client had read what it was sent before: then others that did not are closed before it
   */
  congested(socket: SlowSocket, anew: boolean): void {
    if (anew) this.#slow.delete(socket);
    this.#slow.add(socket);
    while (this.#slow.size > 1) {
      const slowest = this.#beyond();
      if (slowest === undefined) return;
      this.#slow.delete(slowest);
      slowest.tooSlow();
    }
  }

  /** The socket has closed. */
  forget(socket: SlowSocket): void {
    this.#slow.delete(socket);
  }

  /** The socket to close; undefined if there is room for all. */
  #beyond(): SlowSocket | undefined {
    let all = 0;
    for (const socket of this.#slow) {
      if (socket.congested) all += socket.unsent;
      else this.#slow.delete(socket);
    }
    if (all <= this.#most || this.#slow.size < 2) return undefined;
    const held = new Map<string, { bytes: number; readonly oldest: SlowSocket }>();
    for (const socket of this.#slow) {
      const network = networkOf(socket.info.peer);
      const entry = held.get(network);
      if (entry === undefined) held.set(network, { bytes: socket.unsent, oldest: socket });
      else entry.bytes += socket.unsent;
    }
    return [...held.values()].reduce((most, each) => (each.bytes > most.bytes ? each : most)).oldest;
  }
}
