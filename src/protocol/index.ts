/** Messages of the Phoenix channel protocol, serializer version 2.0.0. Bytes in, values out: no I/O. @module */
export { encodeBinaryPush, encodeBinaryReply, encodeChunk } from "./binary.js";
export type { AsJson, Json } from "./json.js";
export { KEEP_SESSION } from "./keep-session.js";
export { REFUSED_PUSH } from "./refused-push.js";
export { SUBMIT_AGAIN } from "./submit-again.js";
export { restartReason } from "./restart.js";
export { SUBMISSION_FIELD } from "./submission.js";
export { Envelope } from "./envelope.js";
export { JsonText } from "./json-text.js";

/** A client's message. */
export interface Frame {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  /** JSON, or the bytes of a binary push. */
  readonly payload: unknown;
}

/** The version of LiveView whose wire format this is; the client warns if it differs from its own. */
export const LIVEVIEW_VERSION = "1.2.12";

/** Decodes a text frame, `[joinRef, ref, topic, event, payload]`; undefined if it is malformed. */
export function decodeText(text: string): Frame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 5) return undefined;
  const [joinRef, ref, topic, event, payload] = value as unknown[];
  if (!isRef(joinRef) || !isRef(ref)) return undefined;
  if (typeof topic !== "string" || typeof event !== "string") return undefined;
  return { joinRef, ref, topic, event, payload };
}

/** Decodes a binary push: kind 0, four lengths, joinRef, ref, topic, event, data; undefined if it is malformed. */
export function decodeBinary(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < 5 || bytes[0] !== 0) return undefined;
  const fields: string[] = [];
  let at = 5;
  for (let i = 1; i <= 4; i++) {
    const end = at + bytes[i]!;
    if (end > bytes.length) return undefined;
    fields.push(utf8.decode(bytes.subarray(at, end)));
    at = end;
  }
  const [joinRef, ref, topic, event] = fields as [string, string, string, string];
  if (!isRef(joinRef) || !isRef(ref)) return undefined;
  return { joinRef, ref, topic, event, payload: bytes.subarray(at) };
}

const utf8 = new TextDecoder();
const REF = /^\d{1,15}$/;

/** Refs are decimal strings. The client would not recognize a number. */
function isRef(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && REF.test(value));
}

/** The reason of `CLOSE.tooBig`, which the log's advice knows. */
export const FRAME_TOO_BIG = "frame too big";

/** Close codes; the comments say how the unmodified client handles them. */
export const CLOSE = {
  /** Reconnects and joins again: the session or the user was disconnected. */
  goingAway: 1001,
  /** Reconnects: it exceeded one of our limits. */
  policy: 1008,
  /** Reconnects: a message was longer than its limit. */
  tooBig: 1009,
  /** Reconnects: a message was not of the protocol. */
  malformed: 1011,
  /** Reconnects, with `holdfast/client` after the time that the reason names: this node stops, or is too busy for a join. */
  restart: 1012,
} as const;
