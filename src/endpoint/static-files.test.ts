import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { StaticFiles } from "./static-files.js";

const hashed = vi.hoisted((): string[] => []);
vi.mock("../security/index.js", () => ({
  fingerprint(bytes: Uint8Array): string {
    hashed.push(Buffer.from(bytes).toString());
    return `print of ${hashed.at(-1)}`;
  },
}));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "static-"));
  for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) await writeFile(join(folder, `${name}.txt`), name);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("does not read a file beyond the limit for a client, and reads one that the application names once", async () => {
  const files = new StaticFiles(folder, 3);
  await files.ready;
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const beyond = names.filter((name) => !files.has(`/${name}.txt`));
  expect([hashed.length, beyond.length]).toEqual([3, 5]);
  hashed.length = 0;

  for (const name of [...beyond, ...beyond]) expect(await files.find(`/${name}.txt`)).toMatchObject({ size: 1, version: undefined });
  expect(hashed).toEqual([]);

  const [named = "", ...others] = beyond;
  const url = `/${named}.txt?vsn=print of ${named}`;
  expect([files.versioned(`/${named}.txt`), files.versioned(`/${named}.txt`)]).toEqual([url, url]);
  expect((await files.find(`/${named}.txt`))?.version).toBe(`print of ${named}`);
  expect(hashed).toEqual([named]);

  for (const name of [...others, ...others]) files.versioned(`/${name}.txt`);
  expect(hashed.length).toBe(3);
  expect(files.versioned(`/${others.at(-1)}.txt`)).toBe(`/${others.at(-1)}.txt`);
});
