import type { ServerResponse } from "node:http";

/** Shorter rests are not counted: a connection costs as much itself. Bytes. */
const FREE_BYTES = 16 * 1024;

/** An answer whose rest waits for its client. */
interface Unread {
  readonly address: string;
  readonly bytes: number;
}

/**
 * Answers that were handed to Node and that their clients have not read: Node keeps all of an answer until its last byte is with the
 * system. Whoever asks for a large page on many connections, and reads nothing, or a few bytes now and then, would have the process
 * keep it as often.
 *
 * Together they hold so many bytes. If one is too many, the address that holds most loses its oldest: a client that reads is younger
 * than one that does not.
 */
export class UnreadBytes {
  readonly #most: number;
  readonly #cut: (unread: Unread) => void;
  /** The oldest first. */
  readonly #answers = new Map<ServerResponse, Unread>();
  readonly #held = new Map<string, number>();
  #bytes = 0;

  /**
   * @param most bytes of all answers together; a single one may be longer
   * @param cut told which answer was ended, with its connection
   */
  constructor(most: number, cut: (unread: Unread) => void) {
    this.#most = most;
    this.#cut = cut;
  }

  /** How many bytes wait for their clients. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts an answer that was written in full, until it is read or its connection has ended. */
  watch(outgoing: ServerResponse, address: string): void {
    const bytes = outgoing.writableLength;
    if (bytes < FREE_BYTES || outgoing.destroyed) return;
    this.#answers.set(outgoing, { address, bytes });
    this.#add(address, bytes);
    outgoing.once("close", () => this.#forget(outgoing));
    while (this.#bytes > this.#most && this.#answers.size > 1) this.#cutOldest();
  }

  #cutOldest(): void {
    let [address, most] = ["", 0];
    for (const [other, bytes] of this.#held) if (bytes > most) [address, most] = [other, bytes];
    for (const [outgoing, unread] of this.#answers) {
      if (unread.address !== address) continue;
      this.#forget(outgoing);
      outgoing.destroy();
      return this.#cut(unread);
    }
  }

  #forget(outgoing: ServerResponse): void {
    const unread = this.#answers.get(outgoing);
    if (unread === undefined) return;
    this.#answers.delete(outgoing);
    this.#add(unread.address, -unread.bytes);
  }

  #add(address: string, bytes: number): void {
    this.#bytes += bytes;
    const held = (this.#held.get(address) ?? 0) + bytes;
    if (held === 0) this.#held.delete(address);
    else this.#held.set(address, held);
  }
}
