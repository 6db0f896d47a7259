// cheerio is an optional peer: what somebody sees who has not installed it.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kit-"));
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "holdfast"), { recursive: true });
  await cp(join(root, "dist"), join(modules, "holdfast/dist"), { recursive: true });
  await cp(join(root, "package.json"), join(modules, "holdfast/package.json"));
  for (const name of await readdir(join(root, "node_modules"))) {
    if (!name.startsWith(".") && name !== "cheerio" && name !== "holdfast") await symlink(join(root, "node_modules", name), join(modules, name));
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("without cheerio the kit can be imported, and the first page says what to install", async () => {
  await writeFile(join(folder, "program.mjs"), `
    import { createEndpoint } from "holdfast";
    import { openBrowser } from "holdfast/testing";
    const endpoint = createEndpoint({ secret: "a secret of at least thirty-two characters", log: () => {} });
    try {
      await openBrowser(endpoint).visit("/");
    } catch ({ name, code, message }) {
      console.log(JSON.stringify({ name, code, message }));
    }
    await endpoint.close();`);
  const { stdout } = await promisify(execFile)(process.execPath, ["program.mjs"], { cwd: folder });
  const error = JSON.parse(stdout) as { name: string; code: string; message: string };
  expect(error).toMatchObject({ name: "HoldfastError", code: "kit_dependency_missing" });
  expect(error.message).toContain("npm install --save-dev cheerio");
});
