import { describe, expect, test } from "vitest";
import { html, renderToString, Template, trustedHtml, type Content, type Rendered } from "./index.js";
import { leastCpuTime } from "../../test/support/cpu.js";

const text = (rendered: Rendered): string => renderToString(rendered);
const v = "x";

describe("where an element's text ends, as in a browser", () => {
  test.each<[string, () => Rendered]>([
    ["white space", () => html`<textarea>x</textarea ><a href="java${v}">x</a>`],
    ["a line break", () => html`<textarea>x</textarea
><p onclick=${v}></p>`],
    ["another case", () => html`<title>x</TITLE><p onclick=${v}></p>`],
    ["a script", () => html`<script>x</script	><p onclick=${v}></p>`],
  ])("the end tag with %s", (_name, template) => {
    expect(template).toThrow(/template_hole_forbidden/);
  });
  test("a name that only begins like the element's is text", () => {
    expect(() => html`<div><script>"</scripty>"</script>${v}</div>`).not.toThrow();
    expect(() => html`<div><script>"</scripty>"${v}</script></div>`).toThrow(/template_hole_forbidden/);
  });
  test("a slash in an end tag is refused", () => {
    expect(() => html`<title>x</title/>`).toThrow(/template_malformed/);
  });
  test("what looks like a tag in <title> or <textarea> must be written as text", () => {
    expect(() => html`<title><b></title>`).toThrow(/write &lt;/);
    expect(text(html`<title>1 < 2 ${v}</title>`)).toBe("<title>1 < 2 x</title>");
  });
  test("a script may hold anything but the beginning of a comment", () => {
    expect(() => html`<body><script>for (let i=0;i<n;i++) "<b>"</script></body>`).not.toThrow();
    expect(() => html`<body><script><!-- <script> </script></body>`).toThrow(/x3C!--/);
  });
});

describe("foreign content", () => {
  test("what is text in HTML is markup in <svg> and <math>", () => {
    expect(() => html`<svg><title><a onclick=${v}></a></title></svg>`).toThrow(/template_hole_forbidden/);
    expect(() => html`<svg><textarea><a href="java${v}"></a></textarea></svg>`).toThrow(/template_hole_forbidden/);
    expect(text(html`<svg><title>${"<"}</title></svg>`)).toBe("<svg><title>&lt;</title></svg>");
  });
  test("its code takes no holes either", () => {
    expect(() => html`<svg><style>${v}</style></svg>`).toThrow(/template_hole_forbidden/);
    expect(() => html`<svg><script>${v}</script></svg>`).toThrow(/template_hole_forbidden/);
    expect(() => html`<svg><script><g>${v}</g></script></svg>`).toThrow(/template_malformed/);
  });
  test("a slash closes an element there", () => {
    expect(text(html`<svg><path d=${v}/><g/></svg>`)).toBe('<svg><path d="x"/><g/></svg>');
    expect(text(html`<circle r=${1} />`)).toBe('<circle r="1" />');
    expect(text(html`<math><mspace/></math>`)).toBe("<math><mspace/></math>");
  });
  test("HTML begins again at integration points", () => {
    expect(() => html`<svg><foreignObject><div>${v}</div><textarea>${v}</textarea></foreignObject></svg>`).not.toThrow();
    expect(() => html`<svg><foreignObject><p/></foreignObject></svg>`).toThrow(/template_malformed/);
    expect(() => html`<math><mtext><p>${v}</p></mtext></math>`).not.toThrow();
    expect(() => html`<math><annotation-xml encoding="text/html"><p></p></annotation-xml></math>`).not.toThrow();
    expect(() => html`<math><annotation-xml><p></p></annotation-xml></math>`).toThrow(/ends the <math>/);
  });
  test("an <svg> whose parent is in another template may be MathML, where <desc> holds no HTML: what is text in one is no tag in the other", () => {
    const inner = [
      (): unknown => html`<svg><desc><iframe><p title='</iframe><b id="'${v}"></b></desc></svg>`,
      (): unknown => html`<math><mi><iframe><p title='</iframe><b id="'${v}"></b></mi></math>`,
      (): unknown => html`<math><annotation-xml encoding="text/html"><iframe><p title='</iframe><b id="'${v}"></b></annotation-xml></math>`,
      (): unknown => html`<button><svg><foreignObject><textarea><b title='</textarea><b id="'${v}"></b></foreignObject></svg></button>`,
    ];
    for (const make of inner) expect(make).toThrow(/template_malformed/);
    // A <div> is HTML wherever it stands, so what it holds is known.
    expect(() => html`<div><svg><desc><iframe><p title='</iframe><b id="'${v}"></b></desc></svg></div>`).not.toThrow();
    expect(() => html`<svg><title>${v}</title><desc><iframe src="/a"></iframe></desc><foreignObject><textarea>${v}</textarea></foreignObject></svg>`).not.toThrow();
  });
  test("HTML that would end it is refused", () => {
    expect(() => html`<svg><foreignObject><td></td></foreignObject></svg>`).toThrow(/<td> ends the <svg>.*whole <table>/s);
    expect(() => html`<svg><foreignObject><table><tr><td>${v}</td></tr></table></foreignObject></svg>`).not.toThrow();
    expect(() => html`<svg><div></div></svg>`).toThrow(/<div> ends the <svg>.*foreignObject/s);
    expect(() => html`<svg><font color="red"></font></svg>`).toThrow(/template_malformed/);
    expect(() => html`<svg><font></font></svg>`).not.toThrow();
  });
});

describe("what a browser would repair is refused", () => {
  test.each<[string, RegExp, () => Rendered]>([
    ["an element that only seems closed", /<div><\/div>/, () => html`<div/>`],
    ["the same before an end tag", /<li><\/li>/, () => html`<ul><li/></ul>`],
    ["an attribute twice", /twice/, () => html`<p class="a" class=${v}></p>`],
    ["an attribute twice, in another case", /twice/, () => html`<p id="a" ID="b"></p>`],
    ["two spreads", /spread\(\{ \.\.\./, () => html`<p ${undefined} ${undefined}></p>`],
    ["a bogus comment", /ends at the first/, () => html`<!x>`],
    ["a processing instruction", /&lt;\?/, () => html`<?xml version="1.0"?>`],
    ["an end tag without a name", /is not a tag/, () => html`</>`],
    ["CDATA", /CDATA/, () => html`<svg><![CDATA[x]]></svg>`],
    ["attributes in an end tag", /start tag/, () => html`<p></p class="x">`],
    ["a quote in a name", /spaces between attributes/, () => html`<p a"b></p>`],
    ["a quote in an unquoted value", /quotes around/, () => html`<p a=b"c></p>`],
    ["a value in braces", /class=\$\{…\}/, () => html`<p class={name}></p>`],
    ["an attribute of HEEx", /:if=\$\{…\}.*quotes/, () => html`<p :if={@name}></p>`],
    ["an event's name where commands run", /phx-mounted=\$\{on\.save\}/, () => html`<p phx-mounted="seen"></p>`],
    ["a tag in a tag", /close the first/, () => html`<p<b></b>`],
    ["<plaintext>", /rest of the page/, () => html`<plaintext></plaintext>`],
    ["<textarea> in <select>", /put it outside/, () => html`<select><textarea></textarea></select>`],
    ["a tag in an attribute in <noscript>", /&lt;/, () => html`<noscript><p title="</noscript>"></p></noscript>`],
    ["U+0000", /U\+0000/, () => html`<p>\u0000</p>`],
  ])("%s", (_name, message, template) => {
    expect(template).toThrow(/template_malformed/);
    expect(template).toThrow(message);
  });
  test("comments end where a browser ends them", () => {
    expect(text(html`<p><!--> -->${v}</p>`)).toBe("<p><!--> -->x</p>");
    expect(text(html`<p><!-- a --!>${v}</p>`)).toBe("<p><!-- a --!>x</p>");
    expect(() => html`<p><!-- a -- > ${v} --></p>`).toThrow(/template_hole_forbidden/);
  });
});

describe("what the client's own parser must find", () => {
  test.each<[string, Rendered, string]>([
    ["an unquoted id", html`<p class="a" id=x></p>`, '<p class="a" id="x"></p>'],
    ["an id behind a line break", html`<p
      id="x" class="a"></p>`, '<p id="x" class="a"></p>'],
    ["an id in capitals, with spaces", html`<p  ID = 'x'></p>`, '<p id="x"></p>'],
    ["an id with a hole", html`<p
      id='x-${1}'></p>`, '<p id="x-1"></p>'],
    ["an id with a quote in it", html`<p id='"'></p>`, '<p id="&quot;"></p>'],
    ["an id behind an attribute without a space", html`<p a="b"id="x"></p>`, '<p a="b" id="x"></p>'],
    ["an id behind a spaced value", html`<p title = "a > b" id="x"></p>`, '<p title="a > b" id="x"></p>'],
    ["an element behind a comment", html`<!-- two
      lines --><p id="x"></p>`, '<p id="x"></p>'],
  ])("%s", (_name, rendered, expected) => {
    expect(text(rendered)).toBe(expected);
  });
});

test.each<[string, (count: number) => string[]]>([
  ["characters", (count) => ['<p class="a" title=x>a &amp; <!-- c --><svg><path d="M0 0"/></svg><textarea>a</textarea></p>\n'.repeat(count)]],
  ["holes between tags", (count) => Array.from({ length: count }, (_, i) => (i === 0 ? "<p>" : i === count - 1 ? "</p>" : " "))],
  ["holes in a style", (count) => ['<p style="', ...Array.from({ length: count }, () => "; width: "), '"></p>']],
  ["attributes", (count) => [`<p ${Array.from({ length: count }, (_, i) => `a${i}=x`).join(" ")}></p>`]],
  ["elements in elements", (count) => ["<b>".repeat(count) + "</b>".repeat(count)]],
  ["open parentheses in a style", (count) => [`<p style="${"url(".repeat(count)})"></p>`]],
  ["line breaks at the ends", (count) => [`${" \n".repeat(count)}x${" \n".repeat(count)}y`]],
])("scanning is linear in the number of %s", (_name, strings) => {
  const cost = (count: number): number => {
    const parts = strings(count);
    return 1_000 + leastCpuTime(3, () => {
      for (let i = 0; i < 10; i++) new Template(parts);
    });
  };
  cost(500);
  // Linear would be 8 times as much, quadratic 64 times.
  expect(cost(8_000) / cost(1_000)).toBeLessThan(40);
});

test.each<[string, (count: number) => string, () => Rendered]>([
  ["text", (count) => "<&\"'x".repeat(count), () => html`<p title=${0}>${1}</p>`],
  ["a URL", (count) => "\t/a?b=c:".repeat(count), () => html`<a href=${0} title=${1}>x</a>`],
  ["a srcset", (count) => " /a 1x,".repeat(count), () => html`<img srcset=${0} alt=${1}>`],
  ["a style", (count) => "color: red; width: calc(1px);".repeat(count), () => html`<p style=${0} title=${1}></p>`],
  ["a style of open parentheses", (count) => `width: ${"(".repeat(count)}${")".repeat(count)}`, () => html`<p style=${0} title=${1}></p>`],
  ["a URL's component", (count) => "é/".repeat(count), () => html`<a href="/${0}" title=${1}>x</a>`],
])("writing %s is linear in its length", (_name, value, template) => {
  const { template: { holes } } = template();
  const cost = (count: number): number => {
    const long = value(count);
    return 1_000 + leastCpuTime(3, () => {
      for (let i = 0; i < 10; i++) for (const hole of holes) hole.encode(long);
    });
  };
  cost(500);
  expect(cost(16_000) / cost(2_000)).toBeLessThan(40);
});

test("content of any kind stays content", () => {
  const content: Content = ["a", trustedHtml("<b>"), 1, null];
  expect(text(html`<p>${content}</p>`)).toBe("<p>a<b>1</p>");
});
