import { HoldfastError } from "../errors/index.js";
import { ATTRIBUTE_NAME, escapeHtml, Rendered, Template, VOID_ELEMENTS, type Content } from "../html/index.js";
import { Shapes } from "./shapes.js";

const shapes = new Shapes();

/** An element whose attributes are only known at run time. */
interface ElementParts {
  /** A tag name that the caller has chosen or checked. */
  readonly tag: string;
  /** Attributes that are always the same: they become part of the template. */
  readonly fixed?: Readonly<Record<string, string>>;
  /**
   * The component's own attributes: written first, so that callers cannot override them. They may be the client's:
   * `data-phx-*`.
   */
  readonly own?: Readonly<Record<string, unknown>>;
  /** The caller's attributes. */
  readonly attrs?: object;
  /** Its content; a void element has none. */
  readonly inner?: Content;
}

/**
 * Writes an element through the template scanner: each attribute's value and the content is a hole, under the rules of its
 * context. Names become part of the template, so they must be valid names.
 *
 * @throws HoldfastError `template_malformed` for an invalid name, or one that the component writes itself;
 * `template_hole_forbidden` for `on…` and the like
 * @example
 * element({ tag: "a", fixed: { "data-phx-link": "patch" }, own: { href }, attrs: { class: "tab" }, inner: "Next" })
 */
export function element({ tag, fixed = {}, own = {}, attrs = {}, inner }: ElementParts): Rendered {
  const callers = Object.entries(attrs);
  checkNames([...Object.keys(fixed), ...Object.keys(own)], callers);
  const names = [...Object.keys(own), ...callers.map(([name]) => name)];
  const values: unknown[] = [...Object.values(own), ...callers.map(([, value]): unknown => value)];
  const isVoid = VOID_ELEMENTS.has(tag.toLowerCase());
  if (!isVoid) values.push(inner);
  return new Rendered(shape(tag, fixed, names, isVoid), values);
}

function shape(tag: string, fixed: Readonly<Record<string, string>>, names: readonly string[], isVoid: boolean): Template {
  let start = tag;
  for (const [name, value] of Object.entries(fixed)) start += ` ${name}="${escapeHtml(value)}"`;
  // A name contains neither a space nor a quote.
  const key = `${start}" ${names.join(" ")}`;
  return shapes.get(key, () => new Template(strings(start, names, isVoid ? undefined : tag), { framework: true }));
}

/** The strings that html`<tag name=${…}>${…}</tag>` would have. */
function strings(start: string, names: readonly string[], endTag: string | undefined): string[] {
  const parts = [`<${start}`];
  for (const name of names) {
    parts[parts.length - 1] += ` ${name}=`;
    parts.push("");
  }
  parts[parts.length - 1] += ">";
  if (endTag !== undefined) parts.push(`</${endTag}>`);
  return parts;
}

/** The caller's names must be valid, and must not collide with the component's own. */
function checkNames(own: readonly string[], callers: readonly (readonly [string, unknown])[]): void {
  const seen = new Set(own);
  for (const [name] of callers) {
    if (!ATTRIBUTE_NAME.test(name)) {
      throw malformed("An attribute's name is no name.", "letters, digits and . _ : -", "other characters",
        "write attributes as in HTML; never take their names from a user");
    }
    const lower = name.toLowerCase();
    if (lower.startsWith("data-phx-")) {
      throw malformed(`${name} is for the client's own use.`, "another attribute", name, "use the component that writes it");
    }
    if (seen.has(lower)) throw malformed(`The attribute ${name} stands there twice.`, "each once", name, "leave one out");
    seen.add(lower);
  }
}

function malformed(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("template_malformed", { what, expected, got, fix });
}
