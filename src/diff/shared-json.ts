/**
 * After a broadcast many views push the same diff, one after the other. It is written as JSON once, and compared by the others.
 *
 * Two diffs are equal if their parts are: texts and the numbers of their slots, in order. One walk reads both, so whatever it does
 * not know makes a diff that is not shared: new templates, lists, components, what a stream deletes.
 *
 * @module
 */
import { JsonText } from "../protocol/index.js";
import { diffText } from "./diff-text.js";
import { StreamNode, TemplateNode, type Slot, type WireNode } from "./nodes.js";

/** The longest JSON that is kept, in characters: it stays until the next diff is pushed. */
const MAX_KEPT = 16 * 1024;
/** Begins a stream's parts. */
const STREAM = Symbol("stream");
/** Ends a template's parts, so those of one diff are never the beginning of another's. */
const END = Symbol("end");

/** Reads a diff's parts, in order. */
interface Reader {
  /** Takes the next part; false: the rest is not wanted. */
  take(part: unknown): boolean;
}

let last: { readonly parts: readonly unknown[]; readonly json: JsonText } | undefined;

/**
 * A view's diff as JSON.
 *
 * @param diff as the tree made it, with nothing added
 * @param root what the browser has after it
 */
export function diffJson(diff: WireNode, root: TemplateNode): JsonText {
  if (last !== undefined && read(diff, root, new Follower(last.parts))) return last.json;
  const json = new JsonText(diffText(diff, root));
  const recorder = new Recorder();
  const known = json.text.length <= MAX_KEPT && read(diff, root, recorder);
  last = known ? { parts: recorder.parts, json } : undefined;
  return json;
}

class Recorder implements Reader {
  readonly parts: unknown[] = [];

  take(part: unknown): boolean {
    this.parts.push(part);
    return true;
  }
}

/** Takes only what was recorded, in the same order. */
class Follower implements Reader {
  readonly #parts: readonly unknown[];
  #next = 0;

  constructor(parts: readonly unknown[]) {
    this.#parts = parts;
  }

  take(part: unknown): boolean {
    return part === this.#parts[this.#next++];
  }
}

/** Reads a diff. False if the reader stopped, or if the diff contains something that this walk does not know. */
function read(diff: WireNode, root: TemplateNode, reader: Reader): boolean {
  // The statics of all new templates, however deep these are.
  return diff["p"] === undefined && readTemplate(diff, root.slots, reader);
}

function readTemplate(node: WireNode, slots: readonly Slot[], reader: Reader): boolean {
  for (let i = 0; i < slots.length; i++) {
    const change = node[i];
    if (change === undefined) continue;
    if (!reader.take(i) || !readChange(change, slots[i], reader)) return false;
  }
  return reader.take(END);
}

function readChange(change: unknown, slot: Slot, reader: Reader): boolean {
  if (typeof change === "string") return reader.take(change);
  if (slot instanceof TemplateNode) return readTemplate(change as WireNode, slot.slots, reader);
  return slot instanceof StreamNode && readStream(change as WireNode, slot.template.holes.length, reader);
}

/** Reads what was inserted into a stream. Its items have every slot of their template. */
function readStream({ stream, k }: WireNode, width: number, reader: Reader): boolean {
  const [ref, places, deletes, reset] = stream as readonly [string, readonly (readonly unknown[])[], readonly string[], boolean?];
  // The list of deletes is the stream's own, which adds to it later.
  if (deletes.length > 0 || reset === true) return false;
  // The counts come first, so that no parts can be read in two ways.
  if (!reader.take(STREAM) || !reader.take(ref) || !reader.take(places.length) || !reader.take(width)) return false;
  for (let i = 0; i < places.length; i++) {
    for (const part of places[i]!) if (!reader.take(part)) return false;
    const item = (k as WireNode)[i] as WireNode;
    for (let hole = 0; hole < width; hole++) if (!reader.take(item[hole])) return false;
  }
  return true;
}
