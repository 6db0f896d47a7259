import { networkOf } from "../security/index.js";

/** How many sockets each client network has open. An IPv6 client has a whole network of addresses, so these count as one. */
export class NetworkCounts {
  readonly #counts = new Map<string, number>();

  of(peer: string): number {
    return this.#counts.get(networkOf(peer)) ?? 0;
  }

  enter(peer: string): void {
    const network = networkOf(peer);
    this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1);
  }

  leave(peer: string): void {
    const network = networkOf(peer);
    const left = (this.#counts.get(network) ?? 0) - 1;
    if (left > 0) this.#counts.set(network, left);
    else this.#counts.delete(network);
  }
}
