import { describe, expect, test } from "vitest";
import { classes, html, renderToString, spread, styles, type Rendered } from "./index.js";

const text = (rendered: Rendered): string => renderToString(rendered);
const style = (value: string): string => text(html`<p style=${value}></p>`);

describe("style as an object", () => {
  test("writes declarations, in either spelling", () => {
    expect(text(html`<p style=${styles({ color: "red", "--x": 1, fontFamily: '"Inter", sans-serif', "line-height": 1.5, WebkitMaskSize: "1px" })}></p>`))
      .toBe('<p style="color: red; --x: 1; font-family: &quot;Inter&quot;, sans-serif; line-height: 1.5; -webkit-mask-size: 1px"></p>');
  });
  test("leaves out what is false, null or undefined, and itself when nothing is left", () => {
    expect(text(html`<p style=${styles({ color: false, width: null, height: undefined, margin: 0 })}></p>`)).toBe('<p style="margin: 0"></p>');
    expect(text(html`<p style=${styles({ color: false })}></p>`)).toBe("<p></p>");
    expect(text(html`<p style="${styles({ color: "red" })}"></p>`)).toBe('<p style="color: red"></p>');
  });
  test.each<[string, Record<string, unknown>]>([
    ["a property that is none", { "color: red; x": "y" }], ["a true value", { color: true }], ["a list", { color: ["red"] }],
    ["an object", { color: {} }], ["a second declaration", { color: "red; background: blue" }],
  ])("refuses %s", (_name, object) => {
    expect(() => text(html`<p style=${styles(object as { color: string })}></p>`)).toThrow(/template_value_refused/);
  });
  test("names the property", () => {
    expect(() => text(html`<p style=${styles({ backgroundImage: "url(x)" })}></p>`)).toThrow(/in the style property background-image/);
  });
});

describe("style as text", () => {
  test.each([
    "color: red", "color: red; width: 5px;", 'font-family: "Inter", \'Noto Sans\', sans-serif', "--gap: 2px; --Size:3", "",
    "color: red !important", "width: calc(100% - (2 * var(--gap)))", 'content: "a; b: c (d"', "grid-area: a / b", "transform: translate(-50%, 0) rotate(3deg)",
    "grid-template-columns: [full-start] 1fr [full-end]", "background: linear-gradient(45deg, #fff 0%, rgb(0 0 0 / 50%))",
  ])("%s", (css) => {
    expect(style(css)).toBe(`<p style="${css.replaceAll('"', "&quot;").replaceAll("'", "&#39;")}"></p>`);
  });
  test.each([
    "color", ": red", "color: url(x)", "color: URL(x)", "background: image-set('x' 1x)", "background: -webkit-image-set(var(--x))",
    "background: src(var(--x))", "content: 'a", 'content: "a\\" ; color: red', "color: red}", "color: {", "width: calc(1px", "width: 1px)",
    "color: red; @import x", "color: /* red", "color: a\\62 c", "content: 'a\nb'", "color: expression(alert(1))", "color: r&d", "a b: c",
  ])("refuses %j", (css) => {
    expect(() => style(css)).toThrow(/template_value_refused/);
  });
});

describe("holes in a style", () => {
  test("are values, words or quoted text by their place", () => {
    expect(text(html`<p style="width: ${5}px; color: #${"fff"}; font-family: '${"Noto (Sans); x"}', serif; margin: ${1}px ${2}px"></p>`))
      .toBe('<p style="width: 5px; color: #fff; font-family: \'Noto (Sans); x\', serif; margin: 1px 2px"></p>');
    expect(text(html`<p style="width: calc(${1}px + var(--${"gap"})); ${"color: red"}"></p>`))
      .toBe('<p style="width: calc(1px + var(--gap)); color: red"></p>');
  });
  test.each<[string, () => string]>([
    ["a quote in quotes", () => text(html`<p style="font-family: '${"x', url(y), '"}'"></p>`)],
    ["a backslash in quotes", () => text(html`<p style="font-family: '${"\\"}'"></p>`)],
    ["the end of url(", () => text(html`<p style="background: ur${"l(//evil)"}"></p>`)],
    ["a parenthesis behind a word", () => text(html`<p style="color: a${"(b)"}"></p>`)],
    ["an open parenthesis", () => text(html`<p style="width: ${"calc(1px"}; color: red)"></p>`)],
    ["a comment", () => text(html`<p style="color: ${"/*"}; width: 1px"></p>`)],
    ["declarations in a value's place", () => text(html`<p style="color: ${"red; width: 1px"}"></p>`)],
  ])("refuse %s", (_name, render) => {
    expect(render).toThrow(/template_value_refused/);
  });
  test.each<[string, () => Rendered]>([
    ["side by side", () => html`<p style="background: ${"ur"}${"l(x)"}"></p>`],
    ["as a function's name", () => html`<p style="background: ${"url"}(/a)"></p>`],
    ["as a part of a function's name", () => html`<p style="background: ${"u"}rl (/a)"></p>`],
    ["in a URL", () => html`<p style="background: url( '/a/${"b"}')"></p>`],
    ["behind a backslash", () => html`<p style="background: u\\72l(${"b"})"></p>`],
    ["behind a character reference", () => html`<p style="background: u&#114;l(${"b"})"></p>`],
    ["behind a comment", () => html`<p style="/* ' */ background: url(${"b"})"></p>`],
    // CSS reads each of them as a line break, which ends a string: the hole is no longer in quotes.
    ["behind a line break in quotes", () => html`<p style="font-family: '\n${"x; background: url(//evil)"}'"></p>`],
    ["behind a carriage return in quotes", () => html`<p style="font-family: '\r${"x; background: url(//evil)"}'"></p>`],
    ["behind a form feed in quotes", () => html`<p style="font-family: '\f${"x; background: url(//evil)"}'"></p>`],
  ])("do not stand %s", (_name, template) => {
    expect(template).toThrow(/template_hole_forbidden/);
  });
});

describe("class", () => {
  test("takes lists and objects", () => {
    expect(text(html`<p class=${classes("a", false, ["c", { d: true, e: false, f: undefined }], null)}></p>`)).toBe('<p class="a c d"></p>');
    expect(text(html`<p class="x ${classes("a", { b: true })}"></p>`)).toBe('<p class="x a b"></p>');
    expect(text(html`<p class=${classes({ a: false })}></p>`)).toBe("<p></p>");
    expect(text(html`<p class=${classes({ '"><b': true })}></p>`)).toBe('<p class="&quot;&gt;&lt;b"></p>');
  });
  test("takes the object itself where the attribute has a name", () => {
    expect(text(html`<p ${spread({ class: ["a", { b: true }], style: { color: "red" } })}></p>`)).toBe('<p class="a b" style="color: red"></p>');
  });
  test("is not allowed between tags", () => {
    expect(() => text(html`<p>${classes("a")}</p>`)).toThrow(/rendered between tags.*style\.test\.ts:\d+/s);
    expect(() => text(html`<p>${styles({ color: "red" })}</p>`)).toThrow(/rendered between tags.*style\.test\.ts:\d+/s);
  });
  test("takes no other object", () => {
    expect(() => text(html`<p class=${new Map() as never}></p>`)).toThrow(/a Map/);
    expect(() => text(html`<p class=${[() => ""] as never}></p>`)).toThrow(/a function/);
  });
});
