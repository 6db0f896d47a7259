import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { Forbidden, NotFound } from "holdfast";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAccounts, EmailTaken, RegistrationForm, WrongPassword, type PublicUser } from "../src/accounts/index.js";
import { createPasswords } from "../src/accounts/passwords.js";
import { createBlog, PostForm, type Post } from "../src/blog/index.js";
import { openDatabase, type Database } from "../src/db/client.js";
import { SqlRevocationStore } from "../src/db/revocations.js";
import { confirmationTokens, posts, users } from "../src/db/schema.js";
import { seed, SEED_LOGINS } from "../src/db/seeds.js";
import { SEED_POSTS } from "../src/db/seed-posts.js";
import { createMailbox } from "../src/mail/index.js";

const passwordCost = { memoryCost: 64, timeCost: 1, parallelism: 1 };
const DAY = 24 * 60 * 60 * 1_000;

let folder: string;
let db: Database;
let clock: Date;
const now = () => clock;
/** So that an address may be written to again. */
const aWhileLater = () => void (clock = new Date(clock.getTime() + 5 * 60_000));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "blog-"));
  db = await openDatabase(`file:${join(folder, "nested", "blog.db")}`);
  clock = new Date("2026-03-01T12:00:00Z");
});

afterEach(async () => {
  db.$client.close();
  await rm(folder, { recursive: true, force: true });
});

function makeAccounts() {
  const mailbox = createMailbox({ now });
  const calls: string[] = [];
  const accounts = createAccounts(db, {
    deliver: mailbox.deliver,
    confirmationUrl: (token) => `http://blog.example/confirm/${token}`,
    endSessions: async (user) => {
      await Promise.resolve();
      calls.push(`sessions of ${user.name} ended`);
    },
    publish: { userChanged: (user) => void calls.push(`${user.name} changed`) },
    passwordCost,
    now,
  });
  return { accounts, mailbox, calls };
}

function makeBlog() {
  const published: [event: string, post: Post][] = [];
  const blog = createBlog(db, {
    publish: {
      postCreated: (post) => void published.push(["created", post]),
      postSaved: (post) => void published.push(["saved", post]),
      postDeleted: (post) => void published.push(["deleted", post]),
    },
    now,
  });
  return { blog, published };
}

async function people() {
  await seed(db, { passwordCost, now });
  const find = async (email: string): Promise<PublicUser> =>
    (await db.select().from(users).where(eq(users.email, email)).get())!;
  return {
    admin: await find("admin@blog.example"),
    editor: await find("editor@blog.example"),
    reader: await find("reader@blog.example"),
    unconfirmed: await find("new@blog.example"),
  };
}

const ada = { email: "ada@blog.example", name: "Ada", password: "a dozen and more" };
const draft = { title: "Draft", body: "Some text." };

describe("the database", () => {
  test("waits for locks, writes ahead and keeps its foreign keys", async () => {
    const value = async (pragma: string) => {
      const { rows } = await db.$client.execute(`PRAGMA ${pragma}`);
      return Object.values(rows[0]!)[0];
    };
    expect(await value("journal_mode")).toBe("wal");
    expect(await value("foreign_keys")).toBe(1);
    expect(await value("busy_timeout")).toBe(5_000);
    await expect(
      db.insert(posts).values({ ...draft, authorId: 999, createdAt: clock, updatedAt: clock }),
    ).rejects.toThrow();
  });

  test("keeps its settings when many statements are under way at once", async () => {
    const ask = () => db.$client.execute("PRAGMA synchronous");
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(answers.map(({ rows }) => rows[0]!["synchronous"])).toEqual(Array(20).fill(1));
  });

  test("is opened again with what it had, and works in memory", async () => {
    await people();
    const again = await openDatabase(`file:${join(folder, "nested", "blog.db")}`);
    expect(await again.select().from(users)).toHaveLength(SEED_LOGINS.length);
    again.$client.close();

    const memory = await openDatabase(":memory:");
    expect(await memory.select().from(users)).toEqual([]);
    memory.$client.close();
  });

  test("knows three roles only", async () => {
    const { reader } = await people();
    await expect(
      db.$client.execute({ sql: "UPDATE users SET role = 'owner' WHERE id = ?", args: [reader.id] }),
    ).rejects.toThrow(/CHECK/);
  });
});

describe("seeds", () => {
  test("are written once, also by two at the same time", async () => {
    const both = await Promise.all([seed(db, { passwordCost, now }), seed(db, { passwordCost, now })]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await seed(db, { passwordCost, now })).toBe(false);
    expect(await db.select().from(users)).toHaveLength(4);
    expect(await db.select().from(posts)).toHaveLength(5);
  });

  test("do not bring back what was deleted", async () => {
    const { editor } = await people();
    const { blog } = makeBlog();
    for (const post of await blog.listPosts(editor)) await blog.deletePost(editor, post);
    await seed(db, { passwordCost, now });
    expect(await blog.listPosts(editor)).toEqual([]);
  });

  test("can be logged in with, and fit their own forms", async () => {
    await people();
    const { accounts } = makeAccounts();
    for (const login of SEED_LOGINS) {
      const user = await accounts.authenticate(login.email, login.password);
      expect(user).toMatchObject({ email: login.email, role: login.role });
      expect(user!.confirmedAt !== null).toBe(login.confirmed);
      expect(RegistrationForm.safeParse(login).success).toBe(true);
    }
    for (const post of SEED_POSTS) expect(PostForm.safeParse(post).success).toBe(true);
  });
});

describe("registration", () => {
  test("makes an unconfirmed reader, whatever else the form said", async () => {
    const { accounts, calls } = makeAccounts();
    const forged = { ...ada, email: "  Ada@Blog.Example ", role: "admin", confirmedAt: new Date() };
    const user = await accounts.registerUser(forged);
    expect(user).toMatchObject({ email: "ada@blog.example", role: "reader" });
    expect(user).toMatchObject({ confirmedAt: null, bannedAt: null });
    expect(user).not.toHaveProperty("passwordHash");
    expect(calls).toEqual(["Ada changed"]);
  });

  test("refuses an address that is taken, in any case of letters", async () => {
    const { accounts } = makeAccounts();
    await accounts.confirmUser((await accounts.createConfirmation(await accounts.registerUser(ada)))!, ada.password);
    await expect(accounts.registerUser({ ...ada, email: "ADA@blog.example", password: "another long one" })).rejects.toThrow(EmailTaken);
    expect(await accounts.authenticate(ada.email, ada.password)).toBeDefined();
  });

  test("of an unconfirmed address replaces the one before, and of a banned one nothing", async () => {
    const { admin } = await people();
    const { accounts } = makeAccounts();
    const first = await accounts.registerUser({ ...ada, name: "Mallory", password: "chosen by another" });
    expect(await accounts.registerUser(ada)).toEqual({ ...first, name: "Ada" });
    expect(await accounts.authenticate(ada.email, "chosen by another")).toBeUndefined();
    expect(await accounts.authenticate(ada.email, ada.password)).toBeDefined();
    await accounts.banUser(admin, first.id);
    await expect(accounts.registerUser(ada)).rejects.toThrow(EmailTaken);
  });

  test.each([
    ["email", { email: "ada" }],
    ["email", { email: `${"a".repeat(250)}@b.example` }],
    ["name", { name: "  " }],
    ["name", { name: "a".repeat(81) }],
    ["password", { password: "eleven char" }],
    ["password", { password: "a".repeat(257) }],
  ])("refuses a wrong %s %#", async (field, change) => {
    const { accounts } = makeAccounts();
    const result = RegistrationForm.safeParse({ ...ada, ...change });
    expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
    await expect(accounts.registerUser({ ...ada, ...change })).rejects.toThrow();
    expect(await db.select().from(users)).toEqual([]);
  });

  test("keeps an Argon2id hash", async () => {
    const { accounts } = makeAccounts();
    await accounts.registerUser(ada);
    const row = await db.select().from(users).get();
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    expect(await createPasswords().hash("x")).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("logging in", () => {
  test("takes the right password only", async () => {
    const { accounts } = makeAccounts();
    const user = await accounts.registerUser(ada);
    expect(await accounts.authenticate(" ADA@blog.example", ada.password)).toEqual(user);
    expect(await accounts.authenticate(ada.email, "another password")).toBeUndefined();
    expect(await accounts.authenticate(ada.email, "")).toBeUndefined();
    expect(await accounts.authenticate(ada.email, "a".repeat(100_000))).toBeUndefined();
  });

  test("does the same work for an unknown address, and says no", async () => {
    vi.resetModules();
    const verified: string[] = [];
    vi.doMock("@node-rs/argon2", async (original) => {
      const real = await original<typeof import("@node-rs/argon2")>();
      return {
        ...real,
        verify: (hash: string, password: string) => {
          verified.push(hash);
          return real.verify(hash, password);
        },
      };
    });
    try {
      const fresh = await import("../src/accounts/index.js");
      const accounts = fresh.createAccounts(db, { deliver() {}, endSessions() {}, confirmationUrl: String, passwordCost, now });
      await accounts.registerUser(ada);
      expect(await accounts.authenticate("nobody@blog.example", ada.password)).toBeUndefined();
      await accounts.authenticate(ada.email, ada.password);
      expect(verified).toHaveLength(2);
      await accounts.authenticate(ada.email, "a".repeat(257));
      expect(verified).toHaveLength(2); // too long to be hashed at all
      const cost = (hash: string) => hash.split("$").slice(0, 4);
      expect(cost(verified[0]!)).toEqual(cost(verified[1]!));
    } finally {
      vi.doUnmock("@node-rs/argon2");
      vi.resetModules();
    }
  });

  test("is never possible against the hash that stands for nobody", async () => {
    vi.resetModules();
    vi.doMock("@node-rs/argon2", () => ({ hash: async () => "a hash", verify: async () => true }));
    try {
      const fresh = await import("../src/accounts/passwords.js");
      const passwords = fresh.createPasswords(passwordCost);
      expect(await passwords.verify("a hash", "anything")).toBe(true);
      expect(await passwords.verify(undefined, "anything")).toBe(false);
    } finally {
      vi.doUnmock("@node-rs/argon2");
      vi.resetModules();
    }
  });
});

describe("confirmation", () => {
  test("comes by mail, and confirms", async () => {
    const { accounts, mailbox, calls } = makeAccounts();
    const user = await accounts.registerUser(ada);
    const token = (await accounts.createConfirmation(user))!;
    expect(mailbox.list()).toHaveLength(1);
    expect(mailbox.list()[0]).toMatchObject({ to: ada.email });
    expect(mailbox.list()[0]!.text).toContain(`http://blog.example/confirm/${token}`);
    expect(await accounts.confirmUser(token, ada.password)).toMatchObject({ id: user.id, confirmedAt: clock });
    expect(await accounts.getUser(user.id)).toMatchObject({ confirmedAt: clock });
    expect(calls).toEqual(["Ada changed", "Ada changed"]);
  });

  test("mails nothing that whoever registered has written", async () => {
    const { accounts, mailbox } = makeAccounts();
    const words = "You have won: http://evil.example";
    await accounts.createConfirmation(await accounts.registerUser({ ...ada, name: words }));
    aWhileLater();
    await accounts.mailAlreadyRegistered(ada.email);
    expect(mailbox.list()).toHaveLength(2);
    expect(JSON.stringify(mailbox.list())).not.toContain("evil.example");
  });

  test("an address is written to once in five minutes, however often and at once somebody types it, and the link in that mail works", async () => {
    const { accounts, mailbox } = makeAccounts();
    const user = await accounts.registerUser(ada);
    const tokens = await Promise.all(Array.from({ length: 5 }, () => accounts.createConfirmation(user)));
    await accounts.mailAlreadyRegistered(ada.email);
    expect(mailbox.list()).toHaveLength(1);
    await accounts.confirmUser(tokens.find((token) => token !== undefined)!, ada.password);
    aWhileLater();
    for (let i = 0; i < 3; i++) await accounts.mailAlreadyRegistered(ada.email);
    expect(mailbox.list().map(({ subject }) => subject)).toEqual(["You already have an account", "Please confirm your address"]);
    // A clock that was ahead keeps nobody from getting a mail.
    clock = new Date(clock.getTime() - 365 * DAY);
    await accounts.mailAlreadyRegistered(ada.email);
    expect(mailbox.list()).toHaveLength(3);
  });

  test("keeps no token that could be used", async () => {
    const { accounts } = makeAccounts();
    const token = (await accounts.createConfirmation(await accounts.registerUser(ada)))!;
    const rows = await db.select().from(confirmationTokens);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(await accounts.confirmUser(rows[0]!.tokenHash, ada.password)).toBeUndefined();
  });

  test("works once, for one of two who come at the same time", async () => {
    const { accounts } = makeAccounts();
    const token = (await accounts.createConfirmation(await accounts.registerUser(ada)))!;
    const both = await Promise.all([accounts.confirmUser(token, ada.password), accounts.confirmUser(token, ada.password)]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await accounts.confirmUser(token, ada.password)).toBeUndefined();
  });

  test("asks for the password that was chosen, and is not used up by another", async () => {
    const { accounts, calls } = makeAccounts();
    const token = (await accounts.createConfirmation(await accounts.registerUser(ada)))!;
    for (const password of ["", "another password", "a".repeat(100_000)]) {
      await expect(accounts.confirmUser(token, password)).rejects.toThrow(WrongPassword);
    }
    expect(calls).toEqual(["Ada changed"]);
    expect(await accounts.confirmUser(token, ada.password)).toBeDefined();
  });

  test("does not confirm a password that takes the place of the right one while that is compared", async () => {
    vi.resetModules();
    let meanwhile = async (): Promise<void> => {};
    vi.doMock("@node-rs/argon2", async (original) => {
      const real = await original<typeof import("@node-rs/argon2")>();
      const verify: typeof real.verify = async (...args) => {
        const matches = await real.verify(...args);
        await meanwhile();
        return matches;
      };
      return { ...real, verify };
    });
    try {
      const fresh = await import("../src/accounts/index.js");
      const accounts = fresh.createAccounts(db, { deliver() {}, endSessions() {}, confirmationUrl: String, passwordCost, now });
      const user = await accounts.registerUser(ada);
      const token = (await accounts.createConfirmation(user))!;
      meanwhile = async () => void (await accounts.registerUser({ ...ada, password: "chosen by another" }));
      expect(await accounts.confirmUser(token, ada.password)).toBeUndefined();
      expect(await accounts.getUser(user.id)).toMatchObject({ confirmedAt: null });
    } finally {
      vi.doUnmock("@node-rs/argon2");
      vi.resetModules();
    }
  });

  test("expires", async () => {
    const { accounts } = makeAccounts();
    const user = await accounts.registerUser(ada);
    const token = (await accounts.createConfirmation(user))!;
    clock = new Date(clock.getTime() + DAY);
    expect(await accounts.confirmUser(token, ada.password)).toBeUndefined();
    expect(await accounts.getUser(user.id)).toMatchObject({ confirmedAt: null });
  });

  test("lasts until just before", async () => {
    const { accounts } = makeAccounts();
    const token = (await accounts.createConfirmation(await accounts.registerUser(ada)))!;
    clock = new Date(clock.getTime() + DAY - 1);
    expect(await accounts.confirmUser(token, ada.password)).toBeDefined();
  });

  test("is replaced by a newer one", async () => {
    const { accounts } = makeAccounts();
    const user = await accounts.registerUser(ada);
    const older = (await accounts.createConfirmation(user))!;
    aWhileLater();
    const newer = (await accounts.createConfirmation(user))!;
    expect(await accounts.confirmUser(older, ada.password)).toBeUndefined();
    expect(await accounts.confirmUser(newer, ada.password)).toBeDefined();
  });

  test("does nothing for a banned user or an unknown token", async () => {
    const { admin, unconfirmed } = await people();
    const { accounts } = makeAccounts();
    const token = (await accounts.createConfirmation(unconfirmed))!;
    await accounts.banUser(admin, unconfirmed.id);
    const { password } = SEED_LOGINS.find(({ confirmed }) => !confirmed)!;
    expect(await accounts.confirmUser(token, password)).toBeUndefined();
    expect(await accounts.confirmUser("", password)).toBeUndefined();
  });
});

describe("managing users", () => {
  test("is for admins", async () => {
    const { admin, editor, reader, unconfirmed } = await people();
    const { accounts, calls } = makeAccounts();
    for (const actor of [editor, reader, unconfirmed, { id: 999 }]) {
      await expect(accounts.listUsers(actor)).rejects.toThrow(Forbidden);
      await expect(accounts.banUser(actor, admin.id)).rejects.toThrow(Forbidden);
      await expect(accounts.unbanUser(actor, admin.id)).rejects.toThrow(Forbidden);
    }
    expect(await accounts.getUser(admin.id)).toBeDefined();
    expect(calls).toEqual([]);
  });

  test("is for confirmed admins", async () => {
    const { unconfirmed } = await people();
    await db.update(users).set({ role: "admin" }).where(eq(users.id, unconfirmed.id));
    await expect(makeAccounts().accounts.listUsers(unconfirmed)).rejects.toThrow(Forbidden);
  });

  test("lists everybody, without hashes", async () => {
    const { admin, reader } = await people();
    const { accounts } = makeAccounts();
    await accounts.banUser(admin, reader.id);
    const list = await accounts.listUsers(admin);
    const names = ["Edda Writer", "Ines Admin", "Nova Newcomer", "Remy Reader"];
    expect(list.users.map(({ name }) => name)).toEqual(names);
    expect(list).toMatchObject({ page: 1, pages: 1 });
    expect(JSON.stringify(list)).not.toContain("argon2");
  });

  test("lists them in pages, each user once; behind the last page stands the last", async () => {
    const { admin } = await people();
    const { accounts } = makeAccounts();
    const { passwordHash } = (await db.select().from(users).where(eq(users.id, admin.id)).get())!;
    await db.insert(users).values(Array.from({ length: 100 }, (_, i) => ({
      email: `${i}@many.example`, name: "Same Name", role: "reader" as const, passwordHash, confirmedAt: clock, createdAt: clock,
    })));
    const pages = [await accounts.listUsers(admin), await accounts.listUsers(admin, 2), await accounts.listUsers(admin, 3)];
    expect(pages.map(({ page, pages: count, users: list }) => [page, count, list.length])).toEqual([[1, 3, 50], [2, 3, 50], [3, 3, 4]]);
    expect(new Set(pages.flatMap(({ users: list }) => list.map(({ id }) => id))).size).toBe(104);
    expect(await accounts.listUsers(admin, 9)).toEqual(pages[2]);
  });

  test("bans, and closes what was open before it says so", async () => {
    const { admin, reader } = await people();
    const { accounts, calls } = makeAccounts();
    expect(await accounts.banUser(admin, reader.id)).toMatchObject({ id: reader.id, bannedAt: clock });
    expect(calls).toEqual(["sessions of Remy Reader ended", "Remy Reader changed"]);
    expect(await accounts.getUser(reader.id)).toBeUndefined();
    expect(await accounts.authenticate(reader.email, "reader-of-the-blog")).toBeUndefined();
  });

  test("lets a banned user in again", async () => {
    const { admin, reader } = await people();
    const { accounts } = makeAccounts();
    await accounts.banUser(admin, reader.id);
    expect(await accounts.unbanUser(admin, reader.id)).toMatchObject({ id: reader.id, bannedAt: null });
    expect(await accounts.authenticate(reader.email, "reader-of-the-blog")).toMatchObject({ id: reader.id });
  });

  test("of admins who ban each other at the same moment, one stays", async () => {
    const { admin, editor } = await people();
    const { accounts } = makeAccounts();
    await db.update(users).set({ role: "admin" }).where(eq(users.id, editor.id));
    const [first, second] = await Promise.allSettled([accounts.banUser(admin, editor.id), accounts.banUser(editor, admin.id)]);
    expect(first).toMatchObject({ status: "fulfilled", value: { id: editor.id, bannedAt: clock } });
    expect(second).toMatchObject({ status: "rejected", reason: expect.any(Forbidden) as unknown });
    expect(await accounts.getUser(admin.id)).toMatchObject({ role: "admin" });
  });

  test("nobody bans themselves, or somebody who does not exist", async () => {
    const { admin } = await people();
    const { accounts } = makeAccounts();
    await expect(accounts.banUser(admin, admin.id)).rejects.toThrow(Forbidden);
    await expect(accounts.banUser(admin, 999)).rejects.toThrow(NotFound);
    await expect(accounts.unbanUser(admin, 999)).rejects.toThrow(NotFound);
  });

  test("a user who is not there is nobody", async () => {
    expect(await makeAccounts().accounts.getUser(999)).toBeUndefined();
  });
});

describe("posts", () => {
  test("are read by confirmed users, newest first", async () => {
    const { reader } = await people();
    const { blog } = makeBlog();
    const list = await blog.listPosts(reader);
    expect(list.map(({ title }) => title)).toEqual(SEED_POSTS.map(({ title }) => title));
    expect(list[0]).toMatchObject({ authorName: "Edda Writer" });
    expect(await blog.getPostForUser(reader, list[0]!.id)).toEqual(list[0]);
  });

  test("are not read by anybody else", async () => {
    const { admin, reader, unconfirmed } = await people();
    const { blog } = makeBlog();
    const [post] = await blog.listPosts(reader);
    await makeAccounts().accounts.banUser(admin, reader.id);
    for (const actor of [reader, unconfirmed, { id: 999 }]) {
      await expect(blog.listPosts(actor)).rejects.toThrow(Forbidden);
      await expect(blog.getPostForUser(actor, post!.id)).rejects.toThrow(Forbidden);
    }
  });

  test("that do not exist are not found; who may not read is not even told that", async () => {
    const { editor, unconfirmed } = await people();
    const { blog, published } = makeBlog();
    await expect(blog.getPostForUser(editor, 999)).rejects.toThrow(NotFound);
    await expect(blog.updatePost(editor, { id: 999 }, draft)).rejects.toThrow(NotFound);
    await expect(blog.deletePost(editor, { id: 999 })).rejects.toThrow(NotFound);
    await expect(blog.getPostForUser(unconfirmed, 999)).rejects.toThrow(Forbidden);
    expect(published).toEqual([]);
  });

  test.each(["editor", "admin"] as const)("are written, changed and deleted by an %s", async (role) => {
    const user = (await people())[role];
    const { blog, published } = makeBlog();

    const created = await blog.createPost(user, draft);
    expect(created).toMatchObject({ ...draft, authorId: user.id, authorName: user.name, createdAt: clock });

    const before = clock;
    clock = new Date(clock.getTime() + 1_000);
    const saved = await blog.updatePost(user, created, { title: " Better ", body: "More." });
    expect(saved).toMatchObject({ id: created.id, title: "Better", body: "More." });
    expect(saved).toMatchObject({ createdAt: before, updatedAt: clock });
    expect(await blog.getPostForUser(user, created.id)).toEqual(saved);

    await blog.deletePost(user, saved);
    await expect(blog.getPostForUser(user, created.id)).rejects.toThrow(NotFound);
    expect(published).toEqual([["created", created], ["saved", saved], ["deleted", saved]]);
  });

  test("are renamed without their text: an old page does not bring it back", async () => {
    const { editor } = await people();
    const { blog, published } = makeBlog();
    const old = await blog.createPost(editor, draft);
    await blog.updatePost(editor, old, { title: "Newer", body: "Newer." });
    const renamed = await blog.renamePost(editor, old, { title: " Better " });
    expect(renamed).toMatchObject({ title: "Better", body: "Newer." });
    expect(published.at(-1)).toEqual(["saved", renamed]);
    await expect(blog.renamePost(editor, old, { title: " " })).rejects.toThrow("A post needs a title");
    await expect(blog.renamePost(editor, { id: 999 }, draft)).rejects.toThrow(NotFound);
  });

  test("are not touched by readers, newcomers and strangers", async () => {
    const { editor, reader, unconfirmed } = await people();
    const { blog, published } = makeBlog();
    const before = await blog.listPosts(editor);
    for (const actor of [reader, unconfirmed, { id: 999 }]) {
      await expect(blog.createPost(actor, draft)).rejects.toThrow(Forbidden);
      await expect(blog.updatePost(actor, before[0]!, draft)).rejects.toThrow(Forbidden);
      await expect(blog.renamePost(actor, before[0]!, draft)).rejects.toThrow(Forbidden);
      await expect(blog.deletePost(actor, before[0]!)).rejects.toThrow(Forbidden);
    }
    expect(await blog.listPosts(editor)).toEqual(before);
    expect(published).toEqual([]);
  });

  test("judge by the database, not by the user that the page still has", async () => {
    const { admin, editor, reader } = await people();
    const { blog } = makeBlog();
    const [post] = await blog.listPosts(editor);

    const boaster: PublicUser = { ...reader, role: "editor" };
    await expect(blog.updatePost(boaster, post!, draft)).rejects.toThrow(Forbidden);
    await db.update(users).set({ role: "reader" }).where(eq(users.id, editor.id));
    await expect(blog.updatePost(editor, post!, draft)).rejects.toThrow(Forbidden);
    await db.update(users).set({ role: "editor", confirmedAt: null }).where(eq(users.id, editor.id));
    await expect(blog.createPost(editor, draft)).rejects.toThrow(Forbidden);
    await db.update(users).set({ confirmedAt: clock }).where(eq(users.id, editor.id));
    await makeAccounts().accounts.banUser(admin, editor.id);
    await expect(blog.deletePost(editor, post!)).rejects.toThrow(Forbidden);
  });

  test("keep author and id whatever the form says", async () => {
    const { admin, editor } = await people();
    const { blog } = makeBlog();
    const post = await blog.createPost(editor, draft);
    const forged = { ...draft, id: 1, authorId: admin.id, createdAt: new Date(0) };
    const kept = { authorId: editor.id, createdAt: clock };
    expect(await blog.updatePost(admin, post, forged)).toMatchObject({ id: post.id, ...kept });
    expect(await blog.createPost(editor, forged)).toMatchObject(kept);
  });

  test.each([
    { title: "", body: "x" },
    { title: "   ", body: "x" },
    { title: "x".repeat(121), body: "x" },
    { title: "x", body: "" },
    { title: "x", body: "x".repeat(20_001) },
  ])("are refused when the form is wrong %#", async (form) => {
    const { editor } = await people();
    const { blog, published } = makeBlog();
    const before = await blog.listPosts(editor);
    expect(PostForm.safeParse(form).success).toBe(false);
    await expect(blog.createPost(editor, form)).rejects.toThrow();
    await expect(blog.updatePost(editor, before[0]!, form)).rejects.toThrow();
    expect(await blog.listPosts(editor)).toEqual(before);
    expect(published).toEqual([]);
  });

  test("are deleted once, and told once, when two delete at the same time", async () => {
    const { admin, editor } = await people();
    const { blog, published } = makeBlog();
    const post = await blog.createPost(editor, draft);
    const both = await Promise.allSettled([blog.deletePost(editor, post), blog.deletePost(admin, post)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(published.filter(([event]) => event === "deleted")).toHaveLength(1);
  });
});

describe("revocations", () => {
  test("of one key: the later counts, in any order", async () => {
    const store = new SqlRevocationStore(db, { now: () => 0 });
    expect(await store.revokedAt("user:1")).toBeUndefined();
    await store.revoke("user:1", 100, 1_000);
    await store.revoke("user:1", 300, 900);
    await store.revoke("user:1", 200, 950);
    expect(await store.revokedAt("user:1")).toBe(300);
    expect(await store.revokedAt("user:2")).toBeUndefined();
  });

  test("outlive the process, and are forgotten when nothing is left to refuse", async () => {
    let time = 500;
    const store = new SqlRevocationStore(db, { now: () => time });
    await store.revoke("old", 100, 1_000);
    await store.revoke("long", 100, 5_000);
    const again = await openDatabase(`file:${join(folder, "nested", "blog.db")}`);
    expect(await new SqlRevocationStore(again).revokedAt("old")).toBe(100);
    again.$client.close();

    // Not at once: the clock may be ahead.
    time = 1_001;
    await store.revoke("new", 1_001, 9_000);
    expect(await store.revokedAt("old")).toBe(100);
    time = 1_001 + 30 * DAY;
    await store.revoke("newer", 1_001, 9_000);
    expect(await store.revokedAt("old")).toBeUndefined();
    expect(await store.revokedAt("long")).toBe(100);
  });

  test("keep the longest time of a key", async () => {
    let time = 0;
    const store = new SqlRevocationStore(db, { now: () => time });
    await store.revoke("user:1", 100, 5_000);
    await store.revoke("user:1", 200, 1_000);
    time = 4_999 + 30 * DAY;
    await store.revoke("other", 300, 9_000);
    expect(await store.revokedAt("user:1")).toBe(200);
  });
});

describe("the mailbox", () => {
  test("shows the last 50, newest first", () => {
    const mailbox = createMailbox({ now });
    for (let i = 1; i <= 60; i++) mailbox.deliver({ to: "a@blog.example", subject: `${i}`, text: "" });
    expect(mailbox.list()).toHaveLength(50);
    expect(mailbox.list()[0]).toMatchObject({ id: 60, subject: "60", at: clock });
    expect(mailbox.list().at(-1)).toMatchObject({ subject: "11" });
  });
});
