import { randomBytes } from "node:crypto";
import { afterEach, expect, it, vi } from "vitest";
import { MemoryStorage } from "../../../test/support/memory-storage.js";
import { Vault } from "./vault.js";

/** As `DraftKeys` makes them: 15 bytes that name the user, 32 of the key. */
const newKey = (): string => randomBytes(47).toString("base64url");
const ADA = newKey();
const BOB = newKey();
const LIMITS = { maxBytes: 10_000, maxAgeMs: 1000 };
const always = (): boolean => true;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("returns what it was given, to its user alone, and shows it to nobody", async () => {
  const storage = new MemoryStorage();
  expect(await new Vault(storage, [ADA], LIMITS).write("/a#form", "the text", always)).toBe(true);
  expect(await new Vault(storage, [ADA], LIMITS).read()).toEqual([{ name: "/a#form", text: "the text" }]);
  expect(await new Vault(storage, [BOB], LIMITS).read()).toEqual([]);
  expect(await new Vault(storage, [], LIMITS).read()).toEqual([]);
  expect(JSON.stringify(storage)).not.toContain("the text");
});

it("opens what was stored under an older secret", async () => {
  const storage = new MemoryStorage();
  await new Vault(storage, [ADA], LIMITS).write("a", "old", always);
  const rotated = new Vault(storage, [BOB, ADA], LIMITS);
  await rotated.write("b", "new", always);
  expect(await rotated.read()).toEqual(expect.arrayContaining([{ name: "a", text: "old" }, { name: "b", text: "new" }]));
  rotated.forget("a");
  expect(await rotated.read()).toEqual([{ name: "b", text: "new" }]);
});

it("opens nothing that was changed, or put in another's place", async () => {
  const storage = new MemoryStorage();
  const vault = new Vault(storage, [ADA], LIMITS);
  await vault.write("a", "of a", always);
  const [item] = Object.keys(storage);
  const entry = storage.getItem(item!)!;
  storage.setItem(item!.replace(/a$/, "b"), entry);
  storage.setItem(item!, `${entry.slice(0, -6)}AAAAAA`);
  storage.setItem(item!.replace(/a$/, "c"), "garbage");
  expect(await vault.read()).toEqual([]);
});

it("takes no unencrypted entry where the browser encrypts: another user of the tab may have written it", async () => {
  const storage = new MemoryStorage();
  const vault = new Vault(storage, [ADA], LIMITS);
  await vault.write("a", "of Ada", always);
  const [item] = Object.keys(storage);
  storage.setItem(item!, `${Date.now()}:pforged`);
  expect(await vault.read()).toEqual([]);
});

it("keeps no user's entries beyond their age", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const storage = new MemoryStorage();
  await new Vault(storage, [ADA], LIMITS).write("a", "x", always);
  vi.setSystemTime(Date.now() + 1000);
  expect(await new Vault(storage, [BOB], LIMITS).read()).toEqual([]);
  expect(storage.length).toBe(0);
});

it("makes room for a text by forgetting the oldest, and refuses one that is too large", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const vault = new Vault(new MemoryStorage(), [ADA], LIMITS);
  for (const name of ["a", "b", "c"]) {
    vi.setSystemTime(Date.now() + 1);
    expect(await vault.write(name, name.repeat(3000), always)).toBe(true);
  }
  expect((await vault.read()).map(({ name }) => name).sort()).toEqual(["b", "c"]);
  expect(await vault.write("d", "d".repeat(10_000), always)).toBe(false);
  expect((await vault.read()).map(({ name }) => name).sort()).toEqual(["b", "c"]);
});

it("does not store a text that was forgotten during its encryption", async () => {
  const storage = new MemoryStorage();
  let wanted = true;
  const writing = new Vault(storage, [ADA], LIMITS).write("a", "x", () => wanted);
  wanted = false;
  await writing;
  expect(storage.length).toBe(0);
});

it("keeps texts as they are, apart by user, where the browser has no WebCrypto", async () => {
  vi.stubGlobal("crypto", {});
  const storage = new MemoryStorage();
  await new Vault(storage, [ADA], LIMITS).write("a", "plain", always);
  expect(await new Vault(storage, [ADA], LIMITS).read()).toEqual([{ name: "a", text: "plain" }]);
  expect(await new Vault(storage, [BOB], LIMITS).read()).toEqual([]);
});
