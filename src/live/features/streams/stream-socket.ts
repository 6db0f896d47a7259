import { HoldfastError } from "../../../errors/index.js";
import { checkOptions, checkValue, ITERABLE, TEXT, YES_OR_NO, type OptionsPlace } from "../../../errors/options.js";
import { ownerOf, socketPart, type Owner } from "../../socket/index.js";
import { INSERT_OPTIONS, Stream, type StreamInsertOptions } from "./stream.js";

/** The names of the assigns that are streams. */
type StreamNames<A> = { [K in keyof A]: A[K] extends Stream<infer _> ? K : never }[keyof A] & string;
/** A stream's items. */
type StreamItem<S> = S extends Stream<infer T> ? T : never;

/** The socket's methods for streams. */
export interface StreamSocket<A extends object> {
  /** Inserts several items; `reset` first removes the browser's items. */
  stream<K extends StreamNames<A>>(
    name: K, items: Iterable<StreamItem<A[K]>>, options?: StreamInsertOptions & { reset?: boolean },
  ): void;
  /**
   * Inserts an item, or replaces it in place. With `updateOnly` it does nothing if the item is absent. Several inserts in one
   * handler arrive in order.
   */
  streamInsert<K extends StreamNames<A>>(
    name: K, item: StreamItem<A[K]>, options?: StreamInsertOptions & { updateOnly?: boolean },
  ): void;
  /** Removes an item. */
  streamDelete<K extends StreamNames<A>>(name: K, item: StreamItem<A[K]>): void;
  /** Removes an item by its DOM id. */
  streamDeleteByDomId(name: StreamNames<A>, domId: string): void;
}

const STREAM: OptionsPlace = { of: "socket.stream", fix: 'socket.stream("messages", messages, { reset: true })' };
const INSERT: OptionsPlace = { of: "socket.streamInsert", fix: 'socket.streamInsert("messages", message, { at: 0 })' };
const RESET_OPTIONS = { ...INSERT_OPTIONS, reset: YES_OR_NO };
const UPDATE_OPTIONS = { ...INSERT_OPTIONS, updateOnly: YES_OR_NO };

export const streamSocket = socketPart({
  stream(name: string, items: Iterable<unknown>, given: StreamInsertOptions & { reset?: boolean } = {}): void {
    checkValue("stream_misuse", STREAM, "the list of items", items, ITERABLE);
    checkOptions("stream_misuse", STREAM, given, RESET_OPTIONS);
    const { reset, ...options } = given;
    const owner = ownerOf(this);
    const stream = streamOf(owner, name);
    if (stream === undefined) return;
    if (reset) stream.reset();
    for (const item of items) stream.insert(item, options);
    owner.touch();
  },
  streamInsert(name: string, item: unknown, options: StreamInsertOptions & { updateOnly?: boolean } = {}): void {
    checkOptions("stream_misuse", INSERT, options, UPDATE_OPTIONS);
    const owner = ownerOf(this);
    streamOf(owner, name)?.insert(item, options, options.updateOnly);
    owner.touch();
  },
  streamDelete(name: string, item: unknown): void {
    const owner = ownerOf(this);
    const stream = streamOf(owner, name);
    stream?.delete(stream.domId(item));
    owner.touch();
  },
  streamDeleteByDomId(name: string, domId: string): void {
    const place = { of: "socket.streamDeleteByDomId", fix: 'socket.streamDeleteByDomId("messages", domId)' };
    checkValue("stream_misuse", place, "the DOM id", domId, TEXT);
    const owner = ownerOf(this);
    streamOf(owner, name)?.delete(domId);
    owner.touch();
  },
});

/** The assign of this name, which must be a stream; undefined once the session was disconnected: nothing changes any more. */
function streamOf(owner: Owner, name: string): Stream<unknown> | undefined {
  if (owner.ended || !owner.view.mayRun()) return undefined;
  const found = owner.assigns[name];
  if (found instanceof Stream) return found;
  throw new HoldfastError("stream_misuse", {
    what: `There is no stream "${name}" in the view "${owner.view.name}".`, expected: "the name of an assign that is a stream",
    got: found === undefined ? "no such assign" : `an assign of type ${typeof found}`,
    fix: `mount: () => ({ ${name}: stream([]) })`,
  });
}
