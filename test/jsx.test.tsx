/** @jsxImportSource holdfast */
// TSX beside its twin: what is written in JSX renders, escapes, diffs and refuses as what is written with html`…`.
import { parseFragment, type DefaultTreeAdapterTypes as Parsed } from "parse5";
import {
  classes, createEndpoint, html, JS, keyed, liveComponent, liveSession, liveView, renderToString, stream, styles, type Content, type Rendered, type TemplateValue,
} from "holdfast";
import { jsx, jsxs, literal } from "holdfast/jsx-runtime";
import { jsxDEV } from "holdfast/jsx-dev-runtime";
import { openBrowser } from "holdfast/testing";
import { describe, expect, it, test } from "vitest";
import { Tree } from "../dist/diff/index.js";
import { Rendered as BuiltRendered, Template } from "../dist/html/index.js";
import { Chance } from "./support/chance.js";
import { copy, newClient, nobody, withoutMarks } from "./support/rendered.js";

const user = '<b>"Ann" & \'Bo\'</b>';
const Price = ({ amount, children }: { amount: number; children?: Content }): Rendered => <b class="price">{amount}{children}</b>;
const Words = ({ children }: { children: string }): string => children.toUpperCase();

test.each<[string, Rendered, Rendered]>([
  ["text, numbers and nothing", <p>Hello {user}{1}{null}{false}{undefined}{0}</p>, html`<p>Hello ${user}${1}${null}${false}${undefined}${0}</p>`],
  ["attributes that come and go", <input name="a" value={user} disabled={true} hidden={false} />, html`<input name=${"a"} value=${user} disabled=${true} hidden=${false}>`],
  ["classes and styles", <p class={["a", { b: true, c: false }]} style={{ color: "red", "--x": user.length }} />,
    html`<p class=${classes(["a", { b: true, c: false }])} style=${styles({ color: "red", "--x": user.length })}></p>`],
  ["URLs", <a href={"javascript:alert(1)"}>{user}</a>, html`<a href=${"javascript:alert(1)"}>${user}</a>`],
  ["srcset", <img src="/a.png" srcset={"/a 1x, javascript:x 2x"} alt="" />, html`<img src=${"/a.png"} srcset=${"/a 1x, javascript:x 2x"} alt=${""}>`],
  ["fragments", <>{user}<br /><i>x</i></>, html`${user}${html`<br>`}${html`<i>${"x"}</i>`}`],
  ["functions as components", <div><Price amount={12}> €</Price><Words>loud</Words></div>, html`<div>${html`<b class=${"price"}>${12}${" €"}</b>`}${"LOUD"}</div>`],
  ["lists", <ul>{["a", user].map((name) => <li>{name}</li>)}{[1, 2]}</ul>, html`<ul>${["a", user].map((name) => html`<li>${name}</li>`)}${[1, 2]}</ul>`],
  ["keyed lists", <ul>{keyed(["a", "b"], (name) => name, (name) => <li>{name}</li>)}</ul>, html`<ul>${keyed(["a", "b"], (name) => name, (name) => html`<li>${name}</li>`)}</ul>`],
  ["text in <textarea>", <textarea name="x">{"</textarea><script>"}</textarea>, html`<textarea name=${"x"}>${"</textarea><script>"}</textarea>`],
  ["commands", <button type="button" phx-click={JS.hide({ to: "#a" })} data-js-x={JS.show()}>x</button>,
    html`<button type=${"button"} phx-click=${JS.hide({ to: "#a" })} data-js-x=${JS.show()}>${"x"}</button>`],
  ["SVG", <svg viewBox="0 0 1 1"><a href="/x"><title>{user}</title></a><linearGradient id="g"><stop offset="0" /></linearGradient></svg>,
    html`<svg viewBox=${"0 0 1 1"}><a href=${"/x"}><title>${user}</title></a><linearGradient id=${"g"}><stop offset=${"0"}></stop></linearGradient></svg>`],
  ["literals", <div id="c" phx-hook={literal`Chart`} title={literal`a "b" <c>`} />, html`<div id=${"c"} phx-hook="Chart" title="a &quot;b&quot; &lt;c&gt;"></div>`],
  ["custom elements", <my-card rank={1}>{user}</my-card>, html`<my-card rank=${1}>${user}</my-card>`],
  ["html in TSX and TSX in html", <p>{html`<i>${user}</i>`}</p>, html`<p>${<i>{user}</i>}</p>`],
])("%s: the same HTML", (_name, tsx, twin) => {
  expect(renderToString(tsx)).toBe(renderToString(twin));
});

// ---- random pages, with what attackers write ----

const HOSTILE = [
  "</textarea><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onclick='alert(1)", "javascript:alert(1)", "java\tscript:alert(1)",
  "//evil.example/x", "--><script>", "</svg><script>alert(1)</script>", "</style>", "&lt;b&gt;", "&#106;avascript:alert(1)", "url(//evil.example)",
  "x; background: url(//evil.example)", "`x`", "a b=c", "<!--", "{{x}}", "/a 1x, javascript:alert(1) 2x", "é\u2028", "\\", "&", "<", ">", "=", "",
];
const TAGS = ["p", "div", "a", "ul", "li", "section", "label", "button", "img", "input", "textarea", "x-card"];
const ATTRIBUTES = ["class", "title", "href", "src", "style", "data-x", "aria-label", "value", "srcset", "phx-value-id", "alt", "action", "phx-click", "poster"];
const EMPTY = new Set(["img", "input"]);

interface Spec { tag: string; attributes: [string, TemplateValue][]; children: (Spec | string)[] }

function randomSpec(chance: Chance, depth: number): Spec {
  const tag = chance.one(TAGS);
  const names = chance.shuffled(ATTRIBUTES).slice(0, chance.below(4));
  const children = EMPTY.has(tag) ? [] : Array.from({ length: chance.below(4) }, () =>
    depth > 3 || tag === "textarea" || chance.maybe(0.4) ? chance.one(HOSTILE) : randomSpec(chance, depth + 1));
  return { tag, attributes: names.map((name) => [name, chance.maybe(0.2) ? chance.one([true, false, null, 7]) : chance.one(HOSTILE)]), children };
}

function asJsx({ tag, attributes, children }: Spec): Rendered {
  const inner = children.map((child) => (typeof child === "string" ? child : asJsx(child)));
  const props = Object.fromEntries(attributes);
  return inner.length > 1 ? jsxs(tag, { ...props, children: inner }) : jsx(tag, inner.length === 1 ? { ...props, children: inner[0] } : props);
}

/** The whole page as one template, so that the scanner sees every element where it stands. */
function asTemplate(spec: Spec): Rendered {
  const strings = [""];
  const values: unknown[] = [];
  const hole = (value: unknown): void => {
    values.push(value);
    strings.push("");
  };
  const add = (text: string): void => {
    strings[strings.length - 1] += text;
  };
  const write = ({ tag, attributes, children }: Spec): void => {
    add(`<${tag}`);
    for (const [name, value] of attributes) {
      add(` ${name}=`);
      hole(value);
    }
    add(">");
    for (const child of children) {
      if (typeof child === "string") hole(child);
      else write(child);
    }
    if (!EMPTY.has(tag)) add(`</${tag}>`);
  };
  write(spec);
  return new BuiltRendered(new Template(strings), values);
}

const outcome = (render: () => Rendered): string => {
  try {
    return renderToString(render());
  } catch (error) {
    return `refused: ${(error as { code: string }).code}`;
  }
};

const textsOf = (node: Parsed.Node): string => ("value" in node ? node.value : "childNodes" in node ? node.childNodes.map(textsOf).join("") : "");
const tagsOf = (node: Parsed.Node): string[] => ("childNodes" in node ? node.childNodes.flatMap((child) => ["tagName" in child ? child.tagName : "", ...tagsOf(child)]) : []);

test("random pages of hostile values are byte for byte what one template of the same page is, and parse5 finds no other element in them", () => {
  const chance = new Chance(Number(process.env["HOLDFAST_SEED"] ?? 7));
  let rendered = 0;
  for (let round = 0; round < 2_000; round++) {
    const spec = randomSpec(chance, 0);
    const written = outcome(() => asJsx(spec));
    expect(written).toBe(outcome(() => asTemplate(spec)));
    if (written.startsWith("refused")) continue;
    rendered++;
    const tree = parseFragment(written);
    const attributes = (node: Parsed.Node): string[] => [
      ...("attrs" in node ? node.attrs.map(({ name }) => name) : []), ...("childNodes" in node ? node.childNodes.flatMap(attributes) : []),
    ];
    expect(attributes(tree).filter((name) => !ATTRIBUTES.includes(name))).toEqual([]);
    expect(tagsOf(tree).filter((tag) => tag !== "" && !TAGS.includes(tag))).toEqual([]);
  }
  expect(rendered).toBeGreaterThan(500);
  expect(textsOf(parseFragment(renderToString(asJsx({ tag: "p", attributes: [], children: HOSTILE }))))).toBe(HOSTILE.join(""));
});

// ---- diffs ----

interface State { title: string; rows: { id: number; name: string }[]; open: boolean; note: string | undefined }

const page = ({ title, rows, open, note }: State): Rendered => (
  <main>
    <h1 class={{ open }}>{title}</h1>
    {note !== undefined && <aside title={note}>{note}</aside>}
    <ul>{keyed(rows, ({ id }) => id, ({ id, name }) => <li id={`row-${id}`}><span>{name}</span><button disabled={open}>x</button></li>)}</ul>
    {open ? <p>open</p> : <section>closed</section>}
  </main>
);

/** The client's tree, without its notes on what it has written already. */
const withoutRenders = (rendered: object): object =>
  JSON.parse(JSON.stringify(rendered, (key, value: unknown) => (key === "magicId" || key === "newRender" ? undefined : value))) as object;

describe("the diff of TSX", () => {
  const state: State = { title: "Rows", rows: [{ id: 1, name: "one" }, { id: 2, name: "two" }], open: false, note: undefined };

  it("is what has changed, and nothing else", () => {
    const tree = new Tree(nobody);
    tree.full(page(state));
    expect(JSON.stringify(tree.diff(page({ ...state, title: "Lines" })))).toMatch(/^\{("\d":\{)+"\d":"Lines"\}+$/);
    expect(tree.diff(page({ ...state, title: "Lines" }))).toBeUndefined();
    const renamed = JSON.stringify(tree.diff(page({ ...state, title: "Lines", rows: [state.rows[0]!, { id: 2, name: "zwei" }] })));
    expect(renamed).toContain("zwei");
    expect(renamed).not.toMatch(/one|Lines|<li/);
  });

  it("makes of the client's own tree what a plain render is, through random changes", () => {
    const chance = new Chance(3);
    const tree = new Tree(nobody);
    const client = newClient(copy(tree.full(page(state))));
    expect(withoutMarks(client.toString().buffer)).toBe(renderToString(page(state)));
    let rows = state.rows;
    for (let round = 0; round < 300; round++) {
      if (chance.maybe(0.5)) rows = chance.shuffled([...rows, { id: 10 + round, name: `row ${round}` }]).slice(0, 6);
      const next: State = { title: `t${chance.below(3)}`, rows, open: chance.maybe(0.5), note: chance.maybe(0.5) ? `n${chance.below(3)}` : undefined };
      const diff = tree.diff(page(next));
      if (diff === undefined) continue;
      client.mergeDiff(copy(diff));
      client.toString();
      // All of it, as a new client would write it: this one skips what seems unchanged.
      expect(withoutMarks(newClient(withoutRenders(client.rendered)).toString().buffer)).toBe(renderToString(page(next)));
    }
  });
});

// ---- a whole page ----

const Like = liveComponent<{ name: string }>().define({
  mount: () => ({ likes: 0 }),
  events: { like: { handle: (socket) => socket.update("likes", (likes) => likes + 1) } },
  render: ({ likes, name }, on) => <button class="like" phx-click={on.like}>{name}: {likes}</button>,
});

const Board = liveView.define({
  name: "board", authorize: "public",
  mount: () => ({ items: stream<{ id: number; text: string }>([{ id: 1, text: "first" }]), count: 0, locked: true }),
  events: {
    add: { handle: (socket) => { socket.streamInsert("items", { id: socket.assigns.count + 2, text: user }); socket.update("count", (count) => count + 1); } },
    unlock: { handle: (socket) => socket.assign({ locked: false }) },
    inside: { handle: (socket) => socket.assign({ count: 100 }) },
  },
  render: ({ items, count, locked }, on) => (
    <main>
      <output>{count}</output>
      <button id="add" phx-click={on.add}>add</button>
      <ul id="items" phx-update="stream">{items.map(({ text }, id) => <li id={id}>{text}</li>)}</ul>
      <Like id="like-1" name="One" />
      <fieldset disabled={locked}>
        <legend><button id="unlock" phx-click={on.unlock}>unlock</button></legend>
        <button id="inside" phx-click={on.inside}>inside</button>
      </fieldset>
    </main>
  ),
});

test("a view in TSX: bindings, streams, live components, and a disabled fieldset whose first legend is not", async () => {
  const endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log() {}, live: [liveSession("default", {}, (live) => live("/", Board))] });
  const view = await openBrowser(endpoint).visit("/");
  await view.click("#add");
  view.expectText("output", "1");
  expect(view.html()).toContain("&lt;b&gt;");
  await view.click(".like");
  view.expectText(".like", "One: 1");
  await view.pushRaw("event", { type: "click", event: "inside", value: {} });
  view.expectText("output", "1");
  await view.pushRaw("event", { type: "click", event: "unlock", value: {} });
  await view.click("#inside");
  view.expectText("output", "100");
  await endpoint.close();
});

// ---- refusals ----

const code = (render: () => unknown): unknown => {
  try {
    const made = render();
    return typeof made === "object" && made !== null ? renderToString(made as Rendered) : made;
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
};

test.each<[string, () => unknown, string]>([
  ["an event of the browser, from a spread", () => <p {...{ onclick: "alert(1)" }} />, "template_hole_forbidden"],
  ["a name that breaks out of its tag", () => jsx("p", { "x><script>alert(1)</script>": 1 }), "template_malformed"],
  ["a tag that is none", () => jsx("p onclick=alert(1)", {}), "template_malformed"],
  ["text in a script", () => jsx("script", { children: user }), "template_hole_forbidden"],
  ["text in a style", () => jsx("style", { children: user }), "template_hole_forbidden"],
  ["an attribute of the client", () => <p data-phx-link="patch" />, "template_hole_forbidden"],
  ["a misspelt binding", () => <p phx-clik={JS.hide()} />, "template_malformed"],
  ["an event's name as text", () => jsx("p", { "phx-click": "save" }), "template_value_refused"],
  ["a command's text", () => <p data-js-x={user} />, "template_value_refused"],
  ["a hook's name as text", () => jsx("p", { id: "x", "phx-hook": "Chart" }), "template_hole_forbidden"],
  ["a hook without an id", () => <p phx-hook={literal`Chart`} />, "template_malformed"],
  ["a stream without an id", () => <ul phx-update={literal`stream`} />, "template_malformed"],
  ["content in a void element", () => jsx("br", { children: "x" }), "template_malformed"],
  ["a key", () => jsx("p", {}, "a"), "template_malformed"],
  ["another dialect's names", () => jsx("p", { className: "a" }), "template_malformed"],
  ["the same attribute twice", () => jsx("p", { title: "a", TITLE: "b" }), "template_malformed"],
  ["an object between tags", () => jsx("p", { children: { a: 1 } }), "template_value_refused"],
  ["no component", () => jsx(undefined as never, {}), "template_malformed"],
  ["a literal with a hole", () => literal(Object.assign(["a", "b"], { raw: ["a", "b"] }), 1 as never), "template_hole_forbidden"],
  ["a literal that is none", () => literal("text" as never), "template_not_tagged"],
])("%s is refused", (_name, render, expected) => {
  expect(code(render)).toBe(expected);
});

test("a name that was refused is refused beside names that are none of its template, too", () => {
  expect(renderToString(jsx("i", { title: "x", lang: "en" }))).toBe('<i title="x" lang="en"></i>');
  expect(code(() => jsx("i", { "title\0lang": "x" }))).toBe("template_malformed");
});

test("in development an error says where its element is written", () => {
  const written = jsxDEV("p", { title: Symbol("x") }, undefined, false, { fileName: "/app/page.tsx", lineNumber: 7, columnNumber: 3 });
  expect(() => renderToString(written)).toThrow(/\/app\/page\.tsx:7:3/);
});
