import { Register } from "../../../collections/index.js";
import { checkValue, having, OBJECT, TEXT } from "../../../errors/options.js";
import type { Missing, PubSub } from "../../../pubsub/index.js";
import { Feature, type Owner } from "../../socket/index.js";
import { CallFailed, isCallFailure, type CallFailure } from "./call-failed.js";
import type { CallMessage } from "./call-message.js";
import { Calls } from "./calls.js";

/** The address at which a view can be called: plain text, to store or publish. It is invalid after the view's end. */
export type ViewAddress = string & { readonly viewAddress?: never };

/** How calls travel between nodes. */
const REQUEST = "holdfast:call";
/** The default timeout of a `GenServer.call`. */
export const TIMEOUT_MS = 5_000;

export interface CallOptions {
  /** How long to wait for the reply, ms, up to 2,147,483,647. Default 5,000. */
  readonly timeoutMs?: number;
}

/** What a missing answer from a node means for a call. */
const FAILURE_OF: Readonly<Record<Missing["reason"], CallFailure>> = {
  timeout: "timeout", gone: "no_view", no_handler: "no_view", failed: "crashed",
};

/** A node's answer to a call. */
type Answered = { readonly reply: unknown } | { readonly failed: string };

/** The callable views of a node, by address. All endpoints of a PubSub share one table. */
class Addresses {
  readonly #views = new Register<Owner>();

  add(address: string, view: Owner): void {
    this.#views.set(address, view);
  }

  remove(address: string): void {
    this.#views.delete(address);
  }

  async answer(payload: unknown): Promise<Answered> {
    const { to, call, payload: given } = payload as { to: string; call: string; payload: unknown };
    const view = this.#views.get(to);
    if (view === undefined) return { failed: "no_view" };
    try {
      return { reply: await view.feature(Calls).ask(call, given) };
    } catch (error) {
      if (error instanceof CallFailed) return { failed: error.reason };
      throw error;
    }
  }
}

const known = new WeakMap<PubSub, Addresses>();

function addressesOf(pubsub: PubSub): Addresses {
  const there = known.get(pubsub);
  if (there !== undefined) return there;
  const made = new Addresses();
  known.set(pubsub, made);
  pubsub.answer(REQUEST, (payload) => made.answer(payload));
  return made;
}

/** A view's address: created on first use, and withdrawn at its end. */
export class Addressed extends Feature {
  readonly address: ViewAddress;
  readonly #pubsub: PubSub;

  constructor(owner: Owner) {
    super();
    this.#pubsub = owner.view.context.pubsub;
    this.address = `${this.#pubsub.node}/${crypto.randomUUID()}`;
    // During the GET nobody can be called: the address is that of an ended view.
    if (owner.mayOpen) addressesOf(this.#pubsub).add(this.address, owner);
  }

  override end(): void {
    addressesOf(this.#pubsub).remove(this.address);
  }
}

const PUBSUB = having("what createPubSub() returns", "request");

/**
 * Calls a view from anywhere, on any node. Payload and reply are plain data, as for topics.
 *
 * @param pubsub the endpoint's
 * @param address the `socket.address` of the view
 * @returns what the view's handler returns
 * @throws CallFailed if there is no reply
 * @throws HoldfastError `payload_not_data`
 * @example
 * const draft = await callView(pubsub, editor.address, currentDraft, { postId: 7 });
 */
export async function callView<Payload, Reply>(
  pubsub: PubSub,
  address: ViewAddress,
  call: CallMessage<Payload, Reply>,
  payload: NoInfer<Payload>,
  { timeoutMs = TIMEOUT_MS }: CallOptions = {},
): Promise<Reply> {
  const place = { of: "callView", fix: "callView(endpoint.pubsub, address, total, { of: cart.id })" };
  checkValue("socket_misuse", place, "the PubSub", pubsub, PUBSUB);
  checkValue("socket_misuse", place, "the address", address, TEXT);
  checkValue("socket_misuse", place, "the call", call, OBJECT);
  const node = address.slice(0, address.lastIndexOf("/"));
  if (node === pubsub.node) addressesOf(pubsub);
  const {
    answers: [answer],
    missing: [silent],
  } = await pubsub.request(REQUEST, { to: address, call: call.name, payload }, { timeoutMs, to: [node] });
  if (answer === undefined) throw new CallFailed(call.name, FAILURE_OF[silent?.reason ?? "timeout"]);
  const answered = answer.payload as Answered;
  if ("reply" in answered) return answered.reply as Reply;
  throw new CallFailed(call.name, isCallFailure(answered.failed) ? answered.failed : "no_view");
}

/** Waits for a reply, up to a timeout. */
export function withinTime<Reply>(call: string, reply: Promise<Reply>, timeoutMs: number): Promise<Reply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CallFailed(call, "timeout")), timeoutMs);
  });
  return Promise.race([reply, late]).finally(() => clearTimeout(timer));
}
