import { checkValue, TEXT } from "../../../errors/options.js";
/** A request that views answer. */
export class CallMessage<Payload, Reply> {
  readonly kind = "call";
  readonly name: string;
  /** Types only: there are no such properties. */
  declare readonly payload?: Payload;
  declare readonly reply?: Reply;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A call: a message with a reply. A view that answers it names it in `topics` and handles it in `messages`; the handler's
 * result is the reply. It runs in the called view's mailbox. A nested view calls its parent with `socket.callParent`, any
 * view that knows another's address calls it with `socket.call`, and all other code uses `callView`.
 *
 * @param name unique among the application's calls, because other nodes identify the call by it
 * @example
 * export const roomLeft = callMessage<{ seats: number }, boolean>("room_left");
 * // answers: topics: () => ({ roomLeft }), messages: { roomLeft: (socket, { seats }) => socket.assigns.free >= seats }
 * // asks:    if (await socket.callParent(roomLeft, { seats: 2 })) …
 */
export function callMessage<Payload, Reply>(name: string): CallMessage<Payload, Reply> {
  checkValue("view_definition_invalid", { of: "callMessage", fix: 'callMessage("saved")' }, "the name", name, TEXT);
  return new CallMessage(name);
}
