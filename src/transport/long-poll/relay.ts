import type { PubSub } from "../../pubsub/index.js";
import { FAILED, GONE, readAnswer, type Answer } from "./answer.js";
import type { SocketName } from "./token.js";

/** A request for a socket, and who sent it. */
interface Asked {
  readonly id: string;
  readonly owner: string;
}

/** What a node does for clients whose requests reach another node first. */
interface RelayTarget {
  /** How long a poll or a POST may wait for its answer, ms. */
  readonly waitMs: number;
  poll(asked: Asked, signal: AbortSignal): Promise<Answer>;
  post(asked: Asked, body: string, lines: boolean): Promise<Answer>;
  /** Answers the waiting poll without messages. */
  release(asked: Asked): void;
}

/** How much longer than the poll itself the answer may take, ms. The npm client gives up after 20 s. */
const WAY_MS = 5_000;

/** Messages between nodes. `poll` identifies one poll, so that it can be ended. */
type Said =
  | { readonly kind: "poll"; readonly asked: Asked; readonly poll: string }
  | { readonly kind: "post"; readonly asked: Asked; readonly body: string; readonly lines: boolean }
  /** The client has aborted a poll. */
  | { readonly kind: "left"; readonly poll: string }
  /** The node that forwarded the poll is about to stop. */
  | { readonly kind: "release"; readonly asked: Asked };

/**
 * Forwards polls and POSTs to the node that has the socket, as acknowledged requests. If no answer arrives, messages may have
 * been lost with it, so the client is told to open another socket.
 */
export class Relay {
  readonly #pubsub: PubSub;
  readonly #target: RelayTarget;
  /** The sockets of forwarded polls, by poll. */
  readonly #handedOn = new Map<string, SocketName & Asked>();
  /** Polls forwarded to this node, and polls that ended before they arrived here. */
  readonly #taken = new Map<string, AbortController>();
  #polls = 0;

  /** @param endpoint distinguishes the endpoints of one node */
  constructor(pubsub: PubSub, endpoint: string, target: RelayTarget) {
    this.#pubsub = pubsub;
    this.#target = target;
    pubsub.answer(nameOf(endpoint), (said, from) => this.#hear(said, from));
  }

  /** @param signal aborted when the client has aborted the poll */
  async poll(socket: SocketName & Asked, signal: AbortSignal): Promise<Answer> {
    const poll = String(++this.#polls);
    const left = (): void => this.#tell(socket, { kind: "left", poll });
    this.#handedOn.set(poll, socket);
    signal.addEventListener("abort", left, { once: true });
    try {
      return await this.#ask(socket, { kind: "poll", asked: askedOf(socket), poll });
    } finally {
      this.#handedOn.delete(poll);
      signal.removeEventListener("abort", left);
    }
  }

  post(socket: SocketName & Asked, body: string, lines: boolean): Promise<Answer> {
    return this.#ask(socket, { kind: "post", asked: askedOf(socket), body, lines });
  }

  /** Has all forwarded polls answered immediately, with whatever is there. */
  releaseAll(): void {
    for (const socket of this.#handedOn.values()) this.#tell(socket, { kind: "release", asked: askedOf(socket) });
  }

  #tell({ node, endpoint }: SocketName, said: Said): void {
    // If the message cannot be sent, the poll ends by its own timeout.
    this.#pubsub.tell(nameOf(endpoint), said, { to: node }).catch(() => {});
  }

  async #ask({ node, endpoint }: SocketName, said: Said): Promise<Answer> {
    const { answers, missing } = await this.#pubsub.request(nameOf(endpoint), said, {
      timeoutMs: this.#target.waitMs + WAY_MS,
      to: [node],
    });
    const answer = readAnswer(answers[0]?.payload);
    if (answer !== undefined) return answer;
    const reason = missing[0]?.reason;
    return reason === "gone" || reason === "no_handler" ? GONE : FAILED;
  }

  #hear(value: unknown, from: string): Promise<Answer> | undefined {
    const said = readSaid(value);
    switch (said.kind) {
      case "poll": return this.#pollFor(said.asked, `${from} ${said.poll}`);
      case "post": return this.#target.post(said.asked, said.body, said.lines);
      case "left": return this.#leave(`${from} ${said.poll}`);
      case "release": return void this.#target.release(said.asked);
    }
  }

  /** A poll was aborted. This message may overtake the poll itself; then the poll ends when it arrives. */
  #leave(key: string): undefined {
    const taken = this.#taken.get(key);
    if (taken !== undefined) return void taken.abort();
    const early = new AbortController();
    early.abort();
    this.#taken.set(key, early);
    setTimeout(() => {
      if (this.#taken.get(key) === early) this.#taken.delete(key);
    }, WAY_MS).unref();
  }

  async #pollFor(asked: Asked, key: string): Promise<Answer> {
    const controller = this.#taken.get(key) ?? new AbortController();
    this.#taken.set(key, controller);
    try {
      return await this.#target.poll(asked, controller.signal);
    } finally {
      this.#taken.delete(key);
    }
  }
}

function nameOf(endpoint: string): string {
  return `holdfast:longpoll:${endpoint}`;
}

function askedOf({ id, owner }: Asked): Asked {
  return { id, owner };
}

/** @throws {TypeError} for a message that this version does not know */
function readSaid(value: unknown): Said {
  const { kind, asked, poll, body, lines } = (value ?? {}) as Partial<Record<"kind" | "asked" | "poll" | "body" | "lines", unknown>>;
  if (kind === "left" && typeof poll === "string") return { kind, poll };
  if (isAsked(asked)) {
    if (kind === "poll" && typeof poll === "string") return { kind, asked, poll };
    if (kind === "post" && typeof body === "string" && typeof lines === "boolean") return { kind, asked, body, lines };
    if (kind === "release") return { kind, asked };
  }
  throw new TypeError("a node says of long poll what this version does not know");
}

function isAsked(value: unknown): value is Asked {
  if (typeof value !== "object" || value === null) return false;
  const { id, owner } = value as Partial<Record<keyof Asked, unknown>>;
  return typeof id === "string" && typeof owner === "string";
}
