import { aria, roles } from "aria-query";
import { htmlElementAttributes } from "html-element-attributes";
import { expect, test } from "vitest";
import { ARIA_ATTRIBUTES, REQUIRED, ROLES } from "./aria-names.js";
import { attributesOf, HTML_ELEMENTS } from "./html-names.js";

const GLOBAL = attributesOf("p");
const table = new Map(Object.entries(htmlElementAttributes));

/** What html-element-attributes has and the standard lists as obsolete or other engines' own, by element. */
const OBSOLETE = /^(?:a (?:charset|coords|name|rev|shape)|area (?:hreflang|nohref|type)|body .*|br clear|caption align|col(?:group)? (?:align|char|charoff|valign|width)|(?:dir|dl|menu|ul) compact|(?:div|h\d|legend|p) align|form accept|head profile|hr .*|html (?:manifest|version)|iframe (?:align|allowpaymentrequest|allowusermedia|frameborder|longdesc|margin\w+|scrolling)|img (?:align|border|hspace|longdesc|name|vspace)|input (?:align|ismap|usemap)|label form|li type|link (?:charset|rev|target)|meta scheme|object (?:align|archive|border|classid|codebase|codetype|declare|hspace|standby|typemustmatch|usemap|vspace)|ol compact|pre width|script (?:charset|language)|style type|table .*|t(?:body|foot|head|r) .*|t[dh] (?:abbr|align|axis|bgcolor|char|charoff|height|nowrap|scope|valign|width)|ul type)$/;
/** Elements that are obsolete. */
const GONE = new Set(["applet", "basefont", "dir", "font", "frame", "frameset", "isindex", "param"]);

test("the attributes of HTML are those of html-element-attributes without the obsolete ones", () => {
  const missing = [...table].filter(([tag]) => tag !== "*" && !GONE.has(tag)).flatMap(([tag, names]) =>
    names.filter((name) => !attributesOf(tag).has(name)).map((name) => `${tag} ${name}`));
  expect(missing.filter((each) => !OBSOLETE.test(each))).toEqual([]);
  expect(htmlElementAttributes["*"]!.filter((name) => !GLOBAL.has(name))).toEqual([]);
});

test("and no others, but those that the package does not know", () => {
  const more = HTML_ELEMENTS.flatMap((tag) => [...attributesOf(tag)].filter((name) => !GLOBAL.has(name) && !table.get(tag)?.includes(name)).map((name) => `${tag} ${name}`));
  expect(more.toSorted()).toEqual([
    "audio controlslist", "audio disableremoteplayback", "form rel", "img integrity", "input capture", "input webkitdirectory", "meta property",
    "video controlslist", "video disablepictureinpicture", "video disableremoteplayback",
  ]);
  expect([...GLOBAL].filter((name) => !htmlElementAttributes["*"]!.includes(name))).toEqual(["role"]);
});

test("each element that html-element-attributes knows is one, but the obsolete", () => {
  expect([...table.keys()].filter((tag) => tag !== "*" && !GONE.has(tag) && !HTML_ELEMENTS.includes(tag))).toEqual([]);
});

test("roles are those of aria-query that are not abstract", () => {
  const known = [...roles.entries()].filter(([, { abstract }]) => !abstract).map(([name]) => String(name));
  expect(known.filter((name) => !ROLES.has(name))).toEqual([]);
  expect([...ROLES].filter((name) => !known.includes(name))).toEqual(["image"]);
});

test("a role's required attributes are those of aria-query, except those with a default", () => {
  for (const [role, required] of REQUIRED) {
    const known = Object.keys(roles.get(role as never)!.requiredProps);
    expect(role === "combobox" ? known.filter((name) => name !== "aria-controls") : known, role).toEqual(required);
  }
  const others = [...roles.entries()].filter(([name, role]) => Object.keys(role.requiredProps).length > 0 && !REQUIRED.has(String(name)));
  expect(others.map(([name]) => name)).toEqual(["option", "treeitem"]);
});

test("attributes of ARIA and their words are those of aria-query", () => {
  for (const [name, { type, values, allowundefined }] of aria.entries()) {
    const words = type === "boolean" ? [true, false] : type === "tristate" ? [true, false, "mixed", "undefined"] : values;
    const known = words === undefined ? undefined : new Set([...words.map(String), ...(allowundefined === true ? ["undefined"] : [])]);
    expect(ARIA_ATTRIBUTES.has(name), name).toBe(true);
    expect(ARIA_ATTRIBUTES.get(name), name).toEqual(known);
  }
  const more = [...ARIA_ATTRIBUTES.keys()].filter((name) => !aria.has(name as never));
  expect(more).toEqual(["aria-colindextext", "aria-rowindextext"]);
});
