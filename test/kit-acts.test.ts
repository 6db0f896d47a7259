// What a test does with a page beside clicking and submitting, and what it expects not to have happened.
import { readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createEndpoint, csrfField, html, JS, link, liveComponent, liveRender, liveSession, liveView, type Endpoint } from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { openBrowser } from "holdfast/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";

const Anything = z.record(z.string(), z.unknown());

const Part = liveComponent<object>().define({
  name: "Part",
  mount: () => ({ last: "" }),
  events: {
    typed: { params: Anything, handle: (socket, params) => socket.assign({ last: JSON.stringify(params) }) },
    focused: { handle: (socket) => socket.assign({ last: "focused" }) },
  },
  render: ({ id, last }, on) => html`
    <div id=${id}><p class="last">${last}</p><input class="in" phx-focus=${on.focused}>
      <form id="in-part" phx-change=${on.typed}><input name="word" value="start"></form></div>`,
});

const confetti = pageEvent<{ pieces: number }>("confetti");

const Inner = liveView.define({
  name: "Inner",
  authorize: "public",
  mount: () => ({ word: "nothing" }),
  events: {
    typed: { params: z.object({ word: z.string() }), handle: (socket, { word }) => socket.assign({ word }) },
    crash: { handle: () => { throw new Error("on purpose"); } },
  },
  render: ({ word }, on) => html`<i>inner</i><p id="word">${word}</p><button id="crash" phx-click=${on.crash}>crash</button>
    <form id="in-inner" phx-change=${on.typed}><input name="word" value=${word}></form>${liveRender(Innermost, { id: "innermost" })}`,
});
const Innermost = liveView.define({ name: "Innermost", authorize: "public", mount: () => ({}), render: () => html`<i>innermost</i>` });
const Player = liveView.define({ name: "Player", authorize: "public", mount: () => ({}), render: () => html`<i>player</i>` });

const Acts = liveView.define({
  name: "Acts",
  authorize: "public",
  mount: () => ({ log: [] as readonly string[], late: false, form: { title: "", note: "" }, trigger: false }),
  handleParams: () => {},
  events: {
    note: { params: Anything, handle: (socket, params) => socket.update("log", (log) => [...log, JSON.stringify(params)]) },
    appear: { handle: (socket) => socket.assign({ late: true }) },
    edit: { params: z.object({ title: z.string(), note: z.string() }), handle: (socket, form) => socket.assign({ form }) },
    clear: { handle: (socket) => socket.assign({ form: { title: "", note: "" } }) },
    enter: { handle: (socket) => socket.assign({ trigger: true }) },
    secret: { authorize: () => false, handle: () => { throw new Error("never"); } },
    patch: { handle: (socket) => socket.pushPatch("/?to=1") },
    leave: { handle: (socket) => socket.pushNavigate("/other") },
    cheer: { handle: (socket) => socket.pushEvent(confetti, { pieces: 3 }) },
  },
  render: ({ log, late, form, trigger }, on) => html`
    <ol id="log">${log.map((one) => html`<li>${one}</li>`)}</ol>
    <input id="field" value="v" phx-focus=${on.note} phx-blur=${on.note} phx-value-a="1">
    <div id="keys" phx-keydown=${on.note} phx-keyup=${on.note}></div>
    <div id="window" phx-window-keydown=${on.note} phx-key="Escape"></div>
    <div id="menu" phx-click-away=${on.note} phx-value-menu="1"></div>
    <div id="list" phx-viewport-top=${on.note} phx-viewport-bottom=${on.note}><p id="first"></p><p id="last"></p></div>
    ${late && html`<p id="late" phx-mounted=${JS.push(on.note, { value: { mounted: true } })}></p>`}
    <ul><li>Ada <button class="pick" phx-click=${on.note} phx-value-who="ada">pick</button></li>
      <li>Grace <button class="pick" phx-click=${on.note} phx-value-who="grace">choose</button></li></ul>
    <form id="edit" phx-change=${on.edit} phx-submit=${on.clear}><input name="title" value=${form.title}><input name="note" value=${form.note}></form>
    <form id="enter" action="/enter" method="post" phx-submit=${on.enter} phx-trigger-action=${trigger}>
      <input name="who"><input type="password" name="password"><button>Enter</button></form>
    ${["appear", "secret", "patch", "leave", "cheer"].map((name) => html`<button id=${name} phx-click=${on[name as "appear"]}>${name}</button>`)}
    ${link({ patch: "/?to=2", inner: "to two", id: "to-two" })}
    ${Part({ id: "part" })} ${liveRender(Inner, { id: "inner" })} ${liveRender(Player, { id: "player", sticky: true })}`,
});
const Other = liveView.define({ name: "Other", authorize: "public", mount: () => ({}), render: () => html`<h1>Other</h1>` });

let endpoint: Endpoint;
beforeEach(() => {
  endpoint = createEndpoint({
    secret: "a secret of at least thirty-two characters", log: () => {},
    live: [liveSession("default", {}, (live) => {
      live("/", Acts);
      live("/other", Other);
    })],
    rootLayout: ({ inner, csrfToken, scripts }) => html`<html><head><meta name="csrf-token" content=${csrfToken}>${scripts}
      <link rel="stylesheet" href="/app.css"><link rel="stylesheet" href="/missing.css"><link rel="stylesheet" href="//cdn.example/other.css"></head><body>${inner}
      <a id="outside" href="/other" data-phx-link="redirect" data-phx-link-state="push">other</a></body></html>`,
    routes: (app) => {
      app.get("/app.css", (c) => c.body("b { color: red }", 200, { "content-type": "text/css" }));
      app.get("/dead", (c) => endpoint.renderPage(c, html`<form method="post" action="/enter">${csrfField(c)}<input name="who"></form>`));
      app.post("/enter", async (c) => {
        const { who, password } = await c.req.parseBody();
        return c.text(`${String(who)} with ${String(password)}`);
      });
    },
  });
});
afterEach(() => endpoint.close());

const visit = () => openBrowser(endpoint).visit("/");
const log = (page: { html(selector: string): string }): unknown[] =>
  [...page.html("#log").matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => JSON.parse(text!.replaceAll("&quot;", "\"")) as unknown);

describe("what a user does", () => {
  test("focus and blur, with the values of the element", async () => {
    const page = await visit();
    await page.focus("#field");
    await page.blur("#field");
    expect(log(page)).toEqual([{ a: "1", value: "v" }, { a: "1", value: "v" }]);
    await page.focus("#part .in");
    page.expectText("#part .last", "focused");
    await expect(page.blur("#part .in")).rejects.toThrow("has no phx-blur");
  });

  test("keys are pressed, held and released; the window hears its own", async () => {
    const page = await visit();
    await page.press("#keys", "a");
    await page.keydown("#keys", "b");
    await page.keyup("#keys", "b");
    await page.windowKey("keydown", "Escape");
    expect(log(page)).toEqual([..."aabb"].map((key) => ({ key })).concat({ key: "Escape" }));
    await expect(page.windowKey("keydown", "x")).rejects.toMatchObject({ code: "kit_not_found" });
    await expect(page.keyup("#window", "Escape")).rejects.toThrow("has no phx-keyup");
  });

  test("what is no locator, and values that are none, are refused with what was expected", async () => {
    const page = await openBrowser(endpoint).visit("/");
    for (const locator of [null, undefined, 5, { selector: "button" }]) {
      await expect(page.click(locator as never)).rejects.toMatchObject({ code: "kit_not_found", message: expect.stringContaining("{ selector, text }") as string });
    }
    for (const values of [null, "word", 5]) {
      await expect(page.change("#in-part", values as never)).rejects.toMatchObject({ code: "kit_not_found", message: expect.stringContaining("by the names of its fields") as string });
    }
  });

  test("a click elsewhere, and scrolling to either end", async () => {
    const page = await visit();
    await page.clickAway("#menu");
    await page.scroll("#list", "bottom");
    await page.scroll("#list", "top", { overran: true });
    expect(log(page)).toEqual([{ menu: "1" }, { id: "last" }, { id: "first", _overran: true }]);
  });

  test("a selector that matches several elements is refused, and the error shows them", async () => {
    const page = await visit();
    await expect(page.click(".pick")).rejects.toThrow(/"\.pick" matches \d elements on the page[^]*got: +\n +<button[^]*\n +<button/);
  });

  test("elements that are alike are told apart by their text, or by what they are in", async () => {
    const page = await visit();
    await page.click({ selector: ".pick", text: "choose" });
    await page.within({ selector: "li", text: /^Ada/ }).click(".pick");
    expect(log(page)).toEqual([{ who: "grace", value: "" }, { who: "ada", value: "" }]);
    await expect(page.click({ selector: ".pick", text: "nobody" })).rejects.toThrow("\".pick\" with the text \"nobody\" is not on the page");
    const row = page.within("#part");
    expect([row.has("#log"), row.has("form"), row.text()]).toEqual([false, true, ""]);
  });

  test("an element that appears sends its phx-mounted, once", async () => {
    const page = await visit();
    await page.click("#appear");
    await page.focus("#field");
    expect(log(page)).toEqual([{ mounted: true }, { a: "1", value: "v" }]);
  });

  test("a click on a live link says how to follow it", async () => {
    const page = await visit();
    await expect(page.click("#to-two")).rejects.toThrow("page.follow(\"#to-two\") goes where it leads");
    await page.follow("#to-two");
    expect(page.url).toBe("/?to=2");
  });
});

describe("a lost connection", () => {
  test("gives a form back what was entered, and a component its own", async () => {
    const page = await visit();
    await page.change("#edit", { title: "Draft" });
    await page.change("#in-part", { word: "typed" });
    page.disconnect();
    expect(page.live).toBe(false);
    await expect(page.click("#appear")).rejects.toThrow("is not live");
    await page.rejoin();
    expect([page.attr("#edit [name=title]", "value"), JSON.parse(page.text("#part .last"))]).toEqual([
      "Draft", { word: "typed", _target: ["word"] },
    ]);
    await page.click("#appear");
    expect(page.attr("#edit [name=title]", "value")).toBe("Draft");
  });

  test("recovers forms of nested views with the page, and not when they crash alone", async () => {
    const page = await visit();
    await page.child("#inner").change("#in-inner", { word: "typed" });
    page.disconnect();
    await page.rejoin();
    page.child("#inner").expectText("#word", "typed");
    await page.child("#inner").click("#crash");
    const crashed = page.child("#inner");
    expect([crashed.crashed, page.live]).toEqual([true, true]);
    await crashed.rejoin();
    crashed.expectText("#word", "nothing");
  });

  test("does not enter again what was submitted", async () => {
    const page = await visit();
    await page.change("#edit", { title: "Draft" });
    await page.submit("#edit");
    page.disconnect();
    await page.rejoin();
    expect(page.attr("#edit [name=title]", "value")).toBe("");
  });
});

describe("where a page leads", () => {
  test("a form that the view triggers is submitted over HTTP, when the views have been left", async () => {
    const page = await visit();
    await expect(page.followTriggerAction("#enter")).rejects.toMatchObject({ code: "kit_expectation" });
    await page.submit("#enter", { who: "Ada", password: "x" });
    const answer = await page.followTriggerAction("#enter", { who: "Ada", password: "correct horse" });
    expect([answer.status, answer.body, page.live, endpoint.connections]).toEqual([200, "Ada with correct horse", false, 0]);
    const left = page.socket.frames.filter(({ text }) => text.includes("phx_leave")).map(({ text }) => (JSON.parse(text) as string[])[2]);
    expect(left.toSorted()).toEqual(["lv:inner", "lv:innermost", "lv:player", page.topic].toSorted());
  });

  test("a live link of the root layout is one too", async () => {
    const page = await visit();
    const other = await page.follow("#outside");
    expect([other.text("h1"), other.socket === page.socket]).toEqual(["Other", true]);
  });

  test("the views of a page, and those in them", async () => {
    const page = await visit();
    expect(page.children().map(({ id }) => id).toSorted()).toEqual(["inner", "player"]);
    expect(page.child("#inner").children().map(({ id }) => id)).toEqual(["innermost"]);
    page.child("#inner").children()[0]!.expectText("i", "innermost");
  });
});

describe("what did not happen", () => {
  test("refuteText, refutePushEvent, refutePatched and refuteRedirected pass until it happens, and then throw", async () => {
    const page = await visit();
    page.refuteText("#log", "anything");
    page.refuteText("#absent", "anything");
    page.refutePushEvent("confetti");
    page.refutePatched();
    page.refuteRedirected();
    await page.click("#cheer");
    await page.click("#patch");
    page.refutePushEvent(confetti, { pieces: 4 });
    page.refutePatched("/?to=2");
    expect(() => page.refutePushEvent("confetti")).toThrow("pushed this event");
    expect(() => page.refutePushEvent(confetti, { pieces: 3 })).toThrow("pushed this event");
    expect(() => page.refutePatched()).toThrow("patched its URL");
    expect(() => page.refutePatched("/?to=1")).toThrow("patched its URL");
    await page.click("#leave");
    page.refuteRedirected("/elsewhere");
    expect(() => page.refuteRedirected()).toThrow("was redirected");
    expect(() => page.refuteRedirected("/other")).toThrow("was redirected");
    expect(() => page.refuteText("ul", "Ada")).toThrow("shows the text");
  });

  test("a handler that the server refuses to call, with the reason", async () => {
    const page = await visit();
    expect(await page.expectRefused(() => page.click("#secret"), { event: "secret" })).toEqual({ view: "Acts", event: "secret", reason: "event_policy" });
    const { reason } = await page.expectRefused(() => page.pushRaw("event", { type: "click", event: "constructor", value: {} }));
    expect(reason).toBe("unknown_event");
    await expect(page.expectRefused(() => page.click("#appear"))).rejects.toThrow("did not refuse");
    await expect(page.expectRefused(() => page.click("#secret"), { reason: "bad_payload" })).rejects.toThrow("did not refuse");
    await expect(page.expectRefused(() => page.click("#absent"))).rejects.toMatchObject({ code: "kit_not_found" });
  });

  test("an event of the page that is refused fails the test, with the reason and what to do", async () => {
    const page = await visit();
    await expect(page.renderHook("#edit", "moved")).rejects.toMatchObject({ code: "kit_refused", message: expect.stringContaining("unknown_event") as string });
    await expect(page.click("#secret")).rejects.toThrow(/event_policy[^]*`authorize` refuses[^]*expectRefused/);
    expect(await page.pushRaw("event", { type: "click", event: "constructor", value: {} })).toEqual({ status: "ok", response: {} });
    expect(await page.click("#appear")).toBeUndefined();
  });

  test("a refusal on one page is no refusal on another, at the same time", async () => {
    const [one, other] = [await visit(), await visit()];
    const outcomes = await Promise.allSettled([one.click("#secret"), other.click("#appear"), other.click("#appear"), one.click("#appear"), other.click("#secret")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled", "rejected"]);
  });

  test("a handler that runs beside a refusal is found out", async () => {
    const page = await visit();
    await expect(page.expectRefused(async () => {
      await page.click("#cheer");
      await page.pushRaw("event", { type: "click", event: "cheer", value: {}, cid: 999 });
    })).rejects.toThrow("its handler ran all the same");
  });
});

describe("looking at a page", () => {
  test("writes it into a file, with its styles and without its scripts", async () => {
    const printed = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      const page = await visit();
      for (const file of [await page.saveHtml(), await page.dead.saveHtml()]) {
        const saved = await readFile(file, "utf8");
        await rm(dirname(file), { recursive: true });
        expect(saved).toContain("<style>b { color: red }</style>");
        expect(saved).toContain("missing.css");
        expect(saved).toContain("//cdn.example/other.css");
        expect(saved).toContain("id=\"edit\"");
        expect(saved).not.toContain("<script");
        expect(printed).toHaveBeenCalledWith(`The page is in ${file}`);
      }
    } finally {
      printed.mockRestore();
    }
  });
});
