import { checkValue, TEXT } from "../../../errors/options.js";
/** A message from live components to their view, and from nested views to the view around them. */
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
 * A message from live components to their view, and from nested views to the view around them: the parent names it in `topics` and
 * handles it in `messages`, the child sends it with `socket.tellParent`. It is handled in the parent's mailbox.
 *
 * @param name for logs
 * @example
 * export const saved = childMessage<Post>("saved");
 * // in the parent: topics: () => ({ saved }), messages: { saved: (socket, post) => socket.streamInsert("posts", post) }
 * // in the child: socket.tellParent(saved, post)
 */
export function childMessage<Payload>(name: string): ChildMessage<Payload> {
  checkValue("view_definition_invalid", { of: "childMessage", fix: 'childMessage("saved")' }, "the name", name, TEXT);
  return new ChildMessage(name);
}
