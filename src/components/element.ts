import { HoldfastError } from "../errors/index.js";
import { html, type Content, type Rendered } from "../html/index.js";

/** Elements without content, which have no end tag. @see https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);

const ATTRIBUTE = /^[a-zA-Z][a-zA-Z0-9._:-]{0,99}$/;

/** How many shapes of elements a generation has. A forgotten one costs a scan, and its next diff sends its statics again. */
const MAX_SHAPES = 500;

/**
 * The literal of each shape: the same object each time, because a template is known by its literal. What was not used while
 * a generation filled up is forgotten, so that names which never come again do not pile up.
 */
let shapes = new Map<string, TemplateStringsArray>();
let olderShapes = new Map<string, TemplateStringsArray>();

/** An element whose attributes are known at run time only. */
export interface ElementParts {
  /** A tag name that the caller has chosen or checked. */
  readonly tag: string;
  /** Attributes as literal HTML, with a space in front: the component's own, never anybody's data. */
  readonly fixed?: string;
  /** The component's own attributes: first, so that nobody overrides them. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** The caller's attributes. */
  readonly attrs?: object;
  /** What stands in it; a void element has nothing. */
  readonly inner?: Content;
}

/**
 * Writes an element through the template scanner: each attribute's value and the content is a hole, under the rules of its
 * place. Names become part of the template, so they must look like names.
 *
 * @throws HoldfastError `template_malformed` for a name that is none, or one that the component writes itself;
 * `template_hole_forbidden` for `on…` and its like
 * @example
 * element({ tag: "a", fixed: ' data-phx-link="patch"', own: { href }, attrs: { class: "tab" }, inner: "Next" })
 */
export function element({ tag, fixed = "", own = {}, attrs = {}, inner }: ElementParts): Rendered {
  const ownCount = Object.keys(own).length;
  const names = [...Object.keys(own), ...checked(own, attrs)];
  const values: unknown[] = names.map((name, index) => (index < ownCount ? own[name] : (attrs as Readonly<Record<string, unknown>>)[name]));
  const isVoid = VOID.has(tag.toLowerCase());
  if (!isVoid) values.push(inner);
  // No part holds a space, except what the component itself has written.
  const key = `${tag} ${names.join(" ")} ${fixed}`;
  let strings = shapes.get(key);
  if (strings === undefined) {
    strings = olderShapes.get(key) ?? literal(tag, fixed, names, isVoid);
    if (shapes.size >= MAX_SHAPES) {
      olderShapes = shapes;
      shapes = new Map();
    }
    shapes.set(key, strings);
  }
  return html(strings, ...values);
}

/** The caller's names, if they can stand beside the component's own. */
function checked(own: object, attrs: object): string[] {
  const names = Object.keys(attrs);
  const seen = new Set(Object.keys(own));
  for (const name of names) {
    if (!ATTRIBUTE.test(name)) {
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
  return names;
}

/** The literal that an author would have written: html`<tag name=${…}>${…}</tag>`. */
function literal(tag: string, fixed: string, names: readonly string[], isVoid: boolean): TemplateStringsArray {
  const strings: string[] = [];
  let text = `<${tag}${fixed}`;
  for (const name of names) {
    strings.push(`${text} ${name}=`);
    text = "";
  }
  text += ">";
  if (isVoid) strings.push(text);
  else strings.push(text, `</${tag}>`);
  return Object.freeze(Object.assign(strings, { raw: Object.freeze([...strings]) }));
}

function malformed(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("template_malformed", { what, expected, got, fix });
}
