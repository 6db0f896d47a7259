import type { Connection, Transport } from "../../channel/index.js";
import { CLOSE } from "../../protocol/index.js";
import { IncomingMessages, type Message } from "../incoming.js";
import type { Outbox, Waiting } from "../outbox.js";
import { endedBy, GONE, type Answer, type Ended } from "./answer.js";
import { readBody } from "./body.js";
import type { LongPollSettings } from "./options.js";
import { OutgoingMessages } from "./outgoing-messages.js";
import { SeenBodies } from "./seen-bodies.js";

const NOTHING: Answer = { status: 204 };
const TAKEN: Answer = { status: 200, messages: [] };

/** A request that waits for its answer, for a limited time. */
interface Pending {
  readonly answer: (answer: Answer) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The transport of a connection whose client polls. Messages wait for a poll, and a poll waits for messages. The client is
 * gone if it aborts a poll, or does not poll again in time.
 */
export class LongPollTransport implements Transport, Waiting {
  readonly name = "longpoll";
  readonly #connection: Connection;
  readonly #settings: LongPollSettings;
  readonly #outbox: Outbox;
  readonly #ended: () => void;
  readonly #incoming: IncomingMessages;
  readonly #seen = new SeenBodies();
  readonly #outgoing: OutgoingMessages;
  #poll: Pending | undefined;
  /** POSTs whose messages have not all been read. */
  readonly #posts = new Set<Pending>();
  /** Runs while no poll waits, and limits how long that may last. */
  #absence: NodeJS.Timeout | undefined;
  #end: Ended | undefined;
  #finished = false;

  /** @param ended called once, when the transport is no longer needed */
  constructor(connection: Connection, settings: LongPollSettings, outbox: Outbox, ended: () => void) {
    this.#connection = connection;
    this.#settings = settings;
    this.#outbox = outbox;
    this.#ended = ended;
    this.#incoming = new IncomingMessages(connection, settings.bodyBytes);
    this.#outgoing = new OutgoingMessages(settings.answerBytes);
    this.#expectPoll();
  }

  // ---- requests from the client ----

  /**
   * A poll. It is answered with messages, or without any when its time is over.
   *
   * @param signal aborted when the client aborts the poll, which ends its socket
   */
  poll(signal: AbortSignal): Promise<Answer> {
    this.#connection.heard();
    // The client has one poll at a time: an earlier one was a retry, and nobody reads its answer.
    this.release();
    clearTimeout(this.#absence);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.release(), this.#settings.pollMs);
      const left = (): void => {
        if (this.#poll === poll) this.#lost();
      };
      const poll: Pending = {
        answer: (answer) => {
          // The signal lives until the answer is read, and would keep it.
          signal.removeEventListener("abort", left);
          resolve(answer);
        },
        timer,
      };
      this.#poll = poll;
      signal.addEventListener("abort", left, { once: true });
      if (signal.aborted) this.#lost();
      else this.flush();
    });
  }

  /** Answers the waiting poll, if there is one, without messages. */
  release(): void {
    this.#answerPoll(NOTHING);
  }

  /**
   * A POST. It is answered once its messages have been read, so that the client holds back whatever else it wants to send.
   *
   * @param lines whether each line of the body is a message
   */
  post(body: string, lines: boolean): Promise<Answer> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    this.#connection.heard();
    if (this.#seen.add(body)) this.#read(body, lines);
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    if (!this.#incoming.paused) return Promise.resolve(TAKEN);
    return new Promise((resolve) => {
      const post: Pending = { answer: resolve, timer: setTimeout(() => this.#answerPost(post, TAKEN), this.#settings.pollMs) };
      this.#posts.add(post);
    });
  }

  #read(body: string, lines: boolean): void {
    const messages = readBody(body, lines);
    if (messages === undefined) return this.#connection.close(CLOSE.malformed, "malformed body");
    for (const message of messages) {
      this.#incoming.receive(message);
      if (this.#end !== undefined) return;
    }
  }

  // ---- requests from the connection ----

  get buffered(): number {
    return this.#outgoing.bytes;
  }

  /** Bytes are sent as base64, as the client sends them. It cannot read them: its serializer accepts only text from a poll. */
  send(frame: Message): void {
    if (this.#end !== undefined) return;
    const text = typeof frame === "string" ? frame : Buffer.from(frame).toString("base64");
    if (this.#outgoing.add(text) === 1 && this.#poll !== undefined) this.#outbox.add(this);
  }

  pause(): void {
    this.#incoming.pause();
  }

  resume(): void {
    this.#incoming.resume();
    if (!this.#incoming.paused) this.#answerPosts(TAKEN);
  }

  /** Earlier messages are sent first. */
  close(code: number, reason: string): void {
    if (this.#end !== undefined) return;
    this.#end = endedBy(code, reason);
    this.#incoming.drop();
    this.#answerPosts(this.#end);
    this.flush();
    this.#expectPoll();
  }

  // ---- answers ----

  /** Answers the waiting poll if there are messages. */
  flush(): void {
    if (this.#poll === undefined) return;
    if (this.#outgoing.count > 0) this.#answerPoll({ status: 200, messages: this.#outgoing.take() });
    else if (this.#end !== undefined) {
      this.#answerPoll(this.#end);
      this.#finish();
    }
  }

  #answerPoll(answer: Answer): void {
    const poll = this.#poll;
    if (poll === undefined) return;
    this.#poll = undefined;
    clearTimeout(poll.timer);
    poll.answer(answer);
    this.#expectPoll();
  }

  #answerPosts(answer: Answer): void {
    for (const post of [...this.#posts]) this.#answerPost(post, answer);
  }

  #answerPost(post: Pending, answer: Answer): void {
    clearTimeout(post.timer);
    this.#posts.delete(post);
    post.answer(answer);
  }

  // ---- its end ----

  #expectPoll(): void {
    clearTimeout(this.#absence);
    if (this.#finished) return;
    const { gapMs, lingerMs } = this.#settings;
    this.#absence = setTimeout(() => this.#lost(), this.#end === undefined ? gapMs : lingerMs).unref();
  }

  /** The client is gone. */
  #lost(): void {
    this.#end ??= GONE;
    this.#connection.closed();
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#absence);
    const end = this.#end ?? GONE;
    this.#answerPoll(end);
    this.#answerPosts(end);
    this.#outgoing.clear();
    this.#incoming.drop();
    this.#ended();
  }
}
