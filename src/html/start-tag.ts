/**
 * The attributes of one start tag: checks them, gives their holes a context, and writes them so that the client finds what it
 * looks for.
 *
 * @module
 */
import { BOOLEAN_ATTRIBUTES } from "./boolean-attributes.js";
import { clientAttributeKind, nearestClientAttribute, runsCommandsOnly, takesCommands, VALUE, valueAttribute } from "./bindings.js";
import { attributeRefusal, partWriters, wholeWriter, type ElementFacts, type Refusal } from "./contexts.js";
import { decodeReferences } from "./character-references.js";
import { partHole, requiredIdHole, spreadHole, wholeHole } from "./holes.js";
import type { ElementAttribute, Hole, Place, TemplateElement } from "./place.js";
import { HOLE, type Source } from "./source.js";
import type { AttributeToken, StartTagToken } from "./tokens.js";
import { Spot, type Writer } from "./values.js";

/** A replacement of a part of the source. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What a start tag adds to the template. */
interface StartTag {
  readonly element: TemplateElement;
  readonly holes: readonly Hole[];
  readonly edits: readonly Edit[];
}

/**
 * Reads the attributes of a start tag.
 *
 * @param firstHole the index of the first hole in it
 * @throws HoldfastError `template_malformed`, `template_hole_forbidden`
 */
export function readStartTag(
  source: Source,
  token: StartTagToken,
  { index, parent, namespace }: Pick<TemplateElement, "index" | "parent" | "namespace">,
  firstHole: number,
  framework: boolean,
): StartTag {
  const attributes = new Map<string, ElementAttribute>();
  const spreads: number[] = [];
  let next = firstHole;
  for (const attribute of token.attributes) {
    if (attribute.kind === "spread") {
      if (spreads.length > 0) {
        throw source.error("template_malformed", attribute.nameStart, {
          what: "An element has two spreads.", fix: "spread them together: ${spread({ ...first, ...second })}",
        });
      }
      spreads.push(next++);
      continue;
    }
    checkName(source, attribute, attributes);
    const count = attribute.kind === "static" ? 0 : attribute.value.split(HOLE).length - 1;
    attributes.set(attribute.name, {
      name: attribute.name,
      value: count === 0 ? decodeReferences(attribute.value) : undefined,
      parts: attribute.value.split(HOLE).map(decodeReferences),
      holes: Array.from({ length: count }, () => next++),
      quoted: attribute.kind === "quoted",
    });
  }
  const element: TemplateElement = { index, tag: token.name, namespace, parent, attributes, spreads };
  const needsId = whyIdIsNeeded(element);
  if (needsId !== undefined && !attributes.has("id") && spreads.length === 0) {
    throw source.error("template_malformed", token.start, {
      what: `An element with ${needsId} has no id.`, fix: "give it an id that is unique in the page",
    });
  }
  const facts: ElementFacts = { tag: token.name, staticValue: (name) => attributes.get(name)?.value, framework };
  const holes: Hole[] = [];
  const edits: Edit[] = [];
  for (const attribute of token.attributes) {
    holes.push(...holesOf(source, attribute, element, facts, firstHole + holes.length));
    edits.push(...editsOf(source, attribute));
  }
  return { element, holes, edits };
}

// ---- what is wrong ----

function checkName(source: Source, { name, rawName, nameStart, kind, value }: AttributeToken, before: ReadonlyMap<string, unknown>): void {
  const malformed = (what: string, fix: string): never => {
    throw source.error("template_malformed", nameStart, { what, fix });
  };
  if (before.has(name)) malformed(`The attribute ${name} stands there twice.`, "leave one out: a browser takes the first only");
  if (!name.startsWith("phx-")) return;
  if (name.startsWith(VALUE) && rawName !== name) {
    malformed(`${rawName} arrives as "${name.slice(VALUE.length)}": a browser makes attribute names lower-case.`,
      `write ${valueAttribute(rawName)}`);
  }
  if (clientAttributeKind(name) === undefined) {
    malformed(
      `The client knows no attribute ${name}.`,
      `write ${nearestClientAttribute(name)}, or use data-* for an attribute of your own`,
    );
  }
  if (kind === "static" && runsCommandsOnly(name) && !value.startsWith("[")) {
    malformed(`${name} runs commands, and the client throws at anything else.`, `write the event as a hole: ${name}=\${on.save}`);
  }
}

/** Attributes that make an element a hook's: the client has a hook of its own for scrolling, and mounts none without an id. */
const OF_HOOKS = ["phx-hook", "phx-viewport-top", "phx-viewport-bottom"] as const;

/** The attribute that makes the client need an id, or undefined. */
function whyIdIsNeeded({ attributes }: TemplateElement): string | undefined {
  const ofHook = OF_HOOKS.find((name) => attributes.has(name));
  if (ofHook !== undefined) return ofHook;
  const update = attributes.get("phx-update")?.value;
  return update === "stream" || update === "ignore" ? `phx-update="${update}"` : undefined;
}

// ---- holes ----

function holesOf(source: Source, attribute: AttributeToken, element: TemplateElement, facts: ElementFacts, first: number): Hole[] {
  if (attribute.kind === "static") return [];
  const { name } = attribute;
  const place: Place = {
    context: "attribute", element: element.tag, elementIndex: element.index, attribute: name,
    binding: takesCommands(name), command: name.startsWith("data-") && attribute.value === HOLE,
  };
  if (attribute.kind === "spread") {
    const spot = new Spot("as attributes", source, first);
    const spreadPlace: Place = { ...place, context: "spread", attribute: undefined, binding: false, command: false };
    return [spreadHole(spreadPlace, facts, new Set(element.attributes.keys()), spot)];
  }
  const refusal = attributeRefusal(name, facts);
  if (refusal !== undefined) throw forbidden(source, attribute, 0, refusal);
  const where = `in the attribute ${name}`;
  if (attribute.kind === "whole") {
    const write = wholeWriter(name, facts);
    const spot = new Spot(where, source, first);
    const askedBy = name === "id" ? whyIdIsNeeded(element) : undefined;
    return [askedBy === undefined ? wholeHole(place, write, spot) : requiredIdHole(place, write, spot, askedBy)];
  }
  if (BOOLEAN_ATTRIBUTES.has(name) && element.namespace === "html" && !element.tag.includes("-")) {
    throw forbidden(source, attribute, 0, {
      what: `A hole within the quotes of ${name}: the attribute is there, whatever its value is.`,
      fix: `leave the quotes out, and false leaves the attribute out: ${name}=\${…}`,
    });
  }
  return partWriters(name, attribute.value, facts).map((writer: Writer | Refusal, index) => {
    if (typeof writer !== "function") throw forbidden(source, attribute, index, writer);
    return partHole(place, writer, new Spot(where, source, first + index));
  });
}

function forbidden(source: Source, { value, valueStart }: AttributeToken, index: number, refusal: Refusal): Error {
  let at = value.indexOf(HOLE);
  for (let i = 0; i < index; i++) at = value.indexOf(HOLE, at + 1);
  return source.error("template_hole_forbidden", valueStart + at, refusal);
}

// ---- how it is written ----

/**
 * Moves a whole attribute into its hole, with its name and the space before it. The client finds a root element's id only as
 * ` id="` after exactly one space, and reads past quoted values only if there is no space around the "=".
 */
function editsOf(source: Source, attribute: AttributeToken): Edit[] {
  const { name, rawName, start, nameStart, valueStart, kind } = attribute;
  if (kind === "whole" || kind === "spread") return [{ from: start, to: valueStart, text: "" }];
  if (valueStart < 0) return [];
  const quote = source.text[valueStart - 1]!;
  const quoted = quote === '"' || quote === "'";
  if (name === "id") return idEdits(source, attribute, quoted);
  const to = quoted ? valueStart - 1 : valueStart;
  const written = `${rawName}=`;
  return source.text.slice(nameStart, to) === written ? [] : [{ from: nameStart, to, text: written }];
}

/** ` id="…"` without quotes in the value: the client writes the id back as it finds it. */
function idEdits(source: Source, { start, valueStart, value, end }: AttributeToken, quoted: boolean): Edit[] {
  const edits: Edit[] = [];
  const written = ' id="';
  if (source.text.slice(start, valueStart) !== written) edits.push({ from: start, to: valueStart, text: written });
  for (let at = value.indexOf('"'); at >= 0; at = value.indexOf('"', at + 1)) {
    edits.push({ from: valueStart + at, to: valueStart + at + 1, text: "&quot;" });
  }
  const valueEnd = valueStart + value.length;
  if (!quoted || source.text[valueEnd] !== '"') edits.push({ from: valueEnd, to: end, text: '"' });
  return edits;
}
