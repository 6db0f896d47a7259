import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { DiskWriter } from "./disk-writer.js";

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return {
    ...real,
    async open(...how: Parameters<typeof real.open>) {
      const file = await real.open(...how);
      const close = file.close.bind(file);
      file.close = async () => {
        await close();
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      };
      return file;
    },
  };
});

test.each(["done", "cancel"] as const)("a disk that reports its failure only when the file is closed (%s) keeps no file", async (end) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  try {
    const writer = new DiskWriter(folder);
    await writer.init();
    await writer.write(Buffer.from("a chunk"));
    expect(await readdir(folder)).toHaveLength(1);
    await expect(writer.close(end)).rejects.toThrow("no space left");
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
