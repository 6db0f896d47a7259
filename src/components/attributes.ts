import type { ClientCommand } from "../html/index.js";

/** What an attribute may hold: text and numbers; `true` writes the name alone, `false`, `null` and `undefined` nothing. */
export type AttributeValue = string | number | bigint | boolean | null | undefined;

/** What a binding may hold: a declared event or JS commands. */
export type Binding = ClientCommand | false | null | undefined;

/**
 * Attributes that every element may have. Names are written as in HTML; `on…` is none of them, and `data-phx-*` belongs to
 * the client.
 *
 * @example
 * const attrs: Attributes = { id: "menu", class: "open", "aria-hidden": false, "phx-click": on.close, "phx-value-id": 7 };
 */
export interface Attributes {
  readonly accesskey?: AttributeValue;
  readonly autofocus?: AttributeValue;
  readonly class?: AttributeValue;
  readonly contenteditable?: AttributeValue;
  readonly dir?: AttributeValue;
  readonly draggable?: AttributeValue;
  readonly enterkeyhint?: AttributeValue;
  readonly hidden?: AttributeValue;
  readonly id?: AttributeValue;
  readonly inert?: AttributeValue;
  readonly inputmode?: AttributeValue;
  readonly itemid?: AttributeValue;
  readonly itemprop?: AttributeValue;
  readonly itemscope?: AttributeValue;
  readonly itemtype?: AttributeValue;
  readonly lang?: AttributeValue;
  readonly part?: AttributeValue;
  readonly popover?: AttributeValue;
  readonly role?: AttributeValue;
  readonly slot?: AttributeValue;
  readonly spellcheck?: AttributeValue;
  readonly style?: AttributeValue;
  readonly tabindex?: AttributeValue;
  readonly title?: AttributeValue;
  readonly translate?: AttributeValue;
  readonly [aria: `aria-${string}`]: AttributeValue;
  readonly [data: `data-${string}`]: AttributeValue;
  readonly [forTheClient: `data-phx-${string}`]: never;
  readonly [phx: `phx-${string}`]: AttributeValue | ClientCommand;
  readonly "phx-blur"?: Binding;
  readonly "phx-change"?: Binding;
  readonly "phx-click"?: Binding;
  readonly "phx-click-away"?: Binding;
  readonly "phx-connected"?: Binding;
  readonly "phx-disconnected"?: Binding;
  readonly "phx-focus"?: Binding;
  readonly "phx-keydown"?: Binding;
  readonly "phx-keyup"?: Binding;
  readonly "phx-mounted"?: Binding;
  readonly "phx-remove"?: Binding;
  readonly "phx-submit"?: Binding;
  readonly "phx-window-keydown"?: Binding;
  readonly "phx-window-keyup"?: Binding;
}
