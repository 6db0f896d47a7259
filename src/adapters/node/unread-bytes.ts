import type { ServerResponse } from "node:http";
import { OUTSIDE, Roster, type Member } from "../../collections/index.js";

/** Shorter rests are not counted: a connection costs as much itself. Bytes. */
const FREE_BYTES = 16 * 1024;

/** After how many answers, and after how long, it is looked which are handed over and not read. A promise for each costs more. */
const LOOK_AFTER = 8;
const LOOK_AFTER_MS = 100;

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
 * than one that does not. An answer of which nothing is read for some time ends by itself; what waits for the server, such as a poll or
 * the next event of a stream, does not.
 */
export class UnreadBytes {
  readonly #most: number;
  readonly #stalledMs: number;
  readonly #addressOf: (outgoing: ServerResponse) => string;
  readonly #cut: (unread: Unread) => void;
  /** Answers that have begun. */
  #begun: ServerResponse[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The oldest first. */
  readonly #answers = new Roster<Entry>();
  readonly #held = new Map<string, number>();
  #bytes = 0;

  /**
   * @param most bytes of all answers together; a single one may be longer
   * @param stalledMs how long a client may read nothing of an answer, ms
   * @param addressOf the address of an answer's client
   * @param cut told which answer was ended, with its connection
   */
  constructor(most: number, stalledMs: number, addressOf: (outgoing: ServerResponse) => string, cut: (unread: Unread) => void) {
    this.#most = most;
    this.#stalledMs = stalledMs;
    this.#addressOf = addressOf;
    this.#cut = cut;
  }

  /** How many bytes wait for their clients. */
  get bytes(): number {
    return this.#bytes;
  }

  /** An answer begins. Once it is handed over, it counts until it is read or its connection has ended. */
  watch(outgoing: ServerResponse): void {
    if (this.#begun.push(outgoing) >= LOOK_AFTER) this.#look();
    this.#timer ??= setTimeout(this.#lookLater, LOOK_AFTER_MS).unref();
  }

  /** The server closes. */
  end(): void {
    clearTimeout(this.#timer);
  }

  readonly #lookLater = (): void => {
    this.#timer = undefined;
    this.#look();
    if (this.#begun.length > 0) this.#timer = setTimeout(this.#lookLater, LOOK_AFTER_MS).unref();
  };

  #look(): void {
    const begun = this.#begun;
    this.#begun = [];
    for (const outgoing of begun) {
      if (outgoing.destroyed) continue;
      if (outgoing.writableLength > 0) this.#limit(outgoing);
      if (!outgoing.writableEnded) this.#begun.push(outgoing);
      else if (outgoing.writableLength >= FREE_BYTES) this.#count(outgoing);
    }
  }

  /**
   * Limits how long the rest of an answer may stand still. Not for every connection from its beginning: most have nothing to wait for, and
   * each would keep a timer, which Node sets anew with every byte. Not on the server: Node then closes no idle connection any more.
   */
  #limit(outgoing: ServerResponse): void {
    if (this.#stalledMs === Infinity || outgoing.listenerCount("timeout") > 0) return;
    // Node calls back after that long without a byte in either direction, and counts a long write as long as it gets on.
    outgoing.setTimeout(this.#stalledMs, () => {
      if (outgoing.writableLength > 0) outgoing.destroy();
    });
  }

  #count(outgoing: ServerResponse): void {
    const address = this.#addressOf(outgoing);
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
