// Forms in unusual places keep what is typed while their connection is lost and their views crash, in the order of a seed.
import { createEndpoint, html, liveComponent, liveRender, liveSession, liveView, portal, stream, type Content, type EventRef } from "holdfast";
import { isDeepStrictEqual } from "node:util";
import type { Page } from "playwright-core";
import { z } from "zod";
import { expect, it } from "vitest";
import { Chance } from "../support/chance.js";
import { newSecret } from "./support/app.js";
import { connected, loseConnection, watch } from "./support/browser.js";
import { useServed } from "./support/served.js";

const Values = z.object({ text: z.string().default(""), area: z.string().default(""), box: z.string().default(""), one: z.string().default("") });
type Values = z.infer<typeof Values>;
const NOTHING: Values = { text: "", area: "", box: "", one: "" };

/** A form with each kind of control. Fields whose names end alike are told apart by their forms. */
const fields = (id: string, change: EventRef, { text, area, box, one }: Values): Content => html`
  <form id=${id} phx-change=${change}>
    <input name="text" value=${text} autocomplete="off"> <textarea name="area">${area}</textarea>
    <input type="checkbox" name="box" value="yes" checked=${box === "yes"}>
    <select name="one">${["", "x", "y"].map((value) => html`<option value=${value} selected=${one === value}>${value}</option>`)}</select>
  </form>`;
const known = (id: string, values: Values): Content => html`<output data-of=${id}>${JSON.stringify(values)}</output>`;

/** A view with two forms of the same fields, which `place` puts somewhere. */
const placed = (name: string, place: (forms: Content) => Content) => liveView.define({
  name,
  authorize: "public",
  mount: () => ({ one: NOTHING, other: NOTHING }),
  events: {
    one: { params: Values, handle: (socket, one) => socket.assign({ one }) },
    other: { params: Values, handle: (socket, other) => socket.assign({ other }) },
    crash: { handle: () => { throw new Error("crashes"); } },
  },
  render: ({ one, other }, on) => html`
    <button class="crash" phx-click=${on.crash}>Crash</button>
    ${place(html`${fields("one", on.one, one)}${fields("other", on.other, other)}`)}${known("one", one)}${known("other", other)}`,
});

const Plain = placed("Plain", (forms) => html`<div>${forms}</div>`);
const Dialog = placed("Dialog", (forms) => html`<dialog id="dialog">${forms}</dialog>`);
const Elsewhere = placed("Elsewhere", (forms) => html`<div id="target"></div>${portal({ id: "moved", target: "#target", inner: html`<div>${forms}</div>` })}`);
const Ignored = placed("Ignored", (forms) => html`<div id="ignored" phx-update="ignore">${forms}</div>`);

const Row = liveComponent().define({
  name: "Row", mount: () => ({}), render: ({ id }) => html`<div id="row-${id}">${liveRender(Plain, { id: `nested-${id}` })}</div>`,
});
const Streamed = liveView.define({
  name: "Streamed",
  authorize: "public",
  mount: () => ({ rows: stream([{ id: "a" }]) }),
  render: ({ rows }) => html`<div id="rows" phx-update="stream">${rows.map(({ id }, domId) => html`<div id=${domId}>${Row({ id })}</div>`)}</div>`,
});

const PLACES = { plain: Plain, dialog: Dialog, elsewhere: Elsewhere, ignored: Ignored, streamed: Streamed };
const served = useServed(createEndpoint({
  secret: newSecret(), log() {}, limits: { crashBudget: 1000 },
  live: [liveSession("default", {}, (live) => {
    for (const [path, view] of Object.entries(PLACES)) live(`/${path}`, view);
  })],
  routes: (app) => void app.get("/favicon.ico", (c) => c.body(null, 204)),
}));

/** What the forms hold, or what the views know of them. */
const shown = (page: Page): Promise<Record<string, Values>> => page.$$eval("form", (forms) => Object.fromEntries(forms.map((form) =>
  [form.id, { text: "", area: "", box: "", one: "", ...Object.fromEntries(new FormData(form)) } as Values])));
const told = (page: Page): Promise<Record<string, Values>> => page.$$eval("output", (outputs) => Object.fromEntries(outputs.map((output) =>
  [output.dataset["of"], JSON.parse(output.textContent!) as Values])));

async function enter(page: Page, chance: Chance, form: string, values: Values): Promise<void> {
  switch (chance.below(4)) {
    case 0:
      values.box = values.box === "" ? "yes" : "";
      return page.setChecked(`#${form} [name=box]`, values.box !== "");
    case 1:
      values.one = chance.one(["x", "y"]);
      return void await page.selectOption(`#${form} [name=one]`, values.one);
    default: {
      const name = chance.one(["text", "area"] as const);
      await page.focus(`#${form} [name=${name}]`);
      await page.keyboard.press("ControlOrMeta+End");
      const letters = `${chance.below(1000)}ß `;
      values[name] += letters;
      return page.keyboard.insertText(letters);
    }
  }
}

it.each(Object.keys(PLACES))("%s", async (path) => {
  const chance = new Chance(path.length);
  const { page, loads, complaints } = await watch(await served.browser.newContext());
  await page.goto(`${served.url}/${path}`);
  await connected(page);
  await page.waitForSelector("#other", { state: "attached" });
  if (path === "dialog") await page.evaluate(() => document.querySelector("dialog")!.showModal());
  const entered: Record<string, Values> = { one: { ...NOTHING }, other: { ...NOTHING } };
  const acts: string[] = [];
  for (let act = 0; act < 24; act++) {
    const form = chance.one(["one", "other"]);
    if (chance.maybe(0.75)) {
      acts.push(form);
      await enter(page, chance, form, entered[form]!);
    } else if (chance.maybe(0.5)) {
      acts.push("lost");
      await loseConnection(page);
    } else {
      acts.push("crash");
      await page.evaluate(() => document.querySelector<HTMLElement>(".crash")?.click());
    }
  }
  const settled = async (): Promise<unknown> => isDeepStrictEqual(await told(page), entered) || [acts.join(" "), entered, await told(page)];
  await expect.poll(settled).toBe(true);
  expect(await shown(page)).toEqual(entered);
  expect(loads()).toBe(1);
  // The npm client says so of an event that it sends to a view that has just crashed.
  expect(complaints.filter((complaint) => !complaint.includes("unmatched topic"))).toEqual([]);
  await page.context().close();
});
