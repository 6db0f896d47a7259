import { IgnoredParts } from "./ignored.js";
import type { Hole, StaticBinding, TemplateElement } from "./place.js";
import { excerptOf, HOLE, Source } from "./source.js";
import type { Edit } from "./start-tag.js";
import { Tokenizer } from "./tokenizer.js";
import { TreeConstruction } from "./tree-construction.js";

/** How a template is parsed. */
interface TemplateOptions {
  /** True for templates of the framework itself: they may use attributes that belong to the client. Default false. */
  readonly framework?: boolean;
  /**
   * File, line and column of its source; `null` if that is many places, so that an error about a value names none of them.
   * Default: the place in the application's code that is running.
   */
  readonly site?: string | null;
}

/**
 * A scanned template: its static strings and the hole between each two of them. There is one per place in the source, so two
 * renders of it are compared by identity.
 */
export class Template {
  /** One more than there are holes; whole attributes have moved from the statics into their holes. */
  readonly statics: readonly string[];
  readonly holes: readonly Hole[];
  /** The statics if all values are text or numbers: they need nothing but escaping between these. Undefined if a hole has other rules. */
  readonly plain: readonly string[] | undefined;
  /** True if the template is exactly one element, which lets the client skip it when nothing in it changed. */
  readonly root: boolean;
  /** The indexes of its holes for content that stand in no element of its own: what encloses the template encloses these too. */
  readonly outermost: readonly number[];
  /** Its elements, in the order of their start tags. */
  readonly elements: readonly TemplateElement[];
  /** Whether an element may be disabled as rendered: few templates have one. */
  readonly disables: boolean;
  /** Its own bindings: `phx-click="inc"`. */
  readonly bindings: readonly StaticBinding[];
  /** The parts that a browser keeps as they were first rendered; undefined if there are none. */
  readonly ignored: IgnoredParts | undefined;
  /** File, line and column of the literal; undefined if the engine does not say. */
  readonly site: string | undefined;

  /**
   * Parses a template as the HTML parser will, and gives every hole its context.
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
    this.plain = plainStatics(this.statics, this.holes);
    this.root = tree.root;
    this.outermost = tree.holes.flatMap(({ content, place }, i) => (content && place.elementIndex === -1 ? [i] : []));
    this.elements = tree.elements;
    this.disables = tree.elements.some(({ attributes, spreads }) => attributes.has("disabled") || spreads.length > 0);
    this.bindings = tree.bindings;
    this.ignored = IgnoredParts.of(tree.elements, tree.holes, tree.bindings);
    this.site = source.literalSite;
  }

  /** How it begins, on one line, for messages. */
  get excerpt(): string {
    return excerptOf(this.statics.join(HOLE));
  }
}

/** The statics with what surrounds plain values moved into them; undefined if a hole has rules of its own. */
function plainStatics(statics: readonly string[], holes: readonly Hole[]): readonly string[] | undefined {
  if (holes.some(({ plain }) => plain === undefined)) return undefined;
  return statics.map((text, i) => `${holes[i - 1]?.plain?.after ?? ""}${text}${holes[i]?.plain?.before ?? ""}`);
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
