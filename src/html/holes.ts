import { booleanValue } from "./boolean-attributes.js";
import { ClientCommand, type EventSeal } from "./command.js";
import { attributeRefusal, wholeWriter, type ElementFacts } from "./contexts.js";
import { escapeHtml } from "./escape.js";
import type { Hole, Place, TemplateElement } from "./place.js";
import { Spread } from "./spread.js";
import { toText, type Spot, type Writer } from "./values.js";

/** A hole as the scanner makes it. */
class TemplateHole implements Hole {
  readonly content: boolean;
  readonly plain: Hole["plain"];
  readonly place: Place;
  readonly streamRefusal: Hole["streamRefusal"];
  readonly encode: (value: unknown, seal?: EventSeal) => string;

  constructor(
    place: Place, encode: (value: unknown, seal?: EventSeal) => string, plain?: Hole["plain"], streamRefusal?: Hole["streamRefusal"],
  ) {
    this.content = place.context === "text";
    this.plain = plain;
    this.place = place;
    this.encode = encode;
    this.streamRefusal = streamRefusal;
  }
}

/** Plain text that nothing surrounds. */
const BARE: Hole["plain"] = { before: "", after: "" };

/**
 * Text between tags, or in `<title>` and `<textarea>`. Nested templates and lists never get here, because they are not text.
 *
 * @param parent the enclosing element; undefined if it is in another template
 */
export function textHole(place: Place, spot: Spot, parent?: TemplateElement): Hole {
  return new TemplateHole(place, (value) => writeText(value, spot), BARE, parent && streamRefusalIn(parent, spot));
}

/**
 * The error for a stream as the content of an element that does not keep what it shows; undefined if it does, or if a hole or a spread
 * decides.
 */
function streamRefusalIn({ tag, attributes, spreads }: TemplateElement, spot: Spot): Hole["streamRefusal"] {
  const update = attributes.get("phx-update");
  if (update === undefined ? spreads.length > 0 : update.holes.length > 0 || update.value === "stream") return undefined;
  return (stream) => spot.refusal(stream,
    'a stream only as the content of an element with phx-update="stream": elsewhere the browser drops all items but the latest',
    `<${tag} id="posts" phx-update="stream">, and the stream in it`);
}

/**
 * The hole with which the content of a `<textarea>` begins. The parser drops a newline there, so a text that begins with one is
 * written with another before it.
 *
 * @see https://html.spec.whatwg.org/multipage/syntax.html#element-restrictions
 */
export function textareaHole(place: Place, spot: Spot): Hole {
  return new TemplateHole(place, (value) => {
    const text = writeText(value, spot);
    return /^[\n\r]/.test(text) ? `\n${text}` : text;
  });
}

function writeText(value: unknown, spot: Spot): string {
  // Lists are full of numbers, and there is nothing to escape in digits.
  if (typeof value === "number") return String(value);
  return escapeHtml(typeof value === "string" ? value : toText(value, spot));
}

/** A hole within the quotes of an attribute. */
export function partHole(place: Place, write: Writer, spot: Spot): Hole {
  const attribute = place.attribute!;
  return new TemplateHole(place, (value, seal) => {
    if (isPlain(value)) return escapeHtml(write(value, spot));
    if (value instanceof ClientCommand && value.targetIn(attribute) !== undefined) {
      const fix = `write it without quotes: ${attribute}=\${on.save}`;
      throw spot.refusal(value, "a whole attribute: the client needs the component beside it", fix);
    }
    return escapeHtml(write(value, spot, { attribute, seal }));
  }, write === toText ? BARE : undefined);
}

/**
 * The hole of `name=${value}`: `false`, `null` and `undefined` leave the attribute out, `true` writes its name alone
 * (except where a word is meant: see `booleanValue`). The slot includes its name and quotes, so that the attribute can come and
 * go in a diff.
 */
export function wholeHole(place: Place, write: Writer, spot: Spot): Hole {
  const name = place.attribute!;
  const start = ` ${name}="`;
  const plain = write === toText;
  return new TemplateHole(place, (value, seal) => {
    if (plain && typeof value === "number") return `${start}${value}"`;
    return isPlain(value) ? `${start}${escapeHtml(write(value, spot))}"` : writeAttribute(name, value, write, spot, seal);
  }, plain ? { before: start, after: '"' } : undefined);
}

/** The hole of an `id=${value}` that the client needs for what the element asks of it. */
export function requiredIdHole(place: Place, write: Writer, spot: Spot, askedBy: string): Hole {
  return new TemplateHole(place, (value) => {
    if (value === "" || typeof value === "boolean" || value === null || value === undefined) {
      throw spot.refusal(value, `an id, because the element has ${askedBy}`, "give it an id that is unique in the page");
    }
    return writeAttribute("id", value, write, spot, undefined);
  });
}

/** The hole of `<input ${spread({ … })}>`: each attribute is written as `name=${value}` would be; all form one slot. */
export function spreadHole(place: Place, element: ElementFacts, taken: ReadonlySet<string>, spot: Spot): Hole {
  return new TemplateHole(place, (value, seal) => {
    if (value === false || value === null || value === undefined) return "";
    if (!(value instanceof Spread)) {
      throw spot.refusal(value, "attributes with their names: ${spread({ title: post.title })}",
        "write the name in the template, title=${post.title}, or use spread");
    }
    let out = "";
    for (const [name, part] of value.entries) {
      const refusal = taken.has(name) ? TWICE : attributeRefusal(name, element);
      const within = spot.at(`in the attribute ${name}`);
      if (refusal !== undefined) throw within.refusal(part, refusal.what, refusal.fix);
      out += writeAttribute(name, part, wholeWriter(name, element), within, seal);
    }
    return out;
  });
}

const TWICE = { what: "each attribute once", fix: "leave it out of the spread, or out of the template" };

/** The usual values of attributes. Their writers need to know nothing of the place. */
function isPlain(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function writeBoolean(name: string, value: boolean): string {
  const text = booleanValue(name, value);
  return text === undefined ? "" : text === "" ? ` ${name}` : ` ${name}="${text}"`;
}

/** An attribute with the space before it, or nothing. The client finds an id only as ` id="…"`. */
function writeAttribute(name: string, value: unknown, write: Writer, spot: Spot, seal: EventSeal | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return writeBoolean(name, value);
  const text = write(value, spot, { attribute: name, seal });
  // A list without a class leaves the attribute out.
  if (text === "" && typeof value === "object" && !(value instanceof ClientCommand)) return "";
  const target = value instanceof ClientCommand ? value.targetIn(name) : undefined;
  return target === undefined ? ` ${name}="${escapeHtml(text)}"` : ` ${name}="${escapeHtml(text)}" phx-target="${target}"`;
}
