import { checkOptions, checkValue, FUNCTION, ITERABLE, type Kind, type Shape } from "../../../errors/options.js";
import { HoldfastError, type Mistake } from "../../../errors/index.js";
import { escapeHtml, Rendered, startTagOf, StreamContent, type Content, type StreamInsert } from "../../../html/index.js";
import type { Owner } from "../../socket/index.js";
import { Forgetful } from "./sent-once.js";

/** Where an item goes and how many may stay. */
export interface StreamInsertOptions {
  /** The position: 0 is the beginning, -1 the end. Default -1. */
  at?: number;
  /** How many items may stay: a positive limit drops from the end, a negative one from the beginning. Default: all. */
  limit?: number;
}

/** `at: -2` would reach the client, and the item would be nowhere. */
const AT: Kind = {
  called: "a whole number from 0, or -1 for the end",
  fits: (value) => Number.isInteger(value) && (value as number) >= -1,
};
const LIMIT: Kind = { called: "a whole number", fits: (value) => Number.isInteger(value) };
export const INSERT_OPTIONS: Shape<StreamInsertOptions> = { at: AT, limit: LIMIT };
export const STREAM_OPTIONS: Shape<StreamOptions<unknown>> = { ...INSERT_OPTIONS, domId: FUNCTION };

/** Options of `stream`. */
export interface StreamOptions<T> extends StreamInsertOptions {
  /** An item's DOM id, unique in the page. Default: the assign's name, a dash and the item's `id`. */
  domId?: (item: T) => string;
}

/** An item whose `id` becomes its DOM id. */
export interface WithId {
  readonly id: string | number;
}

/** Nothing more for items whose `id` becomes their DOM id, and while their type is not known; a `Mistake` for all others. */
export type Identified<T> = unknown extends T
  ? unknown
  : [T] extends [WithId]
    ? unknown
    : Mistake<"an item has no id: give the option domId">;

/** The option for items without an `id`. */
export type DomIds<T> = Required<Pick<StreamOptions<T>, "domId">>;

const NOTHING: readonly string[] = [];

/**
 * A collection that the browser keeps: the server sends what is inserted and deleted, and forgets it. Long lists and feeds
 * cost no memory, however many items they have had.
 *
 * It is an assign like any other; `map` writes it, and the socket's `streamInsert`, `streamDelete`, … change it.
 *
 * @see stream
 */
export class Stream<T> extends Forgetful {
  readonly #options: StreamOptions<T>;
  #name: string | undefined;
  #ref = "";
  /** What waits for the next render; undefined while nothing does, as in nearly all streams of a node at any time. */
  #inserts: Map<string, { item: T; place: StreamInsert }> | undefined;
  #deletes: string[] | undefined;
  #reset = false;
  /** Whether items are looked at for their DOM ids: in development. */
  #checked = false;
  /** The items given before the stream had its assign's name. */
  #initial: Iterable<T> | undefined;

  /** Made by `stream`. */
  constructor(items: Iterable<T>, options: StreamOptions<T>) {
    super();
    this.#initial = items;
    this.#options = options;
  }

  /**
   * Renders the stream in a template. It must be the only content of its element, which needs an `id` and `phx-update="stream"`; each
   * item is one element with the DOM id that `render` is given.
   *
   * @example
   * html`<ul id="messages" phx-update="stream">
   *   ${messages.map((message, domId) => html`<li id=${domId}>${message.text}</li>`)}
   * </ul>`
   */
  map(render: (item: T, domId: string) => Content): StreamContent {
    if (this.#name === undefined) {
      throw new HoldfastError("stream_misuse", {
        what: "A template renders a stream that is not an assign.", expected: "a stream that mount returned or that was assigned",
        fix: "mount: () => ({ messages: stream(messages) })",
      });
    }
    const places: StreamInsert[] = [];
    const items: Content[] = [];
    if (this.#inserts !== undefined) {
      for (const { item, place } of this.#inserts.values()) {
        places.push(place);
        items.push(render(item, place[0]));
      }
    }
    if (this.#checked) for (const [i, [domId]] of places.entries()) this.#checkId(items[i], domId);
    return new StreamContent(this.#ref, places, items, this.#deletes ?? NOTHING, this.#reset);
  }

  /** The client puts no element into the page that it cannot find again. */
  #checkId(item: Content, domId: string): void {
    const tag = item instanceof Rendered ? startTagOf(item) : undefined;
    if (tag === undefined) return;
    const id = /\sid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag)?.slice(1).find((text) => text !== undefined);
    if (id === domId || id === escapeHtml(domId)) return;
    throw new HoldfastError("stream_misuse", {
      what: `An item of the stream "${this.#name}" is not an element with the DOM id that map passes.`,
      expected: `id=${JSON.stringify(domId.slice(0, 80))}`, got: `${tag.slice(0, 200)}>`,
      fix: `${this.#name}.map((item, domId) => html\`<li id=\${domId}>…</li>\`); other ids by stream(items, { domId: (item) => … })`,
    });
  }

  override attach(owner: Owner, name: string): void {
    super.attach(owner, name);
    if (this.#name !== undefined) return;
    this.#name = name;
    this.#ref = String(owner.view.number("stream"));
    this.#checked = owner.view.context.development;
    const { at = -1, limit } = this.#options;
    for (const item of this.#initial ?? []) this.#put(item, at, limit ?? null, null);
    this.#initial = undefined;
  }

  override get waits(): boolean {
    return this.#inserts !== undefined || this.#deletes !== undefined;
  }

  /** Inserts an item at a position; an item that the browser already has is replaced in place. */
  insert(item: T, { at = -1, limit }: StreamInsertOptions = {}, updateOnly = false): void {
    this.#put(item, at, limit ?? null, updateOnly);
  }

  #put(item: T, at: number, limit: number | null, updateOnly: boolean | null): void {
    const domId = this.domId(item);
    const inserts = (this.#inserts ??= new Map());
    const before = inserts.get(domId);
    if (before !== undefined) {
      // An item whose insert is still pending exists for an update, and goes where it was to go.
      if (updateOnly === true) return void inserts.set(domId, { item, place: before.place });
      // Of several inserts of an item in one render only the last counts, at its place in the order.
      inserts.delete(domId);
    }
    inserts.set(domId, { item, place: [domId, at, limit, updateOnly] });
  }

  delete(domId: string): void {
    this.#inserts?.delete(domId);
    (this.#deletes ??= []).push(domId);
  }

  /** Empties the browser's stream: it then holds only what is inserted from now on. */
  reset(): void {
    this.#inserts = this.#deletes = undefined;
    this.#reset = true;
  }

  /** Everything pending has been sent. */
  override flushed(): void {
    this.#inserts = this.#deletes = undefined;
    this.#reset = false;
  }

  domId(item: T): string {
    if (this.#options.domId !== undefined) return this.#options.domId(item);
    const id = typeof item === "object" && item !== null && "id" in item ? item.id : undefined;
    if (typeof id === "string" || typeof id === "number") return `${this.#name}-${id}`;
    throw new HoldfastError("stream_misuse", {
      what: `An item of the stream "${this.#name}" has no DOM id.`, expected: "an item with an id, or the option domId",
      got: id === undefined ? "an item without an id" : `an id of type ${typeof id}`,
      fix: "stream(items, { domId: (item) => `song-${item.key}` })",
    });
  }
}

/**
 * A stream with its first items, to be returned by `mount`.
 *
 * @param items what it begins with
 * @param options `domId` for items without an `id`; `at` and `limit` of the first items
 * @example
 * mount: async () => ({ messages: stream(await chat.latest(50), { limit: -50 }) })
 * // later: socket.streamInsert("messages", message, { limit: -50 })
 */
export function stream<T>(items: Iterable<T> | undefined, options: StreamOptions<T> & DomIds<T>): Stream<T>;
export function stream<T extends WithId>(items?: Iterable<T>, options?: StreamOptions<T>): Stream<T>;
// The strict overload comes last, because the compiler reports the errors of the last one.
export function stream<T>(items: (Iterable<T> | undefined) & Identified<T>, options?: StreamOptions<T>): Stream<T>;
export function stream<T>(items: Iterable<T> = [], options: StreamOptions<T> = {}): Stream<T> {
  const place = { of: "stream", fix: "mount: () => ({ messages: stream(messages) })" };
  checkValue("stream_misuse", place, "the list of items", items, ITERABLE);
  checkOptions<StreamOptions<never>>("stream_misuse", place, options, STREAM_OPTIONS);
  return new Stream(items, options);
}
