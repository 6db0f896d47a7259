import { describe, expect, test } from "vitest";
import { html, renderToString, trustedHtml, type Content, type Rendered } from "../html/index.js";
import { EventRef, JS } from "../js/index.js";
import { element } from "./element.js";
import { asyncResult, dynamicTag, flashGroup, focusWrap, formTag, intersperse, link, liveTitle, portal, toForm } from "./index.js";

const text = (content: Content): string => renderToString(html`<i>${content}</i>`).slice(3, -4);
const command = (value: unknown): string => JSON.stringify(value).replaceAll('"', "&quot;");
const HOSTILE = `"'><script>alert(1)</script>`;
const ESCAPED = "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;";

describe("link", () => {
  test("writes the attributes by which the client recognizes navigate and patch; href is plain", () => {
    expect(text(link({ navigate: "/posts?a=1&b", class: "x", inner: "Posts" })))
      .toBe('<a data-phx-link="redirect" data-phx-link-state="push" href="/posts?a=1&amp;b" class="x">Posts</a>');
    expect(text(link({ navigate: "/", replace: true, inner: html`<b>${"<"}</b>` })))
      .toBe('<a data-phx-link="redirect" data-phx-link-state="replace" href="/"><b>&lt;</b></a>');
    expect(text(link({ patch: "?page=2", inner: 2 }))).toBe('<a data-phx-link="patch" data-phx-link-state="push" href="?page=2">2</a>');
    expect(text(link({ patch: "/a", replace: true, inner: "" }))).toBe('<a data-phx-link="patch" data-phx-link-state="replace" href="/a"></a>');
    expect(text(link({ href: "https://x.example", rel: "nofollow", target: "_blank", inner: "x" })))
      .toBe('<a href="https://x.example" rel="nofollow" target="_blank">x</a>');
  });
  test("attributes come and go, and bindings are commands", () => {
    expect(text(link({ href: "/", class: undefined, hidden: true, "aria-current": false, "data-n": 0, "phx-click": JS.focus(), inner: "x" })))
      .toBe('<a href="/" hidden data-n="0" phx-click="[[&quot;focus&quot;,{}]]">x</a>');
    expect(() => text(link({ href: "/", "phx-click": "save" as never, inner: "x" }))).toThrow(/template_value_refused/);
  });
  test("post is a form with a button", () => {
    expect(text(link({ href: "/logout?a&b", method: "post", csrfToken: HOSTILE, class: "x", inner: "Log out" }))).toBe(
      `<form method="post" action="/logout?a&amp;b"><input type="hidden" name="_csrf_token" value="${ESCAPED}">` +
      '<button type="submit" class="x">Log out</button></form>');
  });
  test("hostile values are text", () => {
    expect(text(link({ navigate: `/${HOSTILE}`, title: HOSTILE, inner: HOSTILE })))
      .toBe(`<a data-phx-link="redirect" data-phx-link-state="push" href="/${ESCAPED}" title="${ESCAPED}">${ESCAPED}</a>`);
    expect(text(link({ href: "java\nscript:alert(1)", inner: "x" }))).toBe('<a href="about:invalid#blocked">x</a>');
  });
  test.each(["javascript:alert(1)", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil", "posts", "#a", ""])(
    "a live or posted destination stays here: %j", (to) => {
      expect(() => link({ navigate: to, inner: "x" })).toThrow(/redirect_refused/);
      expect(() => link({ patch: to, inner: "x" })).toThrow(/redirect_refused/);
      expect(() => link({ href: to, method: "post", csrfToken: "t", inner: "x" })).toThrow(/redirect_refused/);
    });
  test("refuses to be rendered without a destination", () => {
    expect(() => link({ inner: "x" } as never)).toThrow(/template_value_refused/);
    expect(() => link({ href: null, inner: "x" } as never)).toThrow(/template_value_refused/);
  });
  test("attributes that the component writes cannot be overridden", () => {
    expect(() => link({ href: "/", HREF: "javascript:x", inner: "x" } as never)).toThrow(/template_malformed/);
    expect(() => link({ navigate: "/", "data-phx-link": "patch", inner: "x" } as never)).toThrow(/template_malformed/);
    expect(() => link({ navigate: "/", "Data-Phx-Link-State": "x", inner: "x" } as never)).toThrow(/template_malformed/);
  });
});

test("every component takes a style, as an object or as text, and class lists", () => {
  const style = { color: "red", "--x": 1 };
  const data = toForm({ title: "" });
  for (const rendered of [
    link({ href: "/", style, class: ["a", { b: true }], inner: "x" }), link({ navigate: "/", style, class: ["a", { b: true }], inner: "x" }),
    formTag({ for: data, style, class: ["a", { b: true }], inner: "x" }), focusWrap({ id: "m", style, class: ["a", { b: true }], inner: "x" }),
    dynamicTag({ name: "p", attrs: { style, class: ["a", { b: true }] } }),
  ]) {
    expect(text(rendered)).toContain(' style="color: red; --x: 1" class="a b"');
  }
  expect(text(link({ href: "/", style: 'color: red; font-family: "Inter", serif', inner: "x" })))
    .toContain('style="color: red; font-family: &quot;Inter&quot;, serif"');
  expect(() => text(link({ href: "/", style: "background: url(//x)", inner: "x" }))).toThrow(/template_value_refused/);
});

describe("dynamicTag", () => {
  test("elements with and without content", () => {
    expect(text(dynamicTag({ name: "h2", attrs: { id: "a", hidden: false }, inner: "<" }))).toBe('<h2 id="a">&lt;</h2>');
    expect(text(dynamicTag({ name: "my-card", inner: html`<p></p>` }))).toBe("<my-card><p></p></my-card>");
    expect(text(dynamicTag({ name: "INPUT", attrs: { type: "text", value: HOSTILE } }))).toBe(`<input type="text" value="${ESCAPED}">`);
    expect(text(dynamicTag({ name: "p" }))).toBe("<p></p>");
    expect(text(dynamicTag({ name: "textarea", inner: "</textarea>" }))).toBe("<textarea>&lt;/textarea&gt;</textarea>");
  });
  test.each(["script", "SCRIPT", "Style", "iframe", "object", "embed", "base", "meta", "link", "template", "noscript", "plaintext", "title"])(
    "never <%s>", (name) => {
      expect(() => dynamicTag({ name: name as string, inner: "x" })).toThrow(/template_hole_forbidden/);
    });
  test.each(["", "p onclick=alert(1)", "p>", "p/", "1a", "-a", "a b", "a\nb", "a-", "sc\u0000ript", "ſcript", "p".repeat(40), "svg:a", "!--", "/p"])(
    "no name: %j", (name) => {
      expect(() => dynamicTag({ name: name as string })).toThrow(/template_malformed/);
    });
  test.each(["on click", "a=b", ">", "", '"', "a/b", "a\u0000", "data-phx-session", "é", "a".repeat(101)])("no attribute: %j", (name) => {
    expect(() => dynamicTag({ name: "p", attrs: { [name]: "x" } })).toThrow(/template_malformed/);
  });
  test.each(["onclick", "ONCLICK", "onfoo", "srcdoc", "http-equiv"])("no safe attribute: %s", (name) => {
    expect(() => dynamicTag({ name: "p", attrs: { [name]: "alert(1)" } })).toThrow(/template_hole_forbidden/);
  });
  test("values have the rules of their attribute", () => {
    expect(text(dynamicTag({ name: "a", attrs: { HREF: "javascript:alert(1)" }, inner: "x" }))).toBe('<a href="about:invalid#blocked">x</a>');
    expect(text(dynamicTag({ name: "img", attrs: { srcset: "/a 1x, javascript:b 2x" } }))).toBe('<img srcset="about:invalid#blocked">');
    expect(() => text(dynamicTag({ name: "p", attrs: { style: "background: url(x)" } }))).toThrow(/template_value_refused/);
    expect(() => text(dynamicTag({ name: "p", attrs: { "phx-click": "save" } }))).toThrow(/template_value_refused/);
    expect(() => text(dynamicTag({ name: "p", attrs: { title: {} as never } }))).toThrow(/template_value_refused/);
  });
  test("an element without content takes none", () => {
    expect(() => dynamicTag({ name: "br", inner: "x" })).toThrow(/template_malformed/);
  });
  test("the same shape is the same template, and shapes are bounded", () => {
    const one = dynamicTag({ name: "p", attrs: { id: "a" }, inner: "x" });
    expect(dynamicTag({ name: "p", attrs: { id: "b" }, inner: "y" }).template).toBe(one.template);
    expect(dynamicTag({ name: "p", attrs: { title: "b" }, inner: "y" }).template).not.toBe(one.template);
    expect(dynamicTag({ name: "div", attrs: { id: "b" }, inner: "y" }).template).not.toBe(one.template);
    for (let i = 0; i < 400; i++) dynamicTag({ name: "p", attrs: { [`data-${i}`]: 1 } });
    expect(dynamicTag({ name: "p", attrs: { id: "b" }, inner: "y" }).template).toBe(one.template);
    for (let i = 0; i < 400; i++) dynamicTag({ name: "p", attrs: { [`data-b${i}`]: 1 } });
    expect(dynamicTag({ name: "p", attrs: { id: "b" }, inner: "y" }).template).toBe(one.template);
    for (let i = 0; i < 1_100; i++) dynamicTag({ name: "p", attrs: { [`data-c${i}`]: 1 } });
    expect(dynamicTag({ name: "p", attrs: { id: "b" }, inner: "y" }).template).not.toBe(one.template);
  });
});

test("an element's names cannot be confused with those of another", () => {
  expect(text(element({ tag: "p", own: { a: 1 }, attrs: { b: 2 }, inner: "" }))).toBe('<p a="1" b="2"></p>');
  expect(text(element({ tag: "p", fixed: { c: "3" }, own: { a: 1 }, attrs: { b: 2 }, inner: "" }))).toBe('<p c="3" a="1" b="2"></p>');
});

describe("liveTitle", () => {
  test.each<[Parameters<typeof liveTitle>[0], string]>([
    [{ title: "A", prefix: "p ", suffix: " s", default: "d" }, '<title data-prefix="p " data-suffix=" s" data-default="d">p A s</title>'],
    [{ title: "A" }, "<title>A</title>"],
    [{ title: "  ", default: "d" }, '<title data-default="d">d</title>'],
    [{ title: undefined, default: "d", suffix: "!" }, '<title data-suffix="!" data-default="d">d!</title>'],
    [{ title: null }, "<title></title>"],
    [{ title: `</title>${HOSTILE}`, prefix: HOSTILE },
      `<title data-prefix="${ESCAPED}">${ESCAPED}&lt;/title&gt;${ESCAPED}</title>`],
  ])("%j", (props, expected) => {
    expect(text(liveTitle(props))).toBe(expected);
  });
});

describe("flashGroup", () => {
  test("without messages is an empty live region", () => {
    expect(text(flashGroup({ flash: {} }))).toBe('<div id="flash" aria-live="polite"></div>');
    expect(text(flashGroup({ flash: { info: "" } }))).not.toContain("alert");
  });
  test("a message goes away by a click", () => {
    const rendered = text(flashGroup({ flash: { error: HOSTILE }, id: "f", class: "top", closeLabel: "zu" }));
    expect(rendered).toContain('<div id="f" aria-live="polite" class="top">');
    expect(rendered).toContain(
      `<div id="f-error" role="alert" data-kind="error" phx-click="${command([["push", { event: "lv:clear-flash", value: { key: "error" } }], ["hide", {}]])}">`);
    expect(rendered).toContain(`<p>${ESCAPED}</p>`);
    expect(rendered).toContain('aria-label="zu"');
    expect(rendered).not.toContain("f-info");
    expect(text(flashGroup({ flash: { info: "a", error: "b" } }))).toMatch(/flash-info.*flash-error/s);
  });
  test("an info's click clears the info", () => {
    expect(text(flashGroup({ flash: { info: "a" } }))).toContain(command({ key: "info" }));
  });
  test("a success and a warning are shown, and each click clears its own kind", () => {
    const rendered = text(flashGroup({ flash: { success: "Saved", warning: "Twice" } }));
    for (const kind of ["success", "warning"]) expect(rendered).toMatch(new RegExp(`id="flash-${kind}".*${command({ key: kind })}`, "s"));
    expect(rendered).toMatch(/<p>Saved<\/p>.*<p>Twice<\/p>/s);
  });
  test("connection errors are hidden until the client shows them", () => {
    const rendered = text(flashGroup({ flash: {}, disconnected: "gone", crashed: html`<b>oh</b>` }));
    expect(rendered).toContain('id="flash-disconnected" role="alert" data-kind="error" phx-disconnected=');
    expect(rendered).toMatch(/phx-client-error \[id=\\&quot;flash-disconnected\\&quot;\]/);
    expect(rendered).toMatch(/phx-server-error \[id=\\&quot;flash-crashed\\&quot;\]/);
    expect(rendered).toMatch(/hidden>gone<\/div>/);
    expect(rendered).toMatch(/hidden><b>oh<\/b><\/div>/);
  });
});

test("focusWrap has the hook, and an end on either side", () => {
  expect(text(focusWrap({ id: "m", class: "x", inner: html`<p>${HOSTILE}</p>` }))).toBe(
    '<div id="m" phx-hook="Phoenix.FocusWrap" class="x"><div id="m-start" tabindex="0" aria-hidden="true"></div>' +
    `<p>${ESCAPED}</p><div id="m-end" tabindex="0" aria-hidden="true"></div></div>`);
  expect(text(focusWrap({ id: HOSTILE, inner: "" }))).not.toContain("<script>");
  expect(() => focusWrap({ id: "m", "phx-hook": "Other", inner: "" })).toThrow(/template_malformed/);
});

describe("portal", () => {
  test("a template with one element that has an id", () => {
    expect(text(portal({ id: "tip", target: "body", inner: html`<p>${HOSTILE}</p>` })))
      .toBe(`<template id="tip" data-phx-portal="body"><div id="_lv_portal_wrap_tip"><p>${ESCAPED}</p></div></template>`);
    expect(text(portal({ id: "tip", target: HOSTILE, container: "span", class: "x", inner: "a" })))
      .toBe(`<template id="tip" data-phx-portal="${ESCAPED}"><span id="_lv_portal_wrap_tip" class="x">a</span></template>`);
  });
  test("not in an element that cannot be", () => {
    expect(() => portal({ id: "tip", target: "body", container: "script" as string, inner: "x" })).toThrow(/template_hole_forbidden/);
  });
});

describe("asyncResult", () => {
  const slots = {
    loading: html`<i>…</i>`, failed: (reason: unknown) => `no: ${reason instanceof Error ? reason.message : String(reason)}`,
    ok: (name: string): Rendered => html`<b>${name}</b>`,
  };
  const pending = { ok: false, result: undefined } as const;
  test.each<[string, Parameters<typeof asyncResult<string>>[0], string]>([
    ["loading", { ...pending, loading: true, failed: undefined }, "<i>…</i>"],
    ["not begun", { ...pending, loading: false, failed: undefined }, "<i>…</i>"],
    ["failed", { ...pending, loading: false, failed: new Error("x") }, "no: x"],
    ["failed for a reason that is falsy", { ...pending, loading: false, failed: 0 }, "no: 0"],
    ["failed, and loading again", { ...pending, loading: true, failed: new Error("x") }, "<i>…</i>"],
    ["ok", { ok: true, result: HOSTILE, loading: false, failed: undefined }, `<b>${ESCAPED}</b>`],
    ["ok, loading again", { ok: true, result: "a", loading: true, failed: undefined }, "<b>a</b>"],
    ["ok, then failed", { ok: true, result: "a", loading: false, failed: new Error("x") }, "<b>a</b>"],
  ])("%s", (_name, result, expected) => {
    expect(text(asyncResult(result, slots))).toBe(expected);
  });
  test("slots that are not functions, and a loading that is one", () => {
    const result = { ...pending, loading: false, failed: "x" };
    expect(text(asyncResult(result, { ...slots, failed: "sorry" }))).toBe("sorry");
    expect(text(asyncResult({ ...result, failed: undefined }, { ...slots, loading: () => "wait" }))).toBe("wait");
  });
});

test("intersperse puts a separator between, never at the ends", () => {
  const list = (items: Iterable<string>): string => text(intersperse(items, trustedHtml("<hr>"), (item, index) => html`<b>${index}${item}</b>`));
  expect(list([])).toBe("");
  expect(list(["a"])).toBe("<b>0a</b>");
  expect(list(new Set(["a", "<"]))).toBe("<b>0a</b><hr><b>1&lt;</b>");
  expect(text(intersperse([1, 2], "<", (n) => n))).toBe("1&lt;2");
});

test("a click on a live link is written as commands, since the client runs nothing else there", () => {
  const save = new EventRef("save", undefined, { id: 7 });
  const push = command([["push", { event: "save~id=7" }]]);
  expect(text(link({ patch: "?page=2", "phx-click": save, inner: "x" }))).toContain(`phx-click="${push}"`);
  expect(text(link({ patch: "?page=2", "phx-click": JS.push(save), inner: "x" }))).toContain(`phx-click="${push}"`);
  expect(text(link({ navigate: "/", "phx-click": JS.hide(), inner: "x" }))).toContain(`phx-click="${command([["hide", {}]])}"`);
  expect(text(link({ navigate: "/", "phx-click": undefined, inner: "x" }))).not.toContain("phx-click");
  expect(() => text(link({ navigate: "/", "phx-click": save as never, inner: "x" }))).toThrow(/"save"[^]*template_value_refused[^]*return navigate/);
});

test("an event reference of a component stays one in attributes", () => {
  expect(text(link({ href: "/", "phx-click": new EventRef("save", 2), inner: "x" })))
    .toContain(`phx-click="${command([["push", { event: "save", target: 2 }]])}"`);
});
