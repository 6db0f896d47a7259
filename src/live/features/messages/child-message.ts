/** A message from nested views to their enclosing view. */
export class ChildMessage<Payload> {
  // A function has a name, too: without a kind, a topic's function that nobody called would be one.
  readonly kind = "child";
  readonly name: string;
  /** Type only: there is no such property. */
  declare readonly payload?: Payload;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A message from nested views to the view that shows them: the parent names it in `topics` and handles it in `messages`, the
 * child sends it with `socket.tellParent`. It is handled in the parent's mailbox.
 *
 * @param name for logs
 * @example
 * export const picked = childMessage<Item>("picked");
 * // in the parent: topics: () => ({ picked }), messages: { picked: (socket, item) => socket.assign({ item }) }
 * // in the child: socket.tellParent(picked, item)
 */
export function childMessage<Payload>(name: string): ChildMessage<Payload> {
  return new ChildMessage(name);
}
