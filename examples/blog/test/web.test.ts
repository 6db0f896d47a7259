import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createApp, type App } from "../src/web/endpoint.js";

const passwordCost = { memoryCost: 64, timeCost: 1, parallelism: 1 };
const origin = "http://blog.example";

let app: App;

beforeEach(async () => {
  app = await createApp({
    databaseUrl: ":memory:", secret: "a secret for tests, long enough: 0123456789abcdef", development: true, passwordCost,
  });
});

afterEach(() => app.close());

/** A browser without a screen: it keeps cookies and sends forms with the token that the page gave it. */
class Visitor {
  readonly #cookies = new Map<string, string>();

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async get(path: string): Promise<Response> {
    return this.#request(path, {});
  }

  async post(path: string, form: Record<string, string>, from = "/login"): Promise<Response> {
    const page = await (await this.get(from)).text();
    const token = /name="csrf-token" content="([^"]+)"/.exec(page)?.[1] ?? "";
    return this.#request(path, {
      method: "POST", body: new URLSearchParams(form), headers: { "x-csrf-token": token, origin },
    });
  }

  async logIn(who: string): Promise<this> {
    const response = await this.post("/login", { email: `${who}@blog.example`, password: `${who}-of-the-blog` });
    expect(response.headers.get("location")).toBe("/posts");
    return this;
  }

  async #request(path: string, { headers, ...init }: RequestInit): Promise<Response> {
    const response = await app.endpoint.app.request(origin + path, { ...init, headers: { ...headers as object, cookie: this.cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.#cookies.set(name!, value!);
    }
    return response;
  }
}

test("posts are behind the log-in", async () => {
  const visitor = new Visitor();
  const response = await visitor.get("/posts");
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe("/login");
  expect(await (await visitor.get("/login")).text()).toContain("Please log in first.");
});

test("the log-in leads back to the page that asked for it, after a wrong password too, and never out of the blog", async () => {
  const visitor = new Visitor();
  expect((await visitor.get("/posts/1?from=mail")).headers.get("location")).toBe("/login");
  const field = (page: string): string | undefined => /name="returnTo" value="([^"]*)"/.exec(page)?.[1];
  const asked = field(await (await visitor.get("/login")).text())!;
  expect(asked).toBe("/posts/1?from=mail");
  const login = { email: "reader@blog.example", password: "reader-of-the-blog", returnTo: asked };
  expect(field(await (await visitor.post("/login", { ...login, password: "wrong password" })).text())).toBe(asked);
  expect((await visitor.post("/login", login)).headers.get("location")).toBe(asked);
  // Without a page that asked, there is no field.
  expect(field(await (await new Visitor().get("/login")).text())).toBe(undefined);
  for (const returnTo of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "posts", ""]) {
    expect((await new Visitor().post("/login", { ...login, returnTo })).headers.get("location"), returnTo).toBe("/posts");
  }
});

test("a reader reads, an editor writes, an admin manages: each page asks the role", async () => {
  const expected = {
    reader: { "/posts": 200, "/posts/1": 200, "/posts/new": 403, "/posts/1/edit": 403, "/users": 403 },
    editor: { "/posts": 200, "/posts/1": 200, "/posts/new": 200, "/posts/1/edit": 200, "/users": 403 },
    admin: { "/posts": 200, "/posts/1": 200, "/posts/new": 200, "/posts/1/edit": 200, "/users": 200 },
  };
  for (const [who, pages] of Object.entries(expected)) {
    const visitor = await new Visitor().logIn(who);
    for (const [path, status] of Object.entries(pages)) {
      expect((await visitor.get(path)).status, `${who} ${path}`).toBe(status);
    }
  }
});

test("a post that is not there and a number that is none are both a 404", async () => {
  const visitor = await new Visitor().logIn("reader");
  expect((await visitor.get("/posts/999")).status).toBe(404);
  expect((await visitor.get("/posts/first")).status).toBe(404);
});

test("a wrong password says nothing of the account, and keeps the address", async () => {
  const visitor = new Visitor();
  const texts: string[] = [];
  for (const email of ["reader@blog.example", "nobody@blog.example"]) {
    const response = await visitor.post("/login", { email, password: "wrong password" });
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(text).toContain(`value="${email}"`);
    texts.push(/<p class="flash error".*?<\/p>/s.exec(text)![0]);
  }
  expect(texts[0]).toBe(texts[1]);
});

test("a form without this session's token changes nothing", async () => {
  const body = new URLSearchParams({ email: "reader@blog.example", password: "reader-of-the-blog" });
  const stranger = await (await app.endpoint.app.request(`${origin}/login`)).text();
  const token = /name="csrf-token" content="([^"]+)"/.exec(stranger)![1]!; // sealed by us, for another session
  const visitor = new Visitor();
  await visitor.get("/login");
  const response = await app.endpoint.app.request(`${origin}/login`, {
    method: "POST", body, headers: { origin, cookie: visitor.cookie, "x-csrf-token": token },
  });
  expect(response.status).toBe(403);
});

/** The path of the link that was mailed last. */
const mailedLink = (): string => new URL(/http\S+/.exec(app.mailbox.list()[0]!.text)![0]).pathname;

test("who registers is let in by the mailed link, with the password that was chosen", async () => {
  const visitor = new Visitor();
  const form = { name: "Tina", email: "tina@blog.example", password: "a long password" };
  expect((await visitor.post("/register", { ...form, password: "short" })).status).toBe(422);
  expect((await visitor.post("/register", form)).headers.get("location")).toBe("/login");
  expect((await visitor.post("/login", form)).status).toBe(422); // not confirmed yet

  const path = mailedLink();
  await visitor.get(path);
  expect((await visitor.get("/posts")).status).toBe(302);
  expect((await visitor.post(path, { password: form.password }, path)).headers.get("location")).toBe("/posts");
  expect((await visitor.get("/posts")).status).toBe(200);
});

test("whoever registers somebody else's address has nothing of it: neither by their click, nor once they register themselves", async () => {
  const [mallory, tina] = [new Visitor(), new Visitor()];
  const form = { name: "Tina", email: "tina@blog.example" };
  // Each registration comes when the address may be written to again.
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const register = (visitor: Visitor, password: string) => {
    vi.setSystemTime(Date.now() + 5 * 60_000);
    return visitor.post("/register", { ...form, password });
  };
  const [theirs, hers] = ["chosen by Mallory", "chosen by Tina"];
  await register(mallory, theirs);
  const first = mailedLink();
  for (const password of ["", hers]) {
    const refused = await tina.post(first, { password }, first);
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("not the password that was chosen")]);
  }
  expect((await mallory.post("/login", { email: form.email, password: theirs })).status).toBe(422);
  expect((await tina.get("/posts")).status).toBe(302);

  // The address is free for her, and his password is gone.
  expect((await register(tina, hers)).headers.get("location")).toBe("/login");
  const second = mailedLink();
  expect(second).not.toBe(first);
  // Behind her back he registers once more: neither of the links takes her password now, and his own never counts.
  await register(mallory, theirs);
  const third = mailedLink();
  for (const path of [first, second]) expect((await tina.post(path, { password: hers })).headers.get("location")).toBe("/login");
  expect((await tina.post(third, { password: hers })).status).toBe(422);

  await register(tina, hers);
  expect((await tina.post(mailedLink(), { password: hers })).headers.get("location")).toBe("/posts");
  expect((await tina.get("/posts")).status).toBe(200);
  for (const again of ["/login", "/register"]) await mallory.post(again, { ...form, password: theirs });
  expect((await mallory.post("/login", { email: form.email, password: theirs })).status).toBe(422);
  expect((await mallory.get("/posts")).status).toBe(302);
  expect((await new Visitor().post("/login", { email: form.email, password: hers })).headers.get("location")).toBe("/posts");
});

test("somebody's address can be typed as often as one likes: its owner gets one mail", async () => {
  const mallory = new Visitor();
  const form = { name: "Tina", email: "tina@blog.example", password: "chosen by Mallory" };
  for (let i = 0; i < 3; i++) {
    await mallory.post("/register", form);
    await mallory.post("/login", form);
    await mallory.post("/register", { ...form, email: "reader@blog.example" });
  }
  const to = (email: string) => app.mailbox.list().filter((mail) => mail.to === email).length;
  expect([to("tina@blog.example"), to("reader@blog.example")]).toEqual([1, 1]);
});

test("whoever registers with an address that has an account learns nothing; its owner is told by mail", async () => {
  const [known, fresh] = [new Visitor(), new Visitor()];
  const form = { name: "Mallory", password: "a long password" };
  const answers = await Promise.all([
    known.post("/register", { ...form, email: "reader@blog.example" }), fresh.post("/register", { ...form, email: "new-here@blog.example" }),
  ]);
  expect(answers.map(({ status, headers }) => [status, headers.get("location")])).toEqual([[303, "/login"], [303, "/login"]]);
  expect(await (await known.get("/login")).text()).toContain("the link that we have sent to reader@blog.example");
  expect(app.mailbox.list().find(({ to }) => to === "reader@blog.example")?.subject).toBe("You already have an account");
  expect(await app.accounts.authenticate("reader@blog.example", form.password)).toBeUndefined();
});

test("a ban ends every session of the user, also for a copy of the cookie", async () => {
  const reader = await new Visitor().logIn("reader");
  const stolen = reader.cookie;
  const [admin, target] = await Promise.all([
    app.accounts.authenticate("admin@blog.example", "admin-of-the-blog"),
    app.accounts.authenticate("reader@blog.example", "reader-of-the-blog"),
  ]);
  await app.accounts.banUser(admin!, target!.id);
  await app.accounts.unbanUser(admin!, target!.id); // the account is back, its old sessions are not
  const response = await app.endpoint.app.request(`${origin}/posts`, { headers: { cookie: stolen } });
  expect(response.status).toBe(302);
});

test("logging out everywhere ends the other devices' sessions", async () => {
  const phone = await new Visitor().logIn("editor");
  const laptop = await new Visitor().logIn("editor");
  expect((await laptop.post("/logout-everywhere", {}, "/account")).headers.get("location")).toBe("/login");
  expect((await phone.get("/posts")).status).toBe(302);
  expect((await laptop.get("/posts")).status).toBe(302);
});

test("a logged-out cookie opens nothing any more", async () => {
  const reader = await new Visitor().logIn("reader");
  const copy = reader.cookie;
  await reader.post("/logout", {}, "/posts");
  expect((await app.endpoint.app.request(`${origin}/posts`, { headers: { cookie: copy } })).status).toBe(302);
});

test("in production there is no mailbox and no list of log-ins", async () => {
  const production = await createApp({ databaseUrl: ":memory:", secret: "another secret, long enough: 0123456789abcdef" });
  try {
    expect((await production.endpoint.app.request(`${origin}/dev/mail`)).status).toBe(404);
    const login = await (await production.endpoint.app.request(`${origin}/login`)).text();
    expect(login).not.toContain("editor-of-the-blog");
  } finally {
    await production.close();
  }
});

test("who tries too many passwords waits, whatever cookies they throw away", async () => {
  // The time stands still: a slow machine would give an attempt back meanwhile.
  const now = vi.spyOn(performance, "now").mockReturnValue(performance.now());
  onTestFinished(() => now.mockRestore());
  const attempts: Response[] = [];
  for (let attempt = 0; attempt < 31; attempt++) {
    attempts.push(await new Visitor().post("/login", { email: "reader@blog.example", password: `guess ${attempt}` }));
  }
  expect(new Set(attempts.slice(0, 30).map(({ status }) => status))).toEqual(new Set([422]));
  const last = attempts[30]!;
  expect([last.status, last.headers.get("retry-after")]).toEqual([429, "5"]);
  expect(await last.text()).toContain("</html>");
});
