/**
 * What the HTML parser knows about elements by name. All code that writes or reads tags uses it.
 *
 * @module
 */

/** Elements without content or end tag. @see https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
export const VOID_ELEMENTS: ReadonlySet<string> = new Set([
  "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
]);

/**
 * How the tokenizer reads an element's content: as markup, as text with character references (RCDATA), or as text in which
 * only the end tag means anything (RAWTEXT, script data).
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments
 */
export type ContentModel = "data" | "rcdata" | "rawtext";

const RCDATA_ELEMENTS: ReadonlySet<string> = new Set(["title", "textarea"]);
const RAW_TEXT_ELEMENTS: ReadonlySet<string> = new Set(["script", "style", "iframe", "xmp", "noembed", "noframes"]);

/** The content model of an HTML element. */
export function contentModel(tag: string): ContentModel {
  if (RCDATA_ELEMENTS.has(tag)) return "rcdata";
  return RAW_TEXT_ELEMENTS.has(tag) ? "rawtext" : "data";
}

/** Elements that never end, or turn the rest of the document into something else. No template needs them. */
export const OBSOLETE_ELEMENTS: ReadonlySet<string> = new Set(["plaintext", "frameset", "frame"]);

/** Elements that a component must not write by a given name: they run code, load documents or change the head. */
export const UNSAFE_TAGS = [
  "script", "style", "iframe", "object", "embed", "applet", "frame", "frameset", "base", "meta", "link", "html", "head", "body",
  "title", "template", "noscript", "noembed", "noframes", "xmp", "plaintext", "listing",
] as const;

/** Elements whose markup is not shown in place, and the frame of the page itself. */
const FRAME: ReadonlySet<string> = new Set(["template", "noscript", "html", "head", "body"]);

/** Whether a part of the page may be inside the element: not in `<br>`, `<textarea>`, `<script>` or `<head>`. */
export function holdsMarkup(tag: string): boolean {
  return !VOID_ELEMENTS.has(tag) && contentModel(tag) === "data" && !OBSOLETE_ELEMENTS.has(tag) && !FRAME.has(tag);
}

/** A valid name of an element chosen at run time: letters and digits, with hyphens for custom elements. */
export const TAG_NAME = /^[a-z][a-z0-9]{0,31}(?:-[a-z0-9]{1,32}){0,4}$/;

/** A valid name of an attribute chosen at run time. */
export const ATTRIBUTE_NAME = /^[a-zA-Z][a-zA-Z0-9._:-]{0,99}$/;

// ---- foreign content ----

/** Which vocabulary an element belongs to. */
export type Namespace = "html" | "svg" | "math";

/**
 * SVG elements whose names no HTML element has: at the top of a template, whose parent is unknown, they show that the
 * template is inside an `<svg>`.
 */
const SVG_ONLY: ReadonlySet<string> = new Set([
  "animate", "animatemotion", "animatetransform", "circle", "clippath", "defs", "desc", "ellipse", "feblend", "fecolormatrix",
  "fecomponenttransfer", "fecomposite", "feconvolvematrix", "fediffuselighting", "fedisplacementmap", "fedistantlight",
  "fedropshadow", "feflood", "fefunca", "fefuncb", "fefuncg", "fefuncr", "fegaussianblur", "feimage", "femerge", "femergenode",
  "femorphology", "feoffset", "fepointlight", "fespecularlighting", "fespotlight", "fetile", "feturbulence", "filter",
  "foreignobject", "g", "image", "line", "lineargradient", "marker", "mask", "metadata", "mpath", "path", "pattern", "polygon", "polyline",
  "radialgradient", "rect", "set", "stop", "switch", "symbol", "text", "textpath", "tspan", "use", "view",
]);

/** The same for MathML. */
const MATHML_ONLY: ReadonlySet<string> = new Set([
  "annotation", "annotation-xml", "maction", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded",
  "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext",
  "mtr", "munder", "munderover", "semantics",
]);

/** The assumed namespace of an element at the top of a template, by its name. `<svg>` itself is in HTML. */
export function topLevelNamespace(tag: string): Namespace {
  if (tag === "svg" || SVG_ONLY.has(tag)) return "svg";
  return tag === "math" || MATHML_ONLY.has(tag) ? "math" : "html";
}

/**
 * Start tags that close the enclosing `<svg>` or `<math>`.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inforeign
 */
const BREAKOUT: ReadonlySet<string> = new Set([
  "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2", "h3", "h4", "h5",
  "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span",
  "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
]);

/** Whether a start tag leaves foreign content. `<font>` does if it has one of three attributes. */
export function breaksOut(tag: string, hasAttribute: (name: string) => boolean): boolean {
  return BREAKOUT.has(tag) || (tag === "font" && (hasAttribute("color") || hasAttribute("face") || hasAttribute("size")));
}

/** Elements that are always HTML: in foreign content they end it. */
export function isSurelyHtml(tag: string): boolean {
  return BREAKOUT.has(tag) || tag === "html";
}

/**
 * Start tags that close the cell or caption around them, whatever stands between, up to the nearest table: no `<svg>` holds them up.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-intd
 */
const TABLE_PARTS: ReadonlySet<string> = new Set([
  "caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr",
]);

/** Whether a start tag closes an `<svg>` or `<math>` in a cell, although it stands in HTML inside it. */
export function closesCell(tag: string): boolean {
  return TABLE_PARTS.has(tag);
}

/** Whether an element holds a table of its own, whose parts close nothing around it. */
export function holdsTable({ tag, namespace }: { readonly tag: string; readonly namespace: Namespace }): boolean {
  return namespace === "html" && (tag === "table" || tag === "template");
}

const HTML_INTEGRATION: ReadonlySet<string> = new Set(["foreignobject", "desc", "title"]);
const MATHML_TEXT_INTEGRATION: ReadonlySet<string> = new Set(["mi", "mo", "mn", "ms", "mtext"]);

/**
 * The namespace of a start tag, by its parent element.
 *
 * @param encoding the static `encoding` of a parent `<annotation-xml>`
 * @see https://html.spec.whatwg.org/multipage/parsing.html#tree-construction-dispatcher
 */
export function childNamespace(tag: string, parent: { tag: string; namespace: Namespace; encoding: string | undefined }): Namespace {
  if (holdsHtml(tag, parent)) return tag === "svg" || tag === "math" ? tag : "html";
  if (parent.namespace === "math" && parent.tag === "annotation-xml" && tag === "svg") return "svg";
  return parent.namespace;
}

function holdsHtml(
  child: string,
  { tag, namespace, encoding }: { tag: string; namespace: Namespace; encoding: string | undefined },
): boolean {
  if (namespace === "html") return true;
  if (namespace === "svg") return HTML_INTEGRATION.has(tag);
  if (MATHML_TEXT_INTEGRATION.has(tag)) return child !== "mglyph" && child !== "malignmark";
  return tag === "annotation-xml" && (encoding === "text/html" || encoding === "application/xhtml+xml");
}
