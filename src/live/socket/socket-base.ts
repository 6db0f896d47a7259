import type { Owner } from "./owner.js";

/**
 * The object that applications call their socket. It has nothing of its own: each feature adds its methods, and reaches
 * what the socket stands for through `ownerOf`, which applications cannot.
 */
export abstract class SocketBase {
  readonly #owner: Owner;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  static ownerOf(socket: SocketBase): Owner {
    return socket.#owner;
  }
}

/** The view or component that a socket stands for. */
export const { ownerOf } = SocketBase;

/** A feature's methods of the socket. `this` is the socket in all of them. */
export function socketPart<Methods extends object>(methods: Methods & ThisType<SocketBase>): Methods {
  return methods;
}
