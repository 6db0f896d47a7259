// What the values of holes may do to a URL: sources and values at random, read back as a browser reads them.
import { parseFragment, type DefaultTreeAdapterTypes as Tree } from "parse5";
import { expect, test } from "vitest";
import { Chance } from "../../test/support/chance.js";
import { Rendered, renderToString, Template } from "./index.js";

const SEED = 20261128;
const TEMPLATES = 20_000;
const RENDERS = 8;
const PAGE = "https://app.example/p/q";

const HOLE = Symbol("hole");
/** Of what the source of an attribute is made. */
const PARTS = [
  "/", "/", "\\", "//", "a", "b.example", ":", "https:", "http://", "?", "#", ".", "..", "@", "javascript:", " ", "\t", "\n", "\f",
  "&#47;", "&sol;", "&Tab;", HOLE, HOLE, HOLE,
];
const VALUES = [
  "", "", ".", "..", "/", "//", "\\", "evil.example", "evil.example/x", "//evil.example", "https://evil.example", "javascript:alert(1)",
  "@evil.example", ":", "80", "\t", "a", " ", "https:", "\ud800",
];
const PLACES = [
  { tag: "script", attribute: "src", kind: "code" }, { tag: "object", attribute: "data", kind: "code" },
  { tag: "iframe", attribute: "src", kind: "document" }, { tag: "a", attribute: "href", kind: "link" },
  { tag: "img", attribute: "src", kind: "link" }, { tag: "form", attribute: "action", kind: "link" },
] as const;
const SAFE: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:", "sms:", "about:"]);

/** The source as a browser's URL parser would begin to read it. */
const begun = (source: string): string =>
  source.replaceAll(/&#47;|&sol;/g, "/").replaceAll(/&Tab;|[\t\n]/g, "").replace(/^[ \f]+/, "");

function written(template: Template, values: readonly string[]): string | undefined {
  let html: string;
  try {
    html = renderToString(new Rendered(template, values));
  } catch {
    return undefined; // refused
  }
  const [element] = parseFragment(html).childNodes as Tree.Element[];
  return element!.attrs[0]?.value;
}

test("no value runs code, or leads to a site where the template has named one, or a path of this one", () => {
  const chance = new Chance(SEED);
  let rendered = 0;
  for (let n = 0; n < TEMPLATES; n++) {
    const source = Array.from({ length: 1 + chance.below(5) }, () => chance.one(PARTS));
    const { tag, attribute, kind } = chance.one(PLACES);
    const strings = [`<${tag} ${attribute}="`];
    for (const part of source) {
      if (part === HOLE) strings.push("");
      else strings[strings.length - 1] += part as string;
    }
    strings[strings.length - 1] += tag === "img" ? '">' : `"></${tag}>`;
    let template: Template;
    try {
      template = new Template(strings);
    } catch {
      continue; // refused
    }
    const text = source.map((part) => (part === HOLE ? "${}" : (part as string))).join("");
    const fixed = kind === "code" || (kind === "document" ? source[0] !== HOLE : /^\/(?![/\\])/.test(begun(text)));
    for (let round = 0; round < RENDERS; round++) {
      const values = template.holes.map(() => chance.one(VALUES));
      const url = written(template, values);
      if (url === undefined || !URL.canParse(url, PAGE)) continue;
      rendered++;
      const { protocol, hostname } = new URL(url, PAGE);
      if (template.holes.length > 0 && (!SAFE.has(protocol) || (fixed && hostname.includes("evil")))) {
        expect.fail(`<${tag} ${attribute}=${JSON.stringify(text)}> with ${JSON.stringify(values)} is ${JSON.stringify(url)}`);
      }
    }
  }
  expect(rendered).toBeGreaterThan(2 * RENDERS * 100);
});
