import type { AttributeToken, Source, StartTagToken, TextModel, TokenSink, TreeConstruction } from "../html/index.js";
import type { Markup, MarkupElement } from "./markup.js";

/** Receives the tokens of tree construction and records the elements with their places. */
export class MarkupReader implements TokenSink {
  readonly #source: Source;
  readonly #tree: TreeConstruction;
  /** How much leading white space the scanner has dropped. */
  readonly #dropped: number;
  readonly #elements: MarkupElement[] = [];
  /** The elements that contain the holes between tags. */
  readonly #within = new Map<number, MarkupElement>();
  #last: StartTagToken | undefined;

  constructor(source: Source, tree: TreeConstruction, dropped: number) {
    this.#source = source;
    this.#tree = tree;
    this.#dropped = dropped;
  }

  /** The attribute at an offset in the tag read last, or the attribute that made the scanner refuse the element. */
  attributeAt(at: number): AttributeToken | undefined {
    const { start, attributes } = this.#last ?? { start: -1, attributes: [] };
    const within = attributes.find(({ kind, nameStart, end }) => kind !== "spread" && at >= nameStart && at < end);
    return within ?? (at === start ? attributes.find(({ name }) => name === "phx-hook" || name === "phx-update") : undefined);
  }

  startTag(token: StartTagToken): TextModel {
    this.#last = token;
    const holesBefore = this.#tree.holes.length;
    const model = this.#tree.startTag(token);
    const { tag, namespace, parent: around, attributes, spreads } = this.#tree.elements.at(-1)!;
    const parent = this.#elements[around];
    const element: MarkupElement = {
      tag, namespace, parent, at: token.start + this.#dropped, spread: spreads.length > 0, children: [], holes: [], holesBefore, text: "",
      attributes: new Map(token.attributes.filter(({ kind }) => kind !== "spread").map(({ name, rawName, nameStart, value }) =>
        [name, { name, rawName, at: nameStart + this.#dropped, value: attributes.get(name)?.value, source: value }])),
    };
    parent?.children.push(element);
    this.#elements.push(element);
    return model;
  }

  endTag(name: string, at: number): void {
    this.#tree.endTag(name, at);
  }

  comment(from: number, to: number): void {
    this.#tree.comment(from, to);
  }

  textHole(at: number): void {
    const hole = this.#tree.holes.length;
    this.#tree.textHole(at);
    const element = this.#elements[this.#tree.current];
    if (element === undefined) return;
    element.holes.push(hole);
    this.#within.set(hole, element);
  }

  character(at: number): void {
    this.#tree.character();
    const element = this.#elements[this.#tree.current];
    if (element !== undefined) element.text += this.#source.text[at]!;
  }

  /** @param excerpt shows the text around an offset */
  markup(excerpt: (at: number) => string): Markup {
    return { elements: this.#elements, holes: this.#tree.holes, elementOf: (hole) => this.#within.get(hole), excerpt };
  }
}
