import type { Mistake } from "../../errors/index.js";
import { checkValue, OBJECT } from "../../errors/options.js";
import type { AsJson } from "../../protocol/index.js";

/** An event handler's reply to a client hook that waits for it. */
export class Reply<Payload = unknown> {
  readonly payload: Payload;

  constructor(payload: Payload) {
    this.payload = payload;
  }
}

/** As in LiveView, a reply is an object: its values have names, and more of them can be added later. */
type Named<T> = T extends readonly unknown[] ? Mistake<"a reply is an object: reply({ items: [] })"> : AsJson<T>;

/**
 * Answers an event with a value, for the client hook that pushed it.
 *
 * @param payload sent as JSON: a value that JSON would lose does not compile
 * @example
 * handle: () => reply({ saved: true })
 */
export function reply<T extends object>(payload: T & Named<T>): Reply<T> {
  checkValue("socket_misuse", { of: "reply", fix: "return reply({ saved: true })" }, "the reply", payload, OBJECT);
  return new Reply<T>(payload);
}
