import { HoldfastError } from "../errors/index.js";
import type { Answer, Handler, Missing, RequestOptions, RequestResult } from "./contract.js";

/** The outcome of a request on one node. */
type Outcome = { readonly payload: unknown } | { readonly missing: Missing["reason"] };

/** Messages between nodes about requests, sent as a message's payload. */
export type Wire =
  | { readonly ask: number; readonly name: string; readonly payload: unknown }
  | { readonly tell: string; readonly payload: unknown }
  | ({ readonly reply: number } & Outcome);

/** The connection to other nodes. */
interface NodeLink {
  /** Ids of the live nodes, including this one; within that many ms. */
  nodes(withinMs: number): Promise<readonly string[]>;
  /** Sends to one node, or to all others. Throws synchronously if the payload is not plain data. */
  send(wire: Wire, to: string | undefined): Promise<void>;
}

/** The part of the timeout within which the live nodes must be known. */
const SHARE_FOR_NODES = 0.5;

/** How often it is asked whether nodes that requests name are still alive, ms. */
const LOOK_MS = 1_000;

/**
 * Requests and their acknowledgements. A request goes to all nodes, and is done when each live node has answered, or when its
 * time is over. A node that joins meanwhile may answer too, but is not awaited. A node that is asked by name is awaited only while it
 * is alive: its callers, such as a client's poll, often have nobody else to ask and the longest timeouts.
 */
export class Requests {
  readonly #node: string;
  readonly #onError: (error: unknown) => void;
  readonly #handlers = new Map<string, Handler>();
  readonly #pending = new Map<number, PendingRequest>();
  /** Those of them that wait for other nodes by name. */
  readonly #named = new Set<PendingRequest>();
  #looks: NodeJS.Timeout | undefined;
  #lastId = 0;
  #link: NodeLink | undefined;

  constructor(node: string, onError: (error: unknown) => void) {
    this.#node = node;
    this.#onError = onError;
  }

  connect(link: NodeLink): void {
    this.#link = link;
  }

  answer(name: string, handler: Handler): () => void {
    if (this.#handlers.has(name)) {
      throw new HoldfastError("pubsub_misuse", {
        what: `Requests named ${JSON.stringify(name)} already have a handler.`,
        expected: "one handler for each name", got: "a second one", fix: "stop the first, or give the second another name",
      });
    }
    this.#handlers.set(name, handler);
    return () => {
      if (this.#handlers.get(name) === handler) this.#handlers.delete(name);
    };
  }

  request(name: string, payload: unknown, { timeoutMs, to }: RequestOptions): Promise<RequestResult> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => pending.expire(), timeoutMs);
      const pending = new PendingRequest((result) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        this.#named.delete(pending);
        resolve(result);
      });
      this.#pending.set(id, pending);
      // This node first, before anything is awaited.
      if (to === undefined || to.includes(this.#node)) {
        void this.#handle(name, payload, this.#node).then((outcome) => pending.hear(this.#node, outcome));
      }
      this.#ask({ ask: id, name, payload }, pending, timeoutMs, to).catch(this.#onError);
    });
  }

  tell(name: string, payload: unknown, to: string | undefined): Promise<void> {
    return this.#link === undefined || to === this.#node ? Promise.resolve() : this.#link.send({ tell: name, payload }, to);
  }

  /** Processes a message of another node. */
  receive(wire: Wire, from: string): void {
    if (typeof wire !== "object" || wire === null) throw new TypeError("a node sent something that is neither a request nor an answer");
    if ("ask" in wire) void this.#reply(wire, from);
    else if ("tell" in wire) void this.#handle(wire.tell, wire.payload, from);
    else this.#pending.get(wire.reply)?.hear(from, wire);
  }

  /** Ends all requests: nodes that have not answered are missing. */
  close(): void {
    this.#link = undefined;
    clearTimeout(this.#looks);
    for (const pending of [...this.#pending.values()]) pending.finish();
  }

  async #ask(
    wire: Extract<Wire, { ask: number }>, pending: PendingRequest, timeoutMs: number, to: readonly string[] | undefined,
  ): Promise<void> {
    const link = this.#link;
    // First find out who is alive, then send: a node that is alive by then listens, and receives the request.
    const nodes = await link?.nodes(timeoutMs * SHARE_FOR_NODES).catch((error: unknown) => void this.#onError(error));
    const alive = new Set(nodes ?? []).add(this.#node);
    pending.expect(to ?? alive, alive);
    if (link === undefined || pending.done) return;
    if (to === undefined) return link.send(wire, undefined);
    const others = to.filter((node) => node !== this.#node && alive.has(node));
    if (others.length > 0) {
      this.#named.add(pending);
      this.#lookLater();
    }
    await Promise.all(others.map((node) => link.send(wire, node)));
  }

  /** One look for all requests, and none while nobody waits. */
  #lookLater(): void {
    this.#looks ??= setTimeout(() => void this.#look(), LOOK_MS).unref();
  }

  async #look(): Promise<void> {
    const link = this.#named.size === 0 ? undefined : this.#link;
    const nodes = await link?.nodes(LOOK_MS).catch((error: unknown) => void this.#onError(error));
    this.#looks = undefined;
    if (nodes !== undefined) {
      const alive = new Set(nodes).add(this.#node);
      for (const pending of [...this.#named]) pending.outlive(alive);
    }
    if (this.#named.size > 0 && this.#link !== undefined) this.#lookLater();
  }

  async #reply(wire: Extract<Wire, { ask: number }>, from: string): Promise<void> {
    const outcome = await this.#handle(wire.name, wire.payload, from);
    try {
      await this.#link?.send({ reply: wire.ask, ...outcome }, from);
    } catch (error) {
      this.#onError(error);
      // If the answer was not plain data, this reply is. If nothing can be sent at all, the other node's request times out.
      if ("payload" in outcome) await this.#link?.send({ reply: wire.ask, missing: "failed" }, from).catch(() => {});
    }
  }

  async #handle(name: string, payload: unknown, from: string): Promise<Outcome> {
    const handler = this.#handlers.get(name);
    if (handler === undefined) return { missing: "no_handler" };
    try {
      return { payload: await handler(payload, from) };
    } catch (error) {
      this.#onError(error);
      return { missing: "failed" };
    }
  }
}

/** A pending request. */
class PendingRequest {
  readonly #answers: Answer[] = [];
  readonly #missing: Missing[] = [];
  readonly #heard = new Set<string>();
  readonly #resolve: (result: RequestResult) => void;
  /** The nodes that must still answer; undefined until they are known. */
  #awaited: Set<string> | undefined;
  /** Its time was over before that. */
  #expired = false;
  #done = false;

  constructor(resolve: (result: RequestResult) => void) {
    this.#resolve = resolve;
  }

  get done(): boolean {
    return this.#done;
  }

  expect(asked: Iterable<string>, alive: ReadonlySet<string>): void {
    this.#awaited = new Set();
    for (const node of asked) {
      if (this.#heard.has(node)) continue;
      if (alive.has(node)) this.#awaited.add(node);
      else this.#missing.push({ node, reason: "gone" });
    }
    if (this.#expired || this.#awaited.size === 0) this.finish();
  }

  /**
   * Its time is over. The nodes that must answer are told within a part of it, but a busy machine may hold that up: a result
   * that was made without them would name nobody as missing.
   */
  expire(): void {
    if (this.#awaited === undefined) this.#expired = true;
    else this.finish();
  }

  /** Awaits no node that is not among the live ones any more. */
  outlive(alive: ReadonlySet<string>): void {
    for (const node of this.#awaited ?? []) {
      if (alive.has(node)) continue;
      this.#awaited!.delete(node);
      this.#missing.push({ node, reason: "gone" });
    }
    if (this.#awaited?.size === 0) this.finish();
  }

  hear(node: string, outcome: Outcome): void {
    if (this.#done || this.#heard.has(node)) return;
    this.#heard.add(node);
    if ("payload" in outcome) this.#answers.push({ node, payload: outcome.payload });
    else this.#missing.push({ node, reason: outcome.missing });
    if (this.#awaited?.delete(node) && this.#awaited.size === 0) this.finish();
  }

  finish(): void {
    if (this.#done) return;
    this.#done = true;
    for (const node of this.#awaited ?? []) this.#missing.push({ node, reason: "timeout" });
    this.#resolve({ answers: this.#answers, missing: this.#missing });
  }
}
