import type { Connection } from "../../channel/index.js";
import { Register } from "../../collections/index.js";
import type { PubSub } from "../../pubsub/index.js";
import { randomText, type Keyring } from "../../security/index.js";
import { Outbox } from "../outbox.js";
import { GONE, type Answer } from "./answer.js";
import type { LongPollSettings } from "./options.js";
import { Relay } from "./relay.js";
import { openName, sealName, type SocketName } from "./token.js";
import { LongPollTransport } from "./transport.js";

/** What the sockets depend on. */
interface LongPollSocketsParts {
  readonly pubsub: PubSub;
  readonly keyring: Keyring;
  readonly settings: LongPollSettings;
}

/** A socket of this node, and its owner. */
interface Open {
  readonly owner: string;
  readonly transport: LongPollTransport;
}

/**
 * The sockets that clients poll. Each stays on the node where it was opened: a poll or a POST that reaches another node is
 * forwarded to it.
 */
export class LongPollSockets {
  readonly settings: LongPollSettings;
  readonly #keyring: Keyring;
  readonly #node: string;
  /** Distinguishes the endpoints of one node. */
  readonly #endpoint = newId();
  readonly #outbox = new Outbox();
  readonly #open = new Register<Open>();
  readonly #relay: Relay;

  constructor({ pubsub, keyring, settings }: LongPollSocketsParts) {
    this.settings = settings;
    this.#keyring = keyring;
    this.#node = pubsub.node;
    this.#relay = new Relay(pubsub, this.#endpoint, {
      waitMs: settings.pollMs,
      poll: ({ id, owner }, signal) => this.#find(id, owner)?.poll(signal) ?? Promise.resolve(GONE),
      post: ({ id, owner }, body, lines) => this.#find(id, owner)?.post(body, lines) ?? Promise.resolve(GONE),
      release: ({ id, owner }) => this.#find(id, owner)?.release(),
    });
  }

  /**
   * Opens a connection over long poll.
   *
   * @param owner identifies the session and path; only requests of the same owner reach the socket
   * @returns the token for its first poll
   */
  open(connection: Connection, owner: string): string {
    const id = newId();
    const transport = new LongPollTransport(connection, this.settings, this.#outbox, () => void this.#open.delete(id));
    this.#open.set(id, { owner, transport });
    connection.open(transport);
    return this.token({ node: this.#node, endpoint: this.#endpoint, id }, owner);
  }

  /** The token for a socket's next poll. */
  token(name: SocketName, owner: string): string {
    return sealName(this.#keyring, name, owner, this.settings.pollMs + this.settings.gapMs);
  }

  /** The socket that a token names; undefined if it belongs to another owner or has expired. */
  named(token: unknown, owner: string): SocketName | undefined {
    return openName(this.#keyring, token, owner);
  }

  /** @param signal aborted when the client has aborted the poll */
  poll(name: SocketName, owner: string, signal: AbortSignal): Promise<Answer> {
    if (this.#isOwn(name)) return this.#find(name.id, owner)?.poll(signal) ?? Promise.resolve(GONE);
    return this.#relay.poll({ ...name, owner }, signal);
  }

  /** @param lines whether each line of the body is a message */
  post(name: SocketName, owner: string, body: string, lines: boolean): Promise<Answer> {
    if (this.#isOwn(name)) return this.#find(name.id, owner)?.post(body, lines) ?? Promise.resolve(GONE);
    return this.#relay.post({ ...name, owner }, body, lines);
  }

  /** This node stops: polls that it forwarded are answered immediately, and their clients poll again through another node. */
  close(): void {
    this.#relay.releaseAll();
  }

  #isOwn({ node, endpoint }: SocketName): boolean {
    return node === this.#node && endpoint === this.#endpoint;
  }

  #find(id: string, owner: string): LongPollTransport | undefined {
    const found = this.#open.get(id);
    return found?.owner === owner ? found.transport : undefined;
  }
}

function newId(): string {
  return randomText(12);
}
