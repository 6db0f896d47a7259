import { coreSocket, ownerOf, socketPart } from "../../socket/index.js";
import { Addressed, callView, withinTime, type CallOptions, type ViewAddress } from "./addresses.js";
import { CallFailed } from "./call-failed.js";
import type { CallMessage } from "./call-message.js";
import { Calls } from "./calls.js";

/** What the socket does with calls between views. */
export interface CallSocket {
  /**
   * Where this view can be called, on every node: to be published, or kept where others find it. A page that is made for an
   * HTTP response has one too, which nobody answers.
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
  call<Payload, Reply>(address: ViewAddress, call: CallMessage<Payload, Reply>, payload: Payload, options?: CallOptions): Promise<Reply>;
  /**
   * Calls the view around this nested one, as `call` does.
   *
   * @throws CallFailed if there is no reply, or no view around this one
   * @example
   * if (await socket.callParent(roomLeft, { seats: 2 })) socket.assign({ booked: true });
   */
  callParent<Payload, Reply>(call: CallMessage<Payload, Reply>, payload: Payload, options?: CallOptions): Promise<Reply>;
}

export const callSocket = socketPart({
  get address(): ViewAddress {
    return ownerOf(this).view.root.feature(Addressed).address;
  },
  async call<Payload, Reply>(address: ViewAddress, call: CallMessage<Payload, Reply>, payload: Payload, options?: CallOptions): Promise<Reply> {
    await coreSocket.live.call(this);
    const { view } = ownerOf(this);
    if (view.root.peek(Addressed)?.address === address) throw new CallFailed(call.name, "itself");
    return callView(view.context.pubsub, address, call, payload, options);
  },
  async callParent<Payload, Reply>(call: CallMessage<Payload, Reply>, payload: Payload, { timeoutMs }: CallOptions = {}): Promise<Reply> {
    await coreSocket.live.call(this);
    const { parent } = ownerOf(this).view;
    if (parent === undefined) throw new CallFailed(call.name, "no_view");
    return withinTime(call.name, parent.root.feature(Calls).ask(call.name, payload) as Promise<Reply>, timeoutMs);
  },
});
