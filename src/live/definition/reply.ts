import type { AsJson } from "../socket/index.js";

/** What an event's handler answers to a client hook that waits for it. */
export class Reply<Payload = unknown> {
  readonly payload: Payload;

  constructor(payload: Payload) {
    this.payload = payload;
  }
}

/**
 * Answers an event with a value, for the client hook that pushed it.
 *
 * @param payload travels as JSON: what JSON would lose does not compile
 * @example
 * handle: () => reply({ saved: true })
 */
export function reply<T extends object>(payload: T & AsJson<T>): Reply<T> {
  return new Reply<T>(payload);
}
