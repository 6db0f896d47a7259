import { parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import { EventRef, JS } from "../js/index.js";
import { html, keyed, renderToString, spread, trustedHtml, type Content, type Rendered } from "./index.js";

const text = (rendered: Rendered): string => renderToString(rendered);

describe("text", () => {
  test.each<[unknown, string]>([
    ["<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"], [0, "0"], [1n, "1"], [NaN, "NaN"], ["", ""],
    [false, ""], [true, ""], [null, ""], [undefined, ""],
  ])("%s", (value, expected) => {
    expect(text(html`<p>${value as Content}</p>`)).toBe(`<p>${expected}</p>`);
  });
  test("nested templates, arrays and keyed lists", () => {
    expect(text(html`<p>${html`<b>${"<"}</b>`}${["a", html`<i></i>`]}${keyed([1, 2], (n) => n, (n) => html`<u>${n}</u>`)}</p>`))
      .toBe("<p><b>&lt;</b>a<i></i><u>1</u><u>2</u></p>");
  });
  test("only trustedHtml is not escaped", () => {
    expect(text(html`<p>${trustedHtml("<b>")}</p>`)).toBe("<p><b></p>");
  });
  test("textarea and title hold text, and nothing but text", () => {
    expect(text(html`<textarea>${"</textarea><script>"}</textarea>`)).toBe("<textarea>&lt;/textarea&gt;&lt;script&gt;</textarea>");
    expect(() => text(html`<title>${html`<b></b>`}</title>`)).toThrow(/template_value_refused/);
  });
  test("a textarea keeps the newline with which its text begins", () => {
    const shown = (rendered: Rendered): string | undefined => {
      const document = parseFragment(text(rendered));
      const [area] = document.childNodes;
      return area !== undefined && "childNodes" in area ? area.childNodes.map((node) => ("value" in node ? node.value : "")).join("") : undefined;
    };
    for (const value of ["\nx", "\n\nx", "\n", "x\n", "", "x"]) {
      expect(shown(html`<textarea>${value}</textarea>`)).toBe(value);
      expect(shown(html`<textarea id=${"a"} rows="2"\n>${value}</textarea>`)).toBe(value);
      expect(shown(html`<textarea>\n${value}</textarea>`)).toBe(value);
      expect(shown(html`<textarea>a>${value}</textarea>`)).toBe(`a>${value}`);
      expect(shown(html`<textarea>${"a"}${value}</textarea>`)).toBe(`a${value}`);
    }
    expect(shown(html`<textarea>${"\r\nx"}</textarea>`)).toBe("\nx");
  });
  test.each<[unknown, RegExp]>([
    [Promise.resolve(), /await it in mount/], [() => "", /call it/], [new Set(["a"]), /\[\.\.\.items\]/], [{ map() {} }, /stream\.map/],
    [{ render() {} }, /liveRender/], [new Date(0), /toISOString/], [{ a: 1 }, /name the property/],
  ])("what to write instead of %s", (value, hint) => {
    expect(() => text(html`<p>${value as Content}</p>`)).toThrow(hint);
  });
  test("a list in an attribute that takes text", () => {
    expect(() => text(html`<p title=${["a", "b"]}></p>`)).toThrow(/join\(" "\)/);
  });
  test("an object is refused with its kind, never its content", () => {
    const secret = { password: "hunter2" } as unknown as Content;
    expect(() => text(html`<p>${secret}</p>`)).toThrow(/an object with the key password/);
    expect(() => text(html`<p>${secret}</p>`)).not.toThrow(/hunter2/);
    expect(() => text(html`<p>${new Date(0) as unknown as Content}</p>`)).toThrow(/a Date.*toISOString/s);
    expect(() => text(html`<p>${new URLSearchParams() as unknown as Content}</p>`)).toThrow(/a URLSearchParams.*String\(url\)/s);
  });
});

describe("attributes", () => {
  test("come and go with their value", () => {
    expect(text(html`<input value=${"a\"b"} disabled=${true} hidden=${false} title=${null}>`)).toBe('<input value="a&quot;b" disabled>');
  });
  test("what a screen reader or the browser reads as a word is written as one", () => {
    expect(text(html`<button aria-busy=${true} aria-pressed=${true} aria-expanded=${false}>x</button>`))
      .toBe('<button aria-busy="true" aria-pressed="true" aria-expanded="false">x</button>');
    expect(text(html`<li ${spread({ "aria-selected": false, "draggable": true })}>x</li>`)).toBe('<li aria-selected="false" draggable="true">x</li>');
    expect(text(html`<p aria-current=${false} aria-label=${false} aria-expanded=${undefined} data-on=${true}>x</p>`)).toBe("<p data-on>x</p>");
  });
  test("quoted ones stay", () => {
    expect(text(html`<p class="a ${false} ${"b"}"></p>`)).toBe('<p class="a  b"></p>');
  });
  test.each<[string, string]>([
    ["/posts", "/posts"], ["https://x.y/?a=1&b", "https://x.y/?a=1&amp;b"], ["mailto:a@b", "mailto:a@b"], ["#top", "#top"],
    ["javascript:alert(1)", "about:invalid#blocked"], ["JaVa\tScRiPt:alert(1)", "about:invalid#blocked"],
    ["\u0001 javascript:alert(1)", "about:invalid#blocked"], ["data:text/html,x", "about:invalid#blocked"],
    ["java\nscript:alert(1)", "about:invalid#blocked"], ["vbscript:x", "about:invalid#blocked"],
  ])("href=%j", (url, expected) => {
    expect(text(html`<a href=${url}>x</a>`)).toBe(`<a href="${expected}">x</a>`);
    expect(text(html`<a href="${url}">x</a>`)).toBe(`<a href="${expected}">x</a>`);
  });
  test("after a URL's beginning a value is one component", () => {
    expect(text(html`<a href="/a/${"../b?c"}?q=${"x&y=z"}">x</a>`)).toBe('<a href="/a/..%2Fb%3Fc?q=x%26y%3Dz">x</a>');
  });
  test("srcset is checked candidate by candidate", () => {
    expect(text(html`<img srcset=${"/a 1x, javascript:b 2x"}>`)).toBe('<img srcset="about:invalid#blocked">');
  });
  test("style takes plain values", () => {
    expect(text(html`<p style="width: ${50}%"></p>`)).toBe('<p style="width: 50%"></p>');
    for (const css of ["url(x)", "red; background: x", "}", "expression('x')"]) {
      expect(() => text(html`<p style="color: ${css}"></p>`)).toThrow(/template_value_refused/);
    }
  });
  test("bindings take event references and commands, never strings", () => {
    const on = new EventRef("save");
    expect(text(html`<b phx-click=${on}></b>`)).toBe('<b phx-click="save"></b>');
    expect(text(html`<b phx-click=${JS.push(on)}></b>`)).toBe('<b phx-click="[[&quot;push&quot;,{&quot;event&quot;:&quot;save&quot;}]]"></b>');
    expect(text(html`<b phx-click=${false}></b>`)).toBe("<b></b>");
    expect(() => text(html`<b phx-click=${"save"}></b>`)).toThrow(/event reference/);
    expect(() => text(html`<b phx-keydown="${"[]"}"></b>`)).toThrow(/event reference/);
  });
});

describe("holes that do not compile", () => {
  const v = "x";
  test.each<[string, () => Rendered]>([
    ["in script", () => html`<script>${v}</script>`],
    ["behind a script that a slash seems to close", () => html`<script src="/a.js"/>${v}</script>`],
    ["behind a style that a slash seems to close", () => html`<style/>${v}`],
    ["in style", () => html`<style>${v}</style>`],
    ["in a comment", () => html`<!-- ${v} -->`],
    ["as a tag", () => html`<${v}></p>`],
    ["in a tag's name", () => html`<p${v}></p>`],
        ["in an attribute's name", () => html`<p a${v}="1"></p>`],
    ["in on…", () => html`<p onclick=${v}></p>`],
    ["in ON…", () => html`<p ONCLICK="a(${v})"></p>`],
    ["in srcdoc", () => html`<iframe srcdoc=${v}></iframe>`],
    ["in iframe", () => html`<iframe>${v}</iframe>`],
    ["unquoted", () => html`<p class=a${v}></p>`],
    ["where a scheme could grow", () => html`<a href="java${v}">x</a>`],
    ["where a scheme could be finished", () => html`<a href="${v}:alert(1)">x</a>`],
    ["in a URL that runs code", () => html`<a href="javascript:go('/${v}')">x</a>`],
    ["where SMIL's scheme could grow", () => html`<animate to="java${v}"></animate>`],
    ["where a candidate's scheme could grow", () => html`<img srcset="/a 1x, java${v} 2x">`],
    ["in a URL of a style", () => html`<p style="background: url(${v})"></p>`],
    ["in an image of a style", () => html`<p style="background: image-set( /a/${v} 1x)"></p>`],
    ["two where a scheme could be", () => html`<a href="${v}${v}">x</a>`],
  ])("%s", (_where, template) => {
    expect(template).toThrow(/template_hole_forbidden/);
  });
});

describe("templates that are not HTML", () => {
  test.each<[string, () => Rendered]>([
    ["left open", () => html`<p>`], ["closed twice", () => html`</p>`], ["crossed", () => html`<b><i></b></i>`],
    ["ends in a tag", () => html`<p class="`], ["ends in a comment", () => html`<!-- `], ["a lone <", () => html`a < b`],
    ["text behind a whole attribute", () => html`<p class=${"a"}b></p>`],
  ])("%s", (_what, template) => {
    expect(template).toThrow(/template_malformed/);
  });
  test("html is a tag, not a function of text", () => {
    expect(() => html(["<p>"] as never)).toThrow(/template_not_tagged/);
  });
});

describe("one root element lets the client skip it", () => {
  test.each<[boolean, Rendered]>([
    [true, html`<p></p>`], [true, html`
      <p>${1}</p>
    `], [true, html`<input value=${1}>`], [false, html`<p></p><p></p>`], [false, html`a<p></p>`], [false, html`${1}`],
  ])("%s", (root, { template }) => {
    expect(template.root).toBe(root);
  });
});

describe("a template whose values are all text and numbers", () => {
  test.each(["", "a", `<b title="x">'&`, "漢字", 0, -0, 1.5, NaN, 1e21])("writes %j as it does beside a value that is neither", (value) => {
    const alone = renderToString(html`<li title=${value} data-at="at ${value}">${value}</li>`);
    const beside = renderToString(html`<li title=${value} data-at="at ${value}">${value}</li>${null}`);
    expect(alone).toBe(beside);
    expect(alone).toMatch(/^<li title="[^"]*" data-at="at [^"]*">[^<]*<\/li>$/);
  });
});
