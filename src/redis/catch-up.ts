import type { Envelope } from "./envelope.js";
import type { Run } from "./membership.js";

/** How long a topic's last messages are kept, ms: longer than an outage that sockets survive. */
export const KEPT_MS = 60_000;

/** How long before a reading is tried again that failed, ms. */
const RETRY_MS = 500;

/** Keeps a topic's last messages, and publishes this one. */
export const PUBLISH_KEPT = `
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[1], '*', 'm', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
return redis.call('PUBLISH', ARGV[3], ARGV[2])`;

/** A topic whose last messages are kept. */
interface Followed {
  /** What is newer in the stream may have been missed. */
  cursor: string;
  /** The newest message that was delivered, of each node. */
  readonly sequences: Map<string, number>;
  /** What came since the connection went, until the stream was read: it is newer. */
  held: Envelope[] | undefined;
  /** How often the connection has come back: who reads the stream for an older one leaves it to the newer. */
  revivals: number;
}

/** What catching up needs. */
export interface CatchUpParts {
  readonly run: Run;
  /** Begins the keys of the streams. */
  readonly prefix: string;
  /** The database's clock, ms. */
  now(): number;
  /** Reads a message's text; undefined if it is refused. */
  open(text: string): Envelope | undefined;
  deliver(envelope: Envelope): void;
}

/**
 * Delivers what was published while the connection was away, for topics whose last messages are kept: each once, in order,
 * and before what comes meanwhile.
 */
export class CatchUp {
  readonly #parts: CatchUpParts;
  readonly #followed = new Map<string, Followed>();
  #closed = false;

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
  }

  /** From now on. The topic's messages arrive already. */
  async follow(topic: string): Promise<void> {
    if (this.#followed.has(topic)) return;
    const { run, prefix, now } = this.#parts;
    // An id is a moment, so this will do if nobody can be asked for a better one.
    const followed: Followed = { cursor: `${Math.floor(now())}-0`, sequences: new Map(), held: undefined, revivals: 0 };
    this.#followed.set(topic, followed);
    try {
      const [last] = entriesOf(await run(["XREVRANGE", prefix + topic, "+", "-", "COUNT", "1"]));
      followed.cursor = last?.id ?? "0-0";
    } catch {
      // The database is away.
    }
  }

  unfollow(topic: string): void {
    this.#followed.delete(topic);
  }

  /** A message that came just now. */
  receive(envelope: Envelope): void {
    const followed = this.#followed.get(envelope.message.topic);
    if (followed === undefined) this.#parts.deliver(envelope);
    else if (followed.held !== undefined) followed.held.push(envelope);
    else this.#deliverOnce(followed, envelope);
  }

  /**
   * The connection is down. What comes from then on waits until the stream was read: the server may have taken the
   * subscriptions back, and sent messages, before the connection is said to be up.
   */
  suspend(): void {
    for (const followed of this.#followed.values()) followed.held ??= [];
  }

  /** The connection is up again. */
  revive(): void {
    for (const [topic, followed] of this.#followed) {
      if (followed.held !== undefined) void this.#catchUp(topic, followed);
    }
  }

  close(): void {
    this.#closed = true;
    this.#followed.clear();
  }

  async #catchUp(topic: string, followed: Followed): Promise<void> {
    const revival = ++followed.revivals;
    const current = (): boolean => !this.#closed && this.#followed.get(topic) === followed && followed.revivals === revival;
    while (current()) {
      try {
        const answer = await this.#parts.run(["XRANGE", this.#parts.prefix + topic, `(${followed.cursor}`, "+"]);
        if (!current()) return;
        for (const { id, text } of entriesOf(answer)) {
          followed.cursor = id;
          const envelope = this.#parts.open(text);
          // The stream's ids say when a message came: one that is much older was put there by somebody else.
          if (envelope?.message.topic === topic && Number.parseInt(id, 10) - envelope.sentAt < KEPT_MS) this.#deliverOnce(followed, envelope);
        }
        break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    if (!current()) return;
    const held = followed.held ?? [];
    followed.held = undefined;
    for (const envelope of held) this.#deliverOnce(followed, envelope);
  }

  #deliverOnce({ sequences }: Followed, envelope: Envelope): void {
    const { node, sequence } = envelope.message;
    if (sequence <= (sequences.get(node) ?? 0)) return;
    sequences.set(node, sequence);
    this.#parts.deliver(envelope);
  }
}

function entriesOf(answer: unknown): { id: string; text: string }[] {
  return (answer as [string, string[]][]).map(([id, fields]) => ({ id, text: fields[1] ?? "" }));
}
