import { HoldfastError } from "../../errors/index.js";
import { escapeHtml } from "../../html/index.js";

/** A view's own element. */
export interface Container {
  /** A plain element's name, such as `section`. Default `div`. */
  readonly tag?: string;
  readonly attrs?: Readonly<Record<string, string>>;
}

/** A view's element, checked: its name and attributes as the join's reply says them. */
export interface ContainerElement {
  readonly tag: string;
  readonly attrs: Readonly<Record<string, string>>;
}

const TAG = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const ATTRIBUTE = /^(?!on|data-phx-|id$|srcdoc$)[a-z][a-z0-9:_-]*$/;
/** Elements that hold no markup, or not any markup. */
const UNUSABLE = new Set([
  "script", "style", "iframe", "textarea", "title", "template", "noscript", "html", "head", "body",
  "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
]);

/** @throws HoldfastError `view_definition_invalid` for an element that a view cannot live in */
export function checkedContainer(container: Container | undefined, view: string): ContainerElement | undefined {
  if (container === undefined) return undefined;
  const { tag = "div", attrs = {} } = container;
  const wrong = Object.keys(attrs).find((name) => !ATTRIBUTE.test(name) || typeof attrs[name] !== "string");
  if (TAG.test(tag) && !UNUSABLE.has(tag) && wrong === undefined) return { tag, attrs };
  throw new HoldfastError("view_definition_invalid", {
    what: `The container of the view "${view}" is not usable.`,
    expected: "an element that holds any markup, and attributes beside id, on… and data-phx-… whose values are strings",
    got: wrong === undefined ? JSON.stringify(tag) : `the attribute ${JSON.stringify(wrong)}`,
    fix: `container: { tag: "section", attrs: { class: "wide" } }`,
  });
}

/** The view's element with what the client finds it by. `inner` is HTML already. */
export function containerHtml(
  container: ContainerElement | undefined, own: Readonly<Record<string, string | true>>, inner: string,
): string {
  const tag = container?.tag ?? "div";
  let out = `<${tag}`;
  for (const [name, value] of [...Object.entries(own), ...Object.entries(container?.attrs ?? {})]) {
    out += value === true ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
  }
  return `${out}>${inner}</${tag}>`;
}
