/**
 * Turns JSX into templates. A compiler turns `<p class={c}>{a}{b}</p>` into a call, `jsxs("p", { class: c, children: [a, b]
 * })`; here that call becomes the equivalent of html`<p class=${c}>${a}${b}</p>`. The template goes through the same scanner,
 * once for each shape: a tag, names of attributes, a number of children. So each value has its context, and JSX adds nothing
 * of its own.
 *
 * @module
 */
import { Shapes } from "../components/index.js";
import { HoldfastError } from "../errors/index.js";
import { ATTRIBUTE_NAME, escapeHtml, Rendered, Template, VOID_ELEMENTS, type Content } from "../html/index.js";
import { Literal } from "./literal.js";

/** What a compiler passes: attributes by their names, and `children`. */
export type Props = Readonly<Record<string, unknown>>;

/** Every kind of element in an application is a shape; with sites, every place of one. */
const shapes = new Shapes(5_000);

/** The strings of a shape's template, for a parent that includes it. */
const stringsOf = new WeakMap<Template, readonly string[]>();

/** SVG has names like `linearGradient`; a custom element's has hyphens. */
const TAG = /^[a-zA-Z][a-zA-Z0-9]{0,31}(?:-[a-z0-9]{1,32}){0,9}$/;

/** Names that have been checked. */
const checked = new Set<string>();
const MAX_CHECKED = 2_000;

/** Attributes that other dialects of JSX spell differently. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  className: "write class, as in HTML", htmlFor: "write for, as in HTML", ref: "use a hook: phx-hook={literal`Name`}",
  dangerouslySetInnerHTML: "write {trustedHtml(text)} as a child, if you know that it is safe", key: "write keyed(items, key, render)",
};

/**
 * An element.
 *
 * @param children in their fixed places: each is a hole
 * @param site file, line and column, if the compiler provides them
 * @throws HoldfastError `template_hole_forbidden`, `template_malformed`: as `html` does
 */
export function element(tag: string, props: Props, children: readonly unknown[], site: string | undefined): Rendered {
  let key = `${site ?? ""}\0${nameChecked(tag, TAG, "tag")}`;
  const values: unknown[] = [];
  for (const name in props) {
    if (name === "children") continue;
    key += `\0${nameChecked(name, ATTRIBUTE_NAME, "attribute")}`;
    const value = props[name];
    if (value instanceof Literal) key += `\u0001${value.text}`;
    else values.push(value);
  }
  const legend = tag === "fieldset" ? children.findIndex(isLegend) : -1;
  key += `\0${children.length}`;
  for (const [index, child] of children.entries()) {
    if (index !== legend || !(child instanceof Rendered)) values.push(child);
    else {
      values.push(...child.values);
      key += `\0${index}${stringsOf.get(child.template)!.join("\u0001")}`;
    }
  }
  return new Rendered(shapes.get(key, () => templateOf(write(tag, props, children, legend), site)), values);
}

/** Several items in a row, without an element around them. */
export function fragment(children: readonly unknown[]): Rendered {
  const { length } = children;
  return new Rendered(shapes.get(`\0\0${length}`, () => templateOf(Array.from({ length: length + 1 }, () => ""), undefined)), children);
}

/** The content of a component, as a template. */
export function contentOf(content: Content): Rendered {
  return content instanceof Rendered ? content : fragment([content]);
}

function templateOf(strings: readonly string[], site: string | undefined): Template {
  const template = new Template(strings, { site: site ?? null });
  stringsOf.set(template, strings);
  return template;
}

/** The strings that html`<tag name=${…}>${…}</tag>` would have. */
function write(tag: string, props: Props, children: readonly unknown[], legend: number): string[] {
  const strings = [`<${tag}`];
  const add = (text: string): void => {
    strings[strings.length - 1] += text;
  };
  for (const [name, value] of Object.entries(props)) {
    if (name === "children") continue;
    if (value instanceof Literal) add(` ${name}="${escapeHtml(value.text)}"`);
    else {
      add(` ${name}=`);
      strings.push("");
    }
  }
  add(">");
  if (VOID_ELEMENTS.has(tag)) {
    if (children.length > 0) {
      throw malformed(`<${tag}> has children.`, "no content: it is a void element", `<${tag}>…</${tag}>`, "put them beside it");
    }
    return strings;
  }
  children.forEach((child, index) => {
    if (index !== legend || !(child instanceof Rendered)) return strings.push("");
    const [first = "", ...others] = stringsOf.get(child.template)!;
    add(first);
    return strings.push(...others);
  });
  add(`</${tag}>`);
  return strings;
}

/**
 * A `<fieldset disabled>` disables its content except its first `<legend>`. Only the fieldset's own template can tell which
 * one that is, so it includes the legend.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-fe-disabled
 */
function isLegend(child: unknown): boolean {
  if (!(child instanceof Rendered) || child.template.elements[0]?.tag !== "legend") return false;
  return child.template.root && stringsOf.has(child.template);
}

/** Names become part of the template, so only valid names may pass. */
function nameChecked(name: string, pattern: RegExp, what: "tag" | "attribute"): string {
  const entry = `${what} ${name}`;
  if (checked.has(entry)) return name;
  if (Object.hasOwn(ELSEWHERE, name)) throw malformed(`JSX of Holdfast has no ${name}.`, "attributes as in HTML", name, ELSEWHERE[name]!);
  if (!pattern.test(name)) {
    throw malformed(
      `A JSX element has a ${what} with an invalid name.`,
      "letters, digits, hyphens and in attributes . _ :",
      "other characters",
      "write names as in HTML; never take them from a user",
    );
  }
  if (checked.size < MAX_CHECKED) checked.add(entry);
  return name;
}

function malformed(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("template_malformed", { what, expected, got, fix });
}
