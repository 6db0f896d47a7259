import { HoldfastError } from "../errors/index.js";
import { escapeHtml } from "./escape.js";
import { BLOCKED_URL, isSafeSrcset, isSafeUrl } from "./url.js";

/** Where a command is written. */
export interface CommandPlace {
  /** The attribute that it becomes the value of. */
  readonly attribute?: string;
  /**
   * Proves that an event was rendered where the server forgets what it wrote, as in a stream's items: makes the name that
   * travels of the event's own.
   */
  readonly seal?: (event: string, target: number | undefined) => string;
}

/** One event that a command pushes: the name that travels, and the live component that it is for. */
export interface PushedEvent {
  readonly name: string;
  readonly target: number | undefined;
}

/**
 * Something that the client runs when an element is clicked, changed, submitted …: a reference to a declared event, or JS
 * commands. Only these may stand in a `phx-*` binding, so that no user's text ever becomes one.
 */
export abstract class ClientCommand {
  /** The event that it pushes under this name to this target, if it does. */
  abstract find(name: string, target: number | undefined): PushedEvent | undefined;
  /** Whether another command is written in the same way everywhere. Cheaper than comparing texts. */
  abstract same(other: ClientCommand): boolean;
  /** The attribute's value: an event's name or a JSON list of commands. */
  abstract encode(place?: CommandPlace): string;
  /** The component's number that must stand in the element's `phx-target`, if the value does not name it in this attribute. */
  abstract targetIn(attribute: string): number | undefined;
}

/** One hole of a template: where it stands decides what may stand in it and how it is written. */
export interface Hole {
  /** True between tags, where nested templates and lists may stand; false in attributes and in `<title>`. */
  readonly content: boolean;
  /** The text that takes the hole's place. Throws `template_value_refused` when no text is right. */
  encode(value: unknown, seal?: CommandPlace["seal"]): string;
}

/** Text between tags. Nested templates and lists never get here: they are not text. */
export const textHole: Hole = { content: true, encode: (value) => escapeHtml(toText(value, "between tags")) };

/** Text inside `<title>` and `<textarea>`, where there are no tags. */
export const rcdataHole: Hole = { content: false, encode: (value) => escapeHtml(toText(value, "inside this element")) };

/** How the holes of one attribute are written: `parts` for holes within quotes, `whole` for `name=${value}`. */
type Writer = (value: unknown, where: string, place: CommandPlace) => string;

const URL_ATTRIBUTES = new Set([
  "href", "src", "action", "formaction", "poster", "data", "cite", "ping", "background", "xlink:href", "manifest",
  // SMIL can animate an href: what it animates to is a URL as well
  "to", "from", "by", "values",
]);

/** Whether the attribute's value is a URL. */
export function isUrlAttribute(name: string): boolean {
  return URL_ATTRIBUTES.has(name);
}

/** Whether the attribute's value is a list of image candidates, each with its URL. */
export function isSrcsetAttribute(name: string): boolean {
  return name === "srcset" || name === "imagesrcset";
}

/** Bindings of the client whose value it executes: `phx-click` and its like. */
const BINDING =
  /^phx-(?:window-)?(?:click|click-away|change|submit|auto-recover|blur|focus|keydown|keyup|viewport-top|viewport-bottom|mounted|remove|connected|disconnected|progress)$/;

/** CSS values without a way to fetch or to leave the declaration: no url(), no quotes, no braces, no semicolon. */
const PLAIN_CSS = /^[\w\s.,%#()+*/-]*$/;

/**
 * The hole of `name=${value}`: `false`, `null` and `undefined` leave the attribute out, `true` writes its name alone.
 * It is one slot with its name and quotes, so that it can come and go in a diff.
 */
export function wholeAttributeHole(name: string): Hole {
  const write = writerFor(name, "");
  const where = `in the attribute ${name}`;
  return {
    content: false,
    encode(value, seal) {
      if (value === false || value === null || value === undefined) return "";
      if (value === true) return ` ${name}`;
      const text = ` ${name}="${escapeHtml(write(value, where, { attribute: name, seal }))}"`;
      const target = value instanceof ClientCommand ? value.targetIn(name) : undefined;
      return target === undefined ? text : `${text} phx-target="${target}"`;
    },
  };
}

/**
 * A hole within a quoted attribute, after `prefix`.
 *
 * @param prefix what the attribute's static text has been so far: it tells where in a URL the hole stands
 */
export function attributePartHole(name: string, prefix: string, first: boolean): Hole {
  const write = writerFor(name, prefix, first);
  const where = `in the attribute ${name}`;
  return { content: false, encode: (value, seal) => escapeHtml(write(value, where, { seal })) };
}

/** Why an attribute cannot have holes at all, or undefined if it can. */
export function attributeRefusal(name: string): string | undefined {
  if (name.startsWith("on")) return `${name} runs its value as JavaScript; bind a declared event with phx-* instead`;
  if (name === "srcdoc") return "srcdoc is a document of its own";
  if (name === "http-equiv") return "http-equiv changes what the page may do";
  return undefined;
}

function writerFor(name: string, prefix: string, first = true): Writer {
  if (BINDING.test(name)) return writeCommand;
  if (isSrcsetAttribute(name)) return writeSrcset;
  if (name === "style") return writeStyle;
  if (isUrlAttribute(name)) {
    // At the start of the attribute the value brings its own scheme and is checked; behind it, it is one component.
    return first && prefix === "" ? writeUrl : writeUrlComponent;
  }
  return name === "phx-target" ? writeTarget : toText;
}

const writeCommand: Writer = (value, where, place) => {
  if (value instanceof ClientCommand) return value.encode(place);
  throw refused(value, where, "an event reference (on.save) or JS commands (JS.push(on.save))",
    "declare the event in `events` and use its reference from render's second argument");
};

const writeTarget: Writer = (value, where) => toText(value, where);

const writeUrl: Writer = (value, where) => {
  const url = toText(value, where);
  return isSafeUrl(url) ? url : BLOCKED_URL;
};

const writeUrlComponent: Writer = (value, where) => {
  const text = toText(value, where);
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(text.toWellFormed()); // a lone surrogate is no character
  }
};

const writeSrcset: Writer = (value, where) => {
  const srcset = toText(value, where);
  return isSafeSrcset(srcset) ? srcset : BLOCKED_URL;
};

const writeStyle: Writer = (value, where) => {
  const css = toText(value, where);
  if (PLAIN_CSS.test(css) && !/url\s*\(/i.test(css)) return css;
  throw refused(value, where, "a plain CSS value: words, numbers, units, colours",
    "choose a class, or write the declaration in the template and only its value in the hole");
};

function toText(value: unknown, where: string): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
    case "undefined":
      return "";
    default:
      if (value === null) return "";
      throw refused(value, where, "a string, a number, or nothing (false, null, undefined)", howToWrite(value));
  }
}

/** The usual reason why a value of this kind stands in a template. */
function howToWrite(value: unknown): string {
  if (typeof value === "function") return "call it, a component with its props: Like({ id, post })";
  if (typeof value !== "object" || value === null) return "turn it into text";
  if (value instanceof Date) return "turn it into text: date.toISOString()";
  if (value instanceof Promise) return "await it in mount, or load it with socket.assignAsync";
  if (Array.isArray(value)) return 'join it: names.join(" ")';
  if ("map" in value) return "write its items: stream.map((item, domId) => html`…`)";
  if (Symbol.iterator in value) return "make an array of it: [...items].map((item) => html`…`)";
  if ("render" in value) return "nest the view: liveRender(View, { id })";
  return "name the property that shall be shown";
}

function refused(value: unknown, where: string, expected: string, fix: string): HoldfastError {
  return new HoldfastError("template_value_refused", {
    what: `A value cannot be rendered ${where}.`,
    expected,
    got: describe(value),
    fix,
  });
}

/** A value's kind, never its content: what is rendered may be secret. */
function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return Array.isArray(value) ? "an array" : `an object of ${value.constructor?.name ?? "no class"}`;
}
