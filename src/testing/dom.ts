/**
 * The few DOM operations that the client needs, on a parsed document. The nodes are cheerio's; these functions keep their
 * links as the DOM does: a node that leaves its parent has no siblings.
 *
 * @module
 */

/** A node of a parsed document. */
export interface DomNode {
  readonly type: string;
  parent: DomParent | null;
  prev: DomNode | null;
  next: DomNode | null;
}
/** A node that has children: an element, a document, the content of a template. */
export interface DomParent extends DomNode {
  children: DomNode[];
}
/** An element. */
export interface DomElement extends DomParent {
  name: string;
  attribs: Record<string, string>;
}

/** An element found by cheerio, as these functions read it: cheerio's own node types belong to a package inside it. */
export function elementOf(node: unknown): DomElement {
  return node as DomElement;
}

/** The root of a document that cheerio has parsed. */
export function rootOf(parsed: { root(): { get(index: 0): unknown } }): DomParent {
  return parsed.root().get(0) as DomParent;
}

export function isElement(node: DomNode): node is DomElement {
  return node.type === "tag" || node.type === "script" || node.type === "style";
}

/** The child elements, in order. */
export function childElements(parent: DomParent): DomElement[] {
  return parent.children.filter(isElement);
}

/** The content of a `<template>`: a fragment, its only child. */
export function templateContent(template: DomElement): DomParent {
  return template.children.find(isParent) ?? template;
}

function isParent(node: DomNode): node is DomParent {
  return "children" in node;
}

/** The parent, if it is an element. */
export function parentElement(node: DomNode): DomElement | undefined {
  return node.parent !== null && isElement(node.parent) ? node.parent : undefined;
}

/** Removes a node from its parent. */
export function detach(node: DomNode): void {
  const { parent } = node;
  if (parent !== null) parent.children.splice(parent.children.indexOf(node), 1);
  if (node.prev !== null) node.prev.next = node.next;
  if (node.next !== null) node.next.prev = node.prev;
  node.parent = null;
  node.prev = null;
  node.next = null;
}

/** Puts a node before a child of the parent, or at its end. */
export function insertBefore(parent: DomParent, node: DomNode, before: DomNode | null | undefined): void {
  if (before === node) return;
  detach(node);
  const at = before === null || before === undefined ? parent.children.length : parent.children.indexOf(before);
  const prev = parent.children[at - 1] ?? null;
  const next = parent.children[at] ?? null;
  parent.children.splice(at, 0, node);
  node.parent = parent;
  node.prev = prev;
  node.next = next;
  if (prev !== null) prev.next = node;
  if (next !== null) next.prev = node;
}

/** Replaces one node with another. */
export function replace(old: DomNode, node: DomNode): void {
  if (old.parent !== null) insertBefore(old.parent, node, old);
  detach(old);
}

export function removeChildren(parent: DomParent): void {
  for (const child of [...parent.children]) detach(child);
}

/** All elements below a node, in document order. The content of a template is not part of the document. */
export function* descendants(parent: DomParent): Generator<DomElement> {
  for (const child of [...parent.children]) {
    if (!isElement(child)) continue;
    yield child;
    yield* descendants(child);
  }
}

export function elementById(root: DomParent, id: string): DomElement | undefined {
  for (const element of descendants(root)) {
    if (element.attribs["id"] === id) return element;
  }
  return undefined;
}

/** The element itself or its nearest ancestor for which the test is true. */
export function closest(element: DomElement, test: (element: DomElement) => boolean): DomElement | undefined {
  for (let at: DomElement | undefined = element; at !== undefined; at = parentElement(at)) {
    if (test(at)) return at;
  }
  return undefined;
}

/** The first element of an HTML fragment's top level. */
export function firstElement(parent: DomParent): DomElement | undefined {
  return parent.children.find(isElement);
}
