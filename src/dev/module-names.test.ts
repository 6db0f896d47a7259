import { describe, expect, it } from "vitest";
import { ModuleNames } from "./module-names.js";

const names = (code: string) => new ModuleNames("/app/module.ts", code);
function mountsOtherwise(before: string, now: string, imported: readonly string[] = []): boolean {
  const [old, next] = [names(before), names(now)];
  return next.mountsOtherwise(old, next.changedSince(old, imported));
}

const view = (before: string, parts: string): string => `${before}\nexport const Page = liveView.define({ ${parts} });`;
const MOUNT = "mount: () => ({ note: form(Note, { text: '' }) }), render: ({ note }) => html`${note.name}${LABEL}`";

describe("a definition mounts otherwise", () => {
  it.each([
    ["its mount names a changed constant", view("const Note = a;", MOUNT), view("const Note = b;", MOUNT)],
    ["its mount names what a changed constant makes", view("const A = a; const Note = of(A);", MOUNT), view("const A = b; const Note = of(A);", MOUNT)],
    ["its mount calls a changed function", view("function first() { return 1; }", "mount: () => first()"), view("function first() { return 2; }", "mount: () => first()")],
    ["its params have changed", view("", "params: z.object({ a: A })"), view("", "params: z.object({ b: A })")],
    ["its topics name a changed constant", view("const T = topic('a');", "topics: () => ({ T })"), view("const T = topic('b');", "topics: () => ({ T })")],
    ["the function around it has another local",
      "export function page(web) { const Note = a; return liveView.define({ mount: () => of(Note) }); }",
      "export function page(web) { const Note = b; return liveView.define({ mount: () => of(Note) }); }"],
    ["it is described elsewhere", "const page = { mount: () => a }; const Page = liveView.define(page);", "const page = { mount: () => b }; const Page = liveView.define(page);"],
  ])("if %s", (_why, before, now) => {
    expect(mountsOtherwise(before, now)).toBe(true);
    expect(mountsOtherwise(before, before)).toBe(false);
  });

  it("if its mount names a changed import", () => {
    const code = view("import { Note } from './note.js';", MOUNT);
    expect(mountsOtherwise(code, code, ["Note"])).toBe(true);
  });

  it.each([
    ["only its render names it", view("const LABEL = 'a';", MOUNT), view("const LABEL = 'b';", MOUNT)],
    ["it is the name of a property", view("const note = a;", MOUNT), view("const note = b;", MOUNT)],
    ["it is in a type", view("type T = A; const Note = a as T;", MOUNT), view("type T = B; const Note = a as T;", MOUNT)],
    ["only an event's handler has changed",
      view("", "mount: () => ({ note: 1 }), events: { a: { handle: () => { const note = 1; } } }"),
      view("", "mount: () => ({ note: 1 }), events: { a: { handle: () => { const note = 2; } } }")],
  ])("but not if %s", (_why, before, now) => {
    expect(mountsOtherwise(before, now)).toBe(false);
  });
});

it("what importers see of a change are the exported names", () => {
  const before = names("const a = 1; export { a as b }; export const c = () => a; const d = 1; export default a; export const e = 2;");
  const now = names("const a = 2; export { a as b }; export const c = () => a; const d = 2; export default a; export const e = 2;");
  expect([...now.exportsOf(now.changedSince(before, []))].sort()).toEqual(["b", "c", "default"]);
});
