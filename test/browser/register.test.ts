// What a browser shows although the server's page does not hold it now: its events count, with the unmodified client.
import { createEndpoint, html, JS, liveRender, liveSession, liveView } from "holdfast";
import { expect, it } from "vitest";
import { z } from "zod";
import { Gate } from "../support/wait.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const Id = z.object({ id: z.number() });
const ran: string[] = [];
let mounts = 0;
let gate: Gate | undefined;

const Slow = liveView.define({
  name: "Slow", authorize: "public",
  async mount(socket) {
    if (socket.connected) await gate?.wait();
  },
  render: () => html`<p id="slow">slow</p>`,
});

/** Each mount shows another number, and binds its events to it. */
const Page = liveView.define({
  name: "Page", authorize: "public",
  mount: () => ({ n: ++mounts, kept: true }),
  events: {
    act: { bind: Id, handle: (_socket, { id }) => void ran.push(`act ${id}`) },
    typed: { bind: Id, handle: (_socket, { id }) => void ran.push(`typed ${id}`) },
    gone: { bind: Id, handle: (_socket, { id }) => void ran.push(`gone ${id}`) },
    next: { handle: (socket) => socket.update("n", (n) => n + 100) },
    crash: { handle: () => { throw new Error("on purpose"); } },
  },
  render: ({ n }, on) => html`<main>
    <h1 id="n">${n}</h1><button id="act" phx-click=${on.act({ id: n })}>Act</button><button id="next" phx-click=${on.next}>Next</button>
    <button id="crash" phx-click=${on.crash}>Crash</button>
    <form id="form" phx-change=${on.typed({ id: n })}><input id="text" name="text" phx-debounce="400"></form>
    <p id="gone-${n}" phx-remove=${JS.push(on.gone({ id: n }))}>${n}</p>
    <div id="kept" phx-update="ignore"><button id="kept-act" phx-click=${on.act({ id: n })}>Kept</button></div>
    ${liveRender(Slow, { id: "slow-view" })}</main>`,
});

const served = useServed(createEndpoint({
  secret: "a secret of this test, long enough to be one", log() {},
  live: [liveSession("default", {}, (live) => live("/", Page))],
}));

async function open(): Promise<Watched> {
  ran.length = mounts = 0;
  return watch(await served.browser.newContext());
}
const shows = (tab: Watched, n: number): Promise<unknown> => expect.poll(() => tab.page.textContent("#n"), { timeout: 60_000 }).toBe(String(n));

it("the page of the GET: a click while its nested views join, and events that the join removes", async () => {
  gate = new Gate();
  const tab = await open();
  await tab.page.goto(served.url);
  await gate.entered;
  // The page's own join is answered, and drawn only when the nested view has joined.
  expect(await tab.page.textContent("#n")).toBe("1");
  await tab.page.click("#act");
  await expect.poll(() => ran, { timeout: 60_000 }).toEqual(["act 1"]);
  await tab.page.fill("#text", "typed");
  gate.open();
  await connected(tab.page);
  await shows(tab, 2);
  await expect.poll(() => ran, { timeout: 60_000 }).toContain("typed 2");
  // What the join's patch has taken away says so, with the name that it had.
  expect(ran).toContain("gone 1");
  await tab.page.click("#act");
  await expect.poll(() => ran, { timeout: 60_000 }).toContain("act 2");
  await tab.page.context().close();
});

it("an ignored element: it pushes what it was first rendered with", async () => {
  gate = undefined;
  const tab = await open();
  await tab.page.goto(served.url);
  await connected(tab.page);
  await shows(tab, 2);
  await tab.page.click("#next");
  await shows(tab, 102);
  await expect.poll(() => ran, { timeout: 60_000 }).toContain("gone 2");
  ran.length = 0;
  await tab.page.click("#kept-act");
  await expect.poll(() => ran, { timeout: 60_000 }).toEqual(["act 1"]);
  await tab.page.context().close();
});

it("the page before a rejoin: an event that the rejoin removes is reported by its name", async () => {
  gate = undefined;
  const tab = await open();
  await tab.page.goto(served.url);
  await connected(tab.page);
  await shows(tab, 2);
  ran.length = 0;
  await tab.page.click("#crash");
  await shows(tab, 3);
  await expect.poll(() => ran, { timeout: 60_000 }).toContain("gone 2");
  await tab.page.context().close();
});
