import { Register } from "../collections/index.js";

/**
 * Sockets by a key that several may share, such as a session. Nearly all keys have one socket, and a Set of one would be among the
 * largest objects that an idle page keeps: so only the others of a key are in a Set.
 */
export class SocketsByKey<Socket extends {}> {
  readonly #first = new Register<Socket>();
  readonly #others = new Register<Set<Socket>>();

  has(key: string): boolean {
    return this.#first.has(key);
  }

  count(key: string): number {
    return this.#first.has(key) ? 1 + (this.#others.get(key)?.size ?? 0) : 0;
  }

  /** The sockets of a key, in the order in which they entered. */
  of(key: string): readonly Socket[] {
    const first = this.#first.get(key);
    return first === undefined ? [] : [first, ...(this.#others.get(key) ?? [])];
  }

  /** Does nothing if the socket is already there. */
  enter(key: string, socket: Socket): void {
    const first = this.#first.get(key);
    if (first === undefined) return void this.#first.set(key, socket);
    if (first === socket) return;
    const others = this.#others.get(key);
    if (others === undefined) this.#others.set(key, new Set([socket]));
    else others.add(socket);
  }

  /** Does nothing if the socket is not there. */
  leave(key: string, socket: Socket): void {
    const others = this.#others.get(key);
    if (this.#first.get(key) !== socket) {
      others?.delete(socket);
    } else {
      const [next] = others ?? [];
      if (next === undefined) {
        this.#first.delete(key);
      } else {
        this.#first.set(key, next);
        others?.delete(next);
      }
    }
    if (others?.size === 0) this.#others.delete(key);
  }
}
