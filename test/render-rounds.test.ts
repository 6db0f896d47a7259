// What happens between two renders: roots that change, components that change their parents, what is inserted meanwhile.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { every, html, keyed, liveComponent, liveRender, liveView, redirect, stream, temporaryAssign, topic, type Content, type LiveView, type Stream } from "holdfast";
import { all } from "./support/all-events.js";
import { eventually, startLab, type Joined, type Lab } from "./support/lab.js";
// @ts-expect-error -- the client's own source, which has no types and is not among its exports
import { default as ClientRendered } from "../node_modules/phoenix_live_view/assets/js/phoenix_live_view/rendered.js";

vi.stubGlobal("window", globalThis);

interface Item { id: string; text?: string }
interface Client { mergeDiff(diff: object): void; toString(): { buffer: string } }

const Leaf = liveComponent().define({
  mount: () => ({ count: 0 }),
  events: { inc: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ count }, on) => html`<b>leaf ${count}<i phx-click=${all(on)}></i></b>`,
});
const list = (items: Stream<Item>): Content => items.map(({ id, text }, domId) => html`<li id=${domId}>${text ?? id}</li>`);

const Root = liveView.define({
  authorize: "public",
  mount: () => ({ other: false }),
  events: { flip: { handle: (socket) => socket.update("other", (other) => !other) } },
  render: ({ other }, on) => (other
    ? html`<section>${Leaf({ id: "x" })}<i phx-click=${on.flip}></i></section>` : html`<main>${Leaf({ id: "x" })}<i phx-click=${on.flip}></i></main>`),
});

const Adder = liveComponent<{ count: number; onAdd: () => void }>().define({
  mount: () => ({ items: stream<Item>() }),
  events: {
    add: {
      handle(socket) {
        socket.streamInsert("items", { id: "new" });
        socket.assigns.onAdd();
      },
    },
  },
  render: ({ items, count }, on) => html`<div><i>${count}</i><ul id="added" phx-update="stream">${list(items)}</ul><i phx-click=${all(on)}></i></div>`,
});
const Owner = liveComponent().define({
  mount: () => ({ count: 0, onAdd: () => {} }),
  update(socket) {
    socket.assign({ onAdd: () => socket.update("count", (count) => count + 1) });
  },
  render: ({ count, onAdd }) => html`<div>${Adder({ id: "adder", count, onAdd })}</div>`,
});
const Callback = liveView.define({ authorize: "public", render: () => html`<main>${Owner({ id: "owner" })}</main>` });

const Loader = liveComponent<{ onLoad: () => void }>().define({
  async mount(_socket, { onLoad }) {
    await Promise.resolve();
    onLoad();
  },
  render: () => html`<p></p>`,
});
const Meanwhile = liveView.define({
  authorize: "public",
  mount: () => ({ shown: false, items: stream<Item>(), onLoad: () => {} }),
  handleParams(socket) {
    socket.assign({ onLoad: () => socket.streamInsert("items", { id: "meanwhile" }) });
  },
  events: { show: { handle: (socket) => socket.assign({ shown: true }) } },
  render: ({ items, shown, onLoad }, on) => html`<main>${shown && Loader({ id: "loader", onLoad })}<ul id="all" phx-update="stream">${list(items)}</ul><i phx-click=${all(on)}></i></main>`,
});

const Updates = liveView.define({
  authorize: "public",
  mount: () => ({ items: stream<Item>() }),
  events: {
    add: {
      handle(socket) {
        socket.streamInsert("items", { id: "b", text: "first" }, { at: 0 });
        socket.streamInsert("items", { id: "b", text: "second" }, { updateOnly: true });
      },
    },
  },
  render: ({ items }, on) => html`<ul id="all" phx-update="stream">${list(items)}</ul><i phx-click=${all(on)}></i>`,
});

const Once = liveView.define({
  authorize: "public",
  mount: () => ({ once: temporaryAssign(1), n: 0 }),
  events: { tick: { handle: (socket) => socket.update("n", (n) => n + 1) } },
  render: ({ once, n }, on) => html`<main>${n}${once.map(() => html`<p>${Leaf({ id: "once" })}</p>`)}<i phx-click=${all(on)}></i></main>`,
});

const Shows = liveComponent<{ items: Stream<Item> }>().define({ render: ({ items }) => html`<ul id="u" phx-update="stream">${list(items)}</ul>` });
const GivenStream = liveView.define({
  authorize: "public", mount: () => ({ items: stream<Item>([{ id: "a" }]) }), render: ({ items }) => html`<main>${Shows({ id: "s", items })}</main>`,
});
const redirects = (mount: Parameters<ReturnType<typeof liveComponent>["define"]>[0]["mount"]): LiveView => {
  const Guard = liveComponent().define({ mount: mount as () => void, render: () => html`<p>secret</p>` });
  return liveView.define({ authorize: "public", render: () => html`<main>${Guard({ id: "guard" })}</main>` });
};

const Counts = liveComponent<{ items: number[]; onCount: (n: number) => void }>().define({
  update: (_socket, { items, onCount }) => onCount(items.length),
  render: () => html`<p></p>`,
});
const EndlessView = liveView.define({
  authorize: "public",
  mount: () => ({ shown: false, n: 0, items: [1], onCount: (_n: number) => {} }),
  handleParams(socket) {
    socket.assign({ onCount: (n) => socket.assign({ n }) });
  },
  events: { show: { handle: (socket) => socket.assign({ shown: true }) } },
  render: ({ items, shown, onCount }, on) => html`<main>${shown && Counts({ id: "c", items: [...items], onCount })}<i phx-click=${all(on)}></i></main>`,
});
const Middle = liveComponent().define({
  mount: () => ({ n: 0, items: [1], onCount: (_n: number) => {} }),
  update(socket) {
    socket.assign({ onCount: (n) => socket.assign({ n }) });
  },
  render: ({ items, onCount }) => html`<div>${Counts({ id: "c", items: [...items], onCount })}</div>`,
});
const EndlessComponent = liveView.define({
  authorize: "public",
  mount: () => ({ shown: false }),
  events: { show: { handle: (socket) => socket.assign({ shown: true }) } },
  render: ({ shown }, on) => html`<main>${shown && Middle({ id: "m" })}<i phx-click=${all(on)}></i></main>`,
});

/** Two of one kind appear together, and the first is changed before the frame is complete. */
const Shape = liveComponent<{ onFlip: (flip: () => void) => void }>().define({
  mount: () => ({ other: false }),
  update: (socket, { onFlip }) => onFlip(() => socket.assign({ other: true })),
  render: ({ other, id }) => (other ? html`<b>${id} is another</b>` : html`<i>${id} is the first</i>`),
});
let flip = (): void => {};
const Flips = liveComponent().define({ update: () => flip(), render: () => html`<u>flipped</u>` });
const Wraps = liveComponent().define({ render: () => html`<div>${Flips({ id: "flips" })}</div>` });
const takeFlip = (given: () => void): void => void (flip = given);
const ignoreFlip = (): void => {};
const Cloned = liveView.define({
  authorize: "public",
  mount: () => ({ shown: false }),
  events: { show: { handle: (socket) => socket.assign({ shown: true }) } },
  render: ({ shown }, on) => html`<main>${shown && html`<p>${Shape({ id: "a", onFlip: takeFlip })}${Shape({ id: "b", onFlip: ignoreFlip })}${Wraps({ id: "w" })}</p>`}<i phx-click=${on.show}></i></main>`,
});

const Duplicates = liveView.define({
  authorize: "public", render: () => html`<ul>${keyed(["a", "a"], (key) => key, (key) => html`<li>${key}</li>`)}</ul>`,
});
const Inner = liveView.define({ authorize: "public", render: () => html`<p></p>` });
const TwoOfOne = liveView.define({
  authorize: "public", render: () => html`<div>${liveRender(Inner, { id: "a" })}${liveRender(Inner, { id: "a" })}</div>`,
});
const NoTemplate = liveView.define({ authorize: "public", render: () => "<p></p>" as never });

let open = (): void => {};
let handled = 0;
const Waits = liveView.define({
  authorize: () => new Promise<boolean>((resolve) => {
    if (!gated) return resolve(true);
    open = () => resolve(true);
  }),
  events: { late: { handle: () => void handled++ } },
  render: (_assigns, on) => html`<p><i phx-click=${all(on)}></i></p>`,
});
let gated = false;

let ticks = 0;
const Clock = liveView.define({
  authorize: "public",
  topics: () => ({ tick: every(1) }),
  messages: { tick: () => void ticks++ },
  events: { wait: { handle: () => new Promise<void>((resolve) => setTimeout(resolve, 150)) } },
  render: (_assigns, on) => html`<p><i phx-click=${all(on)}></i></p>`,
});

const news = topic<number>("rounds:news");
const heard: string[] = [];
const Twice = liveView.define({
  authorize: "public",
  handleParams(socket) {
    socket.subscribe(news, (n) => void heard.push(`first ${n}`));
    socket.subscribe(news, (n) => void heard.push(`second ${n}`));
  },
  events: { stop: { handle: (socket) => socket.unsubscribe(news) } },
  render: (_assigns, on) => html`<p><i phx-click=${all(on)}></i></p>`,
});

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({
    "/root": Root, "/callback": Callback, "/meanwhile": Meanwhile, "/updates": Updates, "/once": Once, "/given": GivenStream,
    "/redirects": redirects((socket) => void socket.redirect("/login")), "/returns": redirects(() => redirect("/login") as never),
    "/endless-view": EndlessView, "/endless-component": EndlessComponent, "/cloned": Cloned, "/twice": Twice,
    "/duplicates": Duplicates, "/no-template": NoTemplate, "/two-of-one": TwoOfOne, "/waits": Waits, "/clock": Clock,
  });
});
afterAll(() => lab.close());

const diffOf = async (view: Joined, event: string, cid?: number): Promise<object> =>
  ((await view.event(event, {}, cid)).response as { diff: object }).diff;

it("another root template sends the components that stay, as they are", async () => {
  const view = await lab.open("/root");
  const client = new ClientRendered("v", structuredClone(view.rendered)) as Client;
  client.toString();
  for (const [event, cid, root] of [["inc", 1, "main"], ["flip", undefined, "section"], ["inc", 1, "section"], ["flip", undefined, "main"]] as const) {
    client.mergeDiff(await diffOf(view, event, cid));
    expect(client.toString().buffer).toMatch(new RegExp(`^<${root}[ >]`));
  }
  expect(client.toString().buffer).toContain("leaf 2");
});

it("a component cloned from one that changes in the same frame is shown as it is", async () => {
  const view = await lab.open("/cloned");
  const client = new ClientRendered("v", structuredClone(view.rendered)) as Client;
  client.toString();
  client.mergeDiff(await diffOf(view, "show"));
  const shown = client.toString().buffer.replace(/ data-phx-[a-z-]+="[^"]*"/g, "");
  expect(shown).toContain("<p><b>a is another</b><i>b is the first</i><div><u>flipped</u></div></p>");
});

it("a component whose event changes its parent, which then passes it new props, loses nothing", async () => {
  const view = await lab.open("/callback");
  expect(JSON.stringify(await diffOf(view, "add", 2))).toContain("items-new");
});

it("items inserted into the view's stream while its components load arrive after them", async () => {
  const view = await lab.open("/meanwhile");
  await diffOf(view, "show");
  await eventually(() => expect(JSON.stringify(view.diffs)).toContain("items-meanwhile"));
});

it("an item that is updated before it was sent is inserted as it is now", async () => {
  const view = await lab.open("/updates");
  expect(await diffOf(view, "add")).toMatchObject({ "0": { stream: ["0", [["items-b", 0, null, false]], []], k: { "0": { "1": "second" } } } });
});

it("a component in a temporary assign stays when its value is forgotten", async () => {
  const view = await lab.open("/once");
  expect(await diffOf(view, "tick")).toEqual({ "0": "1" });
  expect(await diffOf(view, "inc", 1)).toEqual({ c: { "1": { "0": "1" } } });
});

it.each(["/given", "/redirects", "/returns", "/duplicates", "/no-template", "/two-of-one"])("%s is an error at the first door already, and shows nothing", async (path) => {
  const response = await lab.endpoint.app.request(path);
  expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("secret")]);
});

it.each(["/endless-view", "/endless-component"])("%s ends itself, and nobody else waits for it", async (path) => {
  const other = await lab.open("/root");
  const view = await lab.open(path);
  const logged = lab.log.length;
  view.sendEvent("show");
  expect(await diffOf(other, "inc", 1)).toEqual({ c: { "1": { "0": "1" } } });
  await eventually(() => expect(JSON.stringify(lab.log.slice(logged))).toContain("render_loop"));
});

it("every subscription of a topic is heard, in order, until the topic is left", async () => {
  const view = await lab.open("/twice");
  lab.endpoint.broadcast(news, 1);
  await view.event("stop");
  lab.endpoint.broadcast(news, 2);
  await view.event("stop");
  expect(heard).toEqual(["first 1", "second 1"]);
});

it("no handler starts when its view has left while its policy waited", async () => {
  const view = await lab.open("/waits");
  gated = true;
  view.sendEvent("late");
  await view.socket.heartbeat();
  await view.call("phx_leave", {});
  gated = false;
  open();
  const again = await lab.open("/waits");
  await again.event("late");
  expect(handled).toBe(1);
});

it("a clock does not fill the mailbox of a view that waits", async () => {
  const view = await lab.open("/clock");
  expect((await view.event("wait")).status).toBe("ok");
  const before = ticks;
  await eventually(() => expect(ticks).toBeGreaterThan(before));
});
