import { html, trustedHtml, type SafeHtml } from "holdfast";

const KEYWORDS =
  "as|async|await|break|case|catch|class|const|default|else|export|extends|finally|for|from|function|if|import|in|interface|" +
  "let|new|of|private|readonly|return|switch|throw|try|type|typeof|undefined|void|while|true|false|null";

/** Comments, strings, keywords, numbers. A template is left plain: it is mostly HTML, and its holes are code. */
const TOKENS = new RegExp(
  `(?<comment>//[^\\n]*|/\\*[\\s\\S]*?\\*/)|(?<string>"(?:[^"\\\\\\n]|\\\\.)*")|(?<keyword>\\b(?:${KEYWORDS})\\b)|` +
  `(?<tag>(?<![\\w)])</?[a-z][\\w-]*)`, "g");

/**
 * A source text as HTML, with its comments, strings and keywords marked. The template escapes every piece: nothing of the
 * text itself is trusted.
 */
export function highlight(source: string): SafeHtml {
  let out = "";
  let at = 0;
  for (const match of source.matchAll(TOKENS)) {
    const kind = Object.entries(match.groups!).find(([, text]) => text !== undefined)![0];
    // A URL's slashes begin no comment.
    if (kind === "comment" && source[match.index - 1] === ":") continue;
    out += html`${source.slice(at, match.index)}<span class="${kind}">${match[0]}</span>`.toString();
    at = match.index + match[0].length;
  }
  return trustedHtml(out + html`${source.slice(at)}`.toString());
}
