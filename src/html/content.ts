/**
 * What stands between tags beside text, templates and lists: streams, live components, nested views, HTML that is already safe.
 *
 * @module
 */

/** One item inserted into a stream: its DOM id, its position, how many items may stay, and whether it may only replace one. */
export type StreamInsert = readonly [domId: string, at: number, limit: number | null, updateOnly: boolean | null];

/** What a stream changes in this render. The browser keeps the items, the server does not. */
export class StreamContent {
  readonly ref: string;
  /** In the order in which they were inserted, with their items. */
  readonly inserts: readonly StreamInsert[];
  readonly items: readonly unknown[];
  readonly deletes: readonly string[];
  readonly reset: boolean;

  constructor(ref: string, inserts: readonly StreamInsert[], items: readonly unknown[], deletes: readonly string[], reset: boolean) {
    this.ref = ref;
    this.inserts = inserts;
    this.items = items;
    this.deletes = deletes;
    this.reset = reset;
  }
}

/** A live component in a template: its definition and its props. Its state lives elsewhere. */
export class ComponentCall {
  readonly definition: object;
  readonly id: string;
  readonly props: Readonly<Record<string, unknown>>;

  constructor(definition: object, id: string, props: Readonly<Record<string, unknown>>) {
    this.definition = definition;
    this.id = id;
    this.props = props;
  }
}

/** A nested live view in a template. It lives independently. */
export class ViewCall {
  readonly definition: object;
  readonly id: string;
  readonly session: Readonly<Record<string, unknown>>;
  readonly sticky: boolean;

  constructor(definition: object, id: string, session: Readonly<Record<string, unknown>>, sticky: boolean) {
    this.definition = definition;
    this.id = id;
    this.session = session;
    this.sticky = sticky;
  }
}

/**
 * Content that the server has only until it is sent: afterwards the browser keeps what it has, and the place keeps its slot.
 * The components it called stay called.
 */
export class SentOnce {
  /** Undefined once it has been sent. */
  readonly content: { readonly value: unknown } | undefined;

  constructor(content: { readonly value: unknown } | undefined) {
    this.content = content;
  }
}

/** HTML that is already safe. Only `trustedHtml` creates it, so that a search for that name finds every such place. */
export class SafeHtml {
  // Private, so that no object with a property `html` passes for it.
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  get html(): string {
    return this.#html;
  }
}

/**
 * Puts HTML into a template unescaped. Anyone who can influence the text can run code in your users' browsers: pass only what you
 * wrote, or what a sanitizer returned.
 *
 * @example
 * html`<article>${trustedHtml(sanitize(markdown(post.body)))}</article>`
 */
export function trustedHtml(text: string): SafeHtml {
  return new SafeHtml(text);
}
