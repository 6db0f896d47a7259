import { parse, stringify } from "devalue";
import { HoldfastError } from "../errors/index.js";
import { assertData } from "./data.js";

/**
 * devalue writes the whole buffer behind a view. For a small `Buffer` that is Node's pool, with other data in it; so a view
 * of a part is sent as a view of a copy.
 */
const reducers = { part: (value: unknown) => (isPart(value) ? copyOf(value) : undefined) };
const revivers = { part: (value: unknown) => value };

/**
 * Encodes data as text, for another node. Text, so that nodes with different versions of Node understand each other, which
 * `node:v8` does not promise. With devalue, which preserves all data (see {@link assertData}) including cycles and identity,
 * has no type that runs code when it is read, and is what SvelteKit and Nuxt send their pages with.
 *
 * @param name the value's name in an error
 * @throws {HoldfastError} `payload_not_data`
 * @example
 * decodeData(encodeData(new Map([["at", new Date()]]), "payload"));
 */
export function encodeData(value: unknown, name: string): string {
  try {
    return stringify(value, reducers);
  } catch (cause) {
    assertData(value, name);
    throw new HoldfastError(
      "payload_not_data",
      {
        what: `${name} cannot be serialized for another node.`,
        expected: "data",
        got: String(cause),
        fix: "Publish less, or publish an id to look it up by.",
      },
      { cause },
    );
  }
}

/**
 * Reads what `encodeData` wrote.
 *
 * @throws {Error} if the text was not written by `encodeData`
 */
export function decodeData(text: string): unknown {
  return parse(text, revivers);
}

function isPart(value: unknown): value is ArrayBufferView {
  return ArrayBuffer.isView(value) && !(value.buffer instanceof ArrayBuffer && value.buffer.byteLength === value.byteLength);
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  const { buffer } = new Uint8Array(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  if (view instanceof Uint8Array) return new Uint8Array(buffer);
  const { constructor: View } = view as ArrayBufferView & { constructor: new (buffer: ArrayBuffer) => ArrayBufferView };
  return new View(buffer);
}
