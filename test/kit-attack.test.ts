// The kit's attack finds what is wrong: applications with one hole each, and their sound twins.
import { createEndpoint, csrfField, html, JS, liveComponent, liveRender, liveSession, liveView, logIn, onMount, onTelemetry, refuse, sessionOf, stream, topic, trustedHtml, userSocket, type Content, type Endpoint, type EndpointOptions, type RootLayout } from "holdfast";
import { accessMatrix, attack, openBrowser, type AccessMatrixOptions, type AttackOptions, type Browser } from "holdfast/testing";
import type { MiddlewareHandler } from "hono";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";

let endpoint: Endpoint;
afterEach(() => endpoint.close());

interface Holes {
  /** Writes what somebody typed as HTML. */
  readonly unescaped?: boolean;
  /** A guard that compares the path as it was written. */
  readonly rawPath?: boolean;
  /** A handler that throws for unusual text. */
  readonly fragile?: boolean;
  /** An event that its view's policy alone lets through. */
  readonly withoutPolicy?: boolean;
  /** A nested view that writes what somebody typed as HTML. */
  readonly nested?: boolean;
  /** Forms that need no token. */
  readonly exempt?: boolean;
  /** An event without a schema, whose handler trusts what it gets. */
  readonly withoutSchema?: boolean;
  readonly sockets?: EndpointOptions["sockets"];
}

const rootLayout: RootLayout = ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head><body>${inner}</body></html>`;

async function start(holes: Holes = {}): Promise<Readonly<Record<string, Browser>>> {
  const isAdmin: MiddlewareHandler = async (c, next) =>
    ((sessionOf(c).values as { role?: string }).role === "admin" ? next() : c.text("no", 403));
  const guard: MiddlewareHandler = (c, next) => {
    const path = holes.rawPath ? new URL(c.req.url).pathname : c.req.path;
    return path === "/admin" ? isAdmin(c, next) : next();
  };
  let stored = "";
  const Notes = liveView.define({
    name: "Notes",
    authorize: "public",
    mount: () => ({ text: stored, rows: [1, 2, 3] }),
    events: {
      save: {
        params: holes.withoutSchema ? z.custom<{ text: string }>() : z.object({ text: z.string() }),
        handle(socket, { text }) {
          if (holes.fragile && text.includes("<svg>")) throw new Error("unusual");
          stored = text.trim();
          socket.assign({ text });
        },
      },
      drop: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.update("rows", (rows) => rows.filter((row) => row !== id)) },
    },
    render: ({ text, rows }, on) => html`
      <form phx-change=${on.save} phx-submit=${on.save}><input name="text" value=${text}></form><p>${holes.unescaped ? trustedHtml(text) : text}</p>
      ${rows.map((id) => html`<button phx-click=${on.drop({ id })}>${id}</button>`)}`,
  });
  const Chat = liveView.define({
    name: "Chat",
    authorize: "public",
    mount: (_socket, { params }) => ({ said: "", id: (params as { id: number }).id }),
    events: {
      say: { params: z.object({ said: z.string() }), handle: (socket, { said }) => socket.assign({ said }) },
      leave: { authorize: () => true, bind: z.object({ id: z.number() }), handle: () => undefined },
      hush: { handle: () => undefined },
    },
    render: ({ said, id }, on) => html`<form phx-change=${on.say}><input name="said"></form><p>${holes.nested ? trustedHtml(said) : said}</p>
      <button phx-click=${on.leave({ id })}>Leave</button><i class="hush" data-js-hush=${on.hush}></i>`,
  });
  const Rooms = liveView.define({
    name: "Rooms",
    authorize: "public",
    events: { hush: { handle: () => undefined } },
    render: (_assigns, on) => html`<button phx-click=${JS.push(on.hush, { target: "#chat-1 .hush" })}>Hush</button>
      ${liveRender(Chat, { id: "chat-1", session: { id: 1 } })}${liveRender(Chat, { id: "chat-2", session: { id: 2 } })}`,
  });
  const Admin = liveView.define({
    name: "Admin",
    authorize: "public",
    events: { wipe: { ...(!holes.withoutPolicy && { authorize: () => true }), handle: () => undefined } },
    render: (_assigns, on) => html`<button phx-click=${on.wipe}>Wipe</button>`,
  });
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", rootLayout, log: () => {}, limits: { crashBudget: 1000 },
    ...(holes.exempt && { csrfExempt: () => true }),
    ...(holes.sockets !== undefined && { sockets: holes.sockets }),
    live: [liveSession("site", {}, (live) => {
      live("/", Notes);
      live("/admin", Admin);
      if (holes.nested !== undefined) live("/rooms", Rooms);
    })],
    routes(app) {
      app.use(guard);
      app.get("/login", (c) => endpoint.renderPage(c, html`<form method="post" action="/login">${csrfField(c)}<input name="role"></form>`));
      app.post("/login", async (c) => {
        await logIn(c, { role: String((await c.req.parseBody())["role"]) } as object);
        return c.redirect("/");
      });
    },
  });
  const admin = openBrowser(endpoint);
  await admin.get("/login");
  await admin.post("/login", { role: "admin" });
  return { nobody: openBrowser(endpoint), admin };
}

test("a sound application holds: every kind is tried, and the controls are handled", async () => {
  const principals = await start();
  const report = await attack(endpoint, { principals, paths: ["/login"] });
  report.expectHeld();
  expect(report.holes).toEqual([]);
  for (const kind of ["wrong door", "forged event", "replay", "forged form", "hostile text", "odd shape"] as const) {
    expect({ kind, tried: report.count("refused", kind) > 0 }).toEqual({ kind, tried: true });
  }
  expect(report.attempts.filter(({ outcome }) => outcome === "handled").map(({ what }) => what)).toEqual(["save", "save", "drop~id=1", "wipe"]);
  expect(report.toString()).toMatch(/^wrong door +refused +\d+ +handled +0 +through +0$/m);
});

test("an event that the page comes to show while it is attacked, as when a task has failed, is no forgery", async () => {
  const failed = topic<null>("failed");
  const Report = liveView.define({
    name: "Report", authorize: "public", topics: () => ({ failed }), mount: () => ({ retries: false }),
    messages: { failed: (socket) => socket.assign({ retries: true }) },
    events: { retry: { handle: () => {} }, stop: { handle: () => {} } },
    render: ({ retries }, on) => html`<button phx-click=${on.stop}>Stop</button>${retries && html`<button phx-click=${on.retry}>Retry</button>`}`,
  });
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", url: "http://localhost",
    live: [liveSession("default", {}, (live) => live("/", Report))],
  });
  const end = onTelemetry("holdfast:event:refused", () => void endpoint.broadcast(failed, null));
  const report = await attack(endpoint, { principals: { nobody: openBrowser(endpoint) } }).finally(end);
  expect(report.holes).toEqual([]);
  expect(report.attempts).toContainEqual(expect.objectContaining({ kind: "forged event", what: "retry", outcome: "refused" }));
});

test("a guard that reads the path as it was written is found", async () => {
  const principals = await start({ rawPath: true });
  const report = await attack(endpoint, { principals });
  expect(report.holes.map(({ kind, principal, path }) => ({ kind, principal, path }))).toContainEqual({ kind: "wrong door", principal: "nobody", path: "/admin" });
  expect(() => report.expectHeld()).toThrow(/live navigation from \/ to \/%61dmin/);
});

test("a form that needs no token is found, and a handler without a schema that throws at what no page sends", async () => {
  const exempt = await start({ exempt: true });
  const forged = await attack(endpoint, { principals: exempt, paths: ["/login"] });
  expect(new Set(forged.holes.map(({ kind, path }) => `${kind} ${path}`))).toEqual(new Set(["forged form /login"]));
  await endpoint.close();
  const trusting = await start({ withoutSchema: true });
  const odd = await attack(endpoint, { principals: trusting });
  expect(new Set(odd.holes.map(({ kind, path }) => `${kind} ${path}`))).toEqual(new Set(["odd shape /"]));
});

test("text that becomes markup is found, and text that crashes a view", async () => {
  for (const hole of [{ unescaped: true }, { fragile: true }]) {
    const principals = await start(hole);
    const report = await attack(endpoint, { principals });
    expect(new Set(report.holes.map(({ kind }) => kind))).toEqual(new Set(["hostile text"]));
    await endpoint.close();
  }
});

test("text that becomes markup only where it is shown once it was sent is found, whatever the place takes for markup", async () => {
  const quoted = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const places: Readonly<Record<string, (text: string) => Content>> = {
    text: (text) => trustedHtml(text), attribute: (text) => trustedHtml(`<i title="${text}"></i>`), link: (text) => trustedHtml(`<a href="${quoted(text)}"></a>`),
    none: (text) => text,
  };
  for (const [place, show] of Object.entries(places)) {
    let signed: string[] = [];
    const Guestbook = liveView.define({
      name: "Guestbook", authorize: "public", mount: () => ({ signed }),
      events: {
        sign: {
          params: z.object({ name: z.string() }),
          handle(socket, { name }) {
            signed = [...signed, name];
            socket.assign({ signed });
          },
        },
      },
      render: ({ signed }, on) => html`<form phx-submit=${on.sign}><input name="name"></form><ul>${signed.map((name) => html`<li>${show(name)}</li>`)}</ul>`,
    });
    endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log() {}, rootLayout, live: [liveSession("all", {}, (live) => live("/", Guestbook))] });
    const report = await attack(endpoint, { principals: { nobody: openBrowser(endpoint) } });
    expect({ place, found: report.count("through") > 0 }).toEqual({ place, found: place !== "none" });
    await endpoint.close();
  }
});

test("the controls of a stream's rows carry the proof of the page that sends them, and a form that is sent is a control too", async () => {
  const [dropped, sent]: [number[], string[]] = [[], []];
  const Rows = liveView.define({
    name: "Rows", authorize: "public", mount: () => ({ rows: stream([{ id: 1 }]) }),
    events: {
      drop: { bind: z.object({ id: z.number() }), handle: (_socket, { id }) => void dropped.push(id) },
      say: { params: z.object({ text: z.string() }), handle: (_socket, { text }) => void sent.push(text) },
    },
    render: ({ rows }, on) => html`
      <ul id="rows" phx-update="stream">${rows.map(({ id }, domId) => html`<li id=${domId}><button phx-click=${on.drop({ id })}>x</button></li>`)}</ul>
      <form id="say" phx-submit=${on.say}><input name="text"></form>`,
  });
  endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log() {}, live: [liveSession("all", {}, (live) => live("/", Rows))] });
  const report = await attack(endpoint, { principals: { nobody: openBrowser(endpoint), other: openBrowser(endpoint) } });
  report.expectHeld();
  const handled = report.attempts.filter(({ outcome }) => outcome === "handled").map(({ what }) => what.split("~~", 1)[0]);
  expect([handled, dropped, sent.length]).toEqual([["say", "say", "drop~id=1"], [1], 2]);
});

test("data is left alone if it must be", async () => {
  const principals = await start();
  const report = await attack(endpoint, { principals, changesData: false });
  expect([report.count("handled"), report.count("through")]).toEqual([0, 0]);
  expect(() => report.expectHeld()).toThrow(/proven nothing/);
});

test("a route with parameters that no path was given for is not said to hold", async () => {
  const Note = liveView.define({
    name: "Note", authorize: "public", mount: () => ({ count: 0 }), events: { more: { handle: (socket) => socket.update("count", (count) => count + 1) } },
    render: ({ count }, on) => html`<button phx-click=${on.more}>${count}</button>`,
  });
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {},
    live: [liveSession("all", {}, (live) => {
      live("/", Note);
      live("/notes/:id/edit", Note);
    })],
  });
  const principals = { nobody: openBrowser(endpoint), other: openBrowser(endpoint) };
  const report = await attack(endpoint, { principals });
  expect([report.untried, report.toString().split("\n").at(-1)]).toEqual([["/notes/:id/edit"], "NOT TRIED: /notes/:id/edit"]);
  expect(() => report.expectHeld()).toThrow(/none for \/notes\/:id\/edit[^]*paths: \["\/notes\/1\/edit"\]/);
  (await attack(endpoint, { principals, paths: ["/notes/7/edit"] })).expectHeld();
  await expect(attack(endpoint, { principals, path: ["/notes/7/edit"] } as object as AttackOptions)).rejects.toThrow(/no option "path".*write paths/s);
  await expect(accessMatrix(endpoint, { principals, path: ["/notes/7/edit"] } as object as AccessMatrixOptions)).rejects.toThrow(/no option "path".*write paths/s);
});

test("a browser of another endpoint is refused", async () => {
  const { admin } = await start();
  const other = endpoint;
  await start();
  await expect(attack(endpoint, { principals: { admin: admin! } })).rejects.toMatchObject({ code: "kit_expectation" });
  await other.close();
});

test("the access matrix has a row for each route and event, and asks policies without calling handlers", async () => {
  const principals = await start();
  expect(await accessMatrix(endpoint, { principals })).toBe(`\
| route | event | guards | nobody | admin |
| --- | --- | --- | --- | --- |
| / |  | public | open | open |
| / | save | the view's | allowed | allowed |
| / | drop | the view's | allowed | allowed |
| /admin |  | public | 403 | open |
| /admin | wipe | own policy | – | allowed |
`);
  await endpoint.close();
  const without = await start({ withoutPolicy: true });
  expect(await accessMatrix(endpoint, { principals: without })).toContain("| /admin | wipe | the view's | – | allowed |");
});

test("nested views are attacked as the page's own: their events, their forms, and what a selector leads to", async () => {
  const principals = await start({ nested: false });
  const report = await attack(endpoint, { principals });
  report.expectHeld();
  const tried = report.attempts.filter(({ path }) => path === "/rooms");
  const controls = tried.filter(({ outcome }) => outcome === "handled").map(({ what }) => what);
  expect(controls).toEqual(["hush", "leave~id=1"]);
  expect(tried.some(({ kind, what }) => kind === "forged event" && what === "leave~id=1000004 for the view Chat")).toBe(true);
  expect(tried.some(({ kind, what }) => kind === "hostile text" && what.startsWith("say said="))).toBe(true);
  await endpoint.close();
  const others = await start({ nested: true });
  const open = await attack(endpoint, { principals: others });
  expect(new Set(open.holes.map(({ kind, path }) => `${kind} ${path}`))).toEqual(new Set(["hostile text /rooms"]));
});

test("the access matrix has rows for nested views", async () => {
  const principals = await start({ nested: false });
  expect((await accessMatrix(endpoint, { principals })).split("\n").filter((row) => row.includes("/rooms"))).toEqual([
    "| /rooms |  | public | open | open |", "| /rooms | hush | the view's | not shown | not shown |",
    ...["chat-1", "chat-2"].flatMap((id) => [
      `| /rooms #${id} |  | public | open | open |`, `| /rooms #${id} | say | the view's | allowed | allowed |`,
      `| /rooms #${id} | leave | own policy | allowed | allowed |`, `| /rooms #${id} | hush | the view's | allowed | allowed |`,
    ]),
  ]);
});

test("the access matrix has rows for the events of hooks, of the view and of its live session", async () => {
  const theme = onMount(() => ({ dark: false }), { refresh: false, events: { toggleTheme: { handle: () => undefined } } });
  const board = onMount(() => ({ open: true }), { events: { wipe: { authorize: () => false, handle: () => undefined } } });
  const Home = liveView.use(board).define({ name: "Home", authorize: "public", render: () => html`<button phx-click=${theme.on.toggleTheme}></button>` });
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", rootLayout, log: () => {},
    live: [liveSession("site", { onMount: theme }, (live) => live("/", Home))],
  });
  expect((await accessMatrix(endpoint, { principals: { nobody: openBrowser(endpoint) } })).split("\n").slice(2, -1)).toEqual([
    "| / |  | public, hook × 2 | open |", "| / | wipe | own policy | refused |", "| / | toggleTheme | the view's | allowed |",
  ]);
});

test.each([true, false])("the access matrix has rows for channels: whether connect and join ask (%s) is seen there", async (ask) => {
  const joined: string[] = [];
  const chat = userSocket({
    connect: ({ session }) => {
      const { role } = session as { readonly role?: string };
      return role === undefined && ask ? refuse("log in") : { role };
    },
    channels: (channel) => ({
      lobby: channel({ join: () => ({}), handleIn: { say: { handle: () => void joined.push("said") } } }),
      "room:*": channel({
        join(socket, { wildcard }) {
          joined.push(wildcard);
          return socket.assigns.role === "admin" || !ask ? {} : refuse("not a member");
        },
        handleIn: { say: { handle: () => void joined.push("said") }, wipe: { handle: () => void joined.push("wiped") } },
      }),
    }),
  });
  const principals = await start({ sockets: { "/chat": chat } });
  const reader = openBrowser(endpoint);
  await reader.get("/login");
  await reader.post("/login", { role: "reader" });
  const rows = async (topics?: string[]): Promise<string[]> =>
    (await accessMatrix(endpoint, { principals: { ...principals, reader }, ...(topics && { topics }) })).split("\n").filter((row) => row.startsWith("| /chat"));
  const [nobody, no] = ask ? ["403", "–"] : ["open", "allowed"];
  expect(await rows()).toEqual([
    `| /chat lobby |  | connect, join | ${nobody} | open | open |`, `| /chat lobby | say | the channel's | ${no} | allowed | allowed |`,
    "| /chat room:* |  | connect, join | no sample topic | no sample topic | no sample topic |",
  ]);
  expect(await rows(["lobby", "room:7"])).toEqual([
    `| /chat lobby |  | connect, join | ${nobody} | open | open |`, `| /chat lobby | say | the channel's | ${no} | allowed | allowed |`,
    `| /chat room:* |  | connect, join | ${nobody} | open | ${ask ? "refused" : "open"} |`,
    ...["say", "wipe"].map((event) => `| /chat room:* | ${event} | the channel's | ${no} | allowed | ${ask ? "–" : "allowed"} |`),
  ]);
  expect(joined).toEqual(ask ? ["7", "7"] : ["7", "7", "7"]);
});

test.each([
  ["params", { socketParams: { "/chat": { token: "good" } } }], ["authToken", { authTokens: { "/chat": "good" } }],
])("the access matrix opens a user socket with the %s, and joins its channels with the params that they are given", async (_how, good) => {
  const chat = userSocket({
    connect: ({ params, authToken }) => ((params["token"] ?? authToken) === "good" ? {} : refuse("no token")),
    channels: (channel) => ({ lobby: channel({ params: z.object({ code: z.literal(7) }), join: () => ({}) }) }),
  });
  const principals = await start({ sockets: { "/chat": chat } });
  const row = async (options: Partial<AccessMatrixOptions>): Promise<string | undefined> =>
    (await accessMatrix(endpoint, { principals, ...options })).split("\n").find((one) => one.startsWith("| /chat"));
  expect(await row({})).toBe("| /chat lobby |  | connect, join | 403 | 403 |");
  expect(await row(good)).toBe("| /chat lobby |  | connect, join | refused | refused |");
  expect(await row({ ...good, joinParams: { "/chat lobby": { code: 7 } } }))
    .toBe("| /chat lobby |  | connect, join | open | open |");
});

test.each([[true, "own policy | allowed"], [false, "the view's | allowed"]])("the access matrix has rows for live components: an event's policy (%s) is seen there", async (policy, row) => {
  const Likes = liveComponent().define({
    name: "Likes",
    events: {
      like: { ...(policy && { authorize: () => true }), handle: () => undefined },
      ban: { authorize: () => false, handle: () => undefined },
      hidden: { handle: () => undefined },
    },
    render: (_assigns, on) => html`<p><button phx-click=${on.like}>Like</button><button phx-click=${on.ban}>Ban</button></p>`,
  });
  const Wall = liveView.define({
    name: "Wall", authorize: "public", render: () => html`<div>${Likes({ id: "a" })}${Likes({ id: "b" })}</div>`,
  });
  endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", rootLayout, live: [liveSession("all", {}, (live) => live("/wall", Wall))], log() {} });
  const matrix = await accessMatrix(endpoint, { principals: { nobody: openBrowser(endpoint) } });
  expect(matrix.split("\n").filter((line) => line.includes("/wall"))).toEqual([
    "| /wall |  | public | open |", `| /wall Likes | like | ${row} |`, "| /wall Likes | ban | own policy | refused |", "| /wall Likes | hidden | the view's | not shown |",
  ]);
});
