// Imported, because the global one is a getter: it costs as much as the head of a frame.
import { Buffer } from "node:buffer";

/** The first byte of a frame that is a whole message: FIN, and opcode 1 for text, 2 for bytes. */
const WHOLE_TEXT = 0x81;
const WHOLE_BINARY = 0x82;

/**
 * Encodes a server's text message as one frame: whole, unmasked, uncompressed.
 *
 * @param text the message; unpaired surrogates become U+FFFD
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 * @example
 * textFrame("hi") // <Buffer 81 02 68 69>
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const { frame, headBytes } = begin(WHOLE_TEXT, length);
  frame.write(text, headBytes);
  return frame;
}

/** Encodes a server's binary message as one frame; copies the bytes. */
export function binaryFrame(bytes: Uint8Array): Buffer {
  const { frame, headBytes } = begin(WHOLE_BINARY, bytes.length);
  frame.set(bytes, headBytes);
  return frame;
}

/** A frame with its head written and room for its payload. */
function begin(first: number, length: number): { frame: Buffer; headBytes: number } {
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = first;
  if (headBytes === 2) {
    frame[1] = length;
  } else if (headBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  return { frame, headBytes };
}
