// The kit's document against the real client's, in a real browser: streams, components, nested and sticky views, targets.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./browser/support/chromium.js";
import { playClient, playKit, refereePage, type Script, type Step } from "./support/kit-referee.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Plays scripts on both sides. */
async function agree(scripts: readonly Script[], names: readonly string[] = []): Promise<void> {
  const page = await refereePage(browser);
  const played = await playClient(page, scripts);
  await page.close();
  for (const [i, script] of scripts.entries()) {
    const kit = await playKit(script);
    for (const [step, outcome] of kit.entries()) {
      const label = `${names[i] ?? i}, step ${step}: ${JSON.stringify(script.steps[step - 1] ?? "join")}`;
      expect(outcome.html, label).toBe(played[i]![step]!.html);
      expect(outcome.sent, label).toEqual(played[i]![step]!.sent);
    }
  }
}

const main = (inner: string, more = ""): string => `<div id="phx-1" data-phx-main data-phx-session="S" data-phx-static="T">${inner}</div>${more}`;
const ok = (rendered: object, more: object = {}): object => ({ status: "ok", response: { liveview_version: "1.2.12", rendered, ...more } });
const diff = (payload: object): Step => ({ push: ["lv:phx-1", "diff", payload] });

const statics = ["<p>", "</p><ul id=\"s\" phx-update=\"stream\"><li id=\"none\">none</li>", "</ul><ol id=\"t\" phx-update=\"stream\">", "</ol>", ""];
const items = ["<li", ">", "</li>"];
const stream = (ref: string, inserts: readonly unknown[], deleted: readonly string[], entries: readonly object[], reset = false): object => ({
  stream: reset ? [ref, inserts, deleted, true] : [ref, inserts, deleted],
  k: { ...Object.fromEntries(entries.map((entry, i) => [i, entry])), kc: entries.length },
});
const item = (id: string, text: string): object => ({ 0: ` id="${id}"`, 1: text });

function streamScript(join: object, steps: readonly Step[]): Script {
  return { html: main("<p></p>"), joins: { "lv:phx-1": [ok(join)] }, steps };
}

describe("streams", () => {
  const empty = { 0: "", 1: { ...stream("0", [], [], []), s: items }, 2: { ...stream("1", [], [], []), s: items }, 3: "", s: statics };

  test("insert, insert at, update, update only, delete, limit from both ends, reset", async () => {
    await agree([streamScript(empty, [
      diff({ 1: stream("0", [["b", -1, null, false], ["a", -1, null, false]], [], [item("a", "A"), item("b", "B")]) }),
      diff({ 1: stream("0", [["c", 0, null, false]], [], [item("c", "C")]) }),
      diff({ 1: stream("0", [["d", 1, null, false]], [], [item("d", "D")]) }),
      diff({ 1: stream("0", [["a", 0, null, false]], [], [item("a", "A again")]) }),
      diff({ 1: stream("0", [["z", 0, null, true], ["b", 0, null, true]], [], [item("b", "B only"), item("z", "Z")]) }),
      diff({ 0: "other" }),
      diff({ 1: stream("0", [], ["c"], []) }),
      diff({ 1: stream("0", [["e", -1, -3, false]], [], [item("e", "E")]) }),
      diff({ 1: stream("0", [["f", 0, 2, false]], [], [item("f", "F")]) }),
      diff({ 1: stream("0", [["g", -1, null, false], ["f", -1, null, false]], [], [item("f", "F 2"), item("g", "G")], true) }),
      diff({ 1: stream("0", [], [], [], true) }),
    ])]);
  });

  test("a stream that comes with its container, goes with it, and comes again", async () => {
    const list = (ids: readonly string[]): object => ({
      0: { ...stream("5", ids.toReversed().map((id) => [id, id === "top" ? 0 : -1, 2, false]), [], ids.map((id) => item(id, id))), s: items },
      s: ["<ul id=\"u\" phx-update=\"stream\">", "</ul>"],
    });
    await agree([streamScript(empty, [
      diff({ 3: list(["x", "y", "top"]) }), diff({ 3: "" }), diff({ 3: list(["y"]) }),
      diff({ 3: { 0: stream("5", [["w", -1, null, false]], [], [item("w", "w")]) } }),
    ])]);
  });

  test("after random operations it has what the client has", async () => {
    const scripts = Array.from({ length: 80 }, (_, seed) => streamScript(empty, randomSteps(seed + 1)));
    await agree(scripts);
    expect(ops).toMatchObject({ reset: expect.any(Number), moved: expect.any(Number), limited: expect.any(Number) });
    for (const [kind, times] of Object.entries(ops)) expect(times, kind).toBeGreaterThan(20);
  });

  const ops = { inserted: 0, updateOnly: 0, deleted: 0, reset: 0, limited: 0, moved: 0, leaving: 0 };

  function randomSteps(seed: number): Step[] {
    let state = seed;
    const below = (count: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * count);
    };
    const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
    // Where each item may be: no id is ever in both lists.
    const home = new Map(["a", "b", "c", "d", "e", "f", "g", "h"].map((id, i) => [id, i % 2]));
    return Array.from({ length: 8 }, () => {
      const inserts: [unknown[][], unknown[][]] = [[], []];
      const deleted: [string[], string[]] = [[], []];
      const entries: [object[], object[]] = [[], []];
      for (const id of [...home.keys()].filter(() => below(3) === 0).toSorted(() => below(3) - 1)) {
        let at = home.get(id)!;
        const kind = below(6);
        if (kind === 0) {
          deleted[at]!.push(id);
          ops.deleted++;
          continue;
        }
        if (kind === 1) {
          deleted[at]!.push(id);
          at = 1 - at;
          home.set(id, at);
          ops.moved++;
        }
        const limit = one([null, null, null, null, 2, -2, 4, -4]);
        const updateOnly = below(6) === 0;
        inserts[at]!.unshift([id, one([0, -1, -1, 1, 2, 5]), limit, updateOnly]);
        const leaving = id === "c" || id === "d";
        entries[at]!.push({ 0: ` id="${id}"${leaving ? " phx-remove=\"[]\"" : ""}`, 1: `${id}${below(100)}` });
        ops.inserted++;
        if (limit !== null) ops.limited++;
        if (updateOnly) ops.updateOnly++;
        if (leaving) ops.leaving++;
      }
      const change: Record<string, object> = {};
      for (const list of [0, 1] as const) {
        const reset = below(8) === 0;
        if (reset) ops.reset++;
        if (reset || inserts[list].length > 0 || deleted[list].length > 0) {
          change[list + 1] = stream(String(list), inserts[list], deleted[list], entries[list], reset);
        }
      }
      return diff(change);
    });
  }
});

describe("components", () => {
  const component = (text: string, more: object = {}): object => ({ 0: text, s: ["<div class=\"c\">", "</div>"], r: 1, ...more });

  test("are found by their mark, change alone, and are destroyed in two steps when they are gone", async () => {
    const one = { 0: { 0: 1, s: ["", ""] }, 1: { 0: 2, s: ["", ""] }, s: ["<main>", "", "</main>"], c: { 1: component("one"), 2: component("two") } };
    await agree([{
      html: main("<main></main>"), joins: { "lv:phx-1": [ok(one)] },
      steps: [
        diff({ c: { 2: { 0: "two!" } } }), diff({ 0: "" }), diff({ 0: { 0: 3, s: ["", ""] }, c: { 3: { 0: "three", s: -2 } } }),
        // gone with all that is in it, and another in its place
        diff({ 0: { 0: 4, s: ["", ""] }, 1: "", c: { 4: component("four") } }),
      ],
    }]);
  });

  test("in components, and in items of streams: there only the document knows them", async () => {
    const outer = { 0: 2, s: ["<section>", "</section>"], r: 1 };
    const rows = { 0: { ...stream("0", [["r1", -1, null, null]], [], [{ 0: " id=\"r1\"", 1: 3 }]), s: items }, s: ["<ul id=\"s\" phx-update=\"stream\">", "</ul>"] };
    const join = { 0: 1, 1: rows, s: ["<main>", "", "</main>"], c: { 1: outer, 2: component("inner"), 3: component("in a stream") } };
    const row = (id: string, cid: number): object => ({ 0: ` id="${id}"`, 1: cid });
    await agree([{
      html: main("<main></main>"), joins: { "lv:phx-1": [ok(join)] },
      steps: [
        diff({ c: { 2: { 0: "inner!" }, 3: { 0: "streamed!" } } }),
        diff({ 1: { 0: stream("0", [["r2", 0, null, false]], [], [row("r2", 4)]) }, c: { 4: component("second") } }),
        diff({ c: { 1: { 0: "plain" } } }),
        diff({ c: { 4: { 0: "second!" } } }),
        // the same item again, its component unchanged
        diff({ 1: { 0: stream("0", [["r2", -1, null, false]], [], [row("r2", 4)]) } }),
        diff({ 1: { 0: stream("0", [], ["r1"], []) } }),
        diff({ 1: { 0: stream("0", [["r2", -1, null, false]], ["r2"], [row("r2", 4)]) } }),
        diff({ 1: "" }),
      ],
    }]);
  });

  test("whose id, element or stream changes", async () => {
    const cell = (id: string, name = "div"): object => ({ 0: id, 1: "text", s: [`<${name} id="`, "\">", `</${name}>`], r: 1 });
    const list = { 0: { ...stream("0", [["a", -1, null, null]], [], [item("a", "A")]), s: items }, s: ["<ul id=\"in\" phx-update=\"stream\">", "</ul>"], r: 1 };
    await agree([{
      html: main("<main></main>"),
      joins: { "lv:phx-1": [ok({ 0: 1, 1: 2, 2: "", s: ["<main>", "", "<p>", "</p></main>"], c: { 1: cell("first"), 2: list } })] },
      steps: [
        diff({ c: { 1: { 0: "second" } } }), diff({ c: { 1: cell("second", "b") } }),
        diff({ c: { 2: { 0: stream("0", [["b", 0, null, false]], [], [item("b", "B")]) } } }),
        diff({ 2: "around" }),
        diff({ c: { 2: { 0: stream("0", [], ["a"], []) } } }),
      ],
    }]);
  });

  test("get the events that phx-target says: a number, a selector, several, a command's own", async () => {
    const button = (cid: number, attributes: string): object =>
      ({ s: [`<div class="c"><button id="b${cid}" ${attributes}>b</button></div>`], r: 1 });
    const html = [
      "<button id=\"plain\" phx-click=\"x\" phx-value-a=\"1\">b</button>",
      "<button id=\"number\" phx-click=\"x\" phx-target=\"2\">b</button>",
      "<button id=\"selector\" phx-click=\"x\" phx-target=\"#b2\">b</button>",
      "<button id=\"several\" phx-click=\"x\" phx-target=\".c\">b</button>",
      "<button id=\"outside\" phx-click=\"x\" phx-target=\"#plain\">b</button>",
      "<button id=\"command\" phx-click='[[\"push\",{\"event\":\"x\",\"target\":3}],[\"push\",{\"event\":\"y\",\"target\":\"#b1\",\"value\":{\"n\":1}}]]' phx-target=\"2\">b</button>",
      "<button id=\"exec\" phx-click='[[\"exec\",{\"attr\":\"data-do\",\"to\":\"#kept\"}]]'>b</button><p id=\"kept\" data-do='[[\"push\",{\"event\":\"z\"}]]' phx-target=\"1\"></p>",
      "<form id=\"f\" phx-change=\"c\" phx-target=\"2\" phx-value-v=\"9\"><input name=\"i\"><input name=\"j\" phx-change=\"own\"></form>",
      "<form id=\"g\" phx-change=\"c\" phx-target=\"#b3\"><input name=\"i\"></form>",
      "<form id=\"h\"><input name=\"i\" phx-change=\"own\" phx-target=\"#b3\"></form>",
    ].join("");
    const join = {
      0: 1, 1: 2, 2: 3, s: [`<main>${html}`, "", "", "</main>"],
      c: { 1: button(1, "phx-click=\"own\""), 2: button(2, "phx-click=\"own\" phx-target=\"2\""), 3: button(3, "phx-click=\"own\" phx-target=\"closest\"") },
    };
    await agree([{
      html: main("<main></main>"), joins: { "lv:phx-1": [ok(join)] },
      steps: [
        ...["plain", "number", "selector", "several", "outside", "command", "exec", "b1", "b2"].map((id) => ({ click: `#${id}` })),
        { change: ["#f", "i", "1"] }, { change: ["#f", "j", "2"] }, { change: ["#g", "i", "3"] }, { change: ["#h", "i", "4"] },
      ],
    }]);
  });
});

describe("events", () => {
  test("of keys, of the focus and of the window, with what belongs to them", async () => {
    const html = [
      "<input id=\"f\" value=\"v\" phx-focus=\"in\" phx-blur=\"out\" phx-value-a=\"1\">",
      "<div id=\"k\" phx-keydown=\"down\" phx-keyup=\"up\" phx-value-key=\"mine\"></div>",
      "<div id=\"enter\" phx-keydown=\"enter~{}\" phx-key=\"Enter\"></div>",
      "<p phx-window-keydown=\"window\" phx-key=\"Escape\"></p><p phx-window-keydown=\"any\" phx-value-b=\"2\"></p>",
      "<p phx-window-keyup='[[\"push\",{\"event\":\"one\",\"value\":{\"key\":\"over\"}}],[\"push\",{\"event\":\"two\"}]]'></p>",
    ].join("");
    await agree([{
      html: main("<main></main>"), joins: { "lv:phx-1": [ok({ s: [`<main>${html}</main>`] })] },
      steps: [
        { focus: "#f" }, { blur: "#f" }, { key: ["keydown", "#k", "a"] }, { key: ["keyup", "#k", "a"] }, { key: ["keydown", "#enter", "Enter"] },
        { windowKey: ["keydown", "Escape"] }, { windowKey: ["keydown", "x"] }, { windowKey: ["keyup", "x"] },
      ],
    }]);
  });

  test("of elements that are in no view go to the page's own", async () => {
    const outside = `<button id="out" phx-click="x" phx-value-a="1">b</button><form id="of" phx-change="c"><input name="i"></form>`;
    await agree([{
      html: main("<main></main>", outside), joins: { "lv:phx-1": [ok({ s: ["<main></main>"] })] },
      steps: [{ click: "#out" }, { change: ["#of", "i", "1"] }],
    }]);
  });

  test("of the window, of a click elsewhere and of scrolling are those of the real client", async () => {
    const items = Array.from({ length: 20 }, (_, i) => `<p id="p${i}">${i}</p>`).join("");
    const list = `<div id="list" style="position:fixed;top:-9px;height:50px;overflow-y:scroll" phx-viewport-top="newer" phx-viewport-bottom="older" phx-value-id="over" phx-value-n="1">${items}</div>`;
    await agree([{
      html: main("<main></main>"),
      joins: { "lv:phx-1": [ok({ s: [`<main>${list}<i id="away" phx-click-away="away" phx-value-a="1">i</i><i phx-window-blur="left" phx-window-focus="back"></i></main>`] })] },
      steps: [{ scroll: ["#list", "bottom"] }, { scroll: ["#list", "top"] }, { clickAway: "#away" }, { window: "blur" }, { window: "focus" }],
    }]);
  });

  test("that elements send by themselves: once when they come, and when the connection is there", async () => {
    const mounted = (id: string, event: string): string => `<b${id} phx-mounted='[["push",{"event":"${event}"}]]' phx-value-n="1">b</b>`;
    const own = `${mounted(" id=\"first\"", "first")}${mounted("", "plain")}<i phx-connected='[["push",{"event":"connected"}]]'></i>`;
    const part = mounted("", "in component");
    const late = (event: string): object => ({ 0: "", s: ["", mounted(" id=\"late\"", event)] });
    await agree([{
      html: main(`<main>${own}<p>x</p><div>${part}</div></main>`),
      joins: { "lv:phx-1": [ok({ 0: "x", 1: 1, 2: "", s: [`<main>${own}<p>`, "</p>", "", "</main>"], c: { 1: { s: [`<div>${part}</div>`], r: 1 } } })] },
      steps: [diff({ 0: "y" }), diff({ 2: late("late") }), diff({ 2: "" }), diff({ 2: late("again") }), { reconnect: true }],
    }]);
  });
});

describe("forms that come back", () => {
  const field = (name: string, more = ""): string => `<input name="${name}" value="old ${name}"${more}>`;
  const form = (id: string, attributes: string, inner: string): string => `<form id="${id}" ${attributes}>${inner}</form>`;

  test("send their change events with what was entered, right behind the join's answer", async () => {
    const cell = (inner: string): object => ({ s: [`<div id="c">${inner}</div>`], r: 1 });
    const forms = [
      form("plain", "phx-change=\"validate\" phx-value-v=\"1\"", field("token", " type=\"hidden\"") + field("title") + field("body")),
      form("own", "phx-change=\"validate\" phx-auto-recover=\"recover\"", field("title")),
      form("ignored", "phx-change=\"validate\" phx-auto-recover=\"ignore\"", field("title")),
      form("empty", "phx-change=\"validate\"", "<p></p>"),
      `<form phx-change="validate">${field("title")}</form>`,
      form("commands", `phx-change='[["push",{"event":"one","value":{"n":1}}],["push",{"event":"two","target":1}]]'`, field("title")),
      form("selected", "phx-change=\"validate\" phx-target=\"#c p\"", field("title")),
      form("numbered", "phx-change=\"validate\" phx-target=\"1\"", field("title") + field("alone", " phx-change=\"alone\"")),
    ].join("");
    const join = (attribute: string): object => ok({
      0: attribute, 1: 1, s: [`<main>${forms}<form id="changes" phx-change="`, `">${field("title")}</form>`, "</main>"], c: { 1: cell("<p>c</p>") },
    });
    await agree([{
      html: main("<main></main>"), joins: { "lv:phx-1": [join("before"), join("after")] },
      steps: [
        { change: ["#plain", "title", "new title"] }, { change: ["#numbered", "title", "number"] }, { change: ["#changes", "title", "lost"] },
        { reconnect: true }, { reconnect: true },
      ],
    }]);
  });

  test("in nested views too, if the whole page comes back", async () => {
    const nested = `<div id="kid" data-phx-session="K" data-phx-parent-id="phx-1"></div>`;
    await agree([{
      html: main("<main></main>"),
      joins: {
        "lv:phx-1": [ok({ s: [`<main>${form("outer", "phx-change=\"validate\"", field("title"))}${nested}</main>`] })],
        "lv:kid": [ok({ s: [form("inner", "phx-change=\"validate\"", field("title"))] })],
      },
      steps: [{ change: ["#inner", "title", "typed"] }, { reconnect: true }],
    }]);
  });
});

test("a server that answers immediately is processed in the same order", async () => {
  const nested = (session: string): string => `<div id="kid" data-phx-session="${session}" data-phx-parent-id="phx-1"></div>`;
  const join = (session: string): object => ok({
    0: "old", s: ["<main><p>", `</p><form id="f" phx-change="validate"><input name="i" value="1"></form>${nested(session)}</main>`],
  });
  const script: Script = {
    html: main("<main></main>"), replies: { validate: { diff: { 0: "recovered" } } }, steps: [{ reconnect: true }],
    joins: { "lv:phx-1": [join("first"), join("second")], "lv:kid": [ok({ s: ["<i>kid</i>"] })] },
  };
  await agree([script]);
  expect(await playKit(script, (arrive) => arrive())).toEqual(await playKit(script));
});

describe("nested views", () => {
  const element = (id: string, session: string, more = "", inner = ""): string =>
    `<div id="${id}" data-phx-session="${session}" data-phx-parent-id="phx-1"${more}>${inner}</div>`;
  const child = (text: string): object => ok({ 0: text, s: ["<p class=\"child\">", "</p><button class=\"cb\" phx-click=\"inc\">+</button>"] });

  test("join with their own session, keep what they show, get their own events, and are left when they are gone", async () => {
    const dead = element("chat", "OLD", " data-phx-static=\"CT\"", "<p class=\"child\">dead</p>");
    await agree([{
      html: main(`<main>${dead}</main>`),
      joins: {
        "lv:phx-1": [ok({ 0: "x", 1: { s: [element("chat", "NEW")] }, 2: "", s: ["<main><b>", "</b>", "", "</main>"] })],
        "lv:chat": [child("chat")], "lv:late": [child("late")],
      },
      steps: [
        { click: "#chat .cb" },
        { push: ["lv:chat", "diff", { 0: "chat 2" }] },
        diff({ 0: "y" }),
        diff({ 2: { s: [element("late", "L")] } }),
        { push: ["lv:late", "diff", { 0: "late 2" }] },
        { click: "#late .cb" },
        diff({ 1: "" }),
        diff({ 1: { s: [element("chat", "AGAIN")] } }),
      ],
    }]);
  });

  test("in nested views: the inner one leaves with the outer one", async () => {
    const inner = `<div id="inner" data-phx-session="I" data-phx-parent-id="outer"></div>`;
    await agree([{
      html: main("<main></main>"),
      joins: {
        "lv:phx-1": [ok({ 0: { s: [element("outer", "O")] }, s: ["<main>", "</main>"] })],
        "lv:outer": [ok({ 0: "outer", s: ["<i>", `</i>${inner}`] })], "lv:inner": [child("inner")],
      },
      steps: [{ push: ["lv:inner", "diff", { 0: "inner 2" }] }, { push: ["lv:outer", "diff", { 0: "outer 2" }] }, diff({ 0: "" })],
    }]);
  });

  test("sticky ones are joined beside the page's view, and go along when it navigates", async () => {
    const sticky = `<div id="player" data-phx-session="P" data-phx-static="PT" data-phx-sticky></div>`;
    const page2 = (inner: string): object => ok({ 0: "two", s: ["<main><b>", `</b>${inner}</main>`] }, { container: ["section", { class: "two" }] });
    const script = (second: string): Script => ({
      html: main(`<main>${sticky}</main>`),
      joins: {
        "lv:phx-1": [ok({ 0: "one", s: ["<main><b>", `</b>${sticky}${element("kid", "K")}</main>`] }), page2(second)],
        "lv:player": [child("playing")], "lv:kid": [child("kid")],
      },
      steps: [
        { push: ["lv:player", "diff", { 0: "playing 2" }] }, { navigate: "/two" },
        ...(second === "" ? [] : [{ push: ["lv:player", "diff", { 0: "playing 3" }] } as const]),
        diff({ 0: "two 2" }),
      ],
    });
    await agree([script(sticky)]);
    await agree([script("")]);
  });
});

describe("the page", () => {
  test("what is ignored stays, portals move, static files are named, the container changes", async () => {
    const join = (text: string): object => ({
      0: text, 1: "", s: [
        "<main data-a=\"", "\"><div id=\"own\" phx-update=\"ignore\" data-n=\"1\">mine</div>",
        "<template id=\"tpl\" data-phx-portal=\"#target\"><div id=\"moved\"><button id=\"pb\" phx-click=\"p\">p</button></div></template></main>",
      ],
    });
    await agree([{
      html: `<link phx-track-static href="/app.css">${main("<main><div id=\"own\" phx-update=\"ignore\">dead</div></main>", "<div id=\"target\"></div>")}`,
      joins: { "lv:phx-1": [ok(join("1")), ok(join("2"), { container: ["article", { class: "wide" }] })] },
      steps: [diff({ 0: "3" }), { click: "#pb" }, { navigate: "/two" }],
    }]);
  });
});
