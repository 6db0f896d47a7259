import type { Owner } from "./owner.js";

/**
 * The object that applications call their socket. It has no state: each feature adds its methods, and reaches the socket's
 * owner through `ownerOf`, which applications cannot.
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

/** The view or component behind a socket. */
export const { ownerOf } = SocketBase;

/** Declares a feature's socket methods. `this` is the socket in all of them. */
export function socketPart<Methods extends object>(methods: Methods & ThisType<SocketBase>): Methods {
  return methods;
}
