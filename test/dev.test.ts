import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { DevApp, documentedApp } from "./browser/support/dev.js";
import { importsOf } from "../scripts/tokens.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  exports: Record<string, string | { default: string }>;
};

/** Every file of the package that a subpath loads, and every package: what production has in its process. */
function loadedBy(entry: string): { files: string[]; packages: string[] } {
  const files = new Set([resolve(root, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const { specifier } of importsOf(readFileSync(file, "utf8"))) {
      if (specifier === undefined) continue;
      if (!specifier.startsWith(".")) packages.add(specifier);
      else if (existsSync(resolve(dirname(file), specifier))) files.add(resolve(dirname(file), specifier));
    }
  }
  return { files: [...files].map((file) => relative(root, file)), packages: [...packages] };
}

const subpaths = Object.entries(exports).flatMap(([subpath, target]) =>
  (typeof target === "string" || subpath === "./dev" || subpath === "./vite" ? [] : [[subpath, target.default] as const]));

it.each(subpaths)("%s loads nothing of what only development has", (_subpath, entry) => {
  const { files, packages } = loadedBy(entry);
  expect(files).not.toEqual([]);
  expect(files.filter((file) => /^dist\/(?:dev|check|vite)\//.test(file))).toEqual([]);
  expect(packages.filter((name) => /^vite\b/.test(name))).toEqual([]);
});

it("holdfast/dev is what has it", () => {
  const { files, packages } = loadedBy("dist/dev/index.js");
  expect(files).toContain("dist/dev/dev-socket.js");
  expect(packages).toContain("vite");
});

it("a page of an application that is not in development has no overlay", async () => {
  const { createEndpoint, html, liveSession, liveView } = await import("holdfast");
  const { serve } = await import("holdfast/node");
  const Page = liveView.define({ authorize: "public", render: () => html`<p>Hello</p>` });
  const endpoint = createEndpoint({ secret: crypto.randomUUID() + crypto.randomUUID(), live: [liveSession("default", {}, (live) => live("/", Page))] });
  const { url, close } = await serve(endpoint, { port: 0 });
  try {
    const page = await (await fetch(url)).text();
    expect(page).toContain("Hello");
    expect(page).not.toContain("__holdfast");
    expect((await fetch(`${url}/__holdfast/overlay.js`)).status).toBe(404);
  } finally {
    await close();
  }
});

it("the program of its own in docs/develop.md runs the application, closes it and ends", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dev-own-"));
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const own = await readFile(join(root, "test/docs/programs/develop/own.ts"), "utf8");
    const files = { ...(await documentedApp()), "package.json": '{ "type": "module" }', "own.js": own };
    await mkdir(join(folder, "src"));
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
    const { stdout } = await promisify(execFile)(process.execPath, ["own.js"], { cwd: folder, env: { PATH: process.env["PATH"], PORT: "0" } });
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

// npm and its shell end at SIGTERM without forwarding it.
it.skipIf(process.platform === "win32")("what npm started ends with npm's shell, and gives the port back", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dev-npm-"));
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await mkdir(join(folder, "src"));
    for (const [path, text] of Object.entries({ ...(await documentedApp()), "package.json": '{ "type": "module" }' })) await writeFile(join(folder, path), text);
    const shell = spawn("/bin/sh", ["-c", '"$0" "$1" dev src/main.ts & wait', process.execPath, join(root, "dist/dev/cli.js")], {
      cwd: folder, env: { PATH: process.env["PATH"], PORT: "0", npm_command: "exec" }, stdio: ["ignore", "pipe", "inherit"],
    });
    await once(shell.stdout, "data");
    shell.kill("SIGKILL");
    // The pipe closes when the last process that writes to it has ended.
    shell.stdout.resume();
    await once(shell.stdout, "close");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("a program that serves nothing is told so, because it looks like one that is still starting", async () => {
  const app = await DevApp.start({ "src/main.ts": 'import { createEndpoint } from "holdfast";\ncreateEndpoint({ secret: process.env["SECRET"]!, live: [] });\n' });
  try {
    expect(await app.line((line) => line.includes("serves nothing"))).toBe("src/main.ts has run, and serves nothing: it calls serve(endpoint), or attach(endpoint, server)");
  } finally {
    await app.stop();
  }
});
