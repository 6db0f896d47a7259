// What an outsider tries who has read the package and its docs: other spellings, other shapes, other headers, and patience.
import { connect } from "node:net";
import {
  createEndpoint, csrfField, fileInput, html, liveRender, liveSession, liveView, logIn, redirect, upload, userSocket, type UploadEntry,
} from "holdfast";
import { serve } from "holdfast/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { z } from "zod";
import { Chance } from "../support/chance.js";
import { startLab, tokenOf, userSocketId, type Joined, type Lab } from "../support/lab.js";
import { RawSocket } from "../support/raw-socket.js";
import { Uploader } from "../support/uploads.js";
import { DEADLINE_MS, within } from "../support/wait.js";
import { attack, ONCE } from "./support/attack.js";

const ran: string[] = [];
const hit = (what: string): void => void ran.push(what);

/** Bound to strings that have other spellings. */
const NAMES = ["é", "e\u0301x", "1", "a b", "a~b", "a,b=c", "%61", "", "ﬁ", "A"];

const Desk = liveView.define({
  name: "Desk", authorize: "public",
  mount: () => ({ files: upload({
    accept: [".png"], maxEntries: 50, maxFileSize: 1_000,
    external: (entry: UploadEntry) => {
      hit(`external ${JSON.stringify([entry.name, entry.relativePath, entry.size, entry.type])}`);
      return { uploader: "presigned", url: "https://bucket.example" };
    },
  }) }),
  events: {
    pick: { bind: z.object({ name: z.string() }), handle: (_socket, { name }) => hit(`pick ${name}`) },
    count: { bind: z.object({ n: z.number() }), handle: (_socket, { n }) => hit(`count ${n}`) },
    fill: { params: z.record(z.string(), z.unknown()), handle: (_socket, fields) => hit(`fill ${Object.keys(fields).length}`) },
    choose: { handle: () => {} },
  },
  render: ({ files }, on) => html`
    ${NAMES.map((name) => html`<b phx-click=${on.pick({ name })}></b>`)}<b phx-click=${on.count({ n: 1 })}></b><b phx-click=${on.count({ n: 1e21 })}></b>
    <form phx-submit=${on.fill}></form><form phx-change=${on.choose}>${fileInput(files)}</form>`,
});

const Child = liveView.define({
  name: "Child", authorize: "public", mount: () => hit("Child.mount"), render: () => html`<i>child</i>`,
});
const Parent = liveView.define({
  name: "Parent", authorize: "public", render: () => html`<div>${liveRender(Child, { id: "child" })}</div>`,
});

/** Sends its visitor wherever the URL says. */
const Gone = liveView.define({
  name: "Gone", authorize: "public", params: z.object({ to: z.string() }),
  mount: (_socket, { params: { to } }) => redirect(to), render: () => html`<p>stayed</p>`,
});

/** A careless channel: every name, and whatever is said is repeated to everybody. */
const careless = userSocket({
  connect: () => ({}),
  channels: (channel) => ({
    "*": channel({
      pushes: {} as Record<string, never>,
      join: () => ({}),
      handleIn: { say: { handle: (socket, what) => {
        hit("say");
        (socket.broadcast as (event: string, payload: unknown) => void)((what as { event: string }).event, what);
      } } },
    }),
  }),
});

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ "/": Desk, "/parent": Parent, "/gone": Gone }, {
    sockets: { "/chat": careless },
    routes(app) {
      app.get("/login", (c) => lab.endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
      app.post("/login", async (c) => {
        await logIn(c, { liveSocketId: userSocketId(1) });
        return c.text("in");
      });
      app.all("/change", (c) => {
        if (c.req.method === "GET") return c.text("seen");
        hit(`changed ${c.req.method}`);
        return c.text("changed");
      });
    },
  });
});
afterAll(() => lab.close());
beforeEach(() => void (ran.length = 0));
afterEach(() => lab.cut());

/** Sends a click event and waits for its answer. */
const click = (page: Joined, event: unknown, value: unknown = {}): Promise<unknown> => page.event(event, value);

attack("bound-spellings", ONCE, async ({ tally }) => {
  const page = await lab.open("/");
  const rendered = [...page.page.html.matchAll(/phx-click="?((?:pick|count)~[^"\s>]*)/g)].map(([, name]) => name!.replaceAll("&amp;", "&"));
  expect(rendered.length).toBe(NAMES.length + 2);
  const forged = new Set<string>();
  for (const name of rendered) {
    for (const change of [
      (text: string) => text.normalize("NFC"), (text: string) => text.normalize("NFD"), (text: string) => text.normalize("NFKC"),
      encodeURI, encodeURIComponent, (text: string) => text.toUpperCase(), (text: string) => `${text} `, (text: string) => `${text}~`,
      (text: string) => `${text}~~`, (text: string) => `${text}~~${"A".repeat(22)}`, (text: string) => `~${text}`, (text: string) => text.replace("~", "~~"),
      (text: string) => `${text},name=.admin`, (text: string) => text.replace("=", "=."), (text: string) => text.replace("name", "n\u0430me"),
      (text: string) => text.replace("=1", "=01"), (text: string) => text.replace("=1", "=1.0"), (text: string) => text.replace("=1", "=+1"),
      (text: string) => text.replace("=1", "=0x1"), (text: string) => text.replace("=1", "=\uff11"), (text: string) => text.replace("=1", "=1e400"),
      (text: string) => text.replace("=1", "=-0"), (text: string) => text.replace("=1", "=NaN"), (text: string) => `${text}\0`, (text: string) => `${text}\ud800`,
      (text: string) => text.replace("pick", "count"), (text: string) => text.replace("pick", "__proto__"), (text: string) => text.replace("pick", "constructor"),
    ]) forged.add(change(name));
  }
  for (const name of rendered) forged.delete(name);
  for (const name of forged) {
    await click(page, name, { name: "admin", n: 7 });
    tally.refused();
  }
  for (const value of [{ toString: "pick" }, ["pick"], 1, null, true]) {
    await click(page, value);
    tally.refused();
  }
  expect(ran).toEqual([]);
  for (const name of rendered) {
    await click(page, name, { name: "admin", n: 7 });
    tally.held();
  }
  expect(ran).toEqual([...NAMES.map((name) => `pick ${name}`), "count 1", "count 1e+21"]);
});

attack("prototypes", ONCE, async ({ tally }) => {
  const page = await lab.open("/");
  const keys = ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "then", "valueOf"];
  const submit = (value: unknown, meta?: unknown): Promise<unknown> => page.call("event", { type: "form", event: "fill", value, ...(meta !== undefined && { meta }) });
  const json = (text: string): unknown => JSON.parse(text);
  for (const key of keys) {
    for (const name of [`${key}[x]`, `a[${key}][x]`, `a[][${key}][x]`, `${key}`, `${key}[${key}][x]`, `[${key}]`, `${key}[]`]) {
      await submit(`${encodeURIComponent(name)}=polluted&_target=${encodeURIComponent(name)}`);
      await submit("a=1", json(`{"_target":${JSON.stringify(name)},"${key}":{"x":"polluted"}}`));
      await click(page, "fill", json(`{"${key}":{"x":"polluted"},"a":{"${key}":{"x":"polluted"}}}`));
      await page.call("live_patch", { url: `${lab.base}/?${name}=polluted` });
      await page.call("allow_upload", json(`{"ref":"${key}","entries":[{"${key}":{"x":1}}]}`));
      await page.call("event", json(`{"type":"click","event":"${key}","value":{},"uploads":{"${key}":[{"ref":"0"}]},"${key}":{"x":"polluted"}}`));
      await (await lab.browser().fetch(`/?${name}=polluted`)).text();
      for (const probe of [{}, [], () => {}] as Record<string, unknown>[]) {
        expect(Object.keys(Object.getPrototypeOf(probe) as object)).toEqual([]);
        expect(probe["x"]).toBeUndefined();
      }
      tally.refused(7);
    }
  }
  ran.length = 0;
  await submit("a=1&b=2");
  expect(ran).toEqual(["fill 2"]);
  tally.held();
});

attack("form-shapes", ONCE, async ({ tally }) => {
  const page = await lab.open("/");
  const submit = (value: unknown): Promise<unknown> => page.call("event", { type: "form", event: "fill", value });
  const { formFields, formDepth } = lab.endpoint.limits;
  const refused = [
    "a=1&".repeat(formFields + 1), "a[]=1&".repeat(formFields + 1), `a${"[b]".repeat(formDepth + 1)}=1`, `_target=a${"[b]".repeat(formDepth + 1)}`,
    Array.from({ length: formFields + 1 }, (_, n) => `f${n}=`).join("&"), 5, null, ["a=1"], { a: 1 },
  ];
  for (const value of refused) {
    await submit(value);
    tally.refused();
  }
  expect(ran).toEqual([]);
  // Read, and as small as what was sent: an index is a key.
  const read: [string, string][] = [
    ["a=1&".repeat(formFields), "fill 1"], [`a${"[b]".repeat(formDepth)}=1`, "fill 1"], ["a[999999999]=1&a[4294967296]=2&a[-1]=3&a[1e9]=4", "fill 1"],
    ["a=1&a[b]=2&a[]=3&a[b][c]=4&a=5", "fill 1"], ["[]=1&[=2&]=3&a[=4&a]=5&[a]=6", "fill 5"], ["%=%&%zz=%ff&=&&", "fill 3"],
  ];
  for (const [value, expected] of read) {
    ran.length = 0;
    await submit(value);
    expect([value.slice(0, 40), ...ran]).toEqual([value.slice(0, 40), expected]);
    tally.held();
  }
});

attack("files-that-lie", ONCE, async ({ tally }) => {
  const uploader = new Uploader(await lab.open("/"), "choose");
  const good = { name: "a.png", size: 5, type: "image/png", relative_path: "", last_modified: 0 };
  const lies = [
    { size: -1 }, { size: 0 }, { size: 1.5 }, { size: "5" }, { size: 1e308 }, { size: null }, { size: [5] }, { size: 1_001 }, { size: 2 ** 53 },
    { name: "a.html" }, { name: "a.png.html" }, { name: "a.png/../b.html" }, { name: "a.png\0.html" }, { name: "png" }, { name: 5 }, { name: null }, { name: ["a.png"] },
    { ref: "-1" }, { ref: "1,2" }, { ref: 1 }, { ref: "" }, { ref: "__proto__" }, { ref: "9".repeat(11) },
  ];
  let ref = 0;
  for (const lie of lies) {
    await uploader.preflight([{ ...good, ref: String(ref++), ...lie }]);
    await uploader.choose([{ ...good, ref: String(ref++), ...lie }]);
    tally.refused(2);
  }
  expect(ran).toEqual([]);
  // A name is only a name, whatever folders are in it.
  const other = new Uploader(await lab.open("/"), "choose");
  const names: [object, string][] = [
    [{ name: "../../etc/cron.d/a.png" }, '["a.png","",5,"image/png"]'], [{ name: "C:\\boot\\a.png" }, '["a.png","",5,"image/png"]'],
    [{ relative_path: "../x/./../y/a.png" }, '["a.png","x/y/a.png",5,"image/png"]'], [{ type: "text/html\r\nx: y" }, '["a.png","",5,""]'],
    [{ name: "gnp.\u202elmth.png" }, '["gnp.lmth.png","",5,"image/png"]'],
  ];
  for (const [nth, [change, expected]] of names.entries()) {
    ran.length = 0;
    await other.preflight([{ ...good, ref: String(nth), ...change }]);
    expect(ran).toEqual([`external ${expected}`]);
    tally.held();
  }
});

attack("nested-elsewhere", ONCE, async ({ tally }) => {
  const page = await lab.open("/parent");
  const token = tokenOf(page.rendered, "child");
  const strangers = await lab.open("/parent");
  const same = await lab.open("/parent", page.browser);
  const bare = await page.browser.socket();
  ran.length = 0;
  const tries: [RawSocket, string, unknown][] = [
    // Another session; the same session without the parent, and with another parent; another topic; another kind of token.
    [strangers.socket, "lv:child", token], [bare, "lv:child", token], [same.socket, "lv:child", token],
    [page.socket, "lv:other", token], [page.socket, "lv:child", page.page.session], [page.socket, "lvu:child", token], [page.socket, "lv:child ", token],
    [page.socket, "lv:child", `${token}A`], [page.socket, "lv:child", [token]], [page.socket, "lv:child", null],
  ];
  for (const [socket, topic, session] of tries) {
    const ref = socket.ref();
    socket.send(ref, ref, topic, "phx_join", { url: page.page.url, params: { _csrf_token: page.page.csrf, _mounts: 0 }, session, static: null, sticky: true });
    expect((await socket.reply(ref)).status).toBe("error");
    tally.refused();
  }
  expect(ran).toEqual([]);
  await page.child("child");
  expect(ran).toEqual(["Child.mount"]);
  tally.held();
});

attack("channel-names", ONCE, async ({ tally }) => {
  const page = await lab.open("/");
  const chat = await RawSocket.connect(lab.base, { path: "/chat/websocket" });
  try {
    // Views' and uploads' topics on the channels' socket are channels there, and channels' topics on the views' socket are nothing.
    for (const topic of ["room:1", "chat:1", "lvu:0", "lv", "lv:", "LV:x", "phoenix", "\0", "lv\uff1ax"]) {
      const ref = page.socket.ref();
      page.socket.send(ref, ref, topic, "phx_join", { url: page.page.url, session: page.page.session, params: { _csrf_token: page.page.csrf } });
      expect([topic, (await page.socket.reply(ref)).status]).toEqual([topic, "error"]);
      tally.refused();
    }
    lab.endpoint.presences.track("held", "victim", {});
    const before = structuredClone(lab.endpoint.presences.list("held"));
    for (const topic of ["holdfast:presence", "holdfast:presence:state", "holdfast:fence", "holdfast:call", page.topic, "t:room", "n:holdfast:fence"]) {
      const ref = chat.ref();
      chat.send(ref, ref, topic, "phx_join");
      expect((await chat.reply(ref)).status).toBe("ok");
      for (const event of ["disconnect", "diff", "phx_close", "event", "holdfast:fence"]) {
        const message = { event, kind: "bye", of: { liveSocketId: "lab:1" }, joins: [{ id: 1, topic: "held", key: "admin", meta: {} }], leaves: [1] };
        const said = chat.ref();
        chat.send(ref, said, topic, "say", message);
        await chat.reply(said);
        tally.refused();
      }
    }
    // Nothing of it was heard inside: nobody was disconnected, nobody appeared, no view was sent anything.
    await page.socket.heartbeat();
    expect({ open: page.socket.open, diffs: page.diffs, list: lab.endpoint.presences.list("held") }).toEqual({ open: true, diffs: [], list: before });
    expect(ran.filter((what) => what !== "say")).toEqual([]);
    // The names are the application's own, and there its channel hears everything.
    const ref = chat.ref();
    chat.send(ref, ref, "post:1:updated", "phx_join");
    expect((await chat.reply(ref)).status).toBe("ok");
    lab.endpoint.broadcast("post:1:updated", "news", { title: "new" });
    expect((await chat.push("news", "post:1:updated"))[4]).toEqual({ title: "new" });
    tally.held();
  } finally {
    chat.terminate();
  }
});

attack("topics-without-end", { small: { joins: 2_000 }, full: { joins: 20_000 } }, async ({ tally, size: { joins } }) => {
  const page = await lab.open("/");
  ran.length = 0;
  const { socket } = page;
  for (let n = 0; n < joins; n++) {
    const ref = socket.ref();
    socket.send(ref, ref, n % 2 === 0 ? `lv:${"x".repeat(n % 500)}${n}` : `lvu:${n}`, "phx_join", { url: page.page.url, session: page.page.session, token: page.page.session });
    if (n % 200 === 199) await socket.heartbeat();
    tally.refused();
  }
  await socket.heartbeat();
  const answers = socket.frames.filter(([, ref, , event]) => event === "phx_reply" && ref !== null);
  expect(answers.filter(([, , , , payload]) => (payload as { status: string }).status === "error").length).toBeGreaterThanOrEqual(joins);
  expect(ran).toEqual([]);
  expect((await page.call("event", { type: "form", event: "fill", value: "a=1" })).status).toBe("ok");
  expect(ran).toEqual(["fill 1"]);
  tally.held();
});

attack("unfinished-messages", ONCE, async ({ tally }) => {
  const { anonymousTextFrameBytes, binaryFrameBytes, textFrameBytes } = lab.endpoint.limits;
  const most = Math.max(anonymousTextFrameBytes, binaryFrameBytes);
  expect(textFrameBytes).toBeGreaterThan(2 * most);
  const browser = lab.browser();
  const visitor = await lab.open("/", browser);
  // Nobody holds more memory by not finishing a message than a whole one may have.
  for (const binary of [false, true]) {
    const socket = await browser.socket();
    socket.ws.send(Buffer.alloc(most, 0x20), { fin: false, binary });
    socket.ws.send(Buffer.alloc(1, 0x20), { fin: false, binary });
    expect(await socket.code()).toBe(1009);
    tally.refused();
  }
  expect((await visitor.call("event", { type: "form", event: "fill", value: "a=1" })).status).toBe("ok");
  tally.held();
  // Somebody who is logged in may write more.
  const known = await lab.loggedIn(1);
  const page = await lab.open("/", known);
  ran.length = 0;
  const text = JSON.stringify([page.socket.joinRefs.get(page.topic), page.socket.ref(), page.topic, "event", { type: "form", event: "fill", value: `a=${"x".repeat(2 * most)}` }]);
  page.socket.ws.send(text.slice(0, 100), { fin: false });
  page.socket.ws.send(text.slice(100));
  await page.socket.heartbeat();
  expect(ran).toEqual(["fill 1"]);
  tally.held();
});

attack("half-messages-for-ever", ONCE, async ({ tally }) => {
  const patient = await startLab({ "/": Desk }, { limits: { idleMs: 1_000, firstJoinMs: 1_000 } });
  try {
    const browser = patient.browser();
    await browser.get("/");
    for (const ping of [true, false]) {
      const socket = await browser.socket();
      socket.ws.send("[", { fin: false });
      // Control frames may stand between fragments (RFC 6455, 5.4), and show no more than that the client's machine is on.
      const pings = ping ? setInterval(() => socket.open && socket.ws.ping(), 20) : undefined;
      expect([1001, 1006, 1008]).toContain(await socket.code());
      clearInterval(pings);
      tally.refused();
    }
    const page = await browser.get("/");
    expect((await (await browser.socket()).join(page)).status).toBe("ok");
    tally.held();
  } finally {
    await patient.close();
  }
});

attack("csrf-bodies", ONCE, async ({ tally }) => {
  const browser = lab.browser();
  await browser.get("/login");
  const other = lab.browser();
  await other.get("/login");
  const form = new URLSearchParams({ amount: "5" }).toString();
  const bodies: [string | undefined, string][] = [
    [undefined, form], ["text/plain", '{"amount":5,"x":"="}'], ["text/plain;charset=UTF-8", `_csrf_token=${browser.csrf}`], ["application/json", `{"_csrf_token":"${browser.csrf}"}`],
    ["application/x-www-form-urlencoded", form], ["APPLICATION/X-WWW-FORM-URLENCODED ; charset=utf-16", form], ["application/x-www-form-urlencoded", `_csrf_token=${other.csrf}`],
    ["application/x-www-form-urlencoded", `_csrf_token[]=${browser.csrf}`], ["application/x-www-form-urlencoded", `_csrf_token=&_csrf_token=`],
    ["multipart/form-data; boundary=x", `--x\r\ncontent-disposition: form-data; name="_csrf_token"\r\n\r\n${other.csrf}\r\n--x--\r\n`],
    ["multipart/form-data", form], ["multipart/form-data; boundary=", form], ["multipart/form-data; boundary=x", ""], ["multipart/form-data; boundary=x", "--y\r\n"],
    ["multipart/form-data; boundary=x", `--x\r\ncontent-disposition: form-data; name=_csrf_token\r\n\r\n${browser.csrf}`], ["application/csp-report", "{}"], ["text/xml", "<a/>"], ["x", ""],
  ];
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
    for (const [type, body] of bodies) {
      const response = await browser.fetch("/change", { method, body, headers: type === undefined ? {} : { "content-type": type } });
      // A multipart body that cannot be read is its sender's fault, and no crash of ours.
      expect([403, 400]).toContain(response.status);
      if (type?.startsWith("multipart") !== true) expect([method, type, response.status]).toEqual([method, type, 403]);
      tally.refused();
    }
  }
  for (const headers of [
    { "x-csrf-token": other.csrf }, { "x-csrf-token": "" }, { "x-csrf-token": `${browser.csrf},${browser.csrf}` }, { "x-xsrf-token": browser.csrf },
    { "x-csrf-token": browser.csrf, origin: "null" }, { "x-csrf-token": browser.csrf, "sec-fetch-site": "cross-site" }, { "x-csrf-token": browser.csrf, origin: `${lab.base}.evil.example` },
  ]) {
    expect((await browser.fetch("/change", { method: "POST", headers: headers as unknown as Record<string, string> })).status).toBe(403);
    tally.refused();
  }
  // No method is changed on the way.
  for (const headers of [{ "x-http-method-override": "POST" }, { "x-method-override": "DELETE" }] as Record<string, string>[]) {
    expect(await (await browser.fetch(`/change?_method=POST`, { headers })).text()).toBe("seen");
    tally.refused();
  }
  expect({ ran, crashed: lab.log.filter(({ message }) => message.includes("crashed")) }).toEqual({ ran: [], crashed: [] });
  expect(await (await browser.post("/change")).text()).toBe("changed");
  expect(await (await browser.fetch("/change", { method: "PUT", headers: { "x-csrf-token": browser.csrf } })).text()).toBe("changed");
  expect(ran).toEqual(["changed POST", "changed PUT"]);
  tally.held(2);
});

/** What a raw request is answered with, all of it. */
function raw(base: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  return within(new Promise<string>((resolve, reject) => {
    let answer = "";
    socket.setEncoding("latin1").on("data", (data: string) => void (answer += data)).on("end", () => resolve(answer)).on("error", reject);
    socket.write(text, "latin1");
  }), "an answer", DEADLINE_MS).finally(() => socket.destroy());
}

attack("spoofed-headers", ONCE, async ({ tally }) => {
  const named = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, url: "http://app.example",
    live: [liveSession("default", {}, (live) => {
      live("/", Desk);
      live("/gone", Gone);
    })],
    routes(app) {
      app.get("/admin", (c) => {
        hit("admin");
        return c.text("admin");
      });
    },
  });
  const { url: base } = await serve(named, { port: 0, host: "127.0.0.1" });
  try {
    const get = (path: string, ...headers: string[]): Promise<string> => raw(base, [`GET ${path} HTTP/1.1`, ...headers, "Connection: close", "", ""].join("\r\n"));
    const headers = [
      "X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-HTTP-Host-Override", "X-Original-Host", "Forwarded", "X-Forwarded-Proto", "X-Forwarded-Port",
      "X-Forwarded-Prefix", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "True-Client-IP", "Via", "Origin", "Referer",
    ];
    const paths = ["/", "/gone?to=/there", "/nowhere"];
    for (const path of paths) {
      expect(await get(path, "Host: evil-host.example")).not.toContain("evil-host");
      for (const name of headers) {
        for (const value of ["evil-host.example", "https://evil-host.example/admin", "/admin", "host=evil-host.example;proto=https"]) {
          const answer = await get(path, "Host: app.example", `${name}: ${value}`);
          expect([name, value, answer.includes("evil-host")]).toEqual([name, value, false]);
          expect(answer).toMatch(/^HTTP\/1\.1 (?:200|302|404) /);
          tally.refused();
        }
      }
    }
    // A target in absolute form names another host than the Host field (RFC 9112, 3.2.2).
    expect(await get("http://evil-host.example/", "Host: app.example")).not.toContain("evil-host");
    expect(ran.filter((what) => what === "admin")).toEqual([]);
    expect(await get("/admin", "Host: app.example")).toContain("admin");
    tally.held();
  } finally {
    await named.close();
  }
});

attack("split-responses", ONCE, async ({ tally }) => {
  const breaks = ["\r\n", "\n", "\r", "\0", "\u010a", "\u010d", "\u2028", "\u2029", "\u0085", "\v", "\f", "\u560a\u560d", "%0d%0a", "%250d%250a", "\\r\\n", "\t\r\n "];
  const hostile = breaks.flatMap((line) => [`/${line}x-injected: yes`, `/a?b=${line}${line}<script>`, `/a#${line}set-cookie: holdfast=x`]);
  for (const to of hostile) {
    for (const spelling of [encodeURIComponent(to), encodeURI(to).replaceAll("#", "%23")]) {
      const answer = await raw(lab.base, `GET /gone?to=${spelling} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
      const head = answer.split("\r\n\r\n", 1)[0]!;
      expect([to, /^(?:x-injected|set-cookie: holdfast=x)/im.test(head), /[\0\r\n](?![\r\n])x-injected/i.test(head)]).toEqual([to, false, false]);
      tally.refused();
    }
  }
  const answer = await raw(lab.base, "GET /gone?to=/there HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  expect(answer).toMatch(/^location: \/there\r$/im);
  tally.held();
});

attack("odd-requests", { small: { requests: 300 }, full: { requests: 5_000 } }, async ({ tally, seed, size: { requests } }) => {
  const chance = new Chance(seed);
  const pick = <T>(all: readonly T[]): T => all[chance.below(all.length)]!;
  const bits = ["GET ", "/", "//", "/..", "/%2e%2e", "%00", "\\", "?", "#", " HTTP/1.1", "\r\n", "\n", "\r", ":", "Host: 127.0.0.1", "Host: a@b", "Host: [::1", "Host: \xff\xfe", "Content-Length: 5",
    "Content-Length: -1", "Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Upgrade: websocket", "Connection: Upgrade", "Range: bytes=0-,-0,5-1", "Cookie: holdfast=\xff; ;=;", "Accept-Encoding: ,;q=,br;q=x",
    "If-None-Match: ,\",W/", "Referer: http://\xff\xff", "Expect: 100-continue", "0\r\n\r\n", "*", "http://", "\0", "\t", "a".repeat(300)];
  for (let n = 0; n < requests; n++) {
    const text = `GET /${Array.from({ length: chance.below(5) }, () => pick(bits)).join("")} HTTP/1.1\r\nHost: 127.0.0.1\r\n${
      Array.from({ length: 1 + chance.below(4) }, () => pick(bits)).join("\r\n")}\r\nConnection: close\r\n\r\n`;
    const socket = connect(Number(new URL(lab.base).port), "127.0.0.1");
    const answered = new Promise<string>((resolve) => {
      socket.once("data", (data: Buffer) => resolve(data.toString("latin1"))).on("error", () => resolve("")).on("close", () => resolve(""));
    });
    socket.end(text, "latin1");
    const answer = await within(answered, JSON.stringify(text));
    expect([text, /^HTTP\/1\.1 5(?!0[15])/.test(answer)]).toEqual([text, false]);
    socket.destroy();
    tally.refused();
  }
  expect(ran.filter((what) => what.startsWith("changed"))).toEqual([]);
  expect((await lab.browser().fetch("/")).status).toBe(200);
  tally.held();
});
