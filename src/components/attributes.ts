import type { ClassList, ClientCommand, CommandBinding, CommandDataAttribute, OptionBinding, StyleMap, Styles } from "../html/index.js";

/** What an attribute may hold: text and numbers; `true` writes the name alone, `false`, `null` and `undefined` nothing. */
export type AttributeValue = string | number | bigint | boolean | null | undefined;

/** `Binding`, under the name that the compiler shows for text in a binding. */
type EventOrCommands = ClientCommand | false | null | undefined;

/** What a binding may hold: a declared event or JS commands. */
export type Binding = EventOrCommands;

/**
 * Attributes that every element may have, with their HTML names. `on…` is not among them, `data-phx-*` belongs to the client, and of
 * `phx-*` there are those that it knows.
 *
 * @example
 * const attrs: Attributes = { id: "menu", class: "open", "aria-hidden": false, "phx-click": on.close, "phx-value-id": 7 };
 */
export interface Attributes
  extends Readonly<Partial<Record<CommandBinding, EventOrCommands>>>, Readonly<Partial<Record<OptionBinding, AttributeValue>>> {
  readonly accesskey?: AttributeValue;
  readonly autofocus?: AttributeValue;
  /** Classes as text, as a list, or as an object: `["tab", { active: on }]`. */
  readonly class?: ClassList;
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
  /** Declarations as an object or as text: `{ color: "red", "--size": 2 }`. */
  readonly style?: AttributeValue | StyleMap | Styles | undefined;
  readonly tabindex?: AttributeValue;
  readonly title?: AttributeValue;
  readonly translate?: AttributeValue;
  readonly [aria: `aria-${string}`]: AttributeValue;
  readonly [data: `data-${string}`]: AttributeValue | ClientCommand;
  readonly [commands: CommandDataAttribute]: Binding;
  readonly [forTheClient: `data-phx-${string}`]: never;
  readonly [value: `phx-value-${string}`]: AttributeValue;
}
