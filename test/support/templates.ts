// Random templates, well-formed ones and damaged ones.
import type { Chance } from "./chance.js";

/** A hole in a template's text, as in `strings.join(HOLE)`. */
export const HOLE = "\u0000";

const TAGS = ["p", "div", "span", "a", "b", "ul", "li", "button", "form", "label", "fieldset", "legend", "section", "x-card", "noscript", "template"];
const TABLE_TAGS = ["table", "tbody", "tr", "td", "th", "caption"];
const VOIDS = ["br", "img", "input", "hr", "link", "meta", "source", "wbr"];
const SVG_TAGS = ["g", "path", "a", "text", "use", "animate", "set", "title", "desc", "style", "script", "image", "foreignObject", "circle"];
const MATH_TAGS = ["mi", "mo", "mrow", "mtext", "annotation-xml", "semantics", "mglyph"];
const ATTRIBUTES = [
  "class", "title", "href", "src", "style", "data-x", "data-js-do", "phx-click", "phx-value-id", "aria-label", "value", "srcset", "action",
  "name", "rel", "content", "xlink:href", "to", "values", "alt", "disabled", "is", "color", "encoding",
];
const TEXTS = ["a", " ", "\n", "x &amp; y", "&copy", "1 > 0", "it's", '"', "=", "/", "é", "]]>", "-->"];
const VALUES = [
  "", "x", "/a", "/a?b=", "https://x.example/", "color: red; width: ", "java", "a, b", "&amp;", "it", "/a 1x, ", "a>b", "'x'", "</noscript>", "a<b",
];
const SLIPS = [
  "</textarea >", "</textarea\n>", "</TITLE/>", "</title x>", "</style\t>", "</script >", "<svg>", "</svg>", "<math>", "</math>", "<mtext>",
  "<style>", "<script>", "<title>", "<textarea>", "<select>", "</select>", "<noscript>", "</noscript>", "<table>", "<template>", "<option>",
  "<!--", "-->", "--!>", "<!-->", "<!--->", "<!x", "<?x", "<![CDATA[", "]]>", "<!doctype html>", "</", "/>", "<", ">", '"', "'", "=", "`",
  "/", " ", "\n", "\t", "\f", "&", "&colon;", "&#58;", "onclick=", 'href="', "href=", "javascript:", 'style="', "url(", "\\", "(", ")", ";",
  " id=x", '\nid="y"', ' id = "z"', HOLE, HOLE, HOLE, "a", "<a", "<p ", "</p", "<iframe>", "<xmp>", "<noembed>", "<plaintext>", "<frameset>",
  "<font color=red>", "<annotation-xml encoding=text/html>", "<foreignObject>", "<title/>", "<p/>", "<base>", 'content="', "http-equiv=",
];

/** A template's text with a `HOLE` for each hole. About half of all templates are damaged. */
export function randomTemplate(chance: Chance): string {
  let text = nodes(chance, 0, "html");
  if (chance.maybe(0.5)) {
    for (let i = chance.below(3); i >= 0; i--) text = slip(chance, text);
  }
  return text;
}

function slip(chance: Chance, text: string): string {
  const at = chance.below(text.length + 1);
  const to = Math.min(text.length, at + chance.below(8));
  switch (chance.below(4)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, to) + text.slice(at);
    default:
      return text.slice(0, at) + chance.one(SLIPS) + text.slice(at);
  }
}

type Kind = "html" | "svg" | "math";

function nodes(chance: Chance, depth: number, kind: Kind): string {
  let out = "";
  for (let i = chance.below(4 - Math.min(depth, 3)); i >= 0; i--) out += node(chance, depth, kind);
  return out;
}

function node(chance: Chance, depth: number, kind: Kind): string {
  if (depth > 4 || chance.maybe(0.3)) return chance.maybe(0.6) ? HOLE : chance.one(TEXTS);
  if (chance.maybe(0.04)) return chance.one(["<!-- x -->", "<!-->", "<!-- a --!>", "<!---->"]);
  if (kind === "svg") return foreign(chance, depth, chance.one(SVG_TAGS), "svg");
  if (kind === "math") return foreign(chance, depth, chance.one(MATH_TAGS), "math");
  const roll = chance.next();
  if (roll < 0.15) return `<${chance.one(VOIDS)}${attributes(chance)}${chance.one(["", "/", " /"])}>`;
  if (roll < 0.25) return `<svg${attributes(chance)}>${nodes(chance, depth + 1, "svg")}</svg>`;
  if (roll < 0.3) return `<math${attributes(chance)}>${nodes(chance, depth + 1, "math")}</math>`;
  if (roll < 0.37) {
    const tag = chance.one(["title", "textarea"]);
    return `<${tag}${attributes(chance)}>${chance.one(["", "x", HOLE, `a${HOLE}b`])}</${chance.one([tag, tag.toUpperCase()])}${chance.one(["", " ", "\n"])}>`;
  }
  if (roll < 0.42) {
    const tag = chance.one(["style", "script", "iframe", "xmp"]);
    return `<${tag}${attributes(chance)}>${chance.one(["", "a<b", "</x>", "<p title='"])}</${tag}>`;
  }
  if (roll < 0.44) return `<select>${nodes(chance, depth + 1, "html")}</select>`;
  if (roll < 0.47) return `<select${attributes(chance)}><option${attributes(chance)}>${HOLE}</option></select>`;
  const tag = chance.one(roll < 0.55 ? TABLE_TAGS : TAGS);
  return `<${tag}${attributes(chance)}>${nodes(chance, depth + 1, "html")}</${tag}>`;
}

function foreign(chance: Chance, depth: number, tag: string, kind: Kind): string {
  if (chance.maybe(0.3)) return `<${tag}${attributes(chance)}/>`;
  const inner: Kind = ["foreignObject", "desc", "title", "mtext", "mi"].includes(tag) && chance.maybe(0.7) ? "html" : kind;
  return `<${tag}${attributes(chance)}>${nodes(chance, depth + 1, inner)}</${tag}>`;
}

function attributes(chance: Chance): string {
  let out = "";
  const names = chance.shuffled(ATTRIBUTES).slice(0, chance.below(4));
  if (chance.maybe(0.3)) names.push("id");
  for (const name of names) {
    const space = chance.one([" ", " ", " ", "\n  ", "  "]);
    const written = chance.one([name, name, name, name.toUpperCase()]);
    const spelt = name.startsWith("phx-value") ? name : written;
    switch (chance.below(6)) {
      case 0:
        out += `${space}${spelt}`;
        break;
      case 1:
        out += `${space}${spelt}=${HOLE}`;
        break;
      case 2:
        out += `${space}${spelt}=x`;
        break;
      case 3:
        out += `${space}${spelt}${chance.one(["=", " = ", "="])}'${chance.one(VALUES).replaceAll("'", "")}${HOLE}'`;
        break;
      default:
        out += `${space}${spelt}="${chance.one(VALUES)}${chance.one(["", HOLE, `${HOLE}/x`, `${HOLE}px`, `${HOLE} ${HOLE}`])}"`;
    }
  }
  if (chance.maybe(0.1)) out += ` ${HOLE}`;
  return out;
}
