// Live components in a stream's items, which the server sends once. The client patches a view by writing it again, and these items are
// not part of it: a component that changes there together with what is around it has a frame of its own.
import { createEndpoint, html, liveComponent, liveSession, liveView, stream, topic } from "holdfast";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { newSecret } from "./support/app.js";
import { usePage, useServed } from "./support/served.js";

interface Entry {
  readonly id: string;
}

const Leaf = liveComponent<{ count?: number }>().define({
  events: { add: { handle: (socket) => socket.assign({ count: (socket.assigns.count ?? 0) + 1 }) } },
  render: ({ id, count = 0 }, on) => html`<li id=${id}><button phx-click=${on.add}>${id}: ${count}</button></li>`,
});

const List = liveComponent<{ title?: string }>().define({
  mount: (socket) => ({ leaves: stream<Entry>([{ id: `${socket.assigns.id}-a` }], { domId: ({ id }) => id }) }),
  render: ({ id, title = "untitled", leaves }) => html`<section id=${id}>
    <h2>${title}</h2><ul id="${id}-leaves" phx-update="stream">${leaves.map((_leaf, domId) => Leaf({ id: domId }))}</ul>
  </section>`,
});

const counted = topic<number>("stream-components:counted");
const Lists = liveView.define({
  name: "Lists",
  authorize: "public",
  topics: () => ({ counted }),
  mount: () => ({ lists: stream<Entry>([{ id: "one" }, { id: "two" }], { domId: ({ id }) => `item-${id}` }), changes: 0, sum: 0 }),
  messages: {
    counted(socket, count) {
      socket.update("sum", (sum) => sum + count);
      socket.sendUpdate(Leaf, { id: "two-a", count });
    },
  },
  events: {
    // All at once: the view, a list in its stream, and a leaf in that list's stream.
    all: {
      handle(socket) {
        const changes = socket.assigns.changes + 1;
        socket.assign({ changes });
        socket.sendUpdate(List, { id: "one", title: `changed ${changes}` });
        socket.sendUpdate(Leaf, { id: "one-a", count: changes * 10 });
      },
    },
    // Its item is written again as well.
    again: {
      handle(socket) {
        socket.update("changes", (changes) => changes + 1);
        socket.streamInsert("lists", { id: "two" });
        socket.sendUpdate(Leaf, { id: "two-a", count: 7 });
      },
    },
  },
  render: ({ lists, changes, sum }, on) => html`
    <output id="changes">${changes}</output> <output id="sum">${sum}</output>
    <button id="all" phx-click=${on.all}>All</button> <button id="again" phx-click=${on.again}>Again</button>
    <div id="lists" phx-update="stream">${lists.map(({ id }, domId) => html`<div id=${domId}>${List({ id })}</div>`)}</div>`,
});

let page: Page;
const endpoint = createEndpoint({ secret: newSecret(), log: () => {}, live: [liveSession("default", {}, (live) => live("/", Lists))] });
const served = useServed(endpoint);
const open = usePage(served, (next) => void (page = next));
const shows = (selector: string, text: string): Promise<void> => expect.poll(() => page.textContent(selector), { timeout: 10_000 }).toBe(text);

it("a component in a stream changes together with the component around that stream", async () => {
  await open("/");
  for (const n of [1, 2]) {
    await page.click("#all");
    await shows("#changes", String(n));
    await shows("#one h2", `changed ${n}`);
    await shows("#one-a", `one-a: ${n * 10}`);
  }
  await page.click("#one-a button");
  await shows("#one-a", "one-a: 21");
  expect(await page.textContent("#two-a")).toBe("two-a: 0");
});

it("a component in a stream changes together with the view, after several messages", async () => {
  await open("/");
  for (const count of [1, 2, 3]) endpoint.broadcast(counted, count);
  await shows("#sum", "6");
  await shows("#two-a", "two-a: 3");
});

it("an item is written again while a component in it changes", async () => {
  await open("/");
  await page.click("#again");
  await shows("#changes", "1");
  await shows("#two-a", "two-a: 7");
  await page.click("#two-a button");
  await shows("#two-a", "two-a: 8");
});
