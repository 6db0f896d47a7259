/** A question that views answer. */
export class CallMessage<Payload, Reply> {
  readonly kind = "call";
  readonly name: string;
  /** Only types: there are no such properties. */
  declare readonly payload?: Payload;
  declare readonly reply?: Reply;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A call: a message that is answered. A view that answers it names it in `topics` and handles it in `messages`; what the
 * handler returns is the reply. It runs in the mailbox of the view that is called. A nested view asks with
 * `socket.callParent`, any view that knows another's address with `socket.call`, everybody else with `callView`.
 *
 * @param name unique among the application's calls: other nodes know the call by it
 * @example
 * export const roomLeft = callMessage<{ seats: number }, boolean>("room_left");
 * // answers: topics: () => ({ roomLeft }), messages: { roomLeft: (socket, { seats }) => socket.assigns.free >= seats }
 * // asks:    if (await socket.callParent(roomLeft, { seats: 2 })) …
 */
export function callMessage<Payload, Reply>(name: string): CallMessage<Payload, Reply> {
  return new CallMessage(name);
}
