import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { reportOf } from "./error-report.js";

let folder = "";
let root = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
  root = join(folder, "app");
  await mkdir(join(root, ".git"), { recursive: true });
  await writeFile(join(root, "page.ts"), "throw new Error();\n");
  for (const secret of [".env", "key.pem", ".git/config.ts", "../other.ts"]) await writeFile(join(root, secret), "SECRET\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An error that was thrown in `page.ts`, as far as its stack says. */
function thrown(message: string): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}\n    at render (${join(root, "page.ts")}:1:7)`;
  return error;
}

it("shows the line of the application's own source", async () => {
  const { frame, message, stack } = await reportOf("It failed", thrown("no such post"), root);
  expect(frame).toMatchObject({ file: "page.ts", line: 1, column: 7, lines: [{ number: 1, text: "throw new Error();" }, { number: 2, text: "" }] });
  expect({ message, stack }).toEqual({ message: "no such post", stack: ["at render (./page.ts:1:7)"] });
});

it("shows that line also if the message, which a client may have written, names another file", async () => {
  const frames = (...files: string[]): string[] => files.map((file) => `no such post\n    at x (${file}:1:1)\n`);
  const messages = [
    ...frames(join(root, ".env"), join(root, "key.pem"), join(root, ".git/config.ts"), `${root}/../other.ts`, pathToFileURL(join(root, ".env")).href),
    "[ .env:1:1 ]", "[ key.pem:1:1 ]", "[ ../other.ts:1:1 ]", "[ .git/config.ts:1:1 ]",
  ];
  for (const message of messages) {
    expect({ message, frame: (await reportOf("It failed", thrown(message), root)).frame }).toMatchObject({ message, frame: { file: "page.ts", line: 1 } });
  }
});

it("shows no file outside the application, whatever a stack says, and takes every URL", async () => {
  const url = pathToFileURL(root).href;
  for (const place of [`${root}/../other.ts`, `${url}/../other.ts`, `${url}/..%2fother.ts`, "file://elsewhere/app/page.ts", `${root}/.git/config.ts`]) {
    const error = new Error("no such post");
    error.stack = `Error: no such post\n    at x (${place}:1:1)`;
    expect({ place, frame: (await reportOf("It failed", error, root)).frame }).toEqual({ place, frame: undefined });
  }
});

it.each(["my pages/größe.ts", "(shop)/cart.ts", "50% off/page.ts"])("shows the line of %s, whose frame is written as source maps write it", async (path) => {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, "throw new Error();\n");
  for (const written of [file, file.replaceAll("%", "%25").replaceAll(" ", "%20")]) {
    const error = new Error("no such post");
    error.stack = `Error: no such post\n    at render (${written}:1:7)`;
    expect((await reportOf("It failed", error, root)).frame).toMatchObject({ file: path, line: 1, column: 7 });
  }
});

it("shows the line of another package of the workspace", async () => {
  const web = join(folder, "shop/apps/web");
  const library = join(folder, "shop/packages/prices/index.ts");
  await mkdir(web, { recursive: true });
  await mkdir(dirname(library), { recursive: true });
  await writeFile(join(folder, "shop/package.json"), '{ "workspaces": ["apps/*", "packages/*"] }');
  await writeFile(library, "throw new Error();\n");
  const error = new Error("no such price");
  error.stack = `Error: no such price\n    at price (${library}:1:7)`;
  expect((await reportOf("It failed", error, web)).frame).toMatchObject({ file: "../../packages/prices/index.ts", line: 1 });
});
