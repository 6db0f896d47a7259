/** How old the first message of a node may be that has not been heard before, ms. */
const FIRST_CONTACT_MS = 60_000;

/** How long a silent node is remembered, ms. Longer than its messages may be old, so that none of them counts as a first. */
const REMEMBERED_MS = 2 * FIRST_CONTACT_MS;

interface Peer {
  sequence: number;
  heardAt: number;
}

/**
 * Tells a node's next message from one that was heard before. A node's sequence rises, and the bus keeps the order, so what
 * does not rise is a replay. Of a node that is new here, a message is refused if it is old.
 */
export class ReplayGuard {
  readonly #peers = new Map<string, Peer>();
  #sweptAt = 0;

  /** How many nodes are remembered. */
  get size(): number {
    return this.#peers.size;
  }

  /**
   * @param sentAt by the database's clock, ms
   * @param now by the same clock
   * @returns whether the message is new
   */
  accept(node: string, sequence: number, sentAt: number, now: number): boolean {
    const peer = this.#peers.get(node);
    if (peer !== undefined) {
      if (sequence <= peer.sequence) return false;
      peer.sequence = sequence;
      peer.heardAt = now;
      return true;
    }
    if (now - sentAt > FIRST_CONTACT_MS) return false;
    this.#forgetSilent(now);
    this.#peers.set(node, { sequence, heardAt: now });
    return true;
  }

  #forgetSilent(now: number): void {
    if (now - this.#sweptAt < REMEMBERED_MS) return;
    this.#sweptAt = now;
    for (const [node, peer] of this.#peers) if (now - peer.heardAt > REMEMBERED_MS) this.#peers.delete(node);
  }
}
