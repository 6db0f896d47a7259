/**
 * What the compiler knows about elements: the attributes of HTML and SVG, and what is allowed in them and between tags.
 *
 * @module
 */
import type { AttributeValue, Attributes } from "../components/index.js";
import type { Content, Rendered } from "../html/index.js";
import type { Component } from "./jsx.js";
import type { Literal } from "./literal.js";
import type { OwnAttributes, SvgAttribute, SvgTag } from "./names.js";

/** Attributes whose value must be in the source, because it decides what the element does. */
interface Decisive {
  readonly "phx-hook"?: Literal;
}

/** Attributes that take text also take a literal; those that take commands, or belong to the client, do not. */
type OrLiteral<T> = { readonly [Name in keyof T]: string extends T[Name] ? T[Name] | Literal : T[Name] };

type Common = OrLiteral<Attributes> & Decisive;

type Named<Name extends string> = { readonly [Key in Name]?: AttributeValue | Literal };

type Text = AttributeValue | readonly AttributeValue[];

/** The allowed children of an element: none in void ones, none that would become code, and only text where HTML has only text. */
interface ChildrenOf {
  area: never; base: never; br: never; col: never; embed: never; hr: never; img: never; input: never; link: never; meta: never;
  source: never; track: never; wbr: never;
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
  /** All JSX is a `Rendered`, like everything written with `html`. */
  type Element = Rendered;
  /** What can be an element's type. */
  type ElementType = keyof IntrinsicElements | Component;
  interface ElementChildrenAttribute {
    readonly children: unknown;
  }
  interface IntrinsicElements extends Html, Svg, Custom {}
}
