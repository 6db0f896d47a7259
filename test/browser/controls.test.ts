// Every kind of control and button in a form, with the values that HTML defines for it.
import { createEndpoint, html, liveSession, liveView, topic } from "holdfast";
import { modal, openModal } from "holdfast/components";
import type { Page } from "playwright-core";
import { z } from "zod";
import { beforeEach, describe, expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { usePage, useServed } from "./support/served.js";

type Values = Readonly<Record<string, unknown>>;
const anything = z.looseObject({});
const ticked = topic<null>("controls:tick");
const saved: Values[] = [];
const posted: string[] = [];

const Controls = liveView.define({
  name: "Controls",
  authorize: "public",
  topics: () => ({ ticked }),
  mount: () => ({ values: { area: "\n\nfirst" } as Values, ticks: 0 }),
  messages: { ticked: (socket) => socket.update("ticks", (ticks) => ticks + 1) },
  events: {
    change: { params: anything, handle: (socket, values) => socket.assign({ values }) },
    save: { params: anything, handle: (_, values) => void saved.push(values) },
  },
  render: ({ values, ticks }, on) => {
    const of = (name: string): string => String(values[name] ?? "");
    return html`
      <output id="ticks">${ticks}</output>
      <form id="controls" phx-change=${on.change} phx-submit=${on.save}>
        <input id="number" type="number" step="any" name="number" value=${of("number")} data-ticks=${ticks}>
        <input id="date" type="date" name="date" value=${of("date")} data-ticks=${ticks}>
        <input id="time" type="time" name="time" value=${of("time")} data-ticks=${ticks}>
        <input id="moment" type="datetime-local" name="moment" value=${of("moment")} data-ticks=${ticks}>
        <input id="month" type="month" name="month" value=${of("month")} data-ticks=${ticks}>
        <input id="week" type="week" name="week" value=${of("week")} data-ticks=${ticks}>
        <input id="color" type="color" name="color" value=${of("color") || "#000000"} data-ticks=${ticks}>
        <input id="range" type="range" name="range" value=${of("range") || "50"} data-ticks=${ticks}>
        <select id="many" name="many[]" multiple data-ticks=${ticks}>${["a", "b", "c"].map((value) => html`
          <option value=${value} selected=${[values["many"]].flat().includes(value)}>${value}</option>`)}</select>
        <textarea id="area" name="area" data-ticks=${ticks}>${of("area")}</textarea>
        <fieldset disabled><input id="disabled" name="disabled" value="x"></fieldset>
        <input id="text" name="text" value=${of("text")} data-ticks=${ticks}>
        <button id="first" name="pressed" value="first">First</button>
        <button id="second" name="pressed" value="second">Second</button>
        <button id="elsewhere" name="pressed" value="elsewhere" formaction="/post" formmethod="post">Elsewhere</button>
      </form>
      <input id="outside" form="controls" name="outside" value=${of("outside")}>
      <button id="third" form="controls" name="pressed" value="third">Third</button>
      <output id="echo">${JSON.stringify(values)}</output>`;
  },
});

const Posted = liveView.define({
  name: "Posted",
  authorize: "public",
  mount: () => ({ note: "", valid: false }),
  events: {
    change: { params: z.object({ note: z.string() }), handle: (socket, { note }) => socket.assign({ note }) },
    save: { params: z.looseObject({ note: z.string() }), handle: (socket, { note }) => socket.assign({ note, valid: note !== "" }) },
  },
  render: ({ note, valid }, on) => html`
    <style>.hf-modal { display: none; }</style>
    <button id="open" phx-click=${openModal("ask")}>Open</button>
    ${modal({ id: "ask", title: "Ask", inner: html`
      <form id="posted" method="post" action="/post" phx-change=${on.change} phx-submit=${on.save} phx-trigger-action=${valid}>
        <input id="note" name="note" value=${note} autocomplete="off">
        <button id="keep" name="pressed" value="keep">Keep</button><button id="send" name="pressed" value="send">Send</button>
      </form>` })}`,
});

const endpoint = createEndpoint({
  secret: newSecret(), log() {}, csrfExempt: (path) => path === "/post",
  live: [liveSession("default", {}, (live) => {
    live("/", Controls);
    live("/posted", Posted);
  })],
  routes(app) {
    app.get("/favicon.ico", (c) => c.body(null, 204));
    app.post("/post", async (c) => {
      posted.push(await c.req.text());
      return c.html("<p id=done>Done</p>");
    });
  },
});
const served = useServed(endpoint);
let page: Page;
const open = usePage(served, (own) => (page = own));
beforeEach(() => {
  saved.length = 0;
  posted.length = 0;
});
/** An update of the page that comes from elsewhere, and is shown when this resolves. */
async function tick(): Promise<void> {
  const shown = Number(await page.textContent("#ticks"));
  endpoint.broadcast(ticked, null);
  await page.waitForFunction((before) => Number(document.querySelector("#ticks")!.textContent) > before, shown);
}

/** What the view was told, without the marks of fields that nobody has used. */
async function told(): Promise<Values> {
  const values = JSON.parse((await page.textContent("#echo"))!) as Values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith("_")));
}

describe("controls", () => {
  it("of every type tell the view their value, and an update leaves them alone", async () => {
    await open("/");
    const entered = {
      number: "1.5e3", date: "2026-02-03", time: "12:34", moment: "2026-02-03T12:34", month: "2026-02", week: "2026-W05", color: "#112233", range: "70",
      text: "text", outside: "outside",
    };
    for (const [id, value] of Object.entries(entered)) await page.fill(`#${id}`, value);
    await page.selectOption("#many", ["a", "c"]);
    await expect.poll(told).toEqual({ ...entered, many: ["a", "c"], area: "\n\nfirst" });
    await page.focus("#text");
    await tick();
    for (const [id, value] of Object.entries(entered)) expect(await page.inputValue(`#${id}`)).toBe(value);
    await page.selectOption("#many", []);
    await expect.poll(async () => (await told())["many"]).toBeUndefined();
    await tick();
    expect(await page.locator("#many").evaluate((select) => (select as HTMLSelectElement).selectedOptions.length)).toBe(0);
  });

  it("with half a number keep it: a browser has no value for it yet", async () => {
    await open("/");
    await page.focus("#number");
    await page.keyboard.type("1e");
    await tick();
    await page.focus("#text");
    await tick();
    await page.focus("#number");
    await page.keyboard.press("End");
    await page.keyboard.type("3");
    await expect.poll(async () => (await told())["number"]).toBe("1e3");
  });

  it("a textarea keeps the line breaks with which its text begins: rendered, told and rendered again", async () => {
    await open("/");
    expect(await page.inputValue("#area")).toBe("\n\nfirst");
    await page.focus("#area");
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await told())["area"]).toBe("\n\n\nfirst");
    await page.focus("#text");
    await tick();
    expect(await page.inputValue("#area")).toBe("\n\n\nfirst");
  });
});

describe("a submit", () => {
  it("names the button that was pressed, inside the form, outside of it, or by Enter, and has every field but disabled ones", async () => {
    await open("/");
    const submits = async (act: () => Promise<unknown>): Promise<Values> => {
      const before = saved.length;
      await act();
      await expect.poll(() => saved.length).toBe(before + 1);
      // Until its answer has come, the form cannot be sent again.
      await page.waitForSelector("#controls:not([data-phx-ref-src])");
      return saved.at(-1)!;
    };
    await page.fill("#outside", "outside");
    expect(await submits(() => page.press("#text", "Enter"))).toMatchObject({ pressed: "first", outside: "outside" });
    expect(await submits(() => page.press("#outside", "Enter"))).toMatchObject({ pressed: "first" });
    expect(await submits(() => page.click("#second"))).toMatchObject({ pressed: "second" });
    expect(await submits(() => page.click("#third"))).toMatchObject({ pressed: "third", outside: "outside" });
    // The view handles the form, wherever a button would have sent it without script.
    expect(await submits(() => page.click("#elsewhere"))).toMatchObject({ pressed: "elsewhere" });
    expect(saved.some((values) => "disabled" in values)).toBe(false);
    expect(posted).toEqual([]);
  });

  it.each([["send", () => page.click("#send")], ["keep", () => page.press("#note", "Enter")]] as const)(
    "in a modal is posted by the browser once the view has allowed it, with the pressed button %s", async (pressed, press) => {
      await open("/posted");
      await page.click("#open");
      await page.fill("#note", "a note");
      await press();
      await page.waitForSelector("#done");
      expect(posted).toEqual([`note=a+note&pressed=${pressed}`]);
    });
});
