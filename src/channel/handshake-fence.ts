/** How many ids that were disconnected during handshakes are remembered. */
const MAX_DISCONNECTED = 10_000;

/**
 * Remembers what is disconnected while handshakes are in progress. Between the moment a handshake reads its session and the
 * moment its socket is registered, a disconnect would miss it; its ticket tells whether that happened.
 */
export class HandshakeFence {
  #inProgress = 0;
  /** Counts the disconnects: a ticket is the count at the handshake's start. */
  #disconnects = 0;
  readonly #disconnected = new Map<string, number>();
  /** Handshakes with a lower ticket are all fenced. */
  #fencedAll = 0;

  /** A handshake begins. Returns its ticket. */
  begin(): number {
    this.#inProgress++;
    return this.#disconnects;
  }

  /** A handshake has ended, with or without success. */
  end(): void {
    if (--this.#inProgress === 0) this.#disconnected.clear();
  }

  /** Whether the id or session was disconnected since the handshake with this ticket began. */
  fenced(key: string | undefined, ticket: number): boolean {
    return ticket < this.#fencedAll || (key !== undefined && (this.#disconnected.get(key) ?? 0) > ticket);
  }

  /** An id or session is disconnected. */
  fence(key: string): void {
    this.#disconnects++;
    if (this.#inProgress === 0) return;
    this.#disconnected.set(key, this.#disconnects);
    if (this.#disconnected.size <= MAX_DISCONNECTED) return;
    // Too many disconnects to remember, because some handshake does not end: fence all that are in progress. Their clients
    // retry.
    this.#fencedAll = this.#disconnects;
    this.#disconnected.clear();
  }

  /** Everything is disconnected. */
  fenceAll(): void {
    this.#fencedAll = ++this.#disconnects;
  }
}
