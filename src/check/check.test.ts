import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ASYNC_FUNCTIONS, ASYNC_METHODS, RETURNED_FUNCTIONS, RETURNED_METHODS } from "./async-api.js";
import { check, FileReader, loadParser, RULES, sourcesIn, type RuleCode } from "./index.js";
import { checkedFile } from "./project.js";
import { SourceFile } from "./source-file.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const parse = loadParser()!;

/** What is found in one file, as `line:column code`. */
function found(text: string, path = "page.ts"): string[] {
  return check([checkedFile(new SourceFile(path, text, parse))]).map(({ line, column, code }) => `${line}:${column} ${code}`);
}

/** What is found below a folder, as `file:line code`. */
function foundIn(folder: string): string[] {
  return check(new FileReader(parse).read(sourcesIn([join(root, folder)])))
    .map(({ file, line, code }) => `${relative(join(root, folder), file)}:${line} ${code}`);
}

/** Where a fixture says that something is wrong: `// expect: code …` on its line, `// expect +2: code` two lines above. */
function expectedIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path)).flatMap((path) =>
    readFileSync(join(root, folder, path), "utf8").split("\n").flatMap((text, index) => {
      const [, below = "0", codes] = /expect(?: \+(\d))?: ([a-z_ ]+)/.exec(text) ?? [];
      return (codes ?? "").split(" ").filter((code) => code !== "").map((code) => `${path}:${index + 1 + Number(below)} ${code}`);
    }));
}

describe("planted errors", () => {
  const folder = "test/check/planted";

  test("all are found, on their lines, and nothing else", () => {
    const planted = expectedIn(folder);
    const all = foundIn(folder);
    console.log(`planted ${planted.length}, found ${planted.filter((each) => all.includes(each)).length}`);
    expect(planted.length).toBeGreaterThanOrEqual(60);
    expect(all.toSorted()).toEqual(planted.toSorted());
  });

  test("there is one of each rule", () => {
    expect([...new Set(expectedIn(folder).map((each) => each.split(" ")[1]))].toSorted()).toEqual(Object.keys(RULES).toSorted());
  });
});

test.each(["examples/blog/src", "examples/gallery/src", "src/component-kit"])("nothing is found in %s", (folder) => {
  expect(foundIn(folder)).toEqual([]);
});

describe("each rule", () => {
  test.each(Object.entries(RULES))("%s is what its example breaks, and nothing else", (code, { example }) => {
    const text = `import { definePaths, form, html, logIn, navigate } from "holdfast";\nimport { z } from "zod";\n${example}`;
    expect(found(text).map((each) => each.split(" ")[1])).toEqual([code]);
  });

  test("is in docs/check.md with its line and its example", () => {
    const page = readFileSync(join(root, "docs/check.md"), "utf8");
    const rows = Object.entries(RULES).map(([code, { about, example }]) => `| \`${code}\` | ${about} | \`\` ${example} \`\` |`);
    expect(page.match(/^\| `\w+` \|.*$/gm)).toEqual(rows);
  });
});

test("results are dropped by what calls a function for nothing, through helpers of the file, and on objects under other names", () => {
  const head = 'import { liveView, navigate, onMount, redirect, type Endpoint, type PubSub } from "holdfast";\n';
  const wrong = [
    "const kick = (ids) => ids.forEach((id) => endpoint.disconnect(id));",
    "const kickAll = (ids) => ids.forEach(function (id) { return endpoint.disconnect(id); });",
    "const later = () => setTimeout(() => endpoint.endSessions(id), 100);",
    "const hook = onMount((s) => { s.assignNew('user', load); return {}; });",
    "const view = liveView.define({ events: { call: { handle: (view) => { view.callParent(left, 1); } } } });",
    "function drop(live: Endpoint) { live.disconnect(id); }",
    "const bus: PubSub = shared; bus.publish(message);",
  ];
  for (const line of wrong) expect(found(head + line).map((each) => each.replace(/:.* /, " ")), line).toEqual(["2 promise_floating"]);
  const lost = [
    "const home = () => navigate('/'); const handle = () => { home(); };",
    "function home(user) { if (!user) return redirect('/'); note(user); } const handle = () => { home(user); };",
    "const handle = (posts) => { posts.forEach((post) => navigate(paths.post(post))); };",
    "const handle = () => { setTimeout(() => navigate(path), 100); };",
  ];
  for (const line of lost) expect(found(head + line).map((each) => each.replace(/:.* /, " ")), line).toEqual(["2 result_dropped"]);
  const right = [
    "const home = () => navigate('/'); const handle = () => home(); const other = { handle: () => { return home(); } };",
    "const home = () => { const go = () => navigate('/'); note(go); }; const handle = () => { home(); };",
    "const all = (ids) => Promise.all(ids.map((id) => endpoint.disconnect(id)));",
    "const kick = (ids) => ids.forEach((id) => void endpoint.disconnect(id));",
    "const kick = (ids) => ids.forEach(async (id) => { await endpoint.disconnect(id); });",
    "function drop(live: Endpoint) { void live.disconnect(id); } function other(live) { live.disconnect(id); }",
    "const view = liveView.define({ handleParams: (s) => s.assign({}) }); const other = (s) => { s.callParent(left); };",
  ];
  for (const line of right) expect(found(head + line), line).toEqual([]);
});

describe("the calls that are known", () => {
  const page = readFileSync(join(root, "docs/check.md"), "utf8").replace(/\s+/g, " ");
  const listed = (names: Iterable<string>): string => [...names].map((name) => `\`${name}\``).join(", ");

  test("are in docs/check.md", () => {
    for (const functions of [ASYNC_FUNCTIONS, RETURNED_FUNCTIONS]) expect(page).toContain(`: ${listed(functions)};`);
    for (const [handle, methods] of [...ASYNC_METHODS, ...RETURNED_METHODS]) expect(page).toContain(`; ${listed(methods)} of \`${handle}\``);
  });

  test("are all async functions of the package, and there are no others", async () => {
    const modules = (await Promise.all([import("holdfast"), import("holdfast/node")])) as Record<string, unknown>[];
    const exported = new Map(modules.flatMap((module) => Object.entries(module)));
    const isAsync = (value: unknown): boolean => typeof value === "function" && value.constructor.name === "AsyncFunction";
    expect([...exported].filter(([, value]) => isAsync(value)).map(([name]) => name).toSorted()).toEqual([...ASYNC_FUNCTIONS]);
    expect([...RETURNED_FUNCTIONS].filter((name) => typeof exported.get(name) !== "function")).toEqual([]);
  });
});

describe("the place of a problem", () => {
  test.each([
    ["behind escapes", 'const a = html`<b>\\u{1F600}\\n\\x41\\${</b><p clas="x"></p>`;', "1:44 attribute_unknown"],
    ["in the third line", "const a = html`\n  <p>\n    <i clas=a></i></p>`;", "3:8 attribute_unknown"],
    ["behind line breaks of Windows", "const a = html`\r\n  <p>\r\n    <i clas=a></i></p>`;", "3:8 attribute_unknown"],
    ["behind a hole with comments and braces", "const a = html`<p>${/* } */ b({})}</p><i clas=a></i>`;", "1:42 attribute_unknown"],
    ["a hole", "const a = html`<p>${b}</p><p style=\"${b}\" onclick=${ b }></p>`;", "1:51 template_hole_forbidden"],
    ["behind a fault", "const a = html`<p onclick=${b} class=a clas=b></p>`;", "1:27 template_hole_forbidden", "1:40 attribute_unknown"],
    ["before a fault that ends the reading", "const a = html`<p clas=b></i><img>`;", "1:19 attribute_unknown", "1:26 template_malformed"],
    ["in a template in a template", "const a = html`<ul>${b.map((c) => html`<li clas=a>${c}</li>`)}</ul>`;", "1:44 attribute_unknown"],
  ])("%s", (_name, text, ...places) => {
    expect(found(text)).toEqual(places);
  });
});

describe("other libraries' tags and names are left alone", () => {
  test.each([
    ["lit's html", 'import { html } from "lit"; html`<p clas=a ?hidden=${b}>`;'],
    ["Hono's html", 'import { html } from "hono/html"; html`<buton>`;'],
    ["a redirect of one's own", 'import { redirect } from "./go.js"; redirect("/");'],
    ["a socket of ws", 'import type { WebSocket } from "ws"; export function f(socket: WebSocket) { socket.close(); socket.send("x"); }'],
    ["void says that it is meant", 'import { logIn } from "holdfast"; void logIn(c, {});'],
    ["a promise that is handed on", 'import { logIn } from "holdfast"; const f = () => logIn(c, {}); logIn(c, {}).then(g, h);'],
  ])("%s", (_name, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe("what a hole brings is not guessed", () => {
  test.each([
    "html`<button>${label}</button>`", "html`<button ${spread(rest)}></button>`", "html`<img ${spread(rest)}>`",
    "html`<label for=${id}>x</label>`", 'html`<label for="a">x</label>${input(field)}`', "html`<label>${input(field)}</label>`",
    "html`<input name=q>`", "html`<p><input id=${id}></p>`", "html`<h2>${title}</h2>`", "html`<form phx-change=${a} ${spread(rest)}></form>`",
    'html`<h2 id="clock" phx-hook="Clock"></h2>`', 'html`<form id="a" method="post" phx-submit=${on.save}></form>`', 'html`<form method="post">${csrfField(c)}</form>`',
    "html`<tr><td>${cell}</td></tr>`", "html`<li>${item}</li>`", "html`<table>${rows.map((row) => html`<tr><td>${row}</td></tr>`)}</table>`",
    'html`${a ? html`<p id="x">1</p>` : html`<p id="x">2</p>`}`', "html`<div role=${role} aria-live=${live}></div>`",
    'html`<p>${modal({ inner: html`<div>x</div>` })}</p>`', "html`<p>${card(html`<div>x</div>`)}</p>`",
  ])("%s", (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe("a comment silences one rule at one place", () => {
  const image = "html`<img src=a>`";
  test.each<[string, string, RuleCode[]]>([
    ["on its own line", `const a = ${image}; // holdfast-ignore image_without_alt: decoration`, []],
    ["on the next line", `// holdfast-ignore image_without_alt: decoration\nconst a = ${image};`, []],
    ["in the whole of a template that begins there", "/* holdfast-ignore image_without_alt: decoration */\nconst a = html`\n\n<p>${html`<img src=a>`}</p>`;", []],
    ["not two lines further", `// holdfast-ignore image_without_alt: decoration\n\nconst a = ${image};`, ["ignore_invalid", "image_without_alt"]],
    ["not another rule", `const a = ${image}; // holdfast-ignore heading_empty: decoration`, ["image_without_alt", "ignore_invalid"]],
    ["not without a reason", `const a = ${image}; // holdfast-ignore image_without_alt`, ["image_without_alt", "ignore_invalid"]],
    ["not without a rule", `const a = ${image}; // holdfast-ignore`, ["image_without_alt", "ignore_invalid"]],
  ])("%s", (_name, text, codes) => {
    expect(found(text).map((each) => each.split(" ")[1])).toEqual(codes);
  });
});

describe("links", () => {
  const paths = 'import { definePaths, html, navigate } from "holdfast"; definePaths({ a: "/", b: "/posts/:id{[0-9]+}/edit", c: "/search/:term?" });\n';
  test.each<[string, boolean]>([
    ["/", true], ["/posts/7/edit", true], ["/posts/${id}/edit", true], ["/search", true], ["/search/x?page=2#top", true], ["/search/", true],
    ["/report.pdf", true], ["//other.example/x", true], ["https://other.example/x", true], ["?page=2", true], ["${path}/x", true],
    ["/posts", false], ["/posts/7", false], ["/search/x/y", false], ["/post/${id}/edit", false],
  ])("%s", (href, known) => {
    expect(found(`${paths}html\`<a href="${href}">x</a>\`;`).length === 0).toBe(known);
    expect(found(`${paths}html\`<p title=\${b}><a class="\${c}" href=\${\`${href}\`}>x</a></p>\`;`).length === 0).toBe(known);
    expect(found(`${paths}const a = () => navigate(\`${href}\`);`).length === 0).toBe(known);
  });

  test("are not judged in a hole that holds more than a path", () => {
    for (const hole of ["${path}", "${pathOf(post)}", "${`${base}/nowhere`}", '${"/posts" + id}', '/posts/7/edit${"?page=2"}']) {
      expect(found(`${paths}html\`<a href="${hole}">x</a>\`;`)).toEqual([]);
    }
  });

  test("are not judged where a route is computed, or where there is none", () => {
    expect(found('html`<a href="/posts">x</a>`;')).toEqual([]);
    expect(found('for (const { path, view } of pages) live(path, view); live("/", Home); html`<a href="/posts">x</a>`;')).toEqual([]);
  });
});
