import { HoldfastError } from "../errors/index.js";

/** The kinds of binary messages: the first byte of each. */
const PUSH = 0;
const REPLY = 1;

const utf8 = new TextEncoder();

/**
 * A server message with bytes as its payload: kind 0, three lengths, joinRef, topic, event, data. As in the phoenix client's
 * `decodePush`; it has no ref.
 *
 * @throws HoldfastError `binary_frame_unwritable` if the topic or the event is longer than 255 bytes
 */
export function encodeBinaryPush(joinRef: string | null, topic: string, event: string, payload: Uint8Array): Uint8Array {
  return frame(PUSH, { "join ref": joinRef ?? "", topic, event }, payload);
}

/**
 * A reply with bytes as its response: kind 1, four lengths, joinRef, ref, topic, status, data. As in the phoenix client's
 * `decodeReply`.
 *
 * @throws HoldfastError `binary_frame_unwritable` if the topic is longer than 255 bytes
 */
export function encodeBinaryReply(
  joinRef: string | null, ref: string | null, topic: string, status: "ok" | "error", response: Uint8Array,
): Uint8Array {
  return frame(REPLY, { "join ref": joinRef ?? "", ref: ref ?? "", topic, status }, response);
}

/**
 * A client's push of an upload's chunk: kind 0, four lengths, joinRef, ref, topic, event, data. As in the phoenix client's
 * `binaryEncode`.
 *
 * @throws HoldfastError `binary_frame_unwritable` if the topic is longer than 255 bytes
 */
export function encodeChunk(joinRef: string, ref: string, topic: string, chunk: Uint8Array): Uint8Array {
  return frame(PUSH, { "join ref": joinRef, ref, topic, event: "chunk" }, chunk);
}

/** Writes the kind, the length of each field as one byte, the fields, the payload. */
function frame(kind: number, fields: Readonly<Record<string, string>>, payload: Uint8Array): Uint8Array {
  const encoded = Object.entries(fields).map(([name, text]) => encodeField(name, text));
  const head = 1 + encoded.length;
  const bytes = new Uint8Array(encoded.reduce((length, field) => length + field.length, head + payload.length));
  bytes[0] = kind;
  let at = head;
  for (const [index, field] of encoded.entries()) {
    bytes[1 + index] = field.length;
    bytes.set(field, at);
    at += field.length;
  }
  bytes.set(payload, at);
  return bytes;
}

/** A field as UTF-8, no longer than one byte can say. */
function encodeField(name: string, text: string): Uint8Array {
  const bytes = utf8.encode(text);
  if (bytes.length <= 255) return bytes;
  throw new HoldfastError("binary_frame_unwritable", {
    what: `Bytes cannot be sent: the ${name} is too long for a binary frame.`,
    expected: "at most 255 bytes", got: `${bytes.length} bytes`,
    fix: "use a shorter topic or event name, or send JSON",
  });
}
