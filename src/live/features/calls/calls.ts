import { andThen, isPromise, type MaybePromise } from "../../../mailbox/index.js";
import { Feature, type Owner } from "../../socket/index.js";
import { CallFailed } from "./call-failed.js";

/** Answers a call. */
type CallHandler = (payload: unknown) => MaybePromise<unknown>;

/** The calls that a view answers, and the callers that wait for it. */
export class Calls extends Feature {
  readonly #owner: Owner;
  readonly #handlers = new Map<string, CallHandler>();
  /** Ends the wait of each caller. */
  readonly #waiting = new Set<() => void>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  /** Begins to answer a call. Returns a function that stops it. */
  answer(name: string, handler: CallHandler): () => void {
    this.#handlers.set(name, handler);
    return () => {
      if (this.#handlers.get(name) === handler) this.#handlers.delete(name);
    };
  }

  /**
   * Puts a call into the view's mailbox.
   *
   * @returns what its handler returns
   * @throws CallFailed `no_view`, `not_handled`, `crashed`
   */
  ask(name: string, payload: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fail = (reason: "no_view" | "not_handled" | "crashed"): void => reject(new CallFailed(name, reason));
      if (this.#owner.ended) return fail("no_view");
      const gone = (): void => fail("no_view");
      this.#waiting.add(gone);
      this.#owner.view.post(() => {
        const handler = this.#handlers.get(name);
        if (handler === undefined) {
          this.#waiting.delete(gone);
          return fail("not_handled");
        }
        return andThen(reported(handler, payload, () => fail("crashed")), (reply) => {
          this.#waiting.delete(gone);
          resolve(reply);
        });
      });
    });
  }

  override end(): void {
    this.#handlers.clear();
    for (const gone of this.#waiting) gone();
    this.#waiting.clear();
  }
}

/** Calls the handler; if it throws, tells the caller before the view crashes. */
function reported(handler: CallHandler, payload: unknown, crashed: () => void): MaybePromise<unknown> {
  const threw = (error: unknown): never => {
    crashed();
    throw error;
  };
  try {
    const reply = handler(payload);
    return isPromise(reply) ? reply.then(undefined, threw) : reply;
  } catch (error) {
    return threw(error);
  }
}
