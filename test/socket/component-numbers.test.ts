import { html, keyed, liveComponent, liveRender, liveView } from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Browser, Page } from "../support/browser.js";
import { eventually, Joined, startLab, type Lab } from "../support/lab.js";

/** The items of views that mount now, in order. */
let order: readonly string[] = [];
let picked: string[] = [];

const Item = liveComponent().define({
  name: "Item",
  events: { pick: { handle: (socket) => void picked.push(socket.assigns.id) } },
  render: ({ id }, on) => html`<button phx-click=${on.pick}>${id}</button>`,
});
const Items = liveView.define({
  name: "Items",
  authorize: "public",
  mount: () => ({ order }),
  render: ({ order }) => html`<main>${keyed(order, (id) => id, (id) => html`<p>${Item({ id })}</p>`)}</main>`,
});
const Around = liveView.define({
  name: "Around", authorize: "public", mount: () => ({}), render: () => html`<main>${liveRender(Items, { id: "items" })}</main>`,
});
const views = { "/": Items, "/around": Around };

let lab: Lab;
beforeAll(async () => {
  lab = await startLab(views);
});
afterAll(() => lab.close());
beforeEach(() => {
  picked = [];
});
afterEach(() => lab.cut());

/** A page that is joined on a socket of its own. */
async function joined(browser: Browser, page: Page): Promise<Joined> {
  const socket = await browser.socket();
  const { status, response } = await socket.join(page);
  expect(status).toBe("ok");
  return new Joined(socket, browser, page, page.topic, response["rendered"]);
}

/** Loses a page's connection, and joins it again. */
async function rejoined({ socket, browser, page }: Joined): Promise<Joined> {
  const { connections } = lab.endpoint;
  socket.terminate();
  await eventually(() => expect(lab.endpoint.connections).toBe(connections - 1));
  return joined(browser, page);
}

/** What is picked by the buttons of these components. */
async function picks(view: Joined, ...cids: number[]): Promise<string[]> {
  picked = [];
  for (const cid of cids) await view.event("pick", {}, cid);
  return picked;
}

/** The numbers of a join's components. */
const numbers = ({ rendered }: Joined): number[] => Object.keys((rendered as { c: object }).c).map(Number).sort((a, b) => a - b);

it("a component of the page's GET has its number at the join, wherever it is now", async () => {
  const browser = lab.browser();
  order = ["a", "b"];
  const page = await browser.get("/");
  order = ["c", "b", "a"];
  const view = await joined(browser, page);
  expect(numbers(view)).toEqual([1, 2, 3]);
  expect(await picks(view, 1, 2, 3)).toEqual(["a", "b", "c"]);
});

it("the number of a component that is gone stays unused through all rejoins", async () => {
  order = ["a", "b", "c"];
  let view = await lab.open("/");
  order = ["b"];
  view = await rejoined(view);
  expect(await picks(view, 1, 2, 3)).toEqual(["b"]);
  order = ["d", "c", "b"];
  view = await rejoined(view);
  expect(await picks(view, 1, 2, 3, 4, 5)).toEqual(["b", "d", "c"]);
});

it("a page whose predecessor is not remembered shares no number with it", async () => {
  const forgetful = await startLab(views, { limits: { rememberedValues: 1 } });
  try {
    const browser = forgetful.browser();
    order = ["a", "b"];
    const page = await browser.get("/");
    order = ["b", "a"];
    const first = await joined(browser, page);
    expect(await picks(first, 1, 2)).toEqual([]);
    expect(await picks(first, ...numbers(first))).toEqual(["b", "a"]);
    const second = await joined(browser, page);
    expect(await picks(second, 1, 2, ...numbers(first))).toEqual([]);
    expect(await picks(second, ...numbers(second))).toEqual(["b", "a"]);
  } finally {
    await forgetful.close();
  }
});

it("a nested view shares no number with what another tab shows of the same view", async () => {
  const browser = lab.browser();
  order = ["b", "a"];
  const one = await (await lab.open("/around", browser)).child("items");
  order = ["a", "b"];
  const other = await (await lab.open("/around", browser)).child("items");
  expect(await picks(other, 1, 2, ...numbers(one))).toEqual([]);
  expect(await picks(other, ...numbers(other))).toEqual(["a", "b"]);
});
