import { describe, expect, test } from "vitest";
import { functionCalls } from "../../test/support/function-calls.js";
import { html, renderToString, type Content } from "../html/index.js";
import { formParams, formTag, toForm } from "./index.js";

const text = (content: Content): string => renderToString(html`<i>${content}</i>`).slice(3, -4);
const HOSTILE = `"'><script>alert(1)</script>`;
const ESCAPED = "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;";

interface Comment { body: string; replies?: { body: string }[] }
interface Post { title: string; count: number; tags: string[]; at?: Date; author: { name: string; address?: { city: string } }; comments: Comment[] }
const post: Post = { title: "Hi", count: 3, tags: ["a", "b"], at: new Date(0), author: { name: "Ann" }, comments: [{ body: "one" }, { body: "two" }] };

describe("fields", () => {
  test("have ids and names under the prefix, and the values of the data", () => {
    const it = toForm(post, { as: "post" });
    expect(it.field("title")).toEqual({ id: "post_title", name: "post[title]", value: "Hi", values: [], errors: [], used: true });
    expect(it.field("author.name")).toMatchObject({ id: "post_author_name", name: "post[author][name]", value: "Ann" });
    expect(it.field("author.address.city")).toMatchObject({ name: "post[author][address][city]", value: undefined });
    expect(it.field("tags")).toMatchObject({ name: "post[tags]", value: undefined, values: ["a", "b"] });
    expect(it.field("at").value).toBe(post.at);
    expect(it.field("count").value).toBe(3);
    expect([it.id, it.name, it.valid]).toEqual(["post", "post", true]);
  });
  test("without a prefix have plain names; an id of your own prefixes only ids", () => {
    expect(toForm({ q: "" }).field("q")).toMatchObject({ id: "form_q", name: "q" });
    expect(toForm({ q: "" }, { as: "search", id: "top" }).field("q")).toMatchObject({ id: "top_q", name: "search[q]" });
  });
  test("what was sent comes before what is there, and what was not sent is nothing", () => {
    const it = toForm(post, { as: "post", params: { title: "sent" } });
    expect(it.field("title").value).toBe("sent");
    expect(it.field("count").value).toBeUndefined();
  });
  test.each([null, "text", 7, [], undefined])("params that are %j", (params) => {
    expect(toForm({ title: "there" }, { params: params ?? null }).field("title").value).toBeUndefined();
  });
  test("nothing that objects inherit is a value", () => {
    const it = toForm<Record<string, unknown>>({}, { params: {} });
    for (const key of ["constructor", "toString", "__proto__", "hasOwnProperty"]) expect(it.field(key).value).toBeUndefined();
  });
  test("structures that a client puts where text belongs are nothing", () => {
    const it = toForm(post, { params: { title: { a: "1" }, count: ["1"], tags: ["x", { a: 1 }, ["y"]], author: "Ann" } });
    expect(it.field("title").value).toBeUndefined();
    expect(it.field("count").value).toBeUndefined();
    expect(it.field("tags").values).toEqual(["x"]);
    expect(it.field("author.name").value).toBeUndefined();
  });
  test("an instance's own properties and its class's accessors are fields", () => {
    class Author { readonly #name = "Ann"; get name(): string { return this.#name; } }
    expect(toForm({ author: new Author() }).field("author.name").value).toBe("Ann");
  });
});

describe("errors", () => {
  const issues = [
    { message: "too short", path: ["title"] }, { message: "no number", path: [{ key: "count" }] }, { message: "wrong together" },
    { message: "strange", path: ["tags", 1] }, { message: "no name", path: ["author", "name"] }, { message: "ugly", path: ["title"] },
  ];
  test("stand at their field", () => {
    const it = toForm(post, { issues });
    expect(it.field("title").errors).toEqual(["too short", "ugly"]);
    expect(it.field("count").errors).toEqual(["no number"]);
    expect(it.field("tags").errors).toEqual(["strange"]);
    expect(it.field("author").errors).toEqual([]);
    expect(it.field("author.name").errors).toEqual(["no name"]);
    expect(it.errors).toEqual(["wrong together"]);
    expect(it.valid).toBe(false);
  });
  test("of your own, by path", () => {
    const it = toForm(post, { errors: { title: "taken", "author.name": ["a", "b"], count: undefined } });
    expect(it.field("title").errors).toEqual(["taken"]);
    expect(it.field("author.name").errors).toEqual(["a", "b"]);
    expect(it.field("count").errors).toEqual([]);
  });
  test("only inputs that were used show them", () => {
    const params = { title: "", _unused_title: "", count: "", tags: ["", ""], _unused_tags: [""], author: { name: "", _unused_name: "" } };
    const it = toForm(post, { params, issues });
    expect(it.field("title")).toMatchObject({ used: false, errors: [] });
    expect(it.field("count")).toMatchObject({ used: true, errors: ["no number"] });
    expect(it.field("tags").used).toBe(false);
    expect(it.field("author").used).toBe(false);
    expect(it.field("author.name").errors).toEqual([]);
    expect(it.field("at")).toMatchObject({ used: false });
    expect(it.errors).toEqual(["wrong together"]);
    expect(it.valid).toBe(false);
  });
  test("nothing used: the form as a whole shows none either", () => {
    expect(toForm(post, { params: { title: "", _unused_title: "" }, issues }).errors).toEqual([]);
    expect(toForm(post, { params: { _target: ["title"] }, issues }).errors).toEqual([]);
  });
  test("after any other action all show them, boxes that were not ticked included", () => {
    const it = toForm(post, { params: { title: "", _unused_title: "" }, issues, action: "submit" });
    expect(it.field("title").errors).toEqual(["too short", "ugly"]);
    expect(it.field("count").errors).toEqual(["no number"]);
    expect(it.errors).toEqual(["wrong together"]);
  });
  test("an object is used when something in it is", () => {
    const some = toForm(post, { params: { author: { name: "", _unused_name: "", address: { city: "x" } } } });
    expect(some.field("author").used).toBe(true);
    expect(toForm(post, { params: { comments: [{ body: "", _unused_body: "", _persistent_id: "0" }] } }).field("comments").used).toBe(false);
    expect(toForm(post, { params: { comments: [{ body: "" }] } }).field("comments").used).toBe(true);
  });
});

describe("nested forms", () => {
  const inputs = (value: Post, options = {}): string =>
    text(toForm(value, { as: "post", ...options }).inputsFor("comments", (nested, index) =>
      html`<p id=${nested.id}>${index}<input name=${nested.field("body").name} value=${nested.field("body").value}>${nested.field("body").errors}</p>`));

  test("a list has hidden inputs for identity, place and an empty drop", () => {
    expect(inputs(post)).toBe(
      '<input type="hidden" name="post[comments][0][_persistent_id]" value="0"><input type="hidden" name="post[comments_sort][]" value="0">' +
      '<p id="post_comments_0">0<input name="post[comments][0][body]" value="one"></p>' +
      '<input type="hidden" name="post[comments][1][_persistent_id]" value="1"><input type="hidden" name="post[comments_sort][]" value="1">' +
      '<p id="post_comments_1">1<input name="post[comments][1][body]" value="two"></p>' +
      '<input type="hidden" name="post[comments_drop][]" value="">');
  });
  test("without a name, and without hidden inputs", () => {
    const it = toForm(post);
    expect(text(it.inputsFor("comments", (nested) => html`${nested.name}:${nested.drop.name}=${nested.drop.value};`, { hidden: false })))
      .toBe("comments[0]:comments_drop[]=0;comments[1]:comments_drop[]=1;");
    expect(it.add("comments")).toEqual({ name: "comments_sort[]", value: "new" });
    expect(toForm(post, { as: "post" }).add("comments")).toEqual({ name: "post[comments_sort][]", value: "new" });
  });
  test("an item keeps the id that its browser knows, and others get free ones", () => {
    const params = { comments: [{ body: "b", _persistent_id: "1" }, {}, { body: "a", _persistent_id: "0" }] };
    const rendered = inputs(post, { params });
    expect([...rendered.matchAll(/<p id="(\w+)">/g)].map(([, id]) => id)).toEqual(["post_comments_1", "post_comments_2", "post_comments_0"]);
  });
  test.each([
    [["0", "0", "0"]], [[HOSTILE, "x".repeat(65), ""]], [[{ a: 1 }, ["0"], 7]], [["2", undefined, "2"]],
  ])("ids that a client made up: %j", (ids) => {
    const rendered = inputs(post, { params: { comments: ids.map((_persistent_id) => ({ body: HOSTILE, _persistent_id })) } });
    const seen = [...rendered.matchAll(/<p id="([^"]*)">/g)].map(([, id]) => id);
    expect(new Set(seen).size).toBe(3);
    for (const id of seen) expect(id).toMatch(/^post_comments_\w+$/);
    expect(rendered).not.toContain("<script>");
    expect(rendered).toContain(`value="${ESCAPED}"`);
  });
  test("a form's numbered list, with its errors by number", () => {
    const rendered = inputs(post, {
      params: { comments: { 0: { body: "x" }, 10: { body: "z" }, 2: { body: "y" } } },
      issues: [{ message: "bad y", path: ["comments", "2", "body"] }, { message: "bad all", path: ["comments"] }],
    });
    expect(rendered).toMatch(/value="x"><\/p>.*value="y">bad y<\/p>.*value="z"><\/p>/s);
  });
  test("errors of an item stand in its form, and the list's at its field", () => {
    const it = toForm(post, {
      issues: [{ message: "empty", path: ["comments", 1, "body"] }, { message: "odd", path: ["comments", 1] }, { message: "few", path: ["comments"] }],
    });
    expect(text(it.inputsFor("comments", (nested) => html`[${nested.field("body").errors}|${nested.errors}]`, { hidden: false })))
      .toBe("[|][empty|odd]");
    expect(it.field("comments").errors).toEqual(["few"]);
  });
  test("an item that is no object keeps its place", () => {
    const it = toForm(post, { params: { comments: ["text", { body: "b" }] }, issues: [{ message: "bad", path: ["comments", 1, "body"] }] });
    expect(text(it.inputsFor("comments", (nested) => html`${nested.index}${nested.field("body").value}${nested.field("body").errors};`, { hidden: false })))
      .toBe("0;1bbad;");
  });
  test("one object, lists in lists, and nothing", () => {
    const value = { ...post, comments: [{ body: "one", replies: [{ body: "re" }] }] };
    const it = toForm(value, { as: "post" });
    expect(text(it.inputsFor("author", (author) => html`<input id=${author.field("name").id} name=${author.field("name").name} value=${author.field("name").value}>`)))
      .toBe('<input id="post_author_name" name="post[author][name]" value="Ann">');
    expect(text(it.inputsFor("comments", (comment) => comment.inputsFor("replies", (reply) =>
      html`${reply.id} ${reply.field("body").name} ${reply.drop.name} ${comment.add("replies").name}`, { hidden: false }), { hidden: false })))
      .toBe("post_comments_0_replies_0 post[comments][0][replies][0][body] post[comments][0][replies_drop][] post[comments][0][replies_sort][]");
    for (const comments of [undefined, "x", 7, null]) {
      expect(text(toForm(post, { params: { comments } }).inputsFor("comments", () => "never"))).toBe("");
    }
  });
});

describe("formParams", () => {
  test("takes the fields under a name", () => {
    expect(formParams({ post: { title: "a" }, _target: ["post", "title"] }, { as: "post" })).toEqual({ title: "a" });
    expect(formParams({ title: "a" })).toEqual({ title: "a" });
    for (const payload of [null, undefined, "x", [], { post: "x" }, { post: ["x"] }, {}]) expect(formParams(payload, { as: "post" })).toEqual({});
  });
  const list = (fields: object): unknown => formParams(fields, { lists: ["c"] });
  test.each<[string, object, object]>([
    ["numbers become places", { c: { 0: { a: 1 }, 1: { a: 2 } } }, { c: [{ a: 1 }, { a: 2 }] }],
    ["sorted as asked", { c: { 0: { a: 0 }, 1: { a: 1 }, 2: { a: 2 } }, c_sort: ["2", "0", "1"] }, { c: [{ a: 2 }, { a: 0 }, { a: 1 }] }],
    ["what sort does not name comes last", { c: { 0: { a: 0 }, 1: { a: 1 } }, c_sort: ["1"] }, { c: [{ a: 1 }, { a: 0 }] }],
    ["dropped", { c: { 0: { a: 0 }, 1: { a: 1 } }, c_sort: ["0", "1"], c_drop: ["", "0"] }, { c: [{ a: 1 }] }],
    ["the last dropped leaves an empty list", { c: { 0: { a: 0 } }, c_sort: ["0"], c_drop: ["", "0"] }, { c: [] }],
    ["an empty drop is an empty list", { c_drop: [""] }, { c: [] }],
    ["new ones", { c: { 0: { a: 0 } }, c_sort: ["0", "new"], c_drop: [""] }, { c: [{ a: 0 }, {}] }],
    ["new ones in front", { c: { 0: { a: 0 } }, c_sort: ["new", "0"] }, { c: [{}, { a: 0 }] }],
    ["nothing was sent", { d: 1 }, { d: 1 }],
    ["a list already", { c: [{ a: 1 }] }, { c: [{ a: 1 }] }],
    ["marks stay", { c: { 0: { a: "", _unused_a: "", _persistent_id: "3" } } }, { c: [{ a: "", _unused_a: "", _persistent_id: "3" }] }],
    ["text for a list", { c: "x", c_sort: "0", c_drop: "0" }, { c: [] }],
    ["text for an item", { c: { 0: "x", 1: { a: 1 } } }, { c: [{ a: 1 }] }],
    ["structures for places", { c: { 0: { a: 1 } }, c_sort: [{ x: 1 }, ["0"], "0", "0"], c_drop: [{}] }, { c: [{ a: 1 }, {}] }],
  ])("%s", (_name, fields, expected) => {
    expect(list(fields)).toEqual(expected);
  });
  test("lists in lists", () => {
    const fields = { post: { c: { 1: { r: { 0: { b: 1 }, 1: { b: 2 } }, r_drop: ["0"] }, 0: { x: 1 } }, c_sort: ["1", "0"] } };
    expect(formParams(fields, { as: "post", lists: ["c", "c.r"] })).toEqual({ c: [{ r: [{ b: 2 }] }, { x: 1 }] });
    expect(formParams({ a: { r: { 0: { b: 1 } } } }, { lists: ["a.r"] })).toEqual({ a: { r: [{ b: 1 }] } });
  });
  test("nothing is changed in what came, and no prototype is set", () => {
    const payload = JSON.parse('{"c":{"0":{"a":1}},"c_drop":["0"],"__proto__":{"bad":1}}') as object;
    const before = JSON.stringify(payload);
    const fields = list(payload) as { bad?: unknown };
    expect(JSON.stringify(payload)).toBe(before);
    expect(fields.bad).toBeUndefined();
  });
});

test("whatever a client sends, a form renders, and as text", () => {
  // A small generator with a fixed seed: the same shapes in every run.
  let seed = 1;
  const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
  const KEYS = ["title", "count", "tags", "author", "name", "comments", "comments_sort", "comments_drop", "body", "_persistent_id", "_unused_title", "0", "1", "", "__proto__"];
  const value = (depth: number): unknown => {
    switch (random(depth > 3 ? 4 : 7)) {
      case 0: return HOSTILE;
      case 1: return random(5);
      case 2: return null;
      case 3: return "0";
      case 4: return Array.from({ length: random(4) }, () => value(depth + 1));
      default: {
        const made = Object.create(null) as Record<string, unknown>;
        for (let i = random(6); i > 0; i--) made[KEYS[random(KEYS.length)]!] = value(depth + 1);
        return made;
      }
    }
  };
  for (let i = 0; i < 3_000; i++) {
    const payload = { post: value(0) };
    const issues = [{ message: HOSTILE, path: ["comments", 0, "body"] }, { message: HOSTILE, path: ["title"] }];
    for (const params of [formParams(payload, { as: "post", lists: ["comments"] }), payload.post]) {
      const it = toForm(post, { as: "post", params, issues, action: random(2) === 0 ? "validate" : "submit" });
      const rendered = text(formTag({ for: it, inner: (f) => html`
        <input name=${f.field("title").name} value=${f.field("title").value}>${f.field("title").errors}${f.errors}
        <input name=${f.field("author.name").name} value=${f.field("author.name").value}>
        ${f.field("tags").values.map((tag) => html`<option value=${tag}></option>`)}
        ${f.inputsFor("comments", (nested) => html`<input id=${nested.id} value=${nested.field("body").value}>${nested.field("body").errors}`)}` }));
      expect(rendered).not.toContain("<script>");
    }
  }
});

describe("what is wrong", () => {
  test("with a list's values comes in the order of the issues, wherever each stands", () => {
    const issues = [
      { path: ["tags", 1], message: "a" }, { path: ["tags"], message: "b" }, { path: ["title"], message: "x" }, { path: ["tags", 0], message: "c" },
      { path: ["tags", 1], message: "d" },
    ];
    const data = toForm<Post>({}, { params: { tags: ["1", "2"] }, issues, action: "submit" });
    expect([data.field("tags").errors, data.field("title").errors, data.valid]).toEqual([["a", "b", "c", "d"], ["x"], false]);
    expect(toForm<Post>({}, { params: { tags: "1" }, issues, action: "submit" }).field("tags").errors).toEqual(["b"]);
  });

  test("with many items costs work that grows with them, not with their square", () => {
    const work = (items: number): number => {
      const comments = Array.from({ length: items }, () => ({ body: "" }));
      const issues = comments.flatMap((_, index) => [0, 1].map((n) => ({ path: ["comments", index, "body"], message: `wrong ${n}` })));
      let shown = 0;
      const calls = functionCalls(["components/form-data.ts", "components/form-issues.ts", "components/form-values.ts"], () => {
        const data = toForm<Post>({ comments }, { issues, action: "submit" });
        renderToString(html`${data.inputsFor("comments", (nested) => {
          shown += nested.field("body").errors.length;
          return nested.index;
        })}`);
      });
      expect(shown).toBe(2 * items);
      return calls;
    };
    const [few, many] = [work(100), work(1_000)];
    expect(few).toBeGreaterThan(100);
    expect(many).toBeLessThan(11 * few);
  });
});

describe("form", () => {
  const data = toForm({ title: "" }, { as: "post" });
  test("with data has its id, and writes what `inner` makes of it", () => {
    expect(text(formTag({ for: data, class: "x", inner: (f) => html`<input name=${f.field("title").name}>` })))
      .toBe('<form id="post" class="x"><input name="post[title]"></form>');
    expect(text(formTag({ for: data, id: "other", inner: "x", multipart: true }))).toBe('<form id="other" enctype="multipart/form-data">x</form>');
  });
  test("one that posts has a token", () => {
    expect(text(formTag({ for: data, action: "/posts?a&b", csrfToken: HOSTILE, "phx-trigger-action": true, inner: "x" }))).toBe(
      `<form id="post" action="/posts?a&amp;b" method="post" phx-trigger-action><input type="hidden" name="_csrf_token" value="${ESCAPED}">x</form>`);
    expect(text(formTag({ for: data, action: "https://search.example", method: "get", inner: "x" })))
      .toBe('<form id="post" action="https://search.example" method="get">x</form>');
  });
  test.each(["https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil", ""])("a token is not posted to %j", (action) => {
    expect(() => formTag({ for: data, action, csrfToken: "t", inner: "x" })).toThrow(/redirect_refused/);
  });
  test("what it writes cannot be written again", () => {
    expect(() => formTag({ for: data, inner: "x", ACTION: "https://evil.example" } as never)).toThrow(/template_malformed/);
  });
});
