/** How old the first message from an unknown node may be, ms, and how far in the future: the clock may have been set back since. */
const FIRST_CONTACT_MS = 60_000;

/** How long a silent node is remembered, ms: longer than its messages may be old, so that none of them passes as a first one. */
const REMEMBERED_MS = 2 * FIRST_CONTACT_MS;

interface Peer {
  sequence: number;
  heardAt: number;
}

/**
 * Distinguishes a node's next message from a replay. A node's sequence rises, and the bus keeps the order, so a sequence that
 * does not rise is a replay. The first message from an unknown node is refused if it is of another time.
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
    if (Math.abs(now - sentAt) > FIRST_CONTACT_MS) return false;
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
