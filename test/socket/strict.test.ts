// Strict events where a proof says that they were rendered once: they count while the server knows that they are shown, and no longer.
import { html, liveComponent, liveView, stream, temporaryAssign } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { startLab, type Joined, type Lab } from "../support/lab.js";

const Id = z.object({ id: z.number() });
let ran: string[] = [];

const Part = liveComponent<{ item: number }>().define({
  name: "part",
  mount: () => ({ sold: false }),
  events: {
    buy: { bind: Id, strict: true, handle: (socket, { id }) => { ran.push(`part ${id}`); socket.assign({ sold: true }); } },
  },
  render: ({ item, sold }, on) => html`<p>${!sold && html`<b phx-click=${on.buy({ id: item })}></b>`}</p>`,
});
const Page = liveView.define({
  name: "Page", authorize: "public",
  mount: () => ({ shown: true, rows: stream([{ id: 1 }]), once: temporaryAssign(3) }),
  events: {
    buy: { bind: Id, strict: true, handle: (_socket, { id }) => void ran.push(`strict ${id}`) },
    like: { bind: Id, handle: (_socket, { id }) => void ran.push(`lenient ${id}`) },
    written: { strict: true, handle: () => void ran.push("strict text") },
    text: { handle: () => void ran.push("lenient text") },
    hide: { handle: (socket) => { socket.assign({ shown: false, once: temporaryAssign(4) }); socket.streamDelete("rows", { id: 1 }); } },
  },
  render: ({ shown, rows, once }, on) => html`<main>
    <i phx-click=${on.hide}></i>
    <ul id="rows" phx-update="stream">${rows.map(({ id }, domId) => html`
      <li id=${domId}><b phx-click=${on.buy({ id })}></b><b phx-click=${on.like({ id })}></b><b phx-click="written"></b><b phx-click="text"></b>
        ${Part({ id: "part", item: id })}</li>`)}</ul>
    <div id="kept" phx-update="ignore">${shown && html`<b phx-click=${on.buy({ id: 2 })}></b><b phx-click=${on.like({ id: 2 })}></b>`}</div>
    ${once.map((id) => html`<b phx-click=${on.buy({ id })}></b><b phx-click=${on.like({ id })}></b>`)}</main>`,
});

let lab: Lab;
let page: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": Page });
});
afterAll(() => lab.close());
beforeEach(async () => {
  page = await lab.open("/");
});
afterEach(() => lab.cut());

/** A name with its proof, as the join's answer has it. */
function proven(name: string): string {
  const found = new RegExp(`${name}~~[\\w-]+`).exec(JSON.stringify(page.rendered))?.[0];
  if (found === undefined) throw new Error(`the page has no ${name}`);
  return found;
}

async function ranBy(...names: readonly string[]): Promise<readonly string[]> {
  ran = [];
  for (const name of names) await page.event(name);
  return ran;
}

it("in a stream's item, or written as text there: never, and the others as before", async () => {
  expect(await ranBy(proven("buy~id=1"), "written")).toEqual([]);
  expect(lab.log.map(({ details }) => details["reason"])).toEqual(["not_rendered", "not_rendered"]);
  expect(await ranBy(proven("like~id=1"), "text")).toEqual(["lenient 1", "lenient text"]);
});

it("in a live component of a stream's item: while it shows it", async () => {
  ran = [];
  for (let times = 0; times < 3; times++) await page.event("buy~id=1", {}, 1);
  expect(ran).toEqual(["part 1"]);
});

it("in content that the browser keeps: until the page no longer has it", async () => {
  const [buy, like] = [proven("buy~id=2"), proven("like~id=2")];
  expect(await ranBy(buy, like)).toEqual(["strict 2", "lenient 2"]);
  await page.event("hide");
  expect(await ranBy(buy, like)).toEqual(["lenient 2"]);
});

it("in a temporary assign: until it is replaced", async () => {
  const [buy, like] = [proven("buy~id=3"), proven("like~id=3")];
  expect(await ranBy(buy, like)).toEqual(["strict 3", "lenient 3"]);
  await page.event("hide");
  expect(await ranBy(buy, like)).toEqual(["lenient 3"]);
});
