import { IgnoredParts } from "./ignored.js";
import type { Hole, StaticBinding, TemplateElement } from "./place.js";
import { HOLE, Source } from "./source.js";
import type { Edit } from "./start-tag.js";
import { Tokenizer } from "./tokenizer.js";
import { TreeConstruction } from "./tree-construction.js";

/** How a template is read. */
export interface TemplateOptions {
  /** True for what the framework itself writes: it may use attributes that belong to the client. Default false. */
  readonly framework?: boolean;
  /**
   * File, line and column of what it is made of; `null` if that is written in many places, so that an error about a value names
   * none of them. Default: the place in the application's code that is running.
   */
  readonly site?: string | null;
}

/**
 * A scanned template: its static strings and, between each two, the hole that stands there. There is one per place in the
 * source, so two renders of it are compared by identity.
 */
export class Template {
  /** One more than holes; whole attributes have moved from the statics into their holes. */
  readonly statics: readonly string[];
  readonly holes: readonly Hole[];
  /** True if the template is exactly one element, which lets the client skip it when nothing in it changed. */
  readonly root: boolean;
  /** The elements that it writes, in the order of their start tags. */
  readonly elements: readonly TemplateElement[];
  /** The bindings that it writes itself: `phx-click="inc"`. */
  readonly bindings: readonly StaticBinding[];
  /** What a browser keeps as it was first rendered; undefined if there is nothing of that kind. */
  readonly ignored: IgnoredParts | undefined;
  /** File, line and column of the literal; undefined if the engine does not say. */
  readonly site: string | undefined;

  /**
   * Reads a template as the HTML parser will, and gives every hole its context.
   *
   * @param strings the text around the holes, one more than there are holes; never a user's
   * @throws HoldfastError `template_hole_forbidden`, `template_malformed`
   * @example
   * const template = new Template(["<p title=", ">", "</p>"]);
   * renderToString(new Rendered(template, [title, text]));
   */
  constructor(strings: readonly string[], { framework = false, site }: TemplateOptions = {}) {
    const source = new Source(strings, framework ? null : site);
    const tree = new TreeConstruction(source, framework);
    new Tokenizer(source, tree).run();
    tree.end();
    this.statics = edited(source.text, tree.edits).split(HOLE);
    this.holes = tree.holes;
    this.root = tree.root;
    this.elements = tree.elements;
    this.bindings = tree.bindings;
    this.ignored = IgnoredParts.of(tree.elements, tree.holes, tree.bindings);
    this.site = source.literalSite;
  }
}

function edited(text: string, edits: readonly Edit[]): string {
  let out = "";
  let from = 0;
  for (const edit of edits) {
    out += text.slice(from, edit.from) + edit.text;
    from = edit.to;
  }
  return out + text.slice(from);
}
