import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync, rmdirSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileRevocations, type FileRevocations, type FileRevocationsOptions } from "./file-revocations.js";

/** The files that this process has open. */
function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
}

const LATER = Date.now() + 86_400_000;
let directory: string;
let path: string;
const opened: FileRevocations[] = [];
const open = (options: Partial<FileRevocationsOptions> = {}): FileRevocations => {
  const store = fileRevocations({ path, ...options });
  opened.push(store);
  return store;
};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-revocations-"));
  path = join(directory, "kept", "revocations");
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(directory, { recursive: true });
});

describe("a file of revocations", () => {
  it("is read again after a restart, with the later of two times", async () => {
    const store = open();
    await store.revoke("session:a", 1, LATER);
    await Promise.all([store.revoke("id:u", 9, LATER), store.revoke("id:u", 5, LATER), store.revoke('a "key"\nof two lines, ü', 2, LATER)]);
    const again = open();
    expect(["session:a", "id:u", 'a "key"\nof two lines, ü', "session:b"].map((key) => again.revokedAt(key))).toEqual([1, 9, 2, undefined]);
    expect([again.volatile, again.endedUntil]).toEqual([false, -Infinity]);
  });

  // An endpoint that is closed does not close a store that was given to it, and a descriptor that nobody closes warns (DEP0137).
  it.skipIf(!existsSync("/proc/self/fd"))("is open only while it is read or written, also while it is compacted", async () => {
    const now = Date.now();
    const store = open({ maxEntries: 10 });
    await store.revoke("session:first", now, LATER);
    expect(openFiles().filter((file) => file.startsWith(directory))).toEqual([]);
    const keys = Array.from({ length: 1500 }, (_, n) => `session:${n % 10}`);
    await Promise.all(keys.map((key, n) => store.revoke(key, now + n, LATER)));
    await store.revoke("session:last", now, LATER);
    await store.close();
    expect((await readFile(path, "utf8")).split("\n").length).toBeLessThan(100);
    expect(openFiles().filter((file) => file.startsWith(directory))).toEqual([]);
  });

  it("is the user's own", async () => {
    await open().revoke("session:a", 1, LATER);
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe("600");
  });

  it("counts in this process before it is on the disk", () => {
    const store = open();
    const written = store.revoke("session:a", 1, LATER);
    expect(store.revokedAt("session:a")).toBe(1);
    return written;
  });

  it.each(['["session:torn",1', '["session:torn",1,2', "\0\0\0\0", '{"a":1}\n', '["session:torn"]\n', "null\n", '[1,2,3]\n', '["session:torn",null,1]\n'])(
    "survives a torn last line, and what is written behind it counts: %j", async (torn) => {
      await open().revoke("session:before", 1, LATER);
      await appendFile(path, torn);
      const store = open();
      expect(store.revokedAt("session:before")).toBe(1);
      await store.revoke("session:behind", 2, LATER);
      const again = open();
      expect(["session:before", "session:behind", "session:torn"].map((key) => again.revokedAt(key))).toEqual([1, 2, undefined]);
    });

  it("shows a process what another has written to it", async () => {
    const [one, other] = [open(), open()];
    expect(other.revokedAt("session:a")).toBeUndefined();
    await one.revoke("session:a", 1, LATER);
    await expect.poll(() => other.revokedAt("session:a")).toBe(1);
  });

  it("forgets expired entries, and rewrites the file when most of them have expired", async () => {
    let now = 0;
    const store = open({ now: () => now });
    await store.revoke("session:kept", 0, 1_000_000);
    for (now = 1; now <= 5000; now++) void store.revoke(`session:${now}`, now, now + 10);
    for (; now <= 5100; now++) await store.revoke(`session:${now}`, now, now + 10);
    await store.close();
    const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
    expect(lines.length).toBeLessThan(2500);
    expect(await readdir(join(directory, "kept"))).toEqual(["revocations"]);
    const again = open({ now: () => now });
    expect([again.revokedAt("session:kept"), again.revokedAt("session:5"), again.revokedAt("session:5100")]).toEqual([0, undefined, 5100]);
  });

  it("loses nothing when two processes write during a rewrite", async () => {
    const stores = [open(), open()];
    const writes: Promise<void>[] = [];
    for (let n = 0; n < 3000; n++) {
      for (const [index, store] of stores.entries()) {
        // Most have expired when they are written, so that there is much to leave out.
        void store.revoke(`session:old ${index} ${n}`, 1, 2);
        if (n % 20 === 0) writes.push(store.revoke(`session:${index} ${n}`, 1, LATER));
      }
      if (n % 20 === 0) await writes.at(-1);
    }
    await Promise.all(writes);
    const again = open();
    for (let n = 0; n < 3000; n += 20) {
      for (const index of [0, 1]) expect(again.revokedAt(`session:${index} ${n}`), `${index} ${n}`).toBe(1);
    }
    const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
    expect(lines.length).toBeLessThan(6000);
  });

  it("is rewritten even if a process was killed during a rewrite", async () => {
    const store = open();
    await writeFile(`${path}.new`, "half");
    await utimes(`${path}.new`, 0, 0);
    for (let n = 0; n < 1500; n++) void store.revoke(`session:${n}`, 1, 2);
    await store.revoke("session:last", 1, LATER);
    await store.close();
    expect((await readFile(path, "utf8")).split("\n").length).toBeLessThan(1000);
    expect(open().revokedAt("session:last")).toBe(1);
  });

  it("that somebody deletes is written again whole", async () => {
    const store = open();
    await store.revoke("session:a", 1, LATER);
    await unlink(path);
    expect(store.revokedAt("session:a")).toBe(1);
    await store.revoke("session:b", 2, LATER);
    const again = open();
    expect([again.revokedAt("session:a"), again.revokedAt("session:b")]).toEqual([1, 2]);
  });

  it("is bounded: beyond it the oldest sessions end, and a restart knows it", async () => {
    const store = open({ maxEntries: 100 });
    for (let n = 1; n <= 101; n++) await store.revoke(`session:${n}`, n, LATER);
    expect(store.size).toBe(50);
    expect([store.revokedAt("session:51"), store.revokedAt("session:52"), store.endedUntil]).toEqual([undefined, 52, 51]);
    expect(open().endedUntil).toBe(51);
  });

  it.each(["a file where the directory should be", "a directory where the file should be"])("is refused if it cannot be used: %s", async (what) => {
    if (what.startsWith("a file")) await writeFile(join(directory, "kept"), "");
    else await mkdir(path, { recursive: true });
    expect(() => open()).toThrow(expect.objectContaining({ code: "revocations_unusable", message: expect.stringContaining(path) }));
  });

  it("rejects a revocation that cannot be written, and the next one that can is whole", async () => {
    const store = open();
    await store.revoke("session:a", 1, LATER);
    await unlink(path);
    await mkdir(path);
    await expect(store.revoke("session:b", 2, LATER)).rejects.toThrow(/EISDIR/);
    await rm(path, { recursive: true });
    await store.revoke("session:c", 3, LATER);
    const again = open();
    expect(["session:a", "session:b", "session:c"].map((key) => again.revokedAt(key))).toEqual([1, 2, 3]);
  });
});

it("a revocation that could not be written is written with the next one, or when the disk takes it again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const store = open();
    await unlink(path);
    await mkdir(path);
    await expect(store.revoke("session:a", 1, LATER)).rejects.toThrow(/EISDIR/);
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(store.revoke("session:b", 2, LATER)).rejects.toThrow(/EISDIR/);
    await rm(path, { recursive: true });
    await writeFile(path, "\n");
    await vi.advanceTimersByTimeAsync(5_000);
    await store.close();
    const again = open();
    expect([again.revokedAt("session:a"), again.revokedAt("session:b")]).toEqual([1, 2]);
  } finally {
    vi.useRealTimers();
  }
});

it("closing tries once more what could not be written, also if that was being written when it was called", async () => {
  const store = open();
  await unlink(path);
  await mkdir(path);
  // The disk takes it again as soon as the first write has failed.
  const refused = store.revoke("session:a", 1, LATER).catch(() => rmdirSync(path));
  await store.close();
  await refused;
  expect(open().revokedAt("session:a")).toBe(1);
});

it("closing fails if it still cannot be written", async () => {
  const store = open();
  await unlink(path);
  await mkdir(path);
  const refused = expect(store.revoke("session:a", 1, LATER)).rejects.toThrow(/EISDIR/);
  await expect(store.close()).rejects.toThrow(/EISDIR/);
  await refused;
  await rm(path, { recursive: true });
});

describe("a process that is killed", () => {
  const server = fileURLToPath(new URL("../../test/support/revoking-process.mjs", import.meta.url));

  it.each([1, 7, 40])("has kept every revocation that it had answered, killed behind the %ith", async (answers) => {
    const child = spawn(process.execPath, [server, path], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    let acknowledged = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged >= answers) child.kill("SIGKILL");
    }
    await exited;
    expect(acknowledged).toBeGreaterThanOrEqual(answers);
    const store = open();
    for (let n = 1; n <= acknowledged; n++) expect(store.revokedAt(`session:${n}`), `${n} of ${acknowledged}`).toBe(n);
    await store.revoke("session:behind", 1, LATER);
    expect(open().revokedAt("session:behind")).toBe(1);
  });
});
