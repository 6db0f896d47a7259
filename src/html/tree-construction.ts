import {
  breaksOut, childNamespace, closesCell, contentModel, holdsTable, isSurelyHtml, OBSOLETE_ELEMENTS, topLevelNamespace, VOID_ELEMENTS,
  type ContentModel, type Namespace,
} from "./elements.js";
import { textareaHole, textHole } from "./holes.js";
import { takesCommands } from "./bindings.js";
import type { Hole, Place, StaticBinding, TemplateElement } from "./place.js";
import type { Source } from "./source.js";
import { readStartTag, type Edit } from "./start-tag.js";
import type { StartTagToken, TextModel, TokenSink } from "./tokens.js";
import { Spot } from "./values.js";

/** An element whose end tag has not been read yet. */
interface OpenElement {
  readonly tag: string;
  readonly index: number;
  readonly start: number;
  /** Where its content begins. */
  readonly content: number;
  readonly namespace: Namespace;
  /** False while it is only assumed whether it is HTML: the template may be inside another one's `<svg>`. */
  readonly certain: boolean;
  /** False while its namespace is only assumed: an `<svg>` is MathML if the template is inside another one's `<math>`. */
  readonly rooted: boolean;
  readonly model: ContentModel;
  /** The `encoding` of an `<annotation-xml>`. */
  readonly encoding: string | undefined;
}

/** Whether it is a script or a style in SVG, whose text is code although it is parsed as markup. */
function isForeignCode({ tag, namespace, model }: OpenElement): boolean {
  return namespace !== "html" && model === "data" && (tag === "script" || tag === "style");
}

/**
 * As much of tree construction as decides what a hole means: the stack of open elements, their namespaces and content models.
 * A template must close what it opens, in order, so that another's tag never closes an element implicitly.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#tree-construction
 */
export class TreeConstruction implements TokenSink {
  readonly holes: Hole[] = [];
  readonly elements: TemplateElement[] = [];
  readonly bindings: StaticBinding[] = [];
  readonly edits: Edit[] = [];
  readonly #source: Source;
  readonly #framework: boolean;
  readonly #open: OpenElement[] = [];
  /** How many `<select>` and `<noscript>` are open. */
  #selects = 0;
  #noscripts = 0;
  #topLevelElements = 0;
  #topLevelOther = false;

  constructor(source: Source, framework: boolean) {
    this.#source = source;
    this.#framework = framework;
  }

  /** The index of the innermost open element; -1: none is open. */
  get current(): number {
    return this.#open.at(-1)?.index ?? -1;
  }

  /** True if the template is exactly one element. */
  get root(): boolean {
    return this.#topLevelElements === 1 && !this.#topLevelOther;
  }

  character(): void {
    if (this.#open.length === 0) this.#topLevelOther = true;
  }

  comment(from: number, to: number): void {
    // The client finds a template's root element only after comments of the simplest kind.
    if (this.#open.length === 0) this.edits.push({ from, to, text: "" });
  }

  textHole(at: number): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#topLevelOther = true;
    else if (parent.model === "rawtext" || isForeignCode(parent)) {
      throw this.#source.error("template_hole_forbidden", at, {
        what: `A hole inside <${parent.tag}>.`, fix: "pass the value in a data-* attribute and read it from there",
      });
    }
    const context = parent?.model === "rcdata" ? "rcdata" : "text";
    const place: Place = {
      context, element: parent?.tag, elementIndex: parent?.index ?? -1, attribute: undefined, binding: false, command: false,
    };
    const where = context === "text" ? "between tags" : `inside <${parent!.tag}>`;
    const spot = new Spot(where, this.#source, this.holes.length);
    const first = parent?.tag === "textarea" && parent.namespace === "html" && parent.content === at;
    this.holes.push(first ? textareaHole(place, spot) : textHole(place, spot, parent && this.elements[parent.index]));
  }

  startTag(token: StartTagToken): TextModel {
    const { name, start, end } = token;
    const parent = this.#open.at(-1);
    const namespace = parent === undefined ? topLevelNamespace(name) : childNamespace(name, parent);
    this.#checkPlace(token, namespace, parent);
    const place = { index: this.elements.length, parent: this.current, namespace };
    const tag = readStartTag(this.#source, token, place, this.holes.length, this.#framework);
    this.elements.push(tag.element);
    this.holes.push(...tag.holes);
    this.edits.push(...tag.edits);
    this.#noteBindings(tag.element, start);
    if (parent === undefined) this.#topLevelElements++;

    const surelyHtml = namespace === "html" && isSurelyHtml(name);
    const rooted = parent?.rooted === true || surelyHtml;
    // What holds HTML in SVG, a <desc> for instance, holds none if the <svg> around it is MathML.
    const leavesForeign = namespace === "html" && parent !== undefined && parent.namespace !== "html";
    const beginsForeign = namespace !== "html" && (name === "svg" || name === "math");
    const certain = (leavesForeign ? parent.rooted : parent?.certain === true) || surelyHtml || beginsForeign;
    // If it is only assumed whether a <title> is SVG's or HTML's, it must mean the same in both.
    const model = namespace === "html" || !certain ? contentModel(name) : "data";
    if (this.#isClosed(token, namespace, model)) return "data";
    this.#open.push({
      tag: name, index: tag.element.index, start, content: end, namespace, certain, rooted, model,
      encoding: tag.element.attributes.get("encoding")?.value?.toLowerCase(),
    });
    if (namespace === "html" && name === "select") this.#selects++;
    if (namespace === "html" && name === "noscript") this.#noscripts++;
    if (model === "data") return "data";
    return model === "rawtext" && certain ? "code" : "text";
  }

  endTag(name: string, at: number): void {
    const open = this.#open.pop();
    if (open?.tag !== name) {
      throw this.#source.error("template_malformed", at, {
        what: `</${name}> closes ${open === undefined ? "nothing" : `<${open.tag}>`}.`,
        fix: "close every element in the template that opens it",
      });
    }
    if (open.namespace === "html" && name === "select") this.#selects--;
    if (open.namespace === "html" && name === "noscript") this.#noscripts--;
  }

  /** @throws HoldfastError `template_malformed` if an element is still open */
  end(): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    throw this.#source.error("template_malformed", open.start, {
      what: `<${open.tag}> is not closed.`, fix: "close every element in the template that opens it",
    });
  }

  // Whether the element has no content: a void element, or one of SVG or MathML that ends with "/>".
  #isClosed({ name, start, selfClosing }: StartTagToken, namespace: Namespace, model: ContentModel): boolean {
    if (namespace === "html" && VOID_ELEMENTS.has(name)) return true;
    if (!selfClosing) return false;
    if (namespace !== "html" && model === "data") return true;
    // In HTML a slash closes nothing. What follows <script/> is script: a hole there is refused as such.
    if (model !== "data") return false;
    throw this.#source.error("template_malformed", start, {
      what: `<${name}/> is not closed: HTML ignores the slash, so what follows would end up inside the element.`,
      fix: `write <${name}></${name}>`,
    });
  }

  #checkPlace({ name, start, attributes }: StartTagToken, namespace: Namespace, parent: OpenElement | undefined): void {
    const malformed = (what: string, fix: string): never => {
      throw this.#source.error("template_malformed", start, { what, fix });
    };
    if (OBSOLETE_ELEMENTS.has(name)) malformed(`<${name}> changes how the rest of the page is read.`, "use another element");
    if (
      namespace !== "html" &&
      parent !== undefined &&
      breaksOut(name, (attribute) => attributes.some((other) => other.name === attribute))
    ) {
      malformed(`<${name}> ends the <${namespace}> in which it stands.`, "put HTML into a <foreignObject>, or outside");
    }
    const inTable = closesCell(name) ? this.#open.slice(this.#open.findLastIndex(holdsTable) + 1) : [];
    const foreign = inTable.find((open) => open.namespace !== "html");
    if (foreign !== undefined) {
      malformed(`<${name}> ends the <${foreign.namespace}> in which it stands, if that is in a cell.`, "put a whole <table> there");
    }
    if (parent !== undefined && isForeignCode(parent)) {
      malformed(
        `<${name}> stands in the <${parent.tag}> of an <${parent.namespace}>.`,
        `write &lt; for the character <, or put the <${parent.tag}> outside`,
      );
    }
    // Parsers differ about these elements in a <select>.
    if (this.#selects > 0 && contentModel(name) !== "data" && (name !== "script" || namespace !== "html")) {
      malformed(`<${name}> stands in a <select>.`, "put it outside");
    }
    // With scripts a browser reads <noscript> as text up to the first "</noscript".
    if (this.#noscripts > 0 && attributes.some(({ value }) => value.includes("<"))) {
      malformed('An attribute within <noscript> has a "<" in it.', "write &lt;");
    }
  }

  #noteBindings(element: TemplateElement, start: number): void {
    for (const { name, value } of element.attributes.values()) {
      if (value === undefined || !takesCommands(name)) continue;
      this.bindings.push({
        element: element.tag, elementIndex: element.index, attribute: name, value, excerpt: this.#source.excerpt(start),
      });
    }
  }
}
