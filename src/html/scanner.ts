import { HoldfastError } from "../errors/index.js";
import {
  attributePartHole, attributeRefusal, isSrcsetAttribute, isUrlAttribute, rcdataHole, textHole, wholeAttributeHole, type Hole,
} from "./holes.js";
import { isSafeUrl } from "./url.js";

/** A template that was scanned once: its static strings and, between each two, the hole that stands there. */
export interface Scanned {
  /** One more than holes; whole attributes have moved from the statics into their holes. */
  readonly statics: readonly string[];
  readonly holes: readonly Hole[];
  /** True if the template is exactly one element, which lets the client skip it when nothing in it changed. */
  readonly root: boolean;
}

const VOID = new Set([
  "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
]);
/** Elements whose content the HTML parser does not take for markup. No value can be made safe in the first kind. */
const RAW_TEXT = new Set(["script", "style", "iframe", "xmp", "noembed", "noframes", "plaintext"]);
const RCDATA = new Set(["title", "textarea"]);

/** CSS that has begun to say what to fetch. */
const OPEN_CSS_URL = /(?:url|src|image|image-set|cross-fade)\s*\([^)]*$/i;

const SPACE = /[\t\n\f\r ]/;
const NAME_START = /[a-zA-Z]/;

/** The states of the HTML tokenizer that matter for what a hole means. */
type State =
  | "data" | "tagOpen" | "tagName" | "endTagName" | "beforeAttribute" | "attributeName" | "afterAttributeName"
  | "beforeValue" | "valueDouble" | "valueSingle" | "valueUnquoted" | "markup" | "comment" | "rawText";

/**
 * Reads a template once, as the HTML parser will, and gives every hole its context.
 *
 * @throws HoldfastError `template_hole_forbidden`, `template_malformed`
 * @see https://html.spec.whatwg.org/multipage/parsing.html#tokenization
 */
export function scan(strings: readonly string[]): Scanned {
  const source = trimEnds(strings);
  const statics: string[] = [];
  const holes: Hole[] = [];
  const open: string[] = [];
  let state: State = "data";
  let tag = ""; // the name of the tag we are in
  let attribute = ""; // the name of the attribute we are in
  let attributeStart = 0; // where the attribute begins in `text`, with the space before it
  let value = ""; // the static part of the attribute's value so far
  let valueHoles = 0;
  let raw = ""; // the raw text element we are in
  let selfClosing = false;
  let topLevelElements = 0;
  let topLevelOther = false;
  let text = ""; // the static text since the last hole

  const fail = (what: string, fix: string): never => {
    throw new HoldfastError("template_malformed", { what, got: excerpt(source, statics.length), fix });
  };
  const forbid = (what: string, fix: string): never => {
    throw new HoldfastError("template_hole_forbidden", { what, got: excerpt(source, statics.length), fix });
  };

  const closeStartTag = (): State => {
    if (open.length === 0) topLevelElements++;
    const isRaw = RAW_TEXT.has(tag) || RCDATA.has(tag);
    // In HTML a slash closes nothing: what follows <script/> is still script, up to the next </script>.
    if (VOID.has(tag) || (selfClosing && !isRaw)) return "data";
    open.push(tag);
    if (isRaw) {
      raw = tag;
      return "rawText";
    }
    return "data";
  };
  const closeEndTag = (): State => {
    const expected = open.pop();
    if (expected !== tag) {
      fail(`</${tag}> closes ${expected ? `<${expected}>` : "nothing"}.`, "close every element in the template that opens it");
    }
    return "data";
  };

  for (let i = 0; i < source.length; i++) {
    const part = source[i]!;
    for (let at = 0; at < part.length; at++) {
      const c = part[at]!;
      text += c;
      switch (state) {
        case "data":
          if (c === "<") state = "tagOpen";
          else if (open.length === 0 && !SPACE.test(c)) topLevelOther = true;
          break;
        case "tagOpen":
          tag = "";
          if (c === "/") state = "endTagName";
          else if (c === "!") state = "markup";
          else if (NAME_START.test(c)) {
            state = "tagName";
            tag = c.toLowerCase();
            selfClosing = false;
          } else fail(`"<${c}" is not a tag.`, "write &lt; for the character <");
          break;
        case "tagName":
          if (SPACE.test(c)) state = "beforeAttribute";
          else if (c === ">") state = closeStartTag();
          else if (c === "/") {
            selfClosing = true;
            state = "beforeAttribute";
          } else tag += c.toLowerCase();
          break;
        case "endTagName":
          if (c === ">") {
            tag = tag.trimEnd();
            state = closeEndTag();
          } else tag += c.toLowerCase();
          break;
        case "beforeAttribute":
        case "afterAttributeName":
          if (c === ">") state = closeStartTag();
          else if (c === "/") selfClosing = true;
          else if (c === "=" && state === "afterAttributeName") {
            state = "beforeValue";
            value = "";
            valueHoles = 0;
          } else if (!SPACE.test(c)) {
            // A whole attribute moves into its hole together with the space before it.
            attributeStart = text.length - 1;
            while (attributeStart > 0 && SPACE.test(text[attributeStart - 1]!)) attributeStart--;
            state = "attributeName";
            attribute = c.toLowerCase();
            selfClosing = false;
          }
          break;
        case "attributeName":
          if (c === "=") {
            state = "beforeValue";
            value = "";
            valueHoles = 0;
          } else if (c === ">") state = closeStartTag();
          else if (c === "/") {
            selfClosing = true;
            state = "beforeAttribute";
          } else if (SPACE.test(c)) state = "afterAttributeName";
          else attribute += c.toLowerCase();
          break;
        case "beforeValue":
          if (c === '"') state = "valueDouble";
          else if (c === "'") state = "valueSingle";
          else if (c === ">") fail(`The attribute ${attribute} has "=" but no value.`, `write ${attribute}="" or no "="`);
          else if (!SPACE.test(c)) {
            state = "valueUnquoted";
            value = c;
          }
          break;
        case "valueDouble":
        case "valueSingle":
          if (c === (state === "valueDouble" ? '"' : "'")) state = "beforeAttribute";
          else value += c;
          break;
        case "valueUnquoted":
          if (SPACE.test(c)) state = "beforeAttribute";
          else if (c === ">") state = closeStartTag();
          else value += c;
          break;
        case "markup":
          if (text.endsWith("<!--")) state = "comment";
          else if (c === ">") state = "data";
          break;
        case "comment":
          if (text.endsWith("-->")) state = "data";
          break;
        case "rawText":
          if (c === ">" && text.toLowerCase().endsWith(`</${raw}>`)) {
            open.pop();
            state = "data";
          }
          break;
      }
    }

    if (i === source.length - 1) break;

    // Between part i and part i + 1 there is a hole: what may stand in it?
    switch (state as State) {
      case "data":
        if (open.length === 0) topLevelOther = true;
        holes.push(textHole);
        break;
      case "rawText":
        if (RAW_TEXT.has(raw)) forbid(`A hole inside <${raw}>.`, "pass the value in a data-* attribute and read it from there");
        holes.push(rcdataHole);
        break;
      case "beforeValue": {
        const refusal = attributeRefusal(attribute);
        if (refusal) forbid(`A hole in the attribute ${attribute}: ${refusal}.`, "write it in the template, without a hole");
        holes.push(wholeAttributeHole(attribute));
        // The hole writes the attribute's name itself, and whatever follows begins a new attribute.
        text = text.slice(0, attributeStart);
        state = "beforeAttribute";
        if (!/^[\s/>]/.test(source[i + 1]!)) {
          fail(`The value of ${attribute} is a hole with text behind it.`, `put quotes around it: ${attribute}="\${…}…"`);
        }
        break;
      }
      case "valueDouble":
      case "valueSingle": {
        const refusal = attributeRefusal(attribute);
        if (refusal) forbid(`A hole in the attribute ${attribute}: ${refusal}.`, "write it in the template, without a hole");
        const first = valueHoles === 0;
        const danger = schemeDanger(attribute, value, first, source[i + 1]!);
        if (danger !== undefined) {
          forbid(`A hole in ${attribute} ${danger}.`, "begin the URL with /, ? or # or a safe scheme, or pass the whole URL in one hole");
        }
        if (attribute === "style" && OPEN_CSS_URL.test(value)) {
          forbid("A hole in style stands in a URL.", "put the whole image into an <img src=${…}>, or choose a class");
        }
        holes.push(attributePartHole(attribute, value, first));
        valueHoles++;
        break;
      }
      case "valueUnquoted":
        forbid(`A hole in the middle of the unquoted value of ${attribute}.`, `put quotes around it: ${attribute}="…\${…}"`);
        break;
      case "comment":
      case "markup":
        forbid("A hole inside a comment.", "leave the comment out, or write it in TypeScript");
        break;
      case "attributeName":
      case "afterAttributeName":
      case "beforeAttribute":
        forbid(`A hole where an attribute's name stands, in <${tag}>.`, "write the name in the template: name=${value}; false leaves it out");
        break;
      default:
        forbid("A hole where a tag's name stands.", "write one template for each element");
    }
    statics.push(text);
    text = "";
  }

  statics.push(text);
  if (state !== "data") fail("The template ends inside a tag, a comment or an element like <script>.", "close it in the same template");
  if (open.length > 0) fail(`<${open.at(-1)}> is not closed.`, "close every element in the template that opens it");
  return { statics, holes, root: topLevelElements === 1 && !topLevelOther };
}

/**
 * How a hole within a quoted URL could make it another URL than the template's, or undefined if it cannot: behind a hole, a
 * scheme could be finished; in front of one, begun.
 */
function schemeDanger(attribute: string, prefix: string, first: boolean, next: string): string | undefined {
  if (isSrcsetAttribute(attribute)) {
    const candidate = prefix.split(/[\s,]/).at(-1)!;
    return candidate !== "" && !/[/?#]/.test(candidate) ? `behind "${candidate}" could change the URL's scheme` : undefined;
  }
  if (!isUrlAttribute(attribute)) return undefined;
  if (prefix === "") {
    if (!first) return "stands beside another: the second could finish a scheme that the first began";
    return /^["'/?#]/.test(next) ? undefined : "is followed by text that could finish a scheme";
  }
  if (!isSafeUrl(prefix)) return `stands in a URL whose scheme runs code: "${prefix}"`;
  return first && !/[/?#]|^(?:https?|mailto|tel|sms):/i.test(prefix) ? `behind "${prefix}" could change the URL's scheme` : undefined;
}

/** Indentation around a template is for the source's reader: it is dropped if it holds a line break. */
function trimEnds(strings: readonly string[]): string[] {
  const parts = [...strings];
  parts[0] = parts[0]!.replace(/^\s*\n\s*/, "");
  parts[parts.length - 1] = parts.at(-1)!.replace(/\s*\n\s*$/, "");
  return parts;
}

function excerpt(source: readonly string[], hole: number): string {
  const before = source[hole] ?? "";
  const after = source[hole + 1];
  return `…${before.slice(-60)}${after === undefined ? "" : `\${…}${after.slice(0, 30)}…`}`;
}
