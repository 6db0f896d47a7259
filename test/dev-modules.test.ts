import { afterAll, beforeAll, expect, it } from "vitest";
import { DevApp } from "./browser/support/dev.js";

// What a save does to modules that stand between a view and the rest: seen in the page that the server makes.
const FILES = {
  "src/main.ts": `
    import { createEndpoint, liveSession } from "holdfast";
    import { serve } from "holdfast/node";
    import { Home } from "./views/index.js";
    const endpoint = createEndpoint({ secret: process.env["SECRET"]!, live: [liveSession("default", {}, (live) => live("/", Home))] });
    console.log((await serve(endpoint, { port: Number(process.env["PORT"]) })).url);`,
  "src/views/index.ts": `
    export * from "./home.js";`,
  "src/views/home.ts": `
    import { html, liveView } from "holdfast";
    import { shout, TITLE, words } from "../text/index.js";
    const heading = \`<\${TITLE}>\`;
    export const Home = liveView.define({ authorize: "public", render: () => html\`<p>\${heading} \${shout("hey")} \${words.join("-")}</p>\` });`,
  "src/text/index.ts": `
    export * from "./shout.js";
    export { TITLE, words } from "./title.js";`,
  "src/text/shout.ts": `
    export const shout = (text: string): string => text.toUpperCase();`,
  "src/text/title.ts": `
    export const TITLE = "one";
    export const words = ["a", "b"];`,
};

let app: DevApp;
let url: string;
const page = async (): Promise<string> => /<p>(.*?)<\/p>/.exec(await (await fetch(url)).text())?.[1] ?? "";

beforeAll(async () => {
  app = await DevApp.start({ ...FILES, "src/text/shout.ts": "export const shout = (" });
});
afterAll(() => app?.stop());

it("an application that does not start says why, and starts when it is mended", async () => {
  await app.line((line) => line.startsWith("src/main.ts did not start"));
  await app.line((line) => line.includes("src/text/shout.ts:1:"));
  await app.save("src/text/shout.ts", /^.*$/s, FILES["src/text/shout.ts"]);
  url = await app.url();
  expect(await page()).toBe("&lt;one&gt; HEY a-b");
});

it("a function behind an `export *` is the new one", async () => {
  await app.save("src/text/shout.ts", "text.toUpperCase()", "text + text", /new code/);
  expect(await page()).toBe("&lt;one&gt; heyhey a-b");
});

it("a value behind a re-export makes the modules that imported it run again", async () => {
  await app.save("src/text/title.ts", '"one"', '"two"', /new code/);
  expect(await page()).toBe("&lt;two&gt; heyhey a-b");
});

it("a name that is new behind an `export *` can be imported", async () => {
  await app.save("src/text/shout.ts", /$/, "\nexport const whisper = (text: string): string => `(${text})`;", /new code/);
  await app.save("src/views/home.ts", "{ shout, TITLE, words }", "{ shout, TITLE, whisper, words }", /new code/);
  await app.save("src/views/home.ts", 'shout("hey")', 'whisper("hey")', /new code/);
  expect(await page()).toBe("&lt;two&gt; (hey) a-b");
});

it("if the last module of a change throws, none of the change is applied", async () => {
  await app.save(
    "src/views/home.ts", "const heading = ", 'const fail = (): never => { throw new Error("no such title"); };\n const heading = TITLE === "bad" ? fail() : ', /new code/,
  );
  await app.save("src/text/title.ts", '"two"', '"bad"', /the old code runs on: no such title/);
  expect(await page()).toBe("&lt;two&gt; (hey) a-b");
  await app.save("src/text/title.ts", '"bad"', '"three"', /new code/);
  expect(await page()).toBe("&lt;three&gt; (hey) a-b");
});
