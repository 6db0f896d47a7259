import type { Envelope } from "./envelope.js";
import type { Run } from "./membership.js";
import { isLasting } from "./refusal.js";

/** How long a topic's last messages are kept, ms: longer than any outage that sockets survive. */
const KEPT_MS = 60_000;

/** How long to wait before a failed read is retried, ms. */
const RETRY_MS = 500;

/** How many messages of one topic may wait for a read. Beyond that they are delivered, and what was missed stays so. */
const HELD_MESSAGES = 10_000;

/** Keeps a topic's last messages, and publishes the newest. The first write needs no memory: when Redis is full, it is sent as well. */
export const PUBLISH_KEPT = `
redis.call('XTRIM', KEYS[1], 'MAXLEN', ARGV[1])
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[1], '*', 'm', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
return redis.call(ARGV[4], ARGV[3], ARGV[2])`;

/** A topic whose last messages are kept. */
interface Followed {
  /** Anything newer in the stream may have been missed. */
  cursor: string;
  /** The sequence of the newest delivered message, for each node. */
  readonly sequences: Map<string, number>;
  /** Messages that arrived after the connection was lost and before the stream was read: they are newer than the stream's. */
  held: Envelope[] | undefined;
  /** How often the connection came back: a read for an older revival gives way to a newer one. */
  revivals: number;
}

/** What catching up needs. */
interface CatchUpParts {
  readonly run: Run;
  /** Prefix of the streams' keys. */
  readonly prefix: string;
  /** The database's clock, ms. */
  now(): number;
  /** Opens a message's text; undefined if it is refused. */
  open(text: string): Envelope | undefined;
  deliver(envelope: Envelope): void;
}

/**
 * Delivers what was published while the connection was away, for topics whose last messages are kept: each message once, in
 * order, and before those that arrive meanwhile.
 */
export class CatchUp {
  readonly #parts: CatchUpParts;
  readonly #followed = new Map<string, Followed>();
  #closed = false;

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
  }

  /** Follows a topic from now on. Its messages are arriving already. */
  async follow(topic: string): Promise<void> {
    if (this.#followed.has(topic)) return;
    const { run, prefix, now } = this.#parts;
    // An id contains a time, so this one will do if the database cannot be asked for a better one.
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

  /** A message that has just arrived. */
  receive(envelope: Envelope): void {
    const followed = this.#followed.get(envelope.message.topic);
    if (followed === undefined) this.#parts.deliver(envelope);
    else if (followed.held === undefined) this.#deliverOnce(followed, envelope);
    else if (followed.held.push(envelope) >= HELD_MESSAGES) this.#release(followed);
  }

  /**
   * The connection is down. Messages that arrive from now on are held until the stream was read: the server may have restored
   * the subscriptions and sent messages before the connection counts as up.
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
          if (envelope?.message.topic === topic && this.#isGenuine(id, envelope)) this.#deliverOnce(followed, envelope);
        }
        break;
      } catch (error) {
        if (isLasting(error)) break;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    if (current()) this.#release(followed);
  }

  /** Delivers what has waited. A read that is still running is too late. */
  #release(followed: Followed): void {
    const held = followed.held ?? [];
    followed.held = undefined;
    followed.revivals++;
    for (const envelope of held) this.#deliverOnce(followed, envelope);
  }

  /**
   * A stream id tells when a message was added. If the message was sent much earlier, somebody else put it there. Ids only rise, so for a
   * while after the clock was set back they lie in its future; then the message must have been sent just now.
   */
  #isGenuine(id: string, { sentAt }: Envelope): boolean {
    return Math.min(Number.parseInt(id, 10), this.#parts.now()) - sentAt < KEPT_MS;
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
