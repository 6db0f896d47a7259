import { Duplex } from "node:stream";
import * as ws from "ws";
import { describe, expect, it } from "vitest";
import { binaryFrame, textFrame } from "./frames.js";

// Exported, and not in its types.
const { Sender } = ws as unknown as {
  Sender: new (socket: Duplex) => { send(data: string | Uint8Array, options: { binary: boolean; compress: boolean; fin: boolean; mask: boolean }): void };
};

/** What ws writes for the same message. */
function plain(data: string | Uint8Array): Buffer {
  const written: Buffer[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  new Sender(socket).send(data, { binary: typeof data !== "string", compress: false, fin: true, mask: false });
  return Buffer.concat(written);
}

describe("textFrame: byte for byte what ws writes", () => {
  it.each([
    ["nothing", ""],
    ["one byte", "a"],
    ["the longest short one", "x".repeat(125)],
    ["the shortest with two bytes of length", "x".repeat(126)],
    ["the longest with two bytes", "x".repeat(65_535)],
    ["the shortest with eight bytes", "x".repeat(65_536)],
    ["a megabyte", "x".repeat(1_048_576)],
    ["bytes that outnumber the characters, at a boundary", "ä".repeat(63)],
    ["characters of four bytes", "😀".repeat(40)],
    ["surrogates without their other half", "a\ud800b\udc00c"],
    ["a NUL", "a\0b"],
  ])("%s", (_what, text) => {
    expect(textFrame(text).equals(plain(text))).toBe(true);
  });
});

describe("binaryFrame: byte for byte what ws writes", () => {
  it.each([0, 1, 125, 126, 65_535, 65_536])("%i bytes", (length) => {
    const bytes = Uint8Array.from({ length }, (_, at) => at % 251);
    expect(binaryFrame(bytes).equals(plain(bytes))).toBe(true);
  });
});
