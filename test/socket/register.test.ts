// What an event may come from although the page's tree does not hold it now: what its browser shows all the same.
import { createEndpoint, fileInput, html, JS, keyed, liveComponent, liveRender, liveSession, liveView, spread, stream, upload } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { heapGrowth } from "../support/heap.js";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";
import { Uploader } from "../support/uploads.js";

const Id = z.object({ id: z.number() });
let ran: string[] = [];
/** What each mount of the page takes as its number. */
let mounts = 0;

const Part = liveComponent<{ n: number }>().define({
  name: "part",
  events: { pick: { bind: Id, handle: (_socket, { id }) => void ran.push(`part pick ${id}`) } },
  render: ({ n }, on) => html`<p phx-click=${on.pick({ id: n })}></p>`,
});
const Other = liveComponent().define({
  name: "other",
  events: { pick: { bind: Id, handle: (_socket, { id }) => void ran.push(`other pick ${id}`) } },
  render: (_assigns, on) => html`<p phx-click=${on.pick({ id: 0 })}></p>`,
});
const Nested = liveView.define({
  name: "Nested", authorize: "public",
  mount: () => ({ n: ++mounts }),
  events: { act: { bind: Id, handle: (_socket, { id }) => void ran.push(`nested act ${id}`) } },
  render: ({ n }, on) => html`<p phx-click=${on.act({ id: n })}></p>`,
});

/** Each mount shows other events: those of its own number. */
const Page = liveView.define({
  name: "Page", authorize: "public",
  mount: () => ({ n: ++mounts, items: stream([{ id: mounts }]) }),
  events: {
    act: { bind: Id, handle: (_socket, { id }) => void ran.push(`act ${id}`) },
    row: { bind: Id, handle: (_socket, { id }) => void ran.push(`row ${id}`) },
    gone: { bind: Id, strict: true, handle: (_socket, { id }) => void ran.push(`gone ${id}`) },
    locked: { bind: Id, handle: (_socket, { id }) => void ran.push(`locked ${id}`) },
    keep: { bind: Id, handle: (_socket, { id }) => void ran.push(`keep ${id}`) },
    written: { handle: () => void ran.push("written") },
    crash: { handle: () => { throw new Error("on purpose"); } },
    inc: { handle: (socket) => socket.update("n", (n) => n + 100) },
  },
  render: ({ n, items }, on) => html`<main>
    <b phx-click=${on.act({ id: n })}></b><b phx-click=${on.gone({ id: n })}></b><i phx-click=${on.crash}></i><i phx-click=${on.inc}></i>
    ${keyed([n, n + 10], (id) => id, (id) => html`<u phx-click=${on.row({ id })}></u>`)}
    <fieldset disabled>${html`<p><button phx-click=${on.locked({ id: n })}></button></p>`}</fieldset>
    <ol id="items" phx-update="stream">${items.map(({ id }, domId) => html`<li id=${domId} phx-click="written"><a phx-click=${on.keep({ id })}></a></li>`)}</ol>
    ${n % 2 === 1 ? Part({ id: "a", n }) : Other({ id: "a" })}${Part({ id: "b", n })}${Part({ id: `own-${n}`, n })}
    ${liveRender(Nested, { id: "nested" })}</main>`,
});

let rowsRendered = 0;
/** Rows that cost something to render. */
const Long = liveView.define({
  name: "Long", authorize: "public",
  mount: () => ({ ids: Array.from({ length: 200 }, (_, id) => id) }),
  events: { pick: { bind: Id, handle: (_socket, { id }) => void ran.push(`pick ${id}`) } },
  render: ({ ids }, on) => html`<ul>${keyed(ids, (id) => id, (id) => {
    rowsRendered++;
    return html`<li phx-click=${on.pick({ id })}></li>`;
  })}</ul>`,
});

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ "/": Page, "/again": Page, "/long": Long });
});
afterAll(() => lab.close());
beforeEach(() => {
  mounts = 0;
  ran = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await lab.cut();
});

async function expectRan(to: Joined, expected: readonly string[], ...events: (readonly [name: string, cid?: number])[]): Promise<void> {
  ran = [];
  for (const [name, cid] of events) await to.event(name, {}, cid);
  expect(ran).toEqual(expected);
}

it("events that no page showed render the page of the GET once, however many come", async () => {
  const page = await lab.open("/long");
  rowsRendered = 0;
  for (let i = 0; i < 20; i++) await page.event(`pick~id=${1000 + i}`);
  await page.event("pick~id=7");
  expect(ran).toEqual(["pick 7"]);
  expect(rowsRendered).toBeLessThanOrEqual(2 * 200);
});

/** A name with its proof, as a page or a join's answer has it. */
function proven(source: unknown, name: string): string {
  return new RegExp(`${name}~~[\\w-]+`).exec(typeof source === "string" ? source : JSON.stringify(source))?.[0] ?? `no ${name}`;
}

describe("the page of the GET", () => {
  it("counts at its join: its browser shows it until nested views have joined and transitions are over", async () => {
    // The GET's page is 1 and its nested view 2; the join's are 3 and 4.
    const page = await lab.open("/");
    await expectRan(page, ["act 1", "row 1", "row 11"], ["act~id=1"], ["row~id=1"], ["row~id=11"]);
    await expectRan(page, ["act 3"], ["act~id=3"]);
    const nested = await page.child("nested");
    await expectRan(nested, ["nested act 2", "nested act 4"], ["act~id=2"], ["act~id=4"]);
  });

  it("counts with what it showed, and nothing else", async () => {
    const page = await lab.open("/");
    await expectRan(page, [],
      ["act~id=2"], ["row~id=2"], ["act~id=.1"], ["keep~id=7"], // never
      ["gone~id=1"], // strict: what is shown now
      ["locked~id=1"], // in a disabled fieldset
      ["act~id=1", 1], ["pick~id=1"]); // for another target
  });

  it("counts for the components that its numbers stood for", async () => {
    mounts = 0;
    const page = await lab.open("/"); // 1 and 3: both odd, so both pages show a Part as their first component
    await expectRan(page, ["part pick 1", "part pick 1"], ["pick~id=1", 1], ["pick~id=1", 2], ["pick~id=1", 3]);
    mounts = 10;
    const twin = await lab.browser().get("/"); // 11 …
    mounts = 13;
    const browser = lab.browser();
    const own = await browser.get("/"); // 14: an Other
    mounts = 20;
    const socket = await browser.socket();
    await socket.join(own); // 21: a Part
    ran = [];
    await socket.event(own, "nothing");
    const joinRef = socket.joinRefs.get(own.topic)!;
    for (const cid of [1, 2]) await socket.call(joinRef, own.topic, "event", { type: "click", event: `pick~id=${cid === 1 ? 0 : 14}`, value: {}, cid });
    expect(ran).toEqual(["part pick 14"]); // the first was an Other's
    expect(twin.status).toBe(200);
  });

  it("is forgotten half a minute after its join, and where it does not belong", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const page = await lab.open("/");
    vi.setSystemTime(Date.now() + 29_000);
    await expectRan(page, ["act 1"], ["act~id=1"]);
    vi.setSystemTime(Date.now() + 2_000);
    await expectRan(page, ["act 3"], ["act~id=1"], ["act~id=3"]);
    // Another page of the same session.
    mounts = 50;
    const own = await lab.open("/", page.browser);
    await expectRan(own, ["act 51"], ["act~id=1"], ["act~id=51"]);
  });

  it("of streams counts by its proof, as the join's", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const page = await lab.open("/");
    const name = proven(page.page.html, "keep~id=1");
    await expectRan(page, [], ["keep~id=1"], ["keep~id=3"]);
    vi.setSystemTime(Date.now() + 60_000);
    await expectRan(page, ["keep 1", "keep 3", "written"], [name], [proven(page.rendered, "keep~id=3")], ["written"]);
  });
});

describe("the page before a rejoin", () => {
  it("counts when its browser comes back, on another socket or after a crash", async () => {
    const page = await lab.open("/");
    await page.event("inc"); // 103
    const socket = await page.browser.socket();
    page.socket.terminate();
    await eventually(() => expect(lab.endpoint.connections).toBe(1));
    mounts = 30;
    const again = await socket.join(page.page);
    expect(again.status).toBe("ok");
    ran = [];
    for (const name of ["act~id=103", "row~id=113", "act~id=31", "act~id=102", "gone~id=103"]) await socket.event(page.page, name);
    expect(ran).toEqual(["act 103", "row 113", "act 31"]);

    socket.sendEvent(page.page, "crash");
    await socket.push("phx_error", page.topic);
    mounts = 40;
    await socket.join(page.page);
    ran = [];
    for (const name of ["act~id=31", "act~id=41", "act~id=103"]) await socket.event(page.page, name);
    expect(ran).toEqual(["act 31", "act 41", "act 103"]);
  });

  it("counts as it was a moment before: its last diffs may not have arrived", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const page = await lab.open("/"); // 3
    vi.setSystemTime(Date.now() + 20_000);
    await page.event("inc");
    await page.event("inc"); // 203
    const socket = await page.browser.socket();
    page.socket.terminate();
    await eventually(() => expect(lab.endpoint.connections).toBe(1));
    mounts = 30;
    await socket.join(page.page);
    ran = [];
    for (const name of ["act~id=3", "row~id=13", "act~id=103", "act~id=203", "act~id=31", "act~id=4", "gone~id=103"]) await socket.event(page.page, name);
    expect(ran).toEqual(["act 3", "row 13", "act 103", "act 203", "act 31"]);
    vi.setSystemTime(Date.now() + 31_000);
    ran = [];
    for (const name of ["act~id=3", "act~id=103", "act~id=203", "act~id=31"]) await socket.event(page.page, name);
    expect(ran).toEqual(["act 31"]);
  });

  it("does not count at another URL, nor for another session", async () => {
    const page = await lab.open("/");
    mounts = 30;
    await page.socket.join(page.page, { url: undefined, redirect: `${lab.base}/again` });
    await expectRan(page, ["act 31"], ["act~id=3"], ["act~id=1"], ["act~id=31"]);
  });

  it("holds a bounded number of values, the oldest make room", async () => {
    const small = await startLab({ "/": Page }, { limits: { rememberedValues: 40 } });
    try {
      const browser = small.browser();
      const first = await browser.get("/");
      for (let more = 0; more < 8; more++) await browser.get("/");
      const last = await browser.get("/");
      const socket = await browser.socket();
      await socket.join(first);
      await socket.join(last);
      ran = [];
      await socket.event(first, "act~id=1");
      await socket.event(last, `act~id=19`);
      expect(ran).toEqual(["act 19"]);
    } finally {
      await small.close();
    }
  });
});

describe("the pages of GETs that nobody joins", () => {
  /** What each GET loads anew, as from a database. */
  const loaded = (bytes: number): string => Buffer.alloc(bytes, "x").toString("latin1");
  const Loaded = liveView.define({
    name: "Loaded", authorize: "public", params: z.object({ kind: z.enum(["text", "rows"]).default("text") }),
    mount: (_socket, { params: { kind } }) => ({
      n: ++mounts, text: loaded(kind === "text" ? 200_000 : 0),
      rows: Array.from({ length: 50 }, (_, id) => ({ id, body: loaded(kind === "rows" ? 4_000 : 0) })),
    }),
    events: { act: { bind: Id, handle: (_socket, { id }) => void ran.push(`act ${id}`) }, row: { bind: Id, handle: () => {} } },
    render: ({ n, text, rows }, on) => html`<main><b phx-click=${on.act({ id: n })}></b>${text}
      <ul>${keyed(rows, ({ id }) => id, ({ id, body }) => html`<li phx-click=${on.row({ id })} title=${body.slice(0, 9)}>${id}</li>`)}</ul></main>`,
  });

  it("cost what their controls weigh, whatever text they show and whatever data is behind it", async () => {
    const endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", live: [liveSession("default", {}, (live) => live("/", Loaded))] });
    try {
      for (const kind of ["text", "rows"]) {
        const get = async (): Promise<unknown> => (await endpoint.fetch(new Request(`http://localhost/?kind=${kind}`))).text();
        const visits = async (): Promise<void> => {
          for (let i = 0; i < 20; i++) await get();
        };
        // From one look to its counterpart 20 MB have been loaded.
        expect(await heapGrowth(5, visits)).toBeLessThan(5e6);
      }
    } finally {
      await endpoint.close();
    }
  });

  it("make room for the page of somebody who joins, who is let in and whose events count", async () => {
    const small = await startLab({ "/": Loaded }, { limits: { rememberedValues: 1_000 } });
    try {
      for (let i = 0; i < 60; i++) await small.browser().get("/");
      const page = await small.open("/");
      await expectRan(page, ["act 61", "act 62"], ["act~id=61"], ["act~id=62"]);
      expect(await page.event("act~id=1")).toMatchObject({ status: "ok" });
      expect(ran).toEqual(["act 61", "act 62"]);
    } finally {
      await small.close();
    }
  });
});

describe("what renders have replaced", () => {
  it("counts for half a minute on a page that changes ten times a second", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const page = await lab.open("/");
    for (let render = 0; render < 290; render++) {
      vi.setSystemTime(Date.now() + 100);
      await page.event("inc");
    }
    await expectRan(page, ["act 3", "act 10003", "row 13"], ["act~id=3"], ["act~id=10003"], ["row~id=13"], ["act~id=4"]);
  });

  it("counts for a submit that waits for its files, however long they take, and for nothing else", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const Files = liveView.define({
      name: "Files", authorize: "public",
      mount: () => ({ n: 1, files: upload({ accept: [".txt"] }) }),
      events: {
        change: { handle: () => {} }, act: { bind: Id, handle: (_socket, { id }) => void ran.push(`act ${id}`) },
        save: { bind: Id, async handle(socket, { id }) {
          const names = await socket.consumeUploads("files", ({ entry }) => entry.name);
          ran.push(`save ${id} ${names.join()}`);
        } },
        next: { handle: (socket) => socket.update("n", (n) => n + 1) },
      },
      render: ({ n, files }, on) => html`<form phx-change=${on.change} phx-submit=${on.save({ id: n })}>${fileInput(files)}</form>
        <b phx-click=${on.act({ id: n })}></b><i phx-click=${on.next}></i>`,
    });
    const own = await startLab({ "/": Files });
    try {
      const page = await own.open("/");
      const uploader = new Uploader(page, "change");
      const submit = (name: string): Promise<unknown> => page.call("event", { type: "form", event: name, value: "" });
      const entry = await uploader.begin("a.txt", 5);
      for (let minute = 0; minute < 5; minute++) {
        await page.event("next");
        vi.setSystemTime(Date.now() + 60_000);
      }
      await page.event("next");
      await uploader.chunk(entry, Buffer.from("bytes"));
      await uploader.progress(entry, 100);
      ran = [];
      await submit("act~id=1");
      await submit("save~id=9");
      await page.event("act~id=1");
      await submit("save~id=1");
      // Its files are consumed: no submit waits any more.
      await submit("save~id=2");
      await submit("save~id=7");
      expect(ran).toEqual(["save 1 a.txt", "save 7 "]);
    } finally {
      await own.close();
    }
  });

  it("takes a bounded memory, whether the view renders or a component alone", async () => {
    const Rows = liveComponent().define({
      name: "rows", mount: () => ({ n: 0 }),
      events: {
        pick: { bind: Id, handle: (_socket, { id }) => void ran.push(`pick ${id}`) },
        next: { handle: (socket) => socket.update("n", (n) => n + 1_000) },
      },
      render: ({ n }, on) => html`<ul phx-click=${on.next}>${Array.from({ length: 100 }, (_, row) => html`<li phx-click=${on.pick({ id: n + row })}></li>`)}</ul>`,
    });
    const Around = liveView.define({ name: "Around", authorize: "public", mount: () => {}, render: () => Rows({ id: "rows" }) });
    const own = await startLab({ "/": Around });
    try {
      const page = await own.open("/");
      const cid = Number(Object.keys((page.rendered as { c: object }).c)[0]);
      for (let render = 0; render < 160; render++) await page.event("next", {}, cid);
      await expectRan(page, ["pick 160000", "pick 159000", "pick 56000"],
        ["pick~id=160000", cid], ["pick~id=159000", cid], ["pick~id=56000", cid], ["pick~id=1000", cid]);
    } finally {
      await own.close();
    }
  });
});

describe("a root layout", () => {
  it("binds nothing for the view: its events count if the view shows them, too, or says from: anywhere", async () => {
    const Bare = liveView.define({
      name: "Bare", authorize: "public", mount: () => {},
      events: {
        outside: { handle: () => void ran.push("outside") },
        both: { handle: () => void ran.push("both") },
        anywhere: { from: "anywhere", handle: () => void ran.push("anywhere") },
      },
      render: (_assigns, on) => html`<b phx-click=${on.both}></b>`,
    });
    const around = await startLab({ "/": Bare }, {
      rootLayout: ({ inner, csrfToken }) => html`<html><head><meta name="csrf-token" content=${csrfToken}></head>
        <body><nav><b phx-click="outside"></b><b phx-click="both"></b><b phx-click="anywhere"></b></nav>${inner}</body></html>`,
    });
    try {
      const page = await around.open("/");
      ran = [];
      for (const name of ["outside", "both", "anywhere"]) expect((await page.event(name)).status).toBe("ok");
      expect(ran).toEqual(["both", "anywhere"]);
      expect(around.log.find(({ message }) => message === "event refused")?.details).toMatchObject({ event: "outside", reason: "not_rendered" });
    } finally {
      await around.close();
    }
  });
});

describe("phx-update=\"ignore\"", () => {
  /** Everything in an ignored element is the browser's; its neighbour is not. */
  const Ignoring = liveView.define({
    name: "Ignoring", authorize: "public",
    mount: () => ({ n: 1, mode: "ignore" as string }),
    events: {
      act: { bind: Id, handle: (_socket, { id }) => void ran.push(`act ${id}`) },
      own: { handle: () => void ran.push("own") },
      next: { handle: (socket) => socket.update("n", (n) => n + 1) },
      written: { handle: () => void ran.push("written") },
    },
    render: ({ n, mode }, on) => html`<main><i phx-click=${on.next}></i>
      <div id="static" phx-update="ignore" phx-click=${on.act({ id: n })}><p>${html`<b phx-click=${on.act({ id: n + 100 })}></b>`}</p>
        ${n === 1 && html`<u phx-click="written"></u>`}</div>
      <div id="hole" phx-update=${mode}><b phx-click=${on.act({ id: n + 200 })}></b></div>
      <div id="spread" ${spread({ "phx-update": mode })}><b phx-click=${JS.hide().push(on.act({ id: n + 300 }))}></b></div>
      <div id="rows" phx-update="ignore">${keyed([n + 400, n + 500], (id) => id, (id) => html`<b phx-click=${on.act({ id })}></b>`)}</div>
      <div><b phx-click=${on.act({ id: n + 900 })}></b></div></main>`,
  });
  let own: Lab;
  beforeAll(async () => {
    own = await startLab({ "/": Ignoring });
  });
  afterAll(() => own.close());

  it("counts as it was first rendered, as long as the page lives; what is beside it does not", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const page = await own.open("/");
    const names = [1, 101, 201, 301, 401, 501].map((id) => proven(page.page.html, `act~id=${id}`));
    // The browser keeps the GET's text, so the join's must be the same.
    expect(names.map((name) => JSON.stringify(page.rendered).includes(name))).toEqual(names.map(() => true));
    expect(page.page.html).toContain('phx-click="act~id=901"');
    await page.event("next");
    vi.setSystemTime(Date.now() + 60_000);
    await expectRan(page, ["act 1", "act 101", "act 201", "act 301", "act 401", "act 501", "written"], ...names.map((name) => [name] as const), ["written"]);
    // Not without the proof, not what was never there, and not the neighbour.
    await expectRan(page, ["act 902"], ["act~id=1"], ["act~id=101"], [names[0]!.replace("id=1", "id=3")], ["act~id=901"], ["act~id=902"], ["own"]);
  });
});

describe("JS.setAttribute", () => {
  const Setting = liveView.define({
    name: "Setting", authorize: "public",
    mount: () => ({ n: 1, items: stream([{ id: 5 }]) }),
    events: { act: { bind: Id, handle: (_socket, { id }) => void ran.push(`act ${id}`) } },
    render: ({ n, items }, on) => html`<main><b phx-click=${JS.setAttribute("phx-click", on.act({ id: n }), { to: "#a" })}></b><a id="a"></a>
      <ol id="items" phx-update="stream">${items.map(({ id }, domId) => html`<li id=${domId} phx-click=${JS.setAttribute("phx-click", JS.push(on.act({ id })))}></li>`)}</ol></main>`,
  });

  it("lets an element push what it was set to", async () => {
    const own = await startLab({ "/": Setting });
    try {
      const page = await own.open("/");
      await expectRan(page, ["act 1", "act 5"], ["act~id=1"], ["act~id=2"], [proven(page.rendered, "act~id=5")]);
    } finally {
      await own.close();
    }
  });
});
