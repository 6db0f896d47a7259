import { JsonText } from "./json-text.js";

/**
 * Writes the text messages of one join, `[joinRef, ref, topic, event, payload]`. Its topic is turned into JSON once, and refs are
 * digits, as `decodeText` has checked: only payloads are left for `JSON.stringify`, which takes twice as long for a whole message.
 */
export class Envelope {
  readonly #joinRef: string;
  /** The topic as JSON. */
  readonly #topic: string;

  /** @param joinRef the client's ref of its join; null: the topic is not joined */
  constructor(joinRef: string | null, topic: string) {
    this.#joinRef = quoted(joinRef);
    this.#topic = JSON.stringify(topic);
  }

  /** A reply to a client's message. `status` comes before `response`, as in the recorded frames. */
  reply(ref: string | null, status: "ok" | "error", response: unknown): string {
    return `[${this.#joinRef},${quoted(ref)},${this.#topic},"phx_reply",{"status":"${status}","response":${json(response)}}]`;
  }

  /** A server message; `ref` is null except for `phx_error` and `phx_close`. A payload that is a `JsonText` is not written again. */
  push(ref: string | null, event: string, payload: unknown): string {
    return `[${this.#joinRef},${quoted(ref)},${this.#topic},${JSON.stringify(event)},${json(payload)}]`;
  }
}

function quoted(ref: string | null): string {
  return ref === null ? "null" : `"${ref}"`;
}

/** A value as JSON; what JSON does not know is null, as in an array. */
function json(value: unknown): string {
  return value instanceof JsonText ? value.text : ((JSON.stringify(value) as string | undefined) ?? "null");
}
