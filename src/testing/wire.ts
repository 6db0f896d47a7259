import type { Connection, Transport } from "../channel/index.js";
import { HoldfastError } from "../errors/index.js";
import { afterPatience } from "./patience.js";
import { noteRefusal, noticeRefusals } from "./refusals.js";

/** A message of the server: `[joinRef, ref, topic, event, payload]`. */
export interface ServerFrame {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The outcome of a message: the server's reply, or the end of the view or socket that came instead. */
export interface KitReply {
  readonly status: "ok" | "error" | "crashed" | "closed";
  readonly response: Readonly<Record<string, unknown>>;
}

/** One frame that went over the socket, for tests of the protocol itself. */
export interface SeenFrame {
  readonly from: "client" | "server";
  /** The text as it was sent. */
  readonly text: string;
}

/** How long the kit waits for a reply, in milliseconds. A server that answers every frame never reaches it. */
export const DEADLINE_MS = 2_000;

interface Waiting {
  readonly topic: string;
  readonly joinRef: string | null;
  readonly done: (reply: KitReply) => void;
}

/** The browser's end of a socket. The other end is a real `Connection`; only the network between them is left out. */
export class KitSocket {
  readonly #connection: Connection;
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<(frame: ServerFrame | undefined) => void>();
  /** Frames that wait while the server has paused reading. */
  #held: (() => void)[] | undefined;
  #ref = 0;
  /** Every frame sent and received, in order. */
  readonly frames: SeenFrame[] = [];
  /** Set once the socket has closed. */
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(connection: Connection) {
    noticeRefusals();
    this.#connection = connection;
    const transport: Transport = {
      name: "memory",
      buffered: 0,
      send: (frame) => this.#receive(frame),
      pause: () => void (this.#held ??= []),
      resume: () => this.#resume(),
      close: (code, reason) => this.#end(code, reason),
    };
    connection.open(transport);
  }

  /** Listens to the server's messages; `undefined` says that the socket has closed. Returns a function that stops it. */
  listen(listener: (frame: ServerFrame | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  nextRef(): string {
    return String(++this.#ref);
  }

  /** How many messages have no reply yet. */
  get pending(): number {
    return this.#waiting.size;
  }

  /**
   * Sends a message and waits for its reply.
   *
   * @throws HoldfastError `kit_expectation` after 2 seconds without one
   */
  push(joinRef: string | null, ref: string, topic: string, event: string, payload: unknown): Promise<KitReply> {
    return this.#send(joinRef, ref, topic, event, () => this.sendText(JSON.stringify([joinRef, ref, topic, event, payload])));
  }

  /** The same with a binary message, as its bytes. */
  pushBytes(joinRef: string, ref: string, topic: string, event: string, bytes: Uint8Array): Promise<KitReply> {
    return this.#send(joinRef, ref, topic, event, () => this.sendBinary(bytes));
  }

  #send(joinRef: string | null, ref: string, topic: string, event: string, send: () => void): Promise<KitReply> {
    if (this.closed !== undefined) return Promise.resolve({ status: "closed", response: { ...this.closed } });
    const reply = new Promise<KitReply>((resolve, reject) => {
      const stop = afterPatience(DEADLINE_MS, () => {
        this.#waiting.delete(ref);
        reject(new HoldfastError("kit_expectation", {
          what: `The server did not answer "${event}".`, expected: `a reply within ${DEADLINE_MS} ms`, got: "silence",
          fix: "look for a handler whose promise never settles; frames of an earlier join get no reply: send them with sendText",
        }));
      });
      this.#waiting.set(ref, {
        topic,
        joinRef,
        done: (answer) => {
          stop();
          this.#waiting.delete(ref);
          resolve(answer);
        },
      });
    });
    send();
    return reply;
  }

  /** Sends any text, well-formed or not. */
  sendText(text: string): void {
    this.frames.push({ from: "client", text });
    this.#deliver(() => this.#connection.receiveText(text, Buffer.byteLength(text)));
  }

  /** Sends any bytes as a binary frame. */
  sendBinary(bytes: Uint8Array): void {
    this.#deliver(() => this.#connection.receiveBinary(bytes));
  }

  /** The server's own object for a joined topic, for a look behind the wire. */
  handler(topic: string): unknown {
    return this.#connection.handler(topic);
  }

  /** Resolves when the server has handled a topic's waiting messages; with `tasks`, when its tasks have ended too. */
  settled(topic: string, options: { tasks?: boolean } = {}): Promise<void> {
    return this.#connection.settled(topic, options);
  }

  /** The browser goes away. */
  close(): void {
    if (this.closed !== undefined) return;
    this.#end(1001, "");
    this.#connection.closed();
  }

  #deliver(send: () => void): void {
    if (this.#held !== undefined) this.#held.push(send);
    else if (this.closed === undefined) send();
  }

  #resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) this.#deliver(send);
  }

  #receive(text: string | Uint8Array): void {
    // Only channels send bytes; the kit's pages join views.
    if (typeof text !== "string") return;
    this.frames.push({ from: "server", text });
    const [joinRef, ref, topic, event, payload] = JSON.parse(text) as [
      string | null, string | null, string, string, Record<string, unknown>];
    for (const listener of [...this.#listeners]) listener({ joinRef, ref, topic, event, payload });
    if (event === "phx_reply" && ref !== null) {
      const reply = noteRefusal({ status: payload["status"] as "ok" | "error", response: payload["response"] as Record<string, unknown> });
      this.#waiting.get(ref)?.done(reply);
    }
    if (event === "phx_error" || event === "phx_close") {
      // The view will never answer pending messages. The client drops them too.
      for (const { topic: of, joinRef: by, done } of [...this.#waiting.values()]) {
        if (of === topic && by === joinRef) done({ status: event === "phx_error" ? "crashed" : "closed", response: {} });
      }
    }
  }

  #end(code: number, reason: string): void {
    if (this.closed !== undefined) return;
    this.closed = { code, reason };
    for (const { done } of [...this.#waiting.values()]) done({ status: "closed", response: { code, reason } });
    for (const listener of [...this.#listeners]) listener(undefined);
  }
}
