import { HoldfastError } from "../../errors/index.js";
import { checkOptions, OBJECT, TEXT, type Shape } from "../../errors/options.js";
import { ATTRIBUTE_NAME, ClientCommand, escapeHtml, holdsMarkup, TAG_NAME, takesCommands } from "../../html/index.js";

/** A view's own element. */
export interface Container {
  /** A plain element's name, such as `section`. Default `div`. */
  readonly tag?: string;
  /**
   * Its further attributes. Bindings take JS commands.
   *
   * @example
   * attrs: { class: "wide", "phx-remove": JS.transition("fade-out", { time: 200 }) }
   */
  readonly attrs?: Readonly<Record<string, string | ClientCommand>>;
}

/** A view's checked element: its name and attributes, as in the join's reply. */
export interface ContainerElement {
  readonly tag: string;
  readonly attrs: Readonly<Record<string, string>>;
}

const SHAPE: Shape<Container> = { tag: TEXT, attrs: OBJECT };
const FIX = 'container: { tag: "section", attrs: { class: "wide" } }';

/** Attributes that the view's element already has, or must not have. */
const TAKEN = /^(?:on|data-phx-|id$|srcdoc$)/;

/** @throws HoldfastError `view_definition_invalid` for an element that a view cannot live in */
export function checkedContainer(container: Container | undefined, view: string): ContainerElement | undefined {
  if (container === undefined) return undefined;
  checkOptions("view_definition_invalid", { of: `The container of the view "${view}"`, fix: FIX }, container, SHAPE);
  const { tag = "div", attrs = {} } = container;
  const wrong = Object.entries(attrs).find(([name, value]) => !isAttribute(name) || !isValue(name, value))?.[0];
  if (TAG_NAME.test(tag) && holdsMarkup(tag) && wrong === undefined) {
    return {
      tag,
      attrs: Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, typeof value === "string" ? value : value.encode()])),
    };
  }
  throw new HoldfastError("view_definition_invalid", {
    what: `The container of the view "${view}" is invalid.`,
    expected:
      "an element that may contain any markup, and attributes with string values (JS commands for bindings), except id, on… and data-phx-…",
    got: wrong === undefined ? JSON.stringify(tag) : `the attribute ${JSON.stringify(wrong)}`,
    fix: FIX,
  });
}

function isAttribute(name: string): boolean {
  return ATTRIBUTE_NAME.test(name) && name === name.toLowerCase() && !TAKEN.test(name);
}

function isValue(name: string, value: unknown): boolean {
  return typeof value === "string" || (value instanceof ClientCommand && takesCommands(name));
}

/** The view's element with the attributes by which the client finds it. `inner` is already HTML. */
export function containerHtml(
  container: ContainerElement | undefined, own: Readonly<Record<string, string | true>>, inner: string,
): string {
  const tag = container?.tag ?? "div";
  let out = `<${tag}`;
  for (const name in own) out += attribute(name, own[name]!);
  if (container !== undefined) for (const name in container.attrs) out += attribute(name, container.attrs[name]!);
  return `${out}>${inner}</${tag}>`;
}

function attribute(name: string, value: string | true): string {
  return value === true ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
}
