/**
 * What the compiler knows of elements: the attributes that HTML and SVG have, and what may stand in them and between tags.
 *
 * @module
 */
import type { AttributeValue, Attributes } from "../components/index.js";
import type { Content, Rendered } from "../html/index.js";
import type { Component } from "./jsx.js";
import type { Literal } from "./literal.js";
import type { OwnAttributes, SvgAttribute, SvgTag } from "./names.js";

/** Attributes whose value must stand in the source: it decides what the element does. */
interface Decisive {
  readonly "phx-hook"?: Literal;
}

/** What takes text takes a literal too; what takes commands, or belongs to the client, does not. */
type OrLiteral<T> = { readonly [Name in keyof T]: string extends T[Name] ? T[Name] | Literal : T[Name] };

type Common = OrLiteral<Attributes> & Decisive;

type Named<Name extends string> = { readonly [Key in Name]?: AttributeValue | Literal };

type Text = AttributeValue | readonly AttributeValue[];

/** What may stand in an element: nothing in void ones, and nothing that would become code; text where HTML has text only. */
interface ChildrenOf {
  area: never; base: never; br: never; col: never; embed: never; hr: never; img: never; input: never; link: never; meta: never; source: never;
  track: never; wbr: never;
  script: never; style: never; iframe: never;
  textarea: Text; title: Text;
}

interface DecisiveOf {
  link: { readonly rel: Literal };
  meta: { readonly "http-equiv"?: Literal };
  base: { readonly href?: Literal };
}

type Html = {
  [Tag in keyof OwnAttributes]:
    & Common
    & Named<Exclude<OwnAttributes[Tag], Tag extends keyof DecisiveOf ? keyof DecisiveOf[Tag] : never>>
    & (Tag extends keyof DecisiveOf ? DecisiveOf[Tag] : unknown)
    & { readonly children?: Tag extends keyof ChildrenOf ? ChildrenOf[Tag] : Content };
};

type Svg = {
  [Tag in SvgTag]: Common & Named<SvgAttribute> & { readonly attributeName?: Literal; readonly children?: Content };
};

interface Custom {
  [custom: `${string}-${string}`]: Common & { readonly [name: string]: unknown };
}

/** The names that TypeScript looks for, in a namespace of this name. @see https://www.typescriptlang.org/tsconfig/#jsxImportSource */
// oxlint-disable-next-line typescript/no-namespace -- the compiler asks for it; it holds types only
export declare namespace JSX {
  /** Whatever is written in JSX is a `Rendered`, as whatever is written with `html`. */
  type Element = Rendered;
  /** What may stand behind `<`. */
  type ElementType = keyof IntrinsicElements | Component;
  interface ElementChildrenAttribute {
    readonly children: unknown;
  }
  interface IntrinsicElements extends Html, Svg, Custom {}
}
