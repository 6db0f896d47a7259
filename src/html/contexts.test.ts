import { describe, expect, test } from "vitest";
import { EventRef, JS } from "../js/index.js";
import { html, renderToString, spread, type Rendered } from "./index.js";

const text = (rendered: Rendered): string => renderToString(rendered);
const v = "x";
const on = new EventRef("save");

describe("attributes that have no holes", () => {
  test.each<[string, RegExp, () => Rendered]>([
    ["<base href>", /every relative URL/, () => html`<base href=${v}>`],
    ["<meta content> of a refresh", /<meta>/, () => html`<meta http-equiv="refresh" content="0; url=${v}">`],
    ["<meta content> before its http-equiv", /<meta>/, () => html`<meta content=${v} http-equiv="Content-Security-Policy">`],
    ["http-equiv", /http-equiv/, () => html`<meta http-equiv=${v} content="x">`],
    ["ping", /ping/, () => html`<a href="/" ping=${v}>x</a>`],
    ["data-phx-*", /belongs to the client/, () => html`<p data-phx-session=${v}></p>`],
    ["phx-hook", /chooses the code/, () => html`<p id="a" phx-hook=${v}></p>`],
    ["what an animation changes", /attributeName/, () => html`<svg><set attributeName=${v} to="x"/></svg>`],
    ["a part of an event's name", /whole value/, () => html`<b phx-click="${on}-twice">x</b>`],
    ["an event behind a space", /whole value/, () => html`<b phx-window-keydown=" ${on}">x</b>`],
    ["two events", /whole value/, () => html`<b phx-click="${on}${on}">x</b>`],
    ["commands behind text", /whole value/, () => html`<b data-js-close="x${JS.hide()}">x</b>`],
  ])("%s", (_name, message, template) => {
    expect(template).toThrow(/template_hole_forbidden/);
    expect(template).toThrow(message);
  });
  test("other <meta> may have content", () => {
    expect(text(html`<meta name="description" content=${"a; b"}>`)).toBe('<meta name="description" content="a; b">');
  });
});

describe("URLs from which code is loaded", () => {
  test.each<[string, (url: string) => Rendered]>([
    ["script", (url) => html`<script src=${url}></script>`], ["SVG's script", (url) => html`<svg><script xlink:href=${url}/></svg>`],
    ["stylesheet", (url) => html`<link rel="stylesheet" href=${url}>`], ["module", (url) => html`<link rel="modulepreload icon" href=${url}>`],
    ["a link without rel", (url) => html`<link href=${url}>`], ["a link whose rel is a hole", (url) => html`<link rel=${"icon"} href=${url}>`],
    ["object", (url) => html`<object data=${url}></object>`], ["embed", (url) => html`<embed src=${url}>`],
  ])("%s takes paths of this application", (_name, template) => {
    expect(text(template("/app.js?v=1"))).toContain('"/app.js?v=1"');
    for (const url of ["https://evil.example/x.js", "//evil.example/x.js", "/\\evil.example", "data:text/javascript,1", "app.js", ""]) {
      expect(() => text(template(url))).toThrow(/a path of this application/);
    }
  });
  test("after a fixed beginning a hole is one segment", () => {
    expect(text(html`<script src="https://cdn.example/lib@${"1.0/../x"}/a.js"></script>`)).toContain("lib@1.0%2F..%2Fx/a.js");
    expect(() => html`<script src="https://${v}.example/a.js"></script>`).toThrow(/change the site/);
    expect(() => html`<script src="${v}/a.js"></script>`).toThrow(/only a part/);
    for (const segment of ["", ".", ".."]) {
      expect(() => text(html`<script src="/${segment}/a.js"></script>`)).toThrow(/a file's name/);
    }
  });
  test("white space that a browser removes hides no site", () => {
    expect(() => html`<script src=" //${v}/a.js"></script>`).toThrow(/change the site/);
    expect(() => html`<script src="\n//${v}/a.js"></script>`).toThrow(/change the site/);
    expect(() => html`<script src="/\t/${v}/a.js"></script>`).toThrow(/change the site/);
    expect(() => html`<iframe src=" //${v}"></iframe>`).toThrow(/change the site/);
    expect(() => html`<a href=" ${v}">x</a>`).toThrow(/change the URL's scheme/);
    expect(text(html`<script src=" /js/${"a.js"}"></script>`)).toBe('<script src=" /js/a.js"></script>');
  });
  test("links that load nothing are like any other", () => {
    expect(text(html`<link rel="canonical" href=${"https://other.example/a"}>`)).toContain("https://other.example/a");
    expect(text(html`<link rel="icon" href=${"javascript:1"}>`)).toContain("about:invalid#blocked");
  });
});

describe("URLs that are loaded as documents", () => {
  test("a frame takes http, https and relative URLs", () => {
    expect(text(html`<iframe src=${"https://x.example/embed/1"}></iframe>`)).toContain("https://x.example/embed/1");
    expect(text(html`<iframe src="https://x.example/embed/${"a/b"}"></iframe>`)).toContain("/embed/a%2Fb");
    expect(text(html`<iframe src=${"mailto:a@b"}></iframe>`)).toContain("about:invalid#blocked");
    expect(text(html`<iframe src=${"data:text/html,x"}></iframe>`)).toContain("about:invalid#blocked");
    expect(() => html`<iframe src="https://${v}"></iframe>`).toThrow(/change the site/);
  });
});

describe("a path whose first segment is a hole", () => {
  const led = (rendered: Rendered): string => new URL(/(?:href|src)="([^"]*)"/.exec(text(rendered))![1]!, "https://app.example/a/b").href;

  test.each<[string, (first: string, second: string) => Rendered]>([
    ["a link", (first, second) => html`<a href="/${first}/${second}">x</a>`],
    ["a frame", (first, second) => html`<iframe src="/${first}/${second}"></iframe>`],
    ["an image", (first, second) => html`<img src="/${first}/${second}" alt="">`],
    ["a link behind white space", (first, second) => html`<a href=" /${first}\t/${second}">x</a>`],
  ])("%s stays on the site when the segment is empty", (_name, template) => {
    expect(led(template("de", "evil.example"))).toBe("https://app.example/de/evil.example");
    for (const nothing of ["", ".", "..", "/", "\\"]) expect(new URL(led(template(nothing, "evil.example"))).origin).toBe("https://app.example");
    expect(led(template("", "evil.example"))).toBe("https://app.example/evil.example");
  });
  test("alone it may be empty: the path is the root", () => {
    expect(text(html`<a href="/${""}">x</a>`)).toBe('<a href="/">x</a>');
    expect(text(html`<a href="/${""}?page=${1}">x</a>`)).toBe('<a href="/?page=1">x</a>');
    expect(text(html`<a href="/${""}${"posts"}">x</a>`)).toBe('<a href="/posts">x</a>');
  });
  test("two holes are no segment before another one, since both may be empty", () => {
    expect(() => html`<a href="/${v}${v}/posts">x</a>`).toThrow(/what follows is another site/);
    expect(() => html`<a href="/${v}${v}\\posts">x</a>`).toThrow(/what follows is another site/);
  });
});

describe("animations", () => {
  test("of a link are lists of URLs", () => {
    expect(text(html`<svg><animate attributeName="href" values=${"/a;javascript:alert(1)"}/></svg>`)).toContain("about:invalid#blocked");
    expect(text(html`<svg><set attributeName="xlink:href" to=${"java\tscript:alert(1)"}/></svg>`)).toContain("about:invalid#blocked");
    expect(text(html`<svg><animate attributeName="href" values="/a;${"javascript:alert(1)"}"/></svg>`)).toContain("about:invalid#blocked");
  });
  test("of anything else are text, and so are such names on other elements", () => {
    expect(text(html`<svg><animate attributeName="r" values=${"1;2"} to=${"a:b"}/></svg>`)).toContain('values="1;2" to="a:b"');
    expect(text(html`<x-range from=${"a:b"} data=${"c:d"}></x-range>`)).toBe('<x-range from="a:b" data="c:d"></x-range>');
  });
});

describe("an attribute that is true wherever it is there", () => {
  test.each([
    () => html`<button disabled="${false}">x</button>`, () => html`<input type="checkbox" checked='${v}'>`, () => html`<details open="is-${v}"></details>`,
  ])("has no hole within its quotes: it could not be left out", (template) => {
    expect(template).toThrow(/within the quotes of \w+.*leave the quotes out.*(?:disabled|checked|open)=\$\{…\}/s);
  });
  test("has one without them, and an element of the application's own has what it likes", () => {
    expect([false, true].map((value) => text(html`<button disabled=${value}>x</button>`))).toEqual(["<button>x</button>", "<button disabled>x</button>"]);
    expect(text(html`<x-dialog open="${"left"}"></x-dialog>`)).toBe('<x-dialog open="left"></x-dialog>');
  });
});

describe("URLs", () => {
  test.each<[string, () => Rendered]>([
    ["a character reference where a scheme could be", () => html`<a href="javascript&colon;//${v}">x</a>`],
    ["two at the beginning", () => html`<a href="${v}${v}/x">x</a>`],
    ["two with text behind the first", () => html`<a href="${v}script:${v}">x</a>`],
    ["in a descriptor's place with a scheme", () => html`<img srcset="java${v} 2x">`],
  ])("%s", (_name, template) => {
    expect(template).toThrow(/template_hole_forbidden/);
  });
  test("candidates of a srcset", () => {
    expect(text(html`<img srcset="/a.png ${480}w, /b/${"c/d"}.png 2x">`)).toBe('<img srcset="/a.png 480w, /b/c%2Fd.png 2x">');
    expect(() => text(html`<img srcset="/a.png ${"1x, javascript:b"}">`)).toThrow(/width or density/);
    expect(text(html`<img srcset="${"/a 1x, javascript:b"} 2x">`)).toContain("about:invalid#blocked");
  });
});

describe("what the client reads", () => {
  test("a misspelt attribute is refused with the nearest name", () => {
    expect(() => html`<b phx-clik="save"></b>`).toThrow(/write phx-click/);
    expect(() => html`<b phx-chnage=${on}></b>`).toThrow(/write phx-change/);
    expect(() => html`<b phx-windowkeydown=${on}></b>`).toThrow(/write phx-window-keydown/);
    expect(() => spread({ "phx-submti": on } as Record<string, EventRef>)).toThrow(/phx-submit/);
    expect(() => spread({ "phx-value-userId": 1 } as Record<string, number>)).toThrow(/arrives as "userid"[^]*phx-value-user-id/);
  });
  test("an attribute of an earlier client is refused with what does its work today", () => {
    expect(() => html`<ul phx-page-loading></ul>`).toThrow(/write JS\.push\(on\.event, \{ pageLoading: true \}\)/);
    expect(() => html`<p phx-feedback-for="a"></p>`).toThrow(/empty until the field was used/);
    expect(() => html`<p phx-capture-click=${on}></p>`).toThrow(/write phx-click-away/);
  });
  test("a value at which the client throws, or which it silently ignores, is refused with what to write", () => {
    for (const [template, fix] of [
      [html`<ul id="a" phx-viewport-overrun-target=${"#above"}></ul>`, /write phx-viewport-overrun-target="above"/],
      [html`<p phx-drop-target=${"#pictures"}></p>`, /write phx-drop-target="pictures"/],
      [html`<input phx-debounce=${"1s"}>`, /a number of milliseconds.*write phx-debounce="300"/s],
      [html`<input phx-debounce=${"blurr"}>`, /write phx-debounce="blur"/],
      [html`<input phx-throttle=${-1}>`, /a number of milliseconds/],
      [html`<input phx-throttle=${"blur"}>`, /a number of milliseconds/],
      [html`<ul id="a" phx-update=${"append"}></ul>`, /ignore, replace, stream/],
      [html`<form phx-trigger-action=${"false"}></form>`, /phx-trigger-action=\$\{true\}/],
      [html`<b phx-key=${"Esc"}></b>`, /write phx-key="Escape"/],
      [html`<b phx-key=${"ctrl+S"}></b>`, /combinations need a client hook/],
      [html`<b ${spread({ "phx-debounce": "fast" })}></b>`, /a number of milliseconds/],
    ] as const) expect(() => text(template)).toThrow(fix);
  });
  test("what the client understands of them is written unchanged", () => {
    expect(text(html`<input phx-debounce=${300} phx-throttle=${"0"} phx-key=${" "} phx-drop-target=${"phx-Ab_1"} phx-trigger-action=${true}>`))
      .toBe('<input phx-debounce="300" phx-throttle="0" phx-key=" " phx-drop-target="phx-Ab_1" phx-trigger-action>');
    expect(text(html`<form id=${"a"} phx-update=${undefined} phx-trigger-action=${false} phx-debounce=${true}></form>`)).toBe('<form id="a" phx-debounce></form>');
    for (const key of ["Escape", "a", "+", "F2", "ArrowUp", "é"]) expect(text(html`<b phx-key=${key}></b>`)).toContain(`phx-key="${key}"`);
  });
  test("capitals in phx-value-* are refused: a browser makes them small", () => {
    expect(() => html`<b phx-value-columnId=${1}></b>`).toThrow(/write phx-value-column-id/);
    expect(text(html`<b phx-value-column-id=${1}></b>`)).toBe('<b phx-value-column-id="1"></b>');
  });
  test("all bindings take commands only", () => {
    expect(text(html`<b id="b" phx-viewport-top=${on} phx-progress=${on} phx-window-focus=${on} phx-auto-recover=${on}></b>`)).toContain('progress="save"');
    for (const template of [
      () => html`<b id="b" phx-viewport-top=${"save"}></b>`, () => html`<b phx-progress=${"save"}></b>`, () => html`<b phx-window-blur="${"save"}"></b>`,
    ]) expect(() => text(template())).toThrow(/event reference/);
  });
  test("between tags they are refused, with the template and its place: types do not know where a value stands", () => {
    const written = expect(() => text(html`<p>${on}</p>`));
    written.toThrow(/template_value_refused.*an EventRef, in <p>«\$\{…\}»<\/p>\n  at: +\S+contexts\.test\.ts:\d+:\d+\n.*phx-click=/s);
    expect(() => text(html`<p>${JS.hide()}</p>`)).toThrow(/template_value_refused/);
  });
  test("commands may stand in data-*, and only commands in data-js-*", () => {
    expect(text(html`<b data-on-drop=${on} data-js-close=${JS.hide()}></b>`)).toBe('<b data-on-drop="save" data-js-close="[[&quot;hide&quot;,{}]]"></b>');
    expect(text(html`<b data-title=${"[[1]]"}></b>`)).toContain("data-title");
    expect(() => text(html`<b data-js-close=${'[["exec",{}]]'}></b>`)).toThrow(/event reference/);
    expect(() => text(html`<b title=${on}></b>`)).toThrow(/phx-click=\$\{on.save\}/);
    expect(JSON.parse(JS.exec("data-js-close", { to: "#a" }).encode())).toEqual([["exec", { attr: "data-js-close", to: "#a" }]]);
    expect(() => JS.setAttribute("data-js-close", "[]")).toThrow(/template_value_refused/);
    expect(() => JS.exec("data-close" as "data-js-close")).toThrow(/call it data-js-close/);
  });
  test("a hook, a stream, an ignored element and one that listens to scrolling need an id", () => {
    expect(() => html`<p phx-hook="Map"></p>`).toThrow(/phx-hook has no id/);
    expect(() => html`<ul phx-viewport-top=${on}></ul>`).toThrow(/phx-viewport-top has no id/);
    expect(() => html`<ul phx-viewport-bottom=${on}></ul>`).toThrow(/phx-viewport-bottom has no id/);
    expect(() => html`<ul phx-update="stream"></ul>`).toThrow(/phx-update="stream" has no id/);
    expect(() => html`<p phx-update="ignore"></p>`).toThrow(/has no id/);
    expect(() => text(html`<p id=${""} phx-hook="Map"></p>`)).toThrow(/an id, because the element has phx-hook/);
    expect(() => text(html`<p id=${undefined} phx-hook="Map"></p>`)).toThrow(/an id/);
    expect(text(html`<p id=${"a"} phx-hook="Map"></p>`)).toBe('<p id="a" phx-hook="Map"></p>');
  });
  test("a field's name cannot collide with the client's", () => {
    expect(() => text(html`<input name=${"attributes"}>`)).toThrow(/toForm\(data, \{ as/);
    expect(() => text(html`<input id=${"nodeName"}>`)).toThrow(/template_value_refused/);
    expect(text(html`<input name=${"post[attributes]"}><p id=${"attributes"}></p>`)).toContain('id="attributes"');
  });
});

describe("spread", () => {
  test("writes attributes as each would be written", () => {
    expect(text(html`<input ${spread({ type: "text", value: '"<', required: true, hidden: false, title: null, class: ["a", { b: true }], style: { width: "5px" }, "phx-blur": on })}>`))
      .toBe('<input type="text" value="&quot;&lt;" required class="a b" style="width: 5px" phx-blur="save">');
    expect(text(html`<a ${spread({ href: "javascript:alert(1)" })} class="x">x</a>`)).toBe('<a href="about:invalid#blocked" class="x">x</a>');
    expect(text(html`<p ${undefined} ></p>`)).toBe("<p ></p>");
    expect(text(html`<p ${false}></p>`)).toBe("<p></p>");
  });
  test("is one slot", () => {
    const { template } = html`<p id="a" ${spread({ title: "x", lang: "de" })}>${v}</p>`;
    expect(template.statics).toEqual(['<p id="a"', ">", "</p>"]);
  });
  test.each<[string, RegExp, () => string]>([
    ["what the template has", /out of the template/, () => text(html`<p title="a" ${spread({ TITLE: "b" })}></p>`)],
    ["on…", /onclick/, () => text(html`<p ${spread({ onclick: "a()" } as Record<string, string>)}></p>`)],
    ["srcdoc", /srcdoc/, () => text(html`<iframe ${spread({ srcdoc: "x" })}></iframe>`)],
    ["a binding that is text", /event reference/, () => text(html`<p ${spread({ "phx-click": "save" } as Record<string, string>)}></p>`)],
    ["a hook", /phx-hook/, () => text(html`<p id="a" ${spread({ "phx-hook": "Map" } as Record<string, string>)}></p>`)],
    ["a string", /title=\$\{post.title\}/, () => text(html`<p ${v}></p>`)],
    ["an object", /spread\(\{/, () => text(html`<p ${{ hidden: true } as never}></p>`)],
  ])("not %s", (_name, message, render) => {
    expect(render).toThrow(/template_value_refused/);
    expect(render).toThrow(message);
  });
  test.each(["a b", "a=b", ">", "", "é"])("not the name %j", (name) => {
    expect(() => spread({ [name]: "x" })).toThrow(/template_malformed/);
  });
  test("one name in two cases is refused", () => {
    expect(() => spread({ title: "a", TITLE: "b" })).toThrow(/spread twice/);
  });
  test("its rules are its element's", () => {
    expect(() => text(html`<script ${spread({ src: "https://evil.example/" })}></script>`)).toThrow(/a path of this application/);
    expect(() => text(html`<base ${spread({ href: "/" })}>`)).toThrow(/template_value_refused/);
  });
});
