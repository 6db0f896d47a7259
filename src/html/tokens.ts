/** The tokens of the tokenizer, and their receiver. @module */

/** An attribute as the tokenizer reads it. Positions are offsets in the source. */
export interface AttributeToken {
  /** In lower case, as the parser makes it. "" for attributes that a hole spreads. */
  readonly name: string;
  /** Where the white space before it begins. */
  readonly start: number;
  /** Where its name begins. */
  readonly nameStart: number;
  /** The name as it was written. */
  readonly rawName: string;
  /** Where its value begins, after the quote; -1 if it has none. */
  valueStart: number;
  /** Where it ends, its closing quote included. */
  end: number;
  /** The source of its value, holes included. */
  value: string;
  /** `whole`: `name=${…}` without quotes. `spread`: the hole contains names as well. */
  kind: "static" | "quoted" | "whole" | "spread";
}

/** A start tag as the tokenizer reads it. */
export interface StartTagToken {
  readonly name: string;
  readonly start: number;
  /** Behind its ">". */
  readonly end: number;
  readonly attributes: readonly AttributeToken[];
  readonly selfClosing: boolean;
}

/**
 * How an element's content is to be read: as markup; as `text` up to the end tag, in which nothing may look like a tag; as
 * `code` up to the end tag, in which anything may.
 */
export type TextModel = "data" | "text" | "code";

/** Receives the tokens: tree construction. */
export interface TokenSink {
  /** @returns how the element's content is to be read */
  startTag(token: StartTagToken): TextModel;
  endTag(name: string, at: number): void;
  comment(from: number, to: number): void;
  /** A hole between tags, or in the text of an RCDATA or RAWTEXT element. */
  textHole(at: number): void;
  /** A character that is not white space, between tags. */
  character(at: number): void;
}
