import { MarkupDeclaration } from "./markup-declaration.js";
import { HOLE, type Source } from "./source.js";
import type { AttributeToken, TextModel, TokenSink } from "./tokens.js";

type State = (c: string, at: number) => void;

const LETTER = /[a-zA-Z]/;

function isSpace(c: string): boolean {
  return c === " " || c === "\n" || c === "\t" || c === "\f" || c === "\r";
}

/**
 * The tokenizer of the HTML standard, as far as templates need it: one method per state, with the standard's names. What a
 * browser would repair silently is refused instead, because the repaired tree differs from the one that the author sees. A
 * hole is a special character; each state says whether it is allowed.
 *
 * Not here: character references (they end no token), the script data escaped states (`<!--` in a script is refused, so they
 * are never entered) and CDATA sections (refused).
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#tokenization
 */
export class Tokenizer {
  readonly #source: Source;
  readonly #sink: TokenSink;
  #state: State = this.#data;
  /** Where the current tag, comment or declaration begins. */
  #start = 0;
  /** The name of the current tag. */
  #tag = "";
  #tagNameStart = 0;
  #attributes: AttributeToken[] = [];
  #selfClosing = false;
  /** Where the white space before the next attribute begins. */
  #gap = 0;
  #attribute: AttributeToken | undefined;
  #nameStart = 0;
  /** The open RCDATA or RAWTEXT element: the name of its "appropriate end tag token". */
  #textElement = "";
  #textModel: TextModel = "data";
  #declaration: MarkupDeclaration | undefined;

  constructor(source: Source, sink: TokenSink) {
    this.#source = source;
    this.#sink = sink;
  }

  /** Reads the whole source, each character once. */
  run(): void {
    const { text } = this.#source;
    for (let at = 0; at < text.length; at++) this.#state(text[at]!, at);
    if (this.#state !== this.#data) {
      this.#malformed(
        this.#start,
        "The template ends inside a tag, a comment or an element like <script>.",
        "close it in the same template",
      );
    }
  }

  // text = *( character / hole / "<" tag open )
  #data(c: string, at: number): void {
    if (c === "<") {
      this.#start = at;
      this.#state = this.#tagOpen;
    } else if (c === HOLE) this.#sink.textHole(at);
    else if (!isSpace(c)) this.#sink.character(at);
  }

  // "<" ( letter → tag name / "/" → end tag open / "!" → markup declaration open )
  #tagOpen(c: string, at: number): void {
    if (LETTER.test(c)) {
      this.#tagNameStart = at;
      this.#attributes = [];
      this.#selfClosing = false;
      this.#state = this.#tagName;
    } else if (c === "/") this.#state = this.#endTagOpen;
    else if (c === "!") {
      this.#declaration = new MarkupDeclaration(this.#source, this.#start, this.#sink);
      this.#state = this.#markupDeclaration;
    }
    else if (c === HOLE) this.#forbidTagName(at);
    else if (c === "?") this.#malformed(at, '"<?" begins a comment in HTML.', "leave it out, or write &lt;? for the characters");
    else this.#malformed(at, `"<${c}" is not a tag.`, "write &lt; for the character <");
  }

  // "</" letter → end tag name. Anything else is a "bogus comment".
  #endTagOpen(c: string, at: number): void {
    if (LETTER.test(c)) {
      this.#tagNameStart = at;
      this.#state = this.#endTagName;
    } else if (c === HOLE) this.#forbidTagName(at);
    else this.#malformed(at, `"</${c}" is not a tag.`, "write &lt; for the character <");
  }

  // tag name = letter *( any but white space, "/", ">" )
  #tagName(c: string, at: number): void {
    if (isSpace(c)) {
      this.#nameTag(at);
      this.#gap = at;
      this.#state = this.#beforeAttributeName;
    } else if (c === "/") {
      this.#nameTag(at);
      this.#gap = at;
      this.#state = this.#selfClosingStartTag;
    } else if (c === ">") {
      this.#nameTag(at);
      this.#emitStartTag(at + 1);
    } else if (c === HOLE) this.#forbidTagName(at);
    else if (c === "<") this.#malformed(at, "A tag begins inside of another.", "close the first tag with >");
  }

  // end tag = "</" name *white space ">". A browser drops attributes and "/" in it.
  #endTagName(c: string, at: number): void {
    if (c === ">") {
      this.#nameTag(at);
      this.#emitEndTag();
    } else if (isSpace(c)) {
      this.#nameTag(at);
      this.#state = this.#afterEndTagName;
    } else if (c === HOLE) this.#forbidTagName(at);
    else if (c === "/" || c === "<") this.#malformed(at, `An end tag has a "${c}" in it.`, "write </name>");
  }

  #afterEndTagName(c: string, at: number): void {
    if (c === ">") this.#emitEndTag();
    else if (c === HOLE) this.#forbidTagName(at);
    else if (!isSpace(c)) this.#malformed(at, "An end tag has attributes.", "write them into the start tag");
  }

  // ---- RCDATA, RAWTEXT and script data: text up to the appropriate end tag token ----

  #rawText(c: string, at: number): void {
    if (c === "<") {
      this.#start = at;
      this.#state = this.#rawTextLessThanSign;
    } else if (c === HOLE) this.#sink.textHole(at);
  }

  #rawTextLessThanSign(c: string, at: number): void {
    if (c === "/") this.#state = this.#rawTextEndTagOpen;
    else if (c === "!" && this.#textElement === "script" && this.#source.text.startsWith("!--", at)) {
      this.#malformed(at, 'A script contains "<!--", after which </script> may not end it.', "write \\x3C!-- in the script");
    } else this.#notAnEndTag(c, at);
  }

  #rawTextEndTagOpen(c: string, at: number): void {
    if (!LETTER.test(c)) return this.#notAnEndTag(c, at);
    this.#tagNameStart = at;
    this.#state = this.#rawTextEndTagName;
  }

  // An end tag of the same name ends the text, in any case and with white space or "/" after the name; any other is text.
  #rawTextEndTagName(c: string, at: number): void {
    if (LETTER.test(c)) return;
    const appropriate = at - this.#tagNameStart === this.#textElement.length &&
      this.#source.text.slice(this.#tagNameStart, at).toLowerCase() === this.#textElement;
    if (!appropriate || !(isSpace(c) || c === "/" || c === ">")) return this.#notAnEndTag(c, at);
    this.#state = this.#endTagName;
    this.#endTagName(c, at);
  }

  #notAnEndTag(c: string, at: number): void {
    const next = this.#source.text[this.#start + 1]!;
    if (this.#textModel === "text" && (LETTER.test(next) || next === "/" || next === "!" || next === "?")) {
      this.#malformed(
        this.#start,
        `<${this.#textElement}> holds text, so this is not a tag.`,
        "write &lt; for the character <, or put a space after it",
      );
    }
    this.#state = this.#rawText;
    this.#rawText(c, at);
  }

  // ---- attributes ----

  // *white space ( name / "/" / ">" / hole )
  #beforeAttributeName(c: string, at: number): void {
    if (isSpace(c)) return;
    if (c === "/") this.#state = this.#selfClosingStartTag;
    else if (c === ">") this.#emitStartTag(at + 1);
    else if (c === HOLE) this.#spread(at);
    else this.#beginAttribute(c, at);
  }

  // attribute name = *( any but white space, "/", ">", "=", quotes, "<" )
  #attributeName(c: string, at: number): void {
    if (isSpace(c)) {
      this.#nameAttribute(at);
      this.#state = this.#afterAttributeName;
    } else if (c === "/") {
      this.#nameAttribute(at);
      this.#gap = at;
      this.#state = this.#selfClosingStartTag;
    } else if (c === ">") {
      this.#nameAttribute(at);
      this.#emitStartTag(at + 1);
    } else if (c === "=") {
      this.#nameAttribute(at);
      this.#state = this.#beforeAttributeValue;
    } else if (c === HOLE) this.#forbidAttributeName(at);
    else if (c === '"' || c === "'" || c === "<") {
      this.#malformed(at, `An attribute's name has the character ${c} in it.`, "put spaces between attributes and quotes around values");
    }
  }

  // name *white space ( "=" / next attribute / "/" / ">" )
  #afterAttributeName(c: string, at: number): void {
    if (isSpace(c)) return;
    if (c === "=") {
      this.#state = this.#beforeAttributeValue;
      return;
    }
    this.#state = this.#beforeAttributeName;
    this.#beforeAttributeName(c, at);
  }

  // "=" *white space ( quoted value / unquoted value / hole )
  #beforeAttributeValue(c: string, at: number): void {
    const attribute = this.#attribute!;
    if (isSpace(c)) return;
    if (c === '"' || c === "'") {
      attribute.valueStart = at + 1;
      this.#state = c === '"' ? this.#attributeValueDoubleQuoted : this.#attributeValueSingleQuoted;
    } else if (c === HOLE) {
      attribute.valueStart = at;
      attribute.kind = "whole";
      this.#endValue(at + 1, at + 1);
      this.#state = this.#afterWholeHole;
    } else if (c === ">") {
      this.#malformed(at, `The attribute ${attribute.name} has "=" but no value.`, `write ${attribute.name}="" or no "="`);
    } else {
      attribute.valueStart = at;
      this.#state = this.#attributeValueUnquoted;
      this.#attributeValueUnquoted(c, at);
    }
  }

  #attributeValueDoubleQuoted(c: string, at: number): void {
    this.#quotedValue('"', c, at);
  }

  #attributeValueSingleQuoted(c: string, at: number): void {
    this.#quotedValue("'", c, at);
  }

  #quotedValue(quote: string, c: string, at: number): void {
    if (c === HOLE) this.#attribute!.kind = "quoted";
    if (c !== quote) return;
    this.#endValue(at, at + 1);
    this.#state = this.#afterAttributeValueQuoted;
  }

  // unquoted value = *( any but white space, ">", quotes, "<", hole )
  #attributeValueUnquoted(c: string, at: number): void {
    if (isSpace(c)) {
      this.#endValue(at, at);
      this.#state = this.#beforeAttributeName;
    } else if (c === ">") {
      this.#endValue(at, at);
      this.#emitStartTag(at + 1);
    } else if (c === HOLE) {
      const { name } = this.#attribute!;
      this.#forbid(at, `A hole in the middle of the unquoted value of ${name}.`, `put quotes around it: ${name}="…\${…}"`);
    } else if (c === '"' || c === "'" || c === "`" || c === "<") {
      this.#malformed(at, `The unquoted value of ${this.#attribute!.name} has the character ${c} in it.`, "put quotes around the value");
    }
  }

  // Without a space after the quote the next attribute begins immediately.
  #afterAttributeValueQuoted(c: string, at: number): void {
    this.#state = this.#beforeAttributeName;
    this.#beforeAttributeName(c, at);
  }

  // A whole hole brings its own quotes: what follows it must end the attribute.
  #afterWholeHole(c: string, at: number): void {
    const endsTag = c === "/" && this.#source.text[at + 1] === ">";
    if (!isSpace(c) && c !== ">" && !endsTag) {
      const { name } = this.#attributes.at(-1)!;
      this.#malformed(at - 1, "A hole without quotes is followed by text.",
        name === "" ? "put a space after it" : `put quotes around it: ${name}="\${…}…"`);
    }
    this.#state = this.#beforeAttributeName;
    this.#beforeAttributeName(c, at);
  }

  // "/" ">", else the slash means nothing
  #selfClosingStartTag(c: string, at: number): void {
    if (c === ">") {
      this.#selfClosing = true;
      this.#emitStartTag(at + 1);
      return;
    }
    this.#state = this.#beforeAttributeName;
    this.#beforeAttributeName(c, at);
  }

  #beginAttribute(c: string, at: number): void {
    if (c === "=" || c === '"' || c === "'" || c === "<") {
      this.#malformed(at, `An attribute's name begins with the character ${c}.`, "put spaces between attributes and quotes around values");
    }
    this.#nameStart = at;
    this.#state = this.#attributeName;
  }

  #nameAttribute(at: number): void {
    const rawName = this.#source.text.slice(this.#nameStart, at);
    const name = rawName.toLowerCase();
    this.#attribute = {
      name, rawName, start: this.#gap, nameStart: this.#nameStart, valueStart: -1, end: at, value: "", kind: "static",
    };
    this.#attributes.push(this.#attribute);
    this.#gap = at;
  }

  #endValue(valueEnd: number, end: number): void {
    const attribute = this.#attribute!;
    attribute.value = this.#source.text.slice(attribute.valueStart, valueEnd);
    attribute.end = end;
    this.#gap = end;
  }

  #spread(at: number): void {
    this.#attributes.push({
      name: "", rawName: "", start: this.#gap, nameStart: at, valueStart: at, end: at + 1, value: HOLE, kind: "spread",
    });
    this.#gap = at + 1;
    this.#state = this.#afterWholeHole;
  }

  // Comments and DOCTYPEs have their own states.
  #markupDeclaration(c: string, at: number): void {
    if (this.#declaration!.read(c, at)) this.#state = this.#data;
  }

  // ---- tokens ----

  #nameTag(end: number): void {
    this.#tag = this.#source.text.slice(this.#tagNameStart, end).toLowerCase();
  }

  #emitStartTag(end: number): void {
    const model = this.#sink.startTag({
      name: this.#tag, start: this.#start, end, attributes: this.#attributes, selfClosing: this.#selfClosing,
    });
    this.#textElement = this.#tag;
    this.#textModel = model;
    this.#state = model === "data" ? this.#data : this.#rawText;
  }

  #emitEndTag(): void {
    this.#sink.endTag(this.#tag, this.#start);
    this.#state = this.#data;
  }

  // ---- refusals ----

  #malformed(at: number, what: string, fix: string): never {
    throw this.#source.error("template_malformed", at, { what, fix });
  }

  #forbid(at: number, what: string, fix: string): never {
    throw this.#source.error("template_hole_forbidden", at, { what, fix });
  }

  #forbidTagName(at: number): never {
    this.#forbid(at, "A hole where a tag's name stands.", "write one template for each element, or use dynamicTag({ name })");
  }

  #forbidAttributeName(at: number): never {
    this.#forbid(at, "A hole in an attribute's name.", "write the name in the template: name=${value}; false leaves it out");
  }
}
