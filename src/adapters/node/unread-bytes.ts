import type { ServerResponse } from "node:http";
import { OUTSIDE, Roster, type Member } from "../../collections/index.js";

/** Shorter rests are not counted: a connection costs as much itself. Bytes. */
const FREE_BYTES = 16 * 1024;

/** An answer whose rest waits for its client. */
interface Unread {
  readonly address: string;
  readonly bytes: number;
}

interface Entry extends Unread, Member {
  readonly outgoing: ServerResponse;
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
  readonly #answers = new Roster<Entry>();
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

  /** Whether an answer that was written in full is worth counting. Most are with the system by then. */
  static counts(outgoing: ServerResponse): boolean {
    return outgoing.writableLength >= FREE_BYTES && !outgoing.destroyed;
  }

  /** Counts an answer until it is read or its connection has ended. */
  add(outgoing: ServerResponse, address: string): void {
    const entry: Entry = { outgoing, address, bytes: outgoing.writableLength, place: OUTSIDE };
    this.#answers.add(entry);
    this.#add(address, entry.bytes);
    outgoing.once("close", () => this.#forget(entry));
    while (this.#bytes > this.#most && this.#answers.size > 1) this.#cutOldest();
  }

  #cutOldest(): void {
    let [address, most] = ["", 0];
    for (const [other, bytes] of this.#held) if (bytes > most) [address, most] = [other, bytes];
    const oldest = this.#answers.toArray().find((entry) => entry.address === address)!;
    this.#forget(oldest);
    oldest.outgoing.destroy();
    this.#cut({ address, bytes: oldest.bytes });
  }

  #forget(entry: Entry): void {
    if (this.#answers.delete(entry)) this.#add(entry.address, -entry.bytes);
  }

  #add(address: string, bytes: number): void {
    this.#bytes += bytes;
    const held = (this.#held.get(address) ?? 0) + bytes;
    if (held === 0) this.#held.delete(address);
    else this.#held.set(address, held);
  }
}
