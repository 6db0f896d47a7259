import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DevApp } from "./browser/support/dev.js";

// Imports that Vite's module runner would leave undefined, and what makes a new attempt: seen in the terminal and in the page.
const FILES = {
  "tsconfig.json": `
    { "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
  "src/env.ts": `
    import { existsSync } from "node:fs";
    if (existsSync(".env")) process.loadEnvFile(".env");`,
  "src/main.ts": `
    import "./env.js";
    import { createEndpoint, liveSession } from "holdfast";
    import { serve } from "holdfast/node";
    import { Home } from "./home.js";
    const endpoint = createEndpoint({ secret: process.env["SECRET"]!, live: [liveSession("default", {}, (live) => live("/", Home))] });
    console.log((await serve(endpoint, { port: Number(process.env["PORT"]) })).url);`,
  "src/home.ts": `
    import { html, liveView } from "holdfast";
    import { type Word, word } from "@/text";
    const first: Word = word;
    export const Home = liveView.define({ authorize: "public", render: () => html\`<p>\${first}\${process.env["COLOR"]}</p>\` });`,
  // TypeScript drops an import and an export of a type; the compiler of a single file cannot tell.
  "src/text.ts": `
    import { Length } from "./types.js";
    export { Word } from "./types.js";
    export { Length };
    export const word = "one";`,
  "src/types.ts": `
    export type Word = string;
    export type Length = number;`,
};

let app: DevApp;
let url: string;
const page = async (): Promise<string> => /<p>(.*?)<\/p>/.exec(await (await fetch(url)).text())?.[1] ?? "";

beforeAll(async () => {
  app = await DevApp.start({ ...FILES, "src/home.ts": FILES["src/home.ts"].replace("type Word, word", "wrod as word") });
});
afterAll(() => app?.stop());

it("an application that imports a name that is not exported does not start, and says which import", async () => {
  await app.line((line) => line === "src/main.ts did not start: The requested module '@/text' does not provide an export named 'wrod'");
  await app.line((line) => line === "  at src/home.ts:3:14");
  await app.save("src/home.ts", "wrod as word", "type Word, word");
  url = await app.url();
  expect(await page()).toBe("one");
});

it.each([
  ["a misspelt name", 'word } from "@/text"', 'wrod as word } from "@/text"', "The requested module '@/text' does not provide an export named 'wrod'"],
  ["a default export that is not there", "import { type Word, word }", "import word, { type Word }", "The requested module '@/text' does not provide an export named 'default'"],
  ["a name that Node does not have", "const first: Word = word;", 'import { raedFile } from "node:fs/promises"; const first: Word = String(raedFile);', "The requested module 'node:fs/promises' does not provide an export named 'raedFile'"],
  ["a name that a package does not have", "const first: Word = word;", 'import { htlm } from "holdfast"; const first: Word = String(htlm);', "The requested module 'holdfast' does not provide an export named 'htlm'"],
  ["a file that is not there", "@/text", "./txet.js", "Cannot find module './txet.js'"],
  ["a package that is not installed", "@/text", "not-installed/text", "Cannot find module 'not-installed/text': is the package installed? npm install not-installed"],
])("%s is an error at its place, and the old code runs on", async (_what, from, to, text) => {
  const before = app.lines.length;
  await app.save("src/home.ts", from, to);
  await app.line((line) => line === `src/home.ts: the old code runs on: ${text}`, before);
  await app.line((line) => /^ {2}at src\/home\.ts:[2-4]:\d+$/.test(line), before);
  expect(await page()).toBe("one");
  await app.save("src/home.ts", to, from, /new code/);
  expect(await page()).toBe("one");
});

it("a module that no longer exports what another one imports does not replace the old one", async () => {
  await app.save("src/text.ts", "const word", "const words", /src\/text\.ts: the old code runs on: .*named 'word'/);
  expect(await page()).toBe("one");
  await app.save("src/text.ts", 'const words = "one"', 'const word = "two"', /src\/text\.ts: new code/);
  expect(await page()).toBe("two");
});

it("a module that waits for another one runs as soon as that is saved", async () => {
  const before = app.lines.length;
  await app.save("src/home.ts", 'type Word, word } from "@/text"', 'type Word, greeting as word } from "@/text"', /src\/home\.ts: the old code runs on/);
  await app.save("src/text.ts", "const word", 'const greeting = "hello";\nexport const word');
  await app.line((line) => line.startsWith("src/home.ts: new code"), before);
  expect(await page()).toBe("hello");
});

it("what the application writes beside its sources, such as a log with the error, is no new attempt", async () => {
  const errors = (): string[] => app.lines.filter((line) => line.startsWith("src/home.ts: the old code runs on"));
  await app.save("src/home.ts", "greeting as word", "goodbye as word", /src\/home\.ts: the old code runs on/);
  const before = errors().length;
  for (const file of ["dev.log", "desk.db"]) await writeFile(join(app.folder, file), errors().join("\n"));
  const from = app.lines.length;
  await app.save("src/types.ts", /$/, "\n", /src\/types\.ts: new code/);
  await app.line((line) => line.startsWith("src/home.ts: the old code runs on"), from);
  expect(errors().length).toBe(before + 1);
  await app.save("src/home.ts", "goodbye as word", "greeting as word", /new code/);
});

it("a value that is read before its module has set it is an error, as in Node", async () => {
  const before = app.lines.length;
  await app.save("src/types.ts", /$/, '\nimport { greeting } from "./text.js";\nexport const early = `early ${greeting}`;', /src\/types\.ts: new code/);
  await app.save("src/text.ts", /$/, '\nexport { early } from "./types.js";\nexport const late = "late";', /src\/text\.ts: new code/);
  await app.save("src/main.ts", /$/, "\n", /Starting again/);
  await app.line((line) => line.startsWith("src/main.ts did not start: Cannot access 'greeting' before initialization"), before);
  await app.line((line) => line.startsWith("  at src/types.ts:"), before);
  await app.save("src/types.ts", "early ${greeting}", "early");
  await app.url(2);
});

it("a saved .env starts the application again", async () => {
  await app.create(".env", "COLOR=red", /Starting again: \.env has changed/);
  await app.url(3);
  await expect.poll(page).toBe("hellored");
});

it("a saved package.json starts it again: Node keeps the file, and the failure of an import that an installed package has mended", async () => {
  await app.save("package.json", "{", '{ "imports": { "#text": "./src/text.ts" },', /Starting again: package\.json has changed/);
  await app.url(4);
});
