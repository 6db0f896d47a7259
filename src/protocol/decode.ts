/** A client's message. */
export interface Frame {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  /** JSON, or the bytes of a binary push. */
  readonly payload: unknown;
}

/** The first byte of a binary message that a client pushes. */
const PUSH = 0;
/** A binary push begins with its kind and the lengths of four fields. */
const HEAD_BYTES = 5;

const utf8 = new TextDecoder();
const REF = /^\d{1,15}$/;

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
  if (bytes.length < HEAD_BYTES || bytes[0] !== PUSH) return undefined;
  const fields: string[] = [];
  let at = HEAD_BYTES;
  for (let i = 1; i < HEAD_BYTES; i++) {
    const end = at + bytes[i]!;
    if (end > bytes.length) return undefined;
    fields.push(utf8.decode(bytes.subarray(at, end)));
    at = end;
  }
  const [joinRef, ref, topic, event] = fields as [string, string, string, string];
  if (!isRef(joinRef) || !isRef(ref)) return undefined;
  return { joinRef, ref, topic, event, payload: bytes.subarray(at) };
}

/** Refs are decimal strings: the client would not recognize a number. */
function isRef(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && REF.test(value));
}
