import { describe, expect, it } from "vitest";
import { moduleState } from "./module-state.js";
import { SourceError } from "./source-error.js";

const stateOf = (code: string) => moduleState("/app/module.ts", code);

describe("a module that may run again", () => {
  it.each([
    ["functions and types", "export function a(): void {}\ninterface B {}\nexport type C = string;\nexport const d = (x: number): number => x;"],
    ["constants", "export const MAX = 10;\nconst NAMES = ['a', 'b'] as const;\nconst TITLES: Record<number, string> = { 404: 'gone' };\nconst R = /x/;"],
    ["a format", "const dates = new Intl.DateTimeFormat('en');"],
    ["a schema", "import { z } from 'zod';\nexport const Post = z.object({ title: z.string() }).strict();"],
    ["schemas made of others", "import { z } from 'zod';\nimport { Post } from './post.js';\nconst Own = z.object({});\nexport const Title = Post.pick({ title: true });\nexport const More = Own.extend({}).partial();"],
    ["views and components", "import { liveView, liveComponent, html } from 'holdfast';\nimport { userView } from './live.js';\nexport const A = liveView.define({});\nexport const B = userView.define({});\nexport const C = liveComponent<{ a: string }>().define({});\nconst part = html`<p></p>`;"],
    ["topics and paths", "import { topic, definePaths } from 'holdfast';\nexport const saved = topic('saved');\nexport const paths = definePaths({ a: '/' });"],
    ["declarations of types", "declare module 'hono' { interface X { a: string } }\ndeclare const y: string;"],
  ])("has %s", (_what, code) => {
    expect(stateOf(code)).toBeUndefined();
  });
});

describe("a module that keeps something", () => {
  it.each([
    ["a variable", "export const a = 1;\nlet calls = 0;", "keeps `calls` in a variable", 2],
    ["a collection", "const seen = new Map<string, number>();", "keeps `seen`", 1],
    ["an empty list", "\nconst all: string[] = [];", "keeps `all`", 2],
    ["a collection within a constant", "const caches = { users: new Map() };", "keeps `caches`", 1],
    ["what a function made", "import { open } from './db.js';\nexport const db = open('file:a.db');", "keeps `db`", 2],
    ["a PubSub", "import { createPubSub } from 'holdfast';\nexport const pubsub = createPubSub();", "keeps `pubsub`", 2],
    ["what it waited for", "export const data = await fetch('/');", "keeps `data`", 1],
    ["a timer", "setInterval(() => {}, 1000);", "does something when it is loaded", 1],
    ["a condition", "if (process.env.A) setUp();", "does something when it is loaded", 1],
  ])("has %s", (_what, code, what, line) => {
    expect(stateOf(code)).toEqual({ what, line });
  });
});

it("a syntax error has its place", () => {
  expect(() => stateOf("const a = 1;\nconst b = {;")).toThrow(expect.objectContaining({ constructor: SourceError, at: "/app/module.ts:2:12" }));
});
