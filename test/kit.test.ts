import { createEndpoint, csrfField, html, JS, keyed, liveSession, liveView, NotFound, putFlash, redirect, topic, type Endpoint } from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { openBrowser } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

const news = topic<string>("news");

const Counter = liveView.define({
  name: "Counter",
  authorize: "public",
  mount: (socket) => {
    socket.pageTitle("Counter");
    return { count: 0, items: [] as string[] };
  },
  handleParams(socket, { uri }) {
    if (uri.searchParams.has("gone")) throw new NotFound("it is gone");
    if (uri.searchParams.has("start")) socket.assign({ count: Number(uri.searchParams.get("start")) });
  },
  events: {
    inc: {
      params: z.object({ by: z.coerce.number().default(1) }),
      handle: (socket, { by }) => socket.update("count", (count) => count + by),
    },
    add: {
      handle: (socket) => socket.update("items", (items) => [...items, `item ${items.length}`]),
    },
    shuffle: { handle: (socket) => socket.update("items", (items) => items.toReversed()) },
    celebrate: {
      handle: (socket) => {
        socket.pushEvent(pageEvent<{ pieces: number }>("confetti"), { pieces: 3 });
        socket.putFlash("info", "Hooray");
        socket.pageTitle("Party");
      },
    },
    key: { params: z.object({ key: z.string() }), handle: (socket, { key }) => socket.assign({ items: [key] }) },
    crash: { handle: () => { throw new Error("on purpose"); } },
    leave: {
      handle: (socket) => {
        socket.putFlash("info", "You left");
        socket.pushNavigate("/form");
      },
    },
    out: { handle: () => redirect("/dead") },
    move: { handle: (socket) => socket.pushPatch("/?start=40") },
    moveGone: { handle: (socket) => socket.pushPatch("/?gone") },
  },
  render: ({ count, items, flash }, on) => html`
    <p id="count">${count}</p>
    ${count > 100 && html`<p id="big">big</p>`}
    <p id="flash-info">${flash.info}</p>
    <ul>${keyed(items, (item) => item, (item) => html`<li>${item}</li>`)}</ul>
    <button id="inc" phx-click=${on.inc}>+</button>
    <button id="ten" phx-click=${on.inc} phx-value-by="10">+10</button>
    <button id="js" phx-click=${JS.hide({ to: "#menu" }).push(on.inc, { value: { by: 5 } })}>+5</button>
    <button id="off" phx-click=${on.inc} disabled=${true}>off</button>
    <button id="add" phx-click=${on.add}>add</button>
    <button id="shuffle" phx-click=${on.shuffle}>shuffle</button>
    <button id="celebrate" phx-click=${on.celebrate}>!</button>
    <button id="crash" phx-click=${on.crash}>crash</button>
    <button id="leave" phx-click=${on.leave}>leave</button>
    <button id="out" phx-click=${on.out}>out</button>
    <button id="move" phx-click=${on.move}>move</button>
    <div id="keys" phx-window-keydown=${on.key} phx-key="Escape"></div>
    <button id="js-patch" phx-click=${JS.patch("/?start=3")}>3</button>
    <button id="js-navigate" phx-click=${JS.navigate("/form")}>form</button>
    <a id="lost" href="/form" data-phx-link="patch" data-phx-link-state="push">form</a>
    <a id="patch" href="/?start=7" data-phx-link="patch" data-phx-link-state="push">7</a>
    <a id="gone" href="/?gone#there" data-phx-link="patch" data-phx-link-state="push">gone</a>
    <button id="move-gone" phx-click=${on.moveGone}>gone</button> <button id="js-gone" phx-click=${JS.patch("/?gone")}>gone</button>
    <a id="navigate" href="/form" data-phx-link="redirect" data-phx-link-state="push">form</a>
    <a id="guarded" href="/guarded" data-phx-link="redirect" data-phx-link-state="push">guarded</a>
    <a id="plain" href="/dead">dead</a> <a id="away" href="https://example.com/dead">Away</a>
    <form id="bank" method="post" action="https://bank.example/pay"><input name="sum" value="3"><button>Pay</button></form>
  `,
});

const Fields = z.record(z.string(), z.unknown());

const Form = liveView.define({
  name: "Form",
  authorize: "public",
  mount: () => ({ seen: "", saved: "" }),
  events: {
    change: { params: Fields, handle: (socket, params) => socket.assign({ seen: JSON.stringify(params) }) },
    save: { params: Fields, handle: (socket, params) => socket.assign({ saved: JSON.stringify(params) }) },
  },
  render: ({ seen, saved, flash }, on) => html`
    <p id="flash-info">${flash.info}</p>
    <pre id="seen">${seen}</pre><pre id="saved">${saved}</pre>
    <form id="post" phx-change=${on.change} phx-submit=${on.save}>
      <input type="hidden" name="id" value="7">
      <input name="post[title]" value="Hello"><textarea name="post[body]">Text</textarea>
      <select name="state"><option value="draft">Draft</option><option value="public">Public</option></select>
      <input type="checkbox" name="pinned" value="yes">
      <input type="radio" name="size" value="s" checked><input type="radio" name="size" value="m">
      <input name="locked" value="x" disabled>
      <button name="action" value="save">Save</button><button id="later" name="action" value="later">Later</button>
      <button id="never" type="button" name="action" value="never">Never</button>
    </form>
    <form id="other" phx-submit=${on.save}><button id="elsewhere" name="action" value="elsewhere">Elsewhere</button></form>
  `,
});

/** A form some of whose controls stand outside of it, and some in fieldsets that are disabled. */
const Scattered = liveView.define({
  name: "Scattered",
  authorize: "public",
  mount: () => ({ seen: "", saved: "", clicks: 0 }),
  events: {
    change: { params: Fields, handle: (socket, params) => socket.assign({ seen: JSON.stringify(params) }) },
    save: { params: Fields, handle: (socket, params) => socket.assign({ saved: JSON.stringify(params) }) },
    click: { handle: (socket) => socket.update("clicks", (clicks) => clicks + 1) },
  },
  render: ({ seen, saved, clicks }, on) => html`
    <pre id="seen">${seen}</pre><pre id="saved">${saved}</pre><b id="clicks">${clicks}</b>
    <button form="far" name="action" value="first">First</button>
    <form id="far" phx-change=${on.change} phx-submit=${on.save}>
      <input name="title" value="Hello">
      <fieldset disabled>
        <legend><input name="legend" value="1"><button id="in-legend" type="button" phx-click=${on.click}>+</button></legend>
        <legend><input name="second" value="2"></legend>
        <input name="body" value="3"><button id="in-body" type="button" phx-click=${on.click}>+</button>
        <fieldset disabled><legend><input name="nested" value="4"></legend></fieldset>
      </fieldset>
      <button name="action" value="inside">Inside</button>
    </form>
    <input type="hidden" form="far" name="outside" value="5">
  `,
});

const Guarded = liveView.define({ name: "Guarded", authorize: "public", mount: () => redirect("/form"), render: () => html`<p>never</p>` });

const News = liveView.define({
  name: "News",
  authorize: "public",
  topics: () => ({ news }),
  mount: () => ({ text: "nothing" }),
  messages: {
    async news(socket, text) {
      // as a handler that asks a database: the message is in hand long before the page shows it
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
      socket.assign({ text });
    },
  },
  render: ({ text }) => html`<p id="news">${text}</p>`,
});

const BrokenWhenConnected = liveView.define({
  name: "Broken",
  authorize: "public",
  mount(socket) {
    if (socket.connected) throw new Error("on purpose");
    return {};
  },
  render: () => html`<p>dead only</p>`,
});

const Post = liveView.define({
  name: "Post", authorize: "public", params: z.object({ id: z.string() }),
  mount: (_socket, { params: { id } }) => {
    if (id === "none") throw new NotFound(id);
    if (id === "crash") throw new Error("on purpose");
    return {};
  },
  render: () => html`<p>post</p>`,
});

let endpoint: Endpoint;
beforeEach(() => {
  endpoint = createEndpoint({
    secret: "a secret of at least thirty-two characters",
    log: () => {},
    live: [
      liveSession("default", {}, (live) => {
        live("/", Counter);
        live("/form", Form);
        live("/scattered", Scattered);
        live("/guarded", Guarded);
        live("/news", News);
        live("/broken", BrokenWhenConnected);
        live("/posts/:id", Post);
      }),
    ],
    routes: (app) => {
      app.get("/dead", (c) => endpoint.renderPage(c, html`<p id="dead">dead</p><form action="/say" method="post">${csrfField(c)}<input name="word"></form>`));
      app.post("/say", async (c) => {
        putFlash(c, "info", String((await c.req.parseBody())["word"]));
        return c.redirect("/form");
      });
    },
  });
});
afterEach(() => endpoint.close());

describe("what a user does", () => {
  test("clicks reach the handler, values included, and the page shows what the handler did", async () => {
    const page = await openBrowser(endpoint).visit("/");
    expect(page.text("#count")).toBe("0");
    await page.click("#inc");
    expect(page.text("#count")).toBe("1");
    await page.click("#ten");
    await page.click("#js");
    await page.click("#inc", { by: 100 });
    expect(page.text("#count")).toBe("116");
    expect(page.has("#big")).toBe(true);
    for (let i = 0; i < 3; i++) await page.click("#add");
    await page.click("#shuffle");
    expect(page.text("ul")).toBe("item 2item 1item 0");
    await page.press("#keys", "Escape");
    expect(page.text("li")).toBe("Escape");
    await expect(page.press("#keys", "Enter")).rejects.toMatchObject({ code: "kit_not_found" });
  });

  test("what a user cannot do is refused: absent, ambiguous, disabled, not bound", async () => {
    const page = await openBrowser(endpoint).visit("/");
    for (const selector of ["#absent", "button", "#off", "#count"]) {
      await expect(page.click(selector), selector).rejects.toMatchObject({ code: "kit_not_found" });
    }
    expect(page.text("#count")).toBe("0");
    await expect(page.click("#off")).rejects.toThrow("is disabled");
  });

  test("what is no selector is an error that names it, also within a part of the page", async () => {
    const page = await openBrowser(endpoint).visit("/");
    const part = page.within("ul");
    for (const look of [() => page.count("##off"), () => page.expectText("##off", "x"), () => part.has("##off")]) {
      expect(look).toThrow(/"##off" is no CSS selector\. \[kit_not_found\]/);
    }
    await expect(page.click("button:has-text('Off')")).rejects.toThrow("use { selector: \"button\", text: \"Save\" }");
  });

  test("forms send what a browser sends, and announce what was not touched", async () => {
    const page = await openBrowser(endpoint).visit("/form");
    await page.change("#post", { "post[title]": "New" });
    expect(JSON.parse(page.text("#seen"))).toMatchObject({
      id: "7", post: { title: "New", body: "Text", _unused_body: "" }, state: "draft", _unused_state: "", size: "s",
    });
    const sent = JSON.parse(page.socket.frames.findLast(({ from }) => from === "client")!.text) as [string, string, string, string, { meta: object; value: string }];
    expect(sent[4].meta).toEqual({ _target: "post[title]" });
    expect(sent[4].value).not.toContain("locked");

    await page.submit("#post", { "post[body]": "Long", state: "public", pinned: true, size: "m" });
    expect(JSON.parse(page.text("#saved"))).toEqual({
      id: "7", post: { title: "Hello", body: "Long" }, state: "public", pinned: "yes", size: "m", action: "save",
    });
    await page.submit("#post", {}, { submitter: "#later" });
    expect(JSON.parse(page.text("#saved"))).toMatchObject({ action: "later" });
    for (const submitter of ["#never", "#elsewhere", "#post"]) {
      await expect(page.submit("#post", { state: "draft" }, { submitter }), submitter).rejects.toThrow("does not submit this form");
    }
    expect(JSON.parse(page.text("#saved"))).toMatchObject({ action: "later" });
  });

  test("a form has the controls that name it, and those in the legend of a disabled fieldset", async () => {
    const page = await openBrowser(endpoint).visit("/scattered");
    await page.submit("#far");
    // The first of all its buttons is the default one.
    expect(JSON.parse(page.text("#saved"))).toEqual({ action: "first", title: "Hello", legend: "1", outside: "5" });
    await page.click("#in-legend");
    expect(page.text("#clicks")).toBe("1");
    await expect(page.click("#in-body")).rejects.toThrow("is disabled");
    for (const name of ["body", "second", "nested"]) await expect(page.submit("#far", { [name]: "x" }), name).rejects.toThrow("it is disabled");
  });

  test("a hidden field is not announced as unused, wherever it stands", async () => {
    const page = await openBrowser(endpoint).visit("/scattered");
    await page.change("#far", { title: "New" });
    expect(JSON.parse(page.text("#seen"))).toEqual({ _target: ["title"], title: "New", legend: "1", _unused_legend: "", outside: "5" });
  });

  test("a pattern with the flag g is looked for from the start each time", async () => {
    const page = await openBrowser(endpoint).visit("/");
    const zero = /0/g;
    for (let i = 0; i < 2; i++) page.expectText("#count", zero);
    expect([page.has("#count", zero), page.has("#count", zero)]).toEqual([true, true]);
    expect(() => page.refuteText("#count", zero)).toThrow("shows the text");
  });

  test.for([
    ["a field that is not there", { nothing: "x" }], ["a hidden field", { id: "8" }], ["a disabled field", { locked: "y" }],
    ["an option that is not offered", { state: "deleted" }], ["a radio button that is not there", { size: "xl" }],
    ["a checkbox that is not there", { pinned: "maybe" }], ["checkboxes one of which is not there", { pinned: ["yes", "no"] }],
  ] as const)("a form takes no value for %s", async ([, values]) => {
    const page = await openBrowser(endpoint).visit("/form");
    await expect(page.submit("#post", values as never)).rejects.toMatchObject({ code: "kit_not_found" });
    expect(page.text("#saved")).toBe("");
  });
});

describe("where pages lead", () => {
  test("a patch stays in the view", async () => {
    const page = await openBrowser(endpoint).visit("/");
    await page.click("#inc");
    expect(await page.follow("#patch")).toBe(page);
    page.expectPatch("/?start=7");
    expect(() => page.refutePatched()).toThrow("patched its URL");
    expect([page.url, page.text("#count")]).toEqual(["/?start=7", "7"]);
    await page.click("#move");
    page.expectPatch("/?start=40");
    page.expectPatch(/start=\d+$/);
    expect([page.url, page.text("#count")]).toEqual(["/?start=40", "40"]);
  });

  test("a patch to a URL that the view refuses ends at its error page", async () => {
    const page = await openBrowser(endpoint).visit("/");
    const gone = await page.follow("#gone");
    expect([gone.url, gone.status, page.crashed, page.live]).toEqual(["/?gone", 404, false, false]);
    expect(() => gone.expectText("#count", "1")).toThrow("the server answers /?gone with 404");

    for (const to of ["/?gone", "/?gone#there"]) {
      const form = await openBrowser(endpoint).visit("/form");
      expect((await form.navigate(to)).status, to).toBe(404);
    }

    for (const button of ["#move-gone", "#js-gone"]) {
      const other = await openBrowser(endpoint).visit("/");
      await other.click(button);
      other.expectRedirect("/?gone");
      expect((await other.followRedirect()).status).toBe(404);
    }
  });

  test("commands patch and navigate too, and a patch to another view navigates", async () => {
    const page = await openBrowser(endpoint).visit("/");
    await page.click("#js-patch");
    expect([page.url, page.text("#count")]).toEqual(["/?start=3", "3"]);
    await page.click("#js-navigate");
    page.expectRedirect("/form");
    expect((await page.follow("#lost")).url).toBe("/form");
    page.refutePatched("/form");
  });

  test("a navigation joins the next view over the same socket; a plain link does not", async () => {
    const page = await openBrowser(endpoint).visit("/");
    const form = await page.follow("#navigate");
    expect(form.socket).toBe(page.socket);
    expect([form.url, form.live, page.live, form.has("#post")]).toEqual(["/form", true, false, true]);
    await form.submit("#post");

    const dead = await (await openBrowser(endpoint).visit("/")).follow("#plain");
    expect([dead.live, dead.text("#dead")]).toEqual([false, "dead"]);
  });

  test("what leads to another site is not asked of this one", async () => {
    const page = await openBrowser(endpoint).visit("/");
    for (const leave of [() => page.follow("#away"), () => page.submitOverHttp("#bank")]) {
      await expect(leave()).rejects.toThrow(/leads to another site[^]*https:\/\/(example\.com\/dead|bank\.example\/pay)/);
    }
  });

  test("a page that is not there says so in whatever the test does next, with the status and the routes near its path", async () => {
    const browser = openBrowser(endpoint);
    const page = await browser.visit("/guardd?x=1");
    expect([page.status, page.live, page.dead.refusal]).toEqual([
      404, false, "the server answers /guardd?x=1 with 404: no route has this path; near it: /guarded",
    ]);
    const advice = /the server answers \/guardd\?x=1 with 404: no route has this path; near it: \/guarded/;
    await expect(page.click("#save")).rejects.toThrow(advice);
    await expect(page.waitFor("#save", { timeoutMs: 1 })).rejects.toThrow(advice);
    for (const look of [() => page.text("#save"), () => page.expectText("#save", "x"), () => page.dead.expectText("h1", "x")]) {
      expect(look).toThrow(advice);
    }
    expect((await browser.visit("/something/else")).dead.refusal).toBe("the server answers /something/else with 404: no route has this path");
    expect((await browser.visit("/posts/none")).dead.refusal).toBe("the server answers /posts/none with 404: its route /posts/:id has nothing under this path");
    expect((await browser.visit("/posts/crash")).dead.refusal).toMatch(/^the server answers \/posts\/crash with 500: mend what the application threw: Error: on purpose/);
    expect((await browser.post("/say", { word: "x", _csrf_token: "forged" })).refusal)
      .toBe("the server answers /say with 403; a test that expects this reads page.status");
    expect((await browser.visit("/posts/1")).dead.refusal).toBeUndefined();
  });

  test("redirects are not followed until the test says so; the flash goes along", async () => {
    const browser = openBrowser(endpoint);
    const page = await browser.visit("/");
    await page.click("#leave");
    expect(page.redirected).toMatchObject({ kind: "navigate", to: "/form" });
    await expect(page.click("#leave")).rejects.toThrow("const next = await page.followRedirect()");
    const advice = /the page was redirected to \/form: go on with const next = await page\.followRedirect\(\)/;
    expect(() => page.expectText("#leave", "Arrived")).toThrow(advice);
    expect(() => page.expectText("#form", "Arrived")).toThrow(advice);
    expect(() => page.expectFlash("info", "Arrived")).toThrow(advice);
    await expect(page.waitFor("#form", { timeoutMs: 1 })).rejects.toThrow(advice);
    const form = await page.followRedirect();
    form.expectFlash("info", "You left");

    const again = await browser.visit("/");
    await again.click("#out");
    again.expectRedirect("/dead");
    expect(again.live).toBe(false);
    expect((await again.followRedirect()).text("#dead")).toBe("dead");
  });

  test("a redirect in mount, at both doors", async () => {
    const browser = openBrowser(endpoint);
    const guarded = await browser.visit("/guarded");
    expect([guarded.status, guarded.live]).toEqual([302, false]);
    guarded.expectRedirect("/form");
    guarded.expectRedirect(/^\/f/);
    expect(() => guarded.expectRedirect(/^\/elsewhere/)).toThrow(/\/\^\\\/elsewhere\/[^]*\/form/);
    await expect(guarded.click("#x")).rejects.toMatchObject({ code: "kit_expectation" });

    const page = await (await browser.visit("/")).follow("#guarded");
    expect(page.live).toBe(false);
    page.expectRedirect("/form");
  });

  test("forms without a view are submitted over HTTP, with the page's CSRF token", async () => {
    const browser = openBrowser(endpoint);
    const page = await browser.get("/dead");
    const answer = await page.submit("form", { word: "hi" });
    answer.expectRedirect("/form");
    const form = await answer.followRedirect();
    form.expectFlash("info", "hi");
    expect((await browser.post("/say", { word: "ho" })).redirectedTo).toBe("/form");
    browser.csrfToken = "forged";
    expect((await browser.post("/say", { word: "ho" })).status).toBe(403);
  });
});

describe("what the server does by itself", () => {
  test("pushed events, title and flash", async () => {
    const page = await openBrowser(endpoint).visit("/");
    expect(page.title).toBe("Counter");
    await page.click("#celebrate");
    page.expectPush("confetti", { pieces: 3 });
    page.expectFlash("info", "Hooray");
    expect(page.title).toBe("Party");
    expect(() => page.expectPush("confetti", { pieces: 4 })).toThrow("did not push");
    expect(() => page.expectFlash("error", "Hooray")).toThrow("does not show");
    expect(() => page.expectText("#count", "9")).toThrow("does not show");
    expect(() => page.expectRedirect("/")).toThrow("was not redirected");
  });

  test("settle waits for handlers that wait, in every page", async () => {
    const one = await openBrowser(endpoint).visit("/news");
    const two = await openBrowser(endpoint).visit("/news");
    endpoint.broadcast(news, "first");
    endpoint.broadcast(news, "second");
    expect(one.text("#news")).toBe("nothing");
    await one.settle();
    await two.settle();
    expect([one.text("#news"), two.text("#news")]).toEqual(["second", "second"]);
  });

  test("settle also ends when the view does", async () => {
    const page = await openBrowser(endpoint).visit("/news");
    endpoint.broadcast(news, "late");
    const settled = page.settle();
    page.close();
    await settled;
    expect(page.text("#news")).toBe("nothing");
  });

  test("waitFor looks again with every message, and gives up", async () => {
    const page = await openBrowser(endpoint).visit("/news");
    const seen = page.waitFor(() => page.text("#news") === "later");
    endpoint.broadcast(news, "later");
    await seen;
    await expect(page.waitFor("#never", { timeoutMs: 5 })).rejects.toMatchObject({ code: "kit_expectation" });
  });

  test("a crash ends the view, and it joins again", async () => {
    const page = await openBrowser(endpoint).visit("/");
    await page.click("#inc");
    await page.click("#crash");
    expect([page.crashed, page.live, page.closed]).toEqual([true, false, undefined]);
    await page.rejoin();
    expect([page.crashed, page.live, page.text("#count")]).toEqual([false, true, "0"]);
  });

  test("a mount that throws when connected", async () => {
    const page = await openBrowser(endpoint).visit("/broken");
    expect([page.status, page.live, page.crashed, page.joinError]).toEqual([200, false, true, { reason: "join crashed" }]);
    expect(page.text("p")).toBe("dead only");
  });
});

describe("attacks", () => {
  test("raw messages are answered, and closed sockets say why", async () => {
    const page = await openBrowser(endpoint).visit("/");
    expect(await page.pushRaw("event", { type: "click", event: "constructor", value: {} })).toEqual({ status: "ok", response: {} });
    expect(await page.pushRaw("event", {}, { topic: "lv:other" })).toEqual({ status: "error", response: { reason: "unmatched topic" } });
    page.sendText("not a frame");
    expect(page.closed).toEqual({ code: 1011, reason: "malformed frame" });
    expect(await page.pushRaw("event", {})).toMatchObject({ status: "closed" });
    await page.rejoin();
    expect(page.live).toBe(true);
  });

  test("a handshake of a foreign origin gets 403, and a join with another session's token is stale", async () => {
    const browser = openBrowser(endpoint);
    await browser.get("/");
    expect(await browser.handshake({ origin: "https://evil.example" })).toMatchObject({ status: 403 });
    const dead = await browser.get("/");
    browser.cookies.delete(browser.cookies.entries()[0]![0]);
    const page = await dead.connect();
    expect(page.joinError).toEqual({ reason: "stale" });
  });

  test("leaving gives everything back", async () => {
    const page = await openBrowser(endpoint).visit("/news");
    expect(endpoint.connections).toBe(1);
    page.close();
    expect(endpoint.connections).toBe(0);
    expect(page.closed).toBeDefined();
  });
});
