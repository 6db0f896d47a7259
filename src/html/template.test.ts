import { describe, expect, test } from "vitest";
import { EventRef } from "../js/index.js";
import { controlsDisabledIn, html, isDisabled, renderToString, spread, Template, type Content, type Rendered } from "./index.js";

const text = (rendered: Rendered): string => renderToString(rendered);
const on = new EventRef("save");

describe("every hole knows its place", () => {
  test("in text, RCDATA, attributes and spreads", () => {
    const { template } = html`${1}<FORM id="f-${2}"><textarea>${3}</textarea><button phx-click=${on} data-js-x=${on} data-y="a${4}" ${spread({})}>${5}</button></FORM>`;
    expect(template.holes.map(({ place }) => place)).toEqual([
      { context: "text", element: undefined, elementIndex: -1, attribute: undefined, binding: false, command: false },
      { context: "attribute", element: "form", elementIndex: 0, attribute: "id", binding: false, command: false },
      { context: "rcdata", element: "textarea", elementIndex: 1, attribute: undefined, binding: false, command: false },
      { context: "attribute", element: "button", elementIndex: 2, attribute: "phx-click", binding: true, command: false },
      { context: "attribute", element: "button", elementIndex: 2, attribute: "data-js-x", binding: true, command: true },
      { context: "attribute", element: "button", elementIndex: 2, attribute: "data-y", binding: false, command: false },
      { context: "spread", element: "button", elementIndex: 2, attribute: undefined, binding: false, command: false },
      { context: "text", element: "button", elementIndex: 2, attribute: undefined, binding: false, command: false },
    ]);
    expect(template.holes.map(({ content }) => content)).toEqual([true, false, false, false, false, false, false, true]);
  });
  test("elements say what belongs to them", () => {
    const { template } = html`<form><input name="a" type=${"text"} id='x-${1}' readonly phx-target="&quot;#a&quot;"></form>`;
    const [form, input] = template.elements;
    expect(form).toMatchObject({ index: 0, tag: "form", parent: -1, spreads: [] });
    expect(input).toMatchObject({ index: 1, tag: "input", parent: 0 });
    expect(Object.fromEntries(input!.attributes)).toEqual({
      name: { name: "name", value: "a", parts: ["a"], holes: [], quoted: false }, type: { name: "type", value: undefined, parts: ["", ""], holes: [0], quoted: false },
      id: { name: "id", value: undefined, parts: ["x-", ""], holes: [1], quoted: true }, readonly: { name: "readonly", value: "", parts: [""], holes: [], quoted: false },
      "phx-target": { name: "phx-target", value: '"#a"', parts: ['"#a"'], holes: [], quoted: false },
    });
  });
  test("bindings that the template writes itself are known", () => {
    const { template } = html`<p><b phx-click="inc" phx-target="#a"></b><i data-js-x='[["hide",{}]]' phx-keydown=${on}></i></p>`;
    expect(template.bindings).toEqual([
      { element: "b", elementIndex: 1, attribute: "phx-click", value: "inc", excerpt: expect.stringContaining('<b phx-click="inc"') as string },
      { element: "i", elementIndex: 2, attribute: "data-js-x", value: '[["hide",{}]]', excerpt: expect.any(String) as string },
    ]);
  });
});

describe("whether an element is disabled", () => {
  const at = ({ template, values }: Rendered, tag: string): boolean =>
    isDisabled(template, values, template.elements.findIndex((element) => element.tag === tag));
  const button = (disabled: boolean | undefined): Rendered => html`<button disabled=${disabled}></button>`;
  test.each<[boolean, string, Rendered]>([
    [true, "button", html`<button disabled></button>`], [true, "button", button(true)], [false, "button", button(false)], [false, "button", button(undefined)],
    [true, "button", html`<button ${spread({ disabled: true })}></button>`],
    [false, "button", html`<button ${spread({ disabled: false })}></button>`], [false, "div", html`<div disabled></div>`],
    [true, "input", html`<fieldset disabled=${true}><div><input></div></fieldset>`], [false, "input", html`<fieldset disabled=${false}><input></fieldset>`],
    [false, "div", html`<fieldset disabled><div></div></fieldset>`],
    [false, "input", html`<fieldset disabled><legend><input></legend></fieldset>`],
    [true, "input", html`<fieldset disabled><legend></legend><legend><input></legend></fieldset>`],
    [true, "input", html`<fieldset disabled><fieldset><legend><input></legend></fieldset></fieldset>`],
  ])("%s: %s of %s", (expected, tag, rendered) => {
    expect(at(rendered, tag)).toBe(expected);
  });
  test("continues into the template in a hole", () => {
    const outer = html`<fieldset disabled=${true}><p>${html`<input>`}</p></fieldset>${html`<input>`}`;
    const inner = outer.values[1] as Rendered;
    const within = (hole: number): boolean => controlsDisabledIn(outer.template, outer.values, outer.template.holes[hole]!.place.elementIndex);
    expect(isDisabled(inner.template, inner.values, 0, within(1))).toBe(true);
    expect(isDisabled(inner.template, inner.values, 0, within(2))).toBe(false);
  });
});

describe("errors say where", () => {
  test("an error in a template names its file and line, and marks the hole", () => {
    expect(() => html`<p>one</p><a href="java${1}">two ${2}</a>`).toThrow(
      /got: {6}<p>one<\/p><a href="java«\$\{…\}»">two \$\{…\}<\/a>\n {2}at: .*\/template\.test\.ts:\d+:\d+\n {2}fix:/);
  });
  test("an error in a value names the template's first call, and never shows the value's content", () => {
    class Secret {
      readonly password = "hunter2";
    }
    const bad = (): string => text(html`<p title=${1}>${new Secret() as unknown as Content}</p>`);
    expect(bad).toThrow(/got: {6}a Secret, in <p title=\$\{…\}>«\$\{…\}»<\/p>\n {2}at: .*template\.test\.ts:\d+/);
    expect(bad).not.toThrow(/hunter2/);
  });
  test.each<[unknown, string]>([
    [{ a: 1, b: 2 }, "an object with the keys a, b"], [{}, "an object without keys"], [Object.create(null), "an object without keys"],
    [Promise.resolve(), "a Promise"], [new Error("x"), "an Error"], [() => 1, "a function"], [Symbol("x"), "a symbol"],
    [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, "an object with the keys a, b, c, d, e, …"],
  ])("a person understands %s", (value, words) => {
    expect(() => text(html`<p>${value as Content}</p>`)).toThrow(`${words}, in`);
  });
  test("excerpts are short, however long the template is", () => {
    const long = "x".repeat(10_000);
    expect(() => new Template([`<p>${long}`, `${long}`])).toThrow(/^.{0,80}\n.{0,140}\n/);
  });
});

test("a template may be made of strings, and then it is the same as a literal", () => {
  const made = new Template(["<p title=", ">", "</p>"]);
  const { template } = html`<p title=${1}>${2}</p>`;
  expect(made.statics).toEqual(template.statics);
  expect(made.root).toBe(true);
  expect(() => new Template(["<p data-phx-x=", "></p>"])).toThrow(/template_hole_forbidden/);
  expect(new Template(["<p data-phx-x=", "></p>"], { framework: true }).holes).toHaveLength(1);
});

test.each([
  ["<p></p>", true], [" <!-- a --> <p></p> ", true], ["<p></p><p></p>", false], ["a <p></p>", false], ["<!doctype html><p></p>", false],
])("%s is one root element: %s", (text, root) => {
  expect(new Template([text]).root).toBe(root);
});
