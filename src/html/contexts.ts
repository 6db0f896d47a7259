/**
 * What an attribute may contain, by its name and its element. Everything that is not listed here is text, so that SVG, ARIA
 * and web components need no list.
 *
 * @module
 */
import { takesCommands } from "./bindings.js";
import { writeClass } from "./class-list.js";
import { ClientCommand } from "./command.js";
import { optionWriter } from "./option-values.js";
import { HOLE } from "./source.js";
import { styleWriters, writeStyle } from "./style.js";
import { srcsetWriters, urlWriters, wholeSrcsetWriter, wholeUrlWriter, type UrlKind } from "./url-parts.js";
import { toText, type Writer } from "./values.js";

/** The element of an attribute, as far as the template itself says. */
export interface ElementFacts {
  /** In lower case; undefined: any element, and then the strictest rule of any applies. */
  readonly tag: string | undefined;
  /** The text of a static attribute; undefined if there is none, or if it contains a hole. */
  staticValue(name: string): string | undefined;
  /** True if the framework itself writes the element: it may use what belongs to the client. */
  readonly framework: boolean;
}

/** An element about which nothing is known: JS commands set attributes on it. */
export const ANY_ELEMENT: ElementFacts = { tag: undefined, staticValue: () => undefined, framework: false };

/** Why an attribute can have no hole, and what to do instead. */
export interface Refusal {
  readonly what: string;
  readonly fix: string;
}

const LITERAL = "write it in the template, without a hole";

/** Why an attribute cannot have holes at all, or undefined if it can. */
export function attributeRefusal(name: string, element: ElementFacts): Refusal | undefined {
  const { tag } = element;
  const refuse = (reason: string, fix = LITERAL): Refusal => ({ what: `A hole in the attribute ${name}: ${reason}.`, fix });
  if (name.startsWith("on")) return refuse(`${name} runs its value as JavaScript`, "bind a declared event with phx-* instead");
  if (name === "srcdoc") return refuse("srcdoc is a document of its own", "serve the document at a URL of its own: src=${…}");
  if (name === "http-equiv") return refuse("http-equiv changes what the page may do");
  if (name === "ping") return refuse("ping sends requests wherever it says");
  if (name.startsWith("data-phx-") && !element.framework) {
    return refuse("data-phx-* belongs to the client", "use the component that writes it, or another data-* attribute");
  }
  if (name === "phx-hook" && !element.framework) {
    return refuse("phx-hook chooses the code that runs", "write the hook's name in the template, and one template per hook");
  }
  if (name === "attributename" && isAnimation(tag)) return refuse("attributeName chooses what the animation changes");
  if (name === "href" && tag === "base") return refuse("<base href> changes where every relative URL leads");
  if (name === "content" && tag === "meta" && element.staticValue("http-equiv") !== undefined) {
    return refuse("this <meta> changes what the page may do", "set the header in a middleware");
  }
  return undefined;
}

/** The writer of a value that is the whole attribute: `name=${value}`. */
export function wholeWriter(name: string, element: ElementFacts): Writer {
  const url = urlKind(name, element);
  if (url !== undefined) return wholeUrlWriter(url);
  if (isSrcset(name)) return wholeSrcsetWriter;
  if (name === "style") return writeStyle;
  if (takesCommands(name)) return writeCommand;
  if (name.startsWith("data-")) return writeData;
  if (name === "class") return writeClass;
  if (name === "phx-hook") return writeHookName;
  if ((name === "name" || name === "id") && isFormControl(element.tag)) return writeControlName;
  return optionWriter(name) ?? toText;
}

/**
 * The writers of the holes within a quoted value, in order; a hole that is not allowed there gives a refusal.
 *
 * @param value the attribute's source, with its holes
 */
export function partWriters(name: string, value: string, element: ElementFacts): (Writer | Refusal)[] {
  // Quotes around a single hole change nothing.
  if (value === HOLE) return [wholeWriter(name, element)];
  const url = urlKind(name, element);
  if (url !== undefined || isSrcset(name)) {
    const parts = url === undefined ? srcsetWriters(value) : urlWriters(value, url);
    return parts.map((part) => (typeof part === "function" ? part : {
      what: `A hole in ${name} ${part.danger}.`,
      fix: "begin the URL with /, ? or # or a safe scheme, or pass the whole URL in one hole",
    }));
  }
  if (name === "style") return styleWriters(value);
  const holes = value.split(HOLE).length - 1;
  // With text beside it, an event's reference is the name of another event, and commands are no commands.
  if (takesCommands(name)) return Array.from({ length: holes }, () => partOfBinding(name));
  return Array.from({ length: holes }, () => (name === "class" ? writeClass : toText));
}

function partOfBinding(name: string): Refusal {
  return {
    what: `A hole that is a part of ${name}: an event or commands are the whole value.`,
    fix: `leave out what stands beside it: ${name}=\${on.save}. Commands chain: JS.push(on.save).hide()`,
  };
}

// ---- URLs ----

const URL_ATTRIBUTES: ReadonlySet<string> = new Set([
  "href", "src", "action", "formaction", "poster", "cite", "background", "xlink:href", "manifest", "longdesc",
]);

/** Kinds of `<link>` whose resource is only followed or shown; any other may be code or styles. */
const HARMLESS_LINKS: ReadonlySet<string> = new Set([
  "alternate", "apple-touch-icon", "author", "bookmark", "canonical", "help", "icon", "license", "mask-icon", "me", "next", "prev",
  "privacy-policy", "search", "shortcut", "terms-of-service",
]);

const ANIMATIONS: ReadonlySet<string> = new Set(["animate", "animatecolor", "animatemotion", "animatetransform", "set"]);
const ANIMATED_VALUES: ReadonlySet<string> = new Set(["to", "from", "by", "values"]);

function isAnimation(tag: string | undefined): boolean {
  return tag === undefined || ANIMATIONS.has(tag);
}

function isSrcset(name: string): boolean {
  return name === "srcset" || name === "imagesrcset";
}

/** How the attribute's URL is used; undefined if it is not a URL. */
function urlKind(name: string, element: ElementFacts): UrlKind | undefined {
  const { tag } = element;
  if (ANIMATED_VALUES.has(name) && isAnimation(tag)) {
    const animated = element.staticValue("attributename")?.trim().toLowerCase();
    return animated === undefined || animated === "href" || animated === "xlink:href" ? "animation" : undefined;
  }
  if (name === "data") return tag === "object" ? "code" : tag === undefined ? "link" : undefined;
  if (!URL_ATTRIBUTES.has(name)) return undefined;
  switch (tag) {
    case "script":
    case "embed":
      return "code";
    case "iframe":
      return name === "src" ? "document" : "link";
    case "link":
      return name === "href" && !isHarmlessLink(element.staticValue("rel")) ? "code" : "link";
    default:
      return "link";
  }
}

function isHarmlessLink(rel: string | undefined): boolean {
  return rel !== undefined && rel.toLowerCase().trim().split(/\s+/).every((word) => HARMLESS_LINKS.has(word));
}

// ---- what the client reads ----

const writeCommand: Writer = (value, spot, place) => {
  if (value instanceof ClientCommand) return value.encode(place);
  throw spot.refusal(value, "an event reference (on.save) or JS commands (JS.push(on.save))", typeof value === "function"
    ? "write the event's reference itself, on.save, and what happens into its `handle`; one with `bind` is called: on.save({ id })"
    : "declare the event in `events` and use its reference from render's second argument");
};

/** Commands for a hook, or text: `JS.exec` runs `data-js-*` only. */
const writeData: Writer = (value, spot, place) => (value instanceof ClientCommand ? value.encode(place) : toText(value, spot));

const HOOK_NAME = /^[A-Za-z.][\w.-]{0,199}$/;

const writeHookName: Writer = (value, spot) => {
  if (typeof value === "string" && HOOK_NAME.test(value)) return value;
  throw spot.refusal(value, "a hook's name", "name a hook that connect({ hooks }) has");
};

const FORM_CONTROLS: ReadonlySet<string> = new Set([
  "button", "embed", "fieldset", "form", "iframe", "img", "input", "object", "output", "select", "textarea",
]);

function isFormControl(tag: string | undefined): boolean {
  return tag !== undefined && FORM_CONTROLS.has(tag);
}

/**
 * Properties that the client reads from a form's element. A field of such a name would shadow them, and the page would no
 * longer be patched.
 *
 * @see https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem
 */
const CLOBBERING: ReadonlySet<string> = new Set([
  "addEventListener", "appendChild", "attributes", "childNodes", "children", "classList", "cloneNode", "closest", "contains",
  "dispatchEvent", "elements", "firstChild", "firstElementChild", "getAttribute", "getAttributeNames", "getAttributeNode",
  "hasAttribute", "hasAttributes", "innerHTML", "insertBefore", "isConnected", "isEqualNode", "isSameNode", "matches",
  "namespaceURI", "nextSibling", "nodeName", "nodeType", "nodeValue", "ownerDocument", "parentElement", "parentNode", "phxPrivate",
  "querySelector", "querySelectorAll", "removeAttribute", "removeChild", "removeEventListener", "replaceChild", "setAttribute",
  "submit", "tagName", "textContent",
]);

const writeControlName: Writer = (value, spot) => {
  const text = toText(value, spot);
  if (!CLOBBERING.has(text)) return text;
  throw spot.refusal(value, `another name than ${text}: the form would answer with this field where the client asks for its ${text}`,
    'give the form\'s fields a name around them: toForm(data, { as: "post" })');
};
