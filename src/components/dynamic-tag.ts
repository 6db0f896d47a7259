import { checkProps, TEXT } from "../errors/options.js";
import { HoldfastError } from "../errors/index.js";
import {
  TAG_NAME, UNSAFE_TAGS, VOID_ELEMENTS, type ClassList, type ClientCommand, type Content, type Rendered, type StyleMap,
} from "../html/index.js";
import type { AttributeValue } from "./attributes.js";
import { element } from "./element.js";

/** Elements that `dynamicTag` never writes. */
export type ForbiddenTag = (typeof UNSAFE_TAGS)[number];

/** Props of `dynamicTag`. */
export interface DynamicTagProps<Name extends string = string> {
  /** The element's name: letters and digits, with hyphens for custom elements. */
  readonly name: Name extends ForbiddenTag ? never : Name;
  /** Its attributes. Values are escaped for their attribute; `on…` is refused. */
  readonly attrs?: Readonly<Record<string, AttributeValue | ClientCommand | ClassList | StyleMap>> | undefined;
  /** Its content. Elements like `<input>` have none. */
  readonly inner?: Content;
}

/**
 * An element whose name is chosen at run time. Anything that could make a value unsafe is refused: names with characters
 * other than letters, digits and hyphens, `<script>` and the like, `on…` attributes.
 *
 * @throws HoldfastError `template_hole_forbidden` for such a name or attribute; `template_malformed` for an invalid name, and
 * for content in a void element
 * @example
 * dynamicTag({ name: `h${level}`, attrs: { id: slug, class: "title" }, inner: post.title })
 */
export function dynamicTag<const Name extends string>(props: DynamicTagProps<Name>): Rendered {
  checkProps({ of: "dynamicTag", fix: 'dynamicTag({ name: "h2", inner: title })' }, props, { name: TEXT });
  const { name, attrs = {}, inner } = props;
  const tag = String(name).toLowerCase();
  if (!TAG_NAME.test(tag)) {
    throw new HoldfastError("template_malformed", {
      what: "dynamicTag was given something that is not an element name.",
      expected: "letters and digits, with hyphens for custom elements",
      got: "other characters",
      fix: "choose the name from a fixed list",
    });
  }
  if ((UNSAFE_TAGS as readonly string[]).includes(tag)) {
    throw new HoldfastError("template_hole_forbidden", {
      what: `dynamicTag cannot render <${tag}>.`,
      expected: "an element whose attributes and content can be made safe",
      got: tag,
      fix: `write <${tag}> in the template itself`,
    });
  }
  if (inner !== undefined && VOID_ELEMENTS.has(tag)) {
    throw new HoldfastError("template_malformed", {
      what: `<${tag}> is a void element and takes no content.`, expected: "no inner", got: "inner", fix: "leave inner out",
    });
  }
  return element({ tag, attrs, inner });
}
