import { HOLE, type Source } from "./source.js";
import type { TokenSink } from "./tokens.js";

type State = (c: string, at: number) => boolean;

/**
 * What begins with `<!`: a comment or a DOCTYPE, one method per state with the standard's names. A state returns true when the
 * declaration has ended. No hole may stand in it.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#markup-declaration-open-state
 */
export class MarkupDeclaration {
  readonly #source: Source;
  readonly #start: number;
  readonly #sink: Pick<TokenSink, "comment" | "character">;
  #state: State = this.#open;

  /** @param start where its "<" is */
  constructor(source: Source, start: number, sink: Pick<TokenSink, "comment" | "character">) {
    this.#source = source;
    this.#start = start;
    this.#sink = sink;
  }

  /**
   * Reads the next character after "<!".
   *
   * @returns true if it ends the declaration
   * @throws HoldfastError `template_malformed`, `template_hole_forbidden`
   */
  read(c: string, at: number): boolean {
    return this.#state(c, at);
  }

  // "<!" ( "--" → comment start / "doctype" → DOCTYPE ). Anything else is a bogus comment, or CDATA.
  #open(c: string, at: number): boolean {
    const { text } = this.#source;
    if (text.startsWith("--", at)) return this.#goOn(this.#commentStartDash);
    if (text.slice(at, at + 7).toLowerCase() === "doctype") return this.#goOn(this.#doctype);
    if (c === HOLE) this.#forbid(at);
    if (text.startsWith("[CDATA[", at)) {
      this.#malformed(at, "A template has no CDATA sections.", "write the text itself, with &lt; and &amp;");
    }
    this.#malformed(at, `"<!${c}" begins a comment that ends at the first ">".`, "write <!-- … -->");
  }

  // The second "-" of "<!--".
  #commentStartDash(_c: string, _at: number): boolean {
    return this.#goOn(this.#commentStart);
  }

  // "<!-->" and "<!--->" are comments already.
  #commentStart(c: string, at: number): boolean {
    if (c === ">") return this.#end(at);
    return c === "-" ? this.#goOn(this.#commentStartSecondDash) : this.#reconsume(c, at);
  }

  #commentStartSecondDash(c: string, at: number): boolean {
    if (c === ">") return this.#end(at);
    return c === "-" ? this.#goOn(this.#commentEnd) : this.#reconsume(c, at);
  }

  // comment = "<!--" text ( "-->" / "--!>" )
  #comment(c: string, at: number): boolean {
    if (c === HOLE) this.#forbid(at);
    return c === "-" ? this.#goOn(this.#commentEndDash) : false;
  }

  #commentEndDash(c: string, at: number): boolean {
    return c === "-" ? this.#goOn(this.#commentEnd) : this.#reconsume(c, at);
  }

  #commentEnd(c: string, at: number): boolean {
    if (c === ">") return this.#end(at);
    if (c === "!") return this.#goOn(this.#commentEndBang);
    return c === "-" ? false : this.#reconsume(c, at);
  }

  #commentEndBang(c: string, at: number): boolean {
    if (c === ">") return this.#end(at);
    return c === "-" ? this.#goOn(this.#commentEndDash) : this.#reconsume(c, at);
  }

  // A ">" ends a DOCTYPE even within its quotes.
  #doctype(c: string, at: number): boolean {
    if (c === HOLE) this.#forbid(at);
    if (c !== ">") return false;
    // Behind it the client does not find a template's root element.
    this.#sink.character(at);
    return true;
  }

  #goOn(state: State): false {
    this.#state = state;
    return false;
  }

  #reconsume(c: string, at: number): boolean {
    this.#state = this.#comment;
    return this.#comment(c, at);
  }

  #end(at: number): true {
    this.#sink.comment(this.#start, at + 1);
    return true;
  }

  #malformed(at: number, what: string, fix: string): never {
    throw this.#source.error("template_malformed", at, { what, fix });
  }

  #forbid(at: number): never {
    throw this.#source.error("template_hole_forbidden", at, {
      what: "A hole inside a comment.", fix: "leave the comment out, or write it in TypeScript",
    });
  }
}
