/**
 * What a template knows about its holes and elements. The scanner computes it once per template.
 *
 * @module
 */

import type { HoldfastError } from "../errors/index.js";
import type { EventSeal } from "./command.js";
import type { Namespace } from "./elements.js";

/** The place of a hole. */
export interface Place {
  /**
   * `text`: between tags. `rcdata`: in `<title>` or `<textarea>`. `attribute`: an attribute's value or a part of it.
   * `spread`: attributes with their names, `<input ${spread({ … })}>`.
   */
  readonly context: "text" | "rcdata" | "attribute" | "spread";
  /** The tag, in lower case, of the element that has the attribute or contains the text; undefined if there is none. */
  readonly element: string | undefined;
  /** That element's index in the template's `elements`; -1 if there is none. */
  readonly elementIndex: number;
  /** The attribute's name in lower case; undefined if the hole is not in an attribute or is a spread. */
  readonly attribute: string | undefined;
  /** True if the client executes the attribute's value: `phx-click` and the like, `data-js-*`. */
  readonly binding: boolean;
  /** True if the hole is a whole `data-*` attribute: commands are allowed there, for a hook or for `JS.exec`. */
  readonly command: boolean;
}

/** One hole of a template: its place decides what it may contain and how that is written. */
export interface Hole {
  /** True between tags, where nested templates and lists are allowed; false in attributes and in `<title>`. */
  readonly content: boolean;
  /**
   * What surrounds text and numbers if they need nothing but escaping: nothing between tags and within quotes, name and quotes
   * for a whole attribute. Undefined in an attribute that has rules of its own.
   */
  readonly plain: { readonly before: string; readonly after: string } | undefined;
  readonly place: Place;
  /**
   * The error for a stream here, if the element around the hole does not keep what it shows (`phx-update="stream"`). Undefined if it does,
   * or if a hole or a spread decides. For a hole outside all elements of its template, the hole around the template decides.
   */
  readonly streamRefusal: ((stream: object) => HoldfastError) | undefined;
  /**
   * The text that replaces the hole. Throws `template_value_refused` if no text is right.
   *
   * @param seal proves events rendered where the server forgets what it wrote
   */
  encode(value: unknown, seal?: EventSeal): string;
}

/** What an element's start tag says about one attribute. */
export interface ElementAttribute {
  readonly name: string;
  /** Its text if it has no hole, character references decoded; "" without a value. */
  readonly value: string | undefined;
  /** Its text around the holes, character references decoded: one more than there are holes. */
  readonly parts: readonly string[];
  /** The indexes of the holes in its value. */
  readonly holes: readonly number[];
  /** True if holes are within its quotes: the attribute is then always present. */
  readonly quoted: boolean;
}

/** An element of the template, in the order of the start tags. */
export interface TemplateElement {
  readonly index: number;
  /** In lower case. */
  readonly tag: string;
  /** Assumed from its name if the enclosing element is in another template. */
  readonly namespace: Namespace;
  /** The index of the enclosing element in the same template; -1: none. */
  readonly parent: number;
  readonly attributes: ReadonlyMap<string, ElementAttribute>;
  /** The indexes of the holes that spread attributes into it. */
  readonly spreads: readonly number[];
}

/** A binding written in the template itself: `phx-click="inc"`. */
export interface StaticBinding {
  readonly element: string;
  readonly elementIndex: number;
  readonly attribute: string;
  /** Its text, character references decoded: an event's name or commands as JSON. */
  readonly value: string;
  /** The template around it, for messages. */
  readonly excerpt: string;
}
