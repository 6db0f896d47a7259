import { Register } from "../collections/index.js";

/**
 * Sockets by a key that several may share, such as a session. Nearly all keys have one socket, and a Set of one would be among the
 * largest objects that an idle page keeps: so a key gets a Set with its second socket, and keeps it to its end.
 */
export class SocketsByKey<Socket extends {}> {
  readonly #only = new Register<Socket>();
  readonly #several = new Register<Set<Socket>>();

  has(key: string): boolean {
    return this.#only.has(key) || this.#several.has(key);
  }

  count(key: string): number {
    return this.#several.get(key)?.size ?? (this.#only.has(key) ? 1 : 0);
  }

  /** The sockets of a key, in the order in which they entered. */
  of(key: string): readonly Socket[] {
    const only = this.#only.get(key);
    return only === undefined ? [...(this.#several.get(key) ?? [])] : [only];
  }

  /** Does nothing if the socket is already there. */
  enter(key: string, socket: Socket): void {
    const several = this.#several.get(key);
    if (several !== undefined) return void several.add(socket);
    const only = this.#only.get(key);
    if (only === undefined) return void this.#only.set(key, socket);
    if (only === socket) return;
    this.#several.set(key, new Set([only, socket]));
    this.#only.delete(key);
  }

  /** Does nothing if the socket is not there. */
  leave(key: string, socket: Socket): void {
    const several = this.#several.get(key);
    if (several === undefined) {
      if (this.#only.get(key) === socket) this.#only.delete(key);
      return;
    }
    several.delete(socket);
    if (several.size === 0) this.#several.delete(key);
  }
}
