import { checkValue, WAIT, type OptionsPlace } from "../../../errors/options.js";
import { coreSocket, ownerOf, socketPart } from "../../socket/index.js";
import { Addressed, callView, TIMEOUT_MS, withinTime, type CallOptions, type ViewAddress } from "./addresses.js";
import { CallFailed } from "./call-failed.js";
import type { CallMessage } from "./call-message.js";
import { Calls } from "./calls.js";

/** The socket's methods for calls between views. */
export interface CallSocket {
  /**
   * The address at which this view can be called, from every node: publish it, or store it where others find it. During the
   * GET there is one too, but nobody answers it.
   *
   * @example
   * this.editors.set(post.id, socket.address);
   */
  readonly address: ViewAddress;
  /**
   * Calls another view and waits for its reply. While it waits, this view handles nothing else.
   *
   * @returns what the other view's handler returns
   * @throws CallFailed if there is no reply
   * @throws HoldfastError `payload_not_data`; `view_ended` if this view may not act any more
   * @example
   * const draft = await socket.call(editor, currentDraft, { postId: 7 });
   */
  call<Payload, Reply>(
    address: ViewAddress,
    call: CallMessage<Payload, Reply>,
    payload: NoInfer<Payload>,
    options?: CallOptions,
  ): Promise<Reply>;
  /**
   * Calls the view around this nested one, as `call` does. A live component calls the view around its own: its own could not answer while
   * it waits; `tellParent` reaches that one.
   *
   * @throws CallFailed if there is no reply, or no enclosing view
   * @example
   * if (await socket.callParent(roomLeft, { seats: 2 })) socket.assign({ booked: true });
   */
  callParent<Payload, Reply>(call: CallMessage<Payload, Reply>, payload: NoInfer<Payload>, options?: CallOptions): Promise<Reply>;
}

const CALL_PARENT: OptionsPlace = { of: "socket.callParent", fix: "socket.callParent(roomLeft, { seats: 2 }, { timeoutMs: 2_000 })" };

export const callSocket = socketPart({
  get address(): ViewAddress {
    return ownerOf(this).view.root.feature(Addressed).address;
  },
  async call<Payload, Reply>(
    address: ViewAddress,
    call: CallMessage<Payload, Reply>,
    payload: NoInfer<Payload>,
    options?: CallOptions,
  ): Promise<Reply> {
    await coreSocket.live.call(this);
    const { view } = ownerOf(this);
    if (view.root.peek(Addressed)?.address === address) throw new CallFailed(call.name, "itself");
    return callView(view.context.pubsub, address, call, payload, options);
  },
  async callParent<Payload, Reply>(
    call: CallMessage<Payload, Reply>,
    payload: NoInfer<Payload>,
    { timeoutMs = TIMEOUT_MS }: CallOptions = {},
  ): Promise<Reply> {
    checkValue("socket_misuse", CALL_PARENT, "timeoutMs", timeoutMs, WAIT);
    await coreSocket.live.call(this);
    const { parent } = ownerOf(this).view;
    if (parent === undefined) throw new CallFailed(call.name, "no_view");
    return withinTime(call.name, parent.root.feature(Calls).ask(call.name, payload) as Promise<Reply>, timeoutMs);
  },
});
