// An application full of forms, in its own process, which can be killed. It reports over IPC what its views are doing, so that
// a kill can hit the middle of a recovery.
import { createEndpoint, csrfField, form, formTag, html, liveComponent, liveRender, liveSession, liveView, logIn, NONCE, onMount, redirect, reply } from "holdfast";
import { editable } from "holdfast/components";
import { defineHook, message, push } from "holdfast/hooks";
import { serve } from "holdfast/node";
import { z } from "zod";

const anything = z.looseObject({});
const say = (message) => process.send(message);
/** How long a change takes, ms; a recovery takes as long. */
let slowMs = 0;
/** Ends the waits of slow handlers. */
const waiting = new Set();
const slowly = async () => {
  if (slowMs === 0) return;
  await new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      waiting.delete(end);
      resolve();
    };
    const timer = setTimeout(end, slowMs);
    waiting.add(end);
  });
};
/** The text that the server renders into the fields of a new view. */
let text = "";
/** Kept beyond the life of a view. */
const sent = [];

const has = (values, value) => (Array.isArray(values) ? values.includes(value) : values === value);
const list = (value) => (value === undefined ? [] : [value].flat().filter((each) => each !== ""));

const Everything = liveView.define({
  name: "Everything",
  authorize: "public",
  mount: (socket) => ({ values: { text, area: text }, seen: 0, at: socket.connected ? "socket" : "http" }),
  events: {
    change: {
      params: anything,
      async handle(socket, values) {
        if (socket.assigns.seen === 0) say({ recovering: true });
        await slowly();
        socket.assign({ values, seen: socket.assigns.seen + 1 });
      },
    },
    save: {
      params: anything,
      handle(socket, values) {
        sent.push(values);
        say({ saved: values });
        socket.assign({ values: {} });
      },
    },
    crash: { handle: () => { throw new Error("the view crashes"); } },
  },
  render: ({ values, seen }, on) => html`
    <h1>Everything</h1>
    <form id="all" phx-change=${on.change} phx-submit=${on.save}>
      <input id="text" name="text" value=${values.text} autocomplete="off">
      <input id="late" name="late" value=${values.late} phx-debounce="150" autocomplete="off">
      <input id="blur" name="blur" value=${values.blur} phx-debounce="blur" autocomplete="off">
      <textarea id="area" name="area" rows="3">${values.area}</textarea>
      <select id="one" name="one">${["", "a", "b", "c"].map((value) => html`
        <option value=${value} selected=${values.one === value}>${value}</option>`)}</select>
      <select id="many" name="many[]" multiple>${["x", "y", "z"].map((value) => html`
        <option value=${value} selected=${has(values.many, value)}>${value}</option>`)}</select>
      <input type="hidden" name="box" value="false"><input type="checkbox" id="box" name="box" value="true" checked=${values.box === "true"}>
      <fieldset>${["r", "g", "b"].map((value) => html`
        <label>${value}<input type="checkbox" id="color-${value}" name="colors[]" value=${value} checked=${has(values.colors, value)}></label>`)}
      </fieldset>
      <fieldset>${["s", "m", "l"].map((value) => html`
        <label>${value}<input type="radio" id="size-${value}" name="size" value=${value} checked=${values.size === value}></label>`)}
      </fieldset>
      <input type="date" id="day" name="day" value=${values.day}>
      <input type="number" id="count" name="count" value=${values.count}>
      <input type="password" id="secret" name="secret">
      <input id="card" name="card" autocomplete="section-a cc-number">
      <input id="code" name="code" autocomplete="one-time-code">
      <input type="search" id="find" name="find">
      <p data-draft="off"><input id="private" name="private" autocomplete="off"></p>
      <button id="save">Save</button>
      <output id="seen">${seen}</output>
    </form>
    <output id="echo">${JSON.stringify({
      text: values.text ?? "", late: values.late ?? "", blur: values.blur ?? "", area: values.area ?? "", one: values.one ?? "",
      many: list(values.many), box: values.box ?? "", colors: list(values.colors), size: values.size ?? "", day: values.day ?? "",
      count: values.count ?? "",
    })}</output>
    <button id="crash" phx-click=${on.crash}>Crash</button>`,
});

const Strict = liveView.define({
  name: "Strict",
  authorize: "public",
  mount: () => ({ ticks: 0, invalid: false, gone: false }),
  events: {
    tick: { handle: (socket) => socket.update("ticks", (ticks) => ticks + 1) },
    save: {
      params: anything,
      async handle(socket, { note }) {
        say({ saving: true });
        await slowly();
        if (note === "bad") return socket.assign({ invalid: true });
        say({ saved: { note } });
        socket.assign({ invalid: false });
      },
    },
  },
  render: ({ ticks, invalid }, on) => html`
    <h1>Strict</h1>
    <button id="tick" phx-click=${on.tick}>${ticks}</button>
    <form id="strict" phx-submit=${on.save}>
      <input id="note" name="note" value=${text} aria-invalid=${invalid && "true"} autocomplete="off">
      <input id="other" name="other" autocomplete="off">
      ${[0, 1].map((row) => html`<input id="row-${row}" name="row[]" autocomplete="off">`)}
      <input type="checkbox" id="agreed" name="agreed" value="true">
      ${["s", "m"].map((value) => html`<input type="radio" id="size-${value}" name="size" value=${value}>`)}
      <button id="save">Save</button>
    </form>`,
});

/** Takes nothing of what is chosen. */
const Refused = liveView.define({
  name: "Refused",
  authorize: "public",
  mount: () => ({ seen: 0 }),
  events: { change: { params: anything, handle: (socket) => socket.update("seen", (seen) => seen + 1) } },
  render: ({ seen }, on) => html`
    <h1>Refused</h1>
    <form id="refused" phx-change=${on.change}>
      <input type="checkbox" id="agreed" name="agreed" value="true" checked=${false}>
      ${["s", "m"].map((value) => html`<input type="radio" id="size-${value}" name="size" value=${value} checked=${value === "s"}>`)}
      <output id="seen">${seen}</output>
    </form>`,
});

const Child = liveView.define({
  name: "Child",
  authorize: "public",
  mount: () => ({ note: "", ticks: 0 }),
  events: {
    change: { params: anything, handle: (socket, { note }) => socket.assign({ note }) },
    tick: { handle: (socket) => socket.update("ticks", (ticks) => ticks + 1) },
    crash: { handle: () => { throw new Error("the child crashes"); } },
  },
  render: ({ note, ticks }, on) => html`
    <form id="inner" phx-change=${on.change}><input id="note" name="note" value=${note} autocomplete="off"></form>
    <output id="echo">${note}</output>
    <button id="tick" phx-click=${on.tick}>${ticks}</button>
    <button id="crash" phx-click=${on.crash}>Crash</button>`,
});

const Parent = liveView.define({
  name: "Parent",
  authorize: "public",
  mount: () => ({}),
  render: () => html`<h1>Parent</h1>${liveRender(Child, { id: "child" })}`,
});

const Filler = liveComponent().define({ mount: () => ({}), render: () => html`<span></span>` });

const Part = liveComponent().define({
  name: "Part",
  mount: () => ({ note: "" }),
  events: {
    change: {
      params: anything,
      handle(socket, { note }) {
        say({ told: note });
        socket.assign({ note });
      },
    },
    save: { params: anything, handle: (_, { note }) => say({ saved: { note } }) },
  },
  render: ({ note }, on) => html`<div>
    <form id="part-form" phx-change=${on.change} phx-submit=${on.save}><input id="part" name="note" value=${note} autocomplete="off"></form>
    <output id="part-echo">${note}</output></div>`,
});

const Choice = liveComponent().define({
  name: "Choice",
  mount: () => ({ size: "" }),
  events: {
    change: {
      params: anything,
      handle(socket, { size }) {
        say({ told: size });
        socket.assign({ size });
      },
    },
  },
  render: ({ size }, on) => html`<div>
    <form id="choice-form" phx-change=${on.change}>${["s", "m", "l"].map((value) => html`
      <input type="radio" id="choice-${value}" name="size" value=${value} checked=${size === value}>`)}</form>
    <output id="choice-echo">${size}</output></div>`,
});

/** How many components precede the one with a form. */
let fillers = 0;

const Whole = liveView.define({
  name: "Whole",
  authorize: "public",
  mount: () => ({ fillers }),
  render: ({ fillers }) => html`
    <h1>Whole</h1>${Array.from({ length: fillers }, (_, at) => Filler({ id: `filler-${at}` }))}${Part({ id: "part" })}`,
});

const Choosing = liveView.define({
  name: "Choosing",
  authorize: "public",
  mount: () => ({ fillers }),
  render: ({ fillers }) => html`
    <h1>Choosing</h1>${Array.from({ length: fillers }, (_, at) => Filler({ id: `filler-${at}` }))}${Choice({ id: "choice" })}`,
});

const Long = liveView.define({
  name: "Long",
  authorize: "public",
  mount: () => ({ length: 0 }),
  events: {
    change: { params: anything, handle: (socket, { body }) => socket.assign({ length: body.length }) },
    save: { params: anything, handle: (_, { body }) => say({ saved: { length: body.length } }) },
  },
  render: ({ length }, on) => html`
    <h1>Long</h1>
    <form id="long" phx-change=${on.change} phx-submit=${on.save}>
      <textarea id="body" name="body"></textarea><button id="save">Save</button>
    </form>
    <output id="length">${length}</output>`,
});

const Steps = liveView.define({
  name: "Steps",
  authorize: "public",
  mount: () => ({ values: {}, rows: 1 }),
  handleParams() {},
  events: {
    change: { params: anything, handle: (socket, values) => socket.assign({ values }) },
    add: { handle: (socket) => socket.update("rows", (rows) => rows + 1) },
  },
  render: ({ values, rows }, on) => html`
    <h1>Steps</h1>
    <button id="add" phx-click=${on.add}>Add</button>
    <a id="patch" href="/steps?tab=2" data-phx-link="patch" data-phx-link-state="push">Tab 2</a>
    <form id="steps" phx-change=${on.change}>
      <select id="kind" name="kind">${["a", "b"].map((kind) => html`
        <option value=${kind} selected=${values.kind === kind}>${kind}</option>`)}</select>
      ${values.kind === "b" && html`<input id="why" name="why" value=${values.why} autocomplete="off">`}
      ${Array.from({ length: rows }, (_, row) => html`
        <input id="row-${row}" name="row[]" value=${values.row?.[row]} autocomplete="off">`)}
    </form>
    <output id="echo">${values.kind} ${values.why}</output>`,
});

const Posted = liveView.define({
  name: "Posted",
  authorize: "public",
  mount: () => ({}),
  events: { change: { params: anything, handle() {} } },
  render: (_, on) => html`
    <h1>Posted</h1>
    <form id="posted" method="post" action="/post" phx-change=${on.change}>
      <input id="note" name="note" autocomplete="off"><button id="send">Send</button>
    </form>`,
});

const Probe = defineHook("Probe", { pushes: { picked: push() }, messages: { points: message() } });

const Hooked = liveView.define({
  name: "Hooked",
  authorize: "public",
  mount: () => ({ picks: 0 }),
  events: {
    picked: {
      from: Probe.pushes.picked,
      params: z.object({ index: z.number(), text: z.string().optional() }),
      handle(socket, { index }) {
        socket.assign({ picks: socket.assigns.picks + 1 });
        socket.pushEvent(Probe.messages.points, { values: [index, index * 2] });
        return reply({ label: `label ${index}` });
      },
    },
  },
  render: ({ picks }) => html`<h1>Hooked</h1><div id="probe" phx-hook="Probe" data-picks=${picks}>A hook</div><a-probe id="element"></a-probe>`,
});

const Order = liveView.define({
  name: "Order",
  authorize: "public",
  mount: () => ({ order: form(z.object({ what: z.string() })), ticks: 0 }),
  events: {
    tick: { handle: (socket) => socket.update("ticks", (ticks) => ticks + 1) },
    place: {
      form: "order",
      async handle(socket, { what }) {
        say({ saved: { what, id: socket.submission.id } });
        await slowly();
        socket.assign({ order: socket.assigns.order.reset() });
      },
    },
  },
  // Without phx-change: each render of the view overwrites the restored text.
  render: ({ order, ticks }, on) => html`
    <h1>Order</h1><button id="tick" phx-click=${on.tick}>${ticks}</button>
    ${formTag({ for: order, "phx-submit": on.place.submit, inner: html`
      <input id="what" name="what" value=${order.field("what").value} autocomplete="off"><button id="save">Save</button>` })}`,
});

const Written = liveView.define({
  name: "Written",
  authorize: "public",
  mount: () => ({ headline: "" }),
  events: { change: { params: anything, handle: (socket, { headline }) => socket.assign({ headline }) } },
  render: ({ headline }, on) => html`
    <h1>Written</h1>
    <form id="written" phx-change=${on.change}>${editable({ id: "headline", name: "headline", value: headline, label: "Headline" })}</form>
    <output id="echo">${headline}</output>`,
});

const signedIn = onMount((_, { session }) => (session.user === undefined ? redirect("/login") : { user: session.user }));
const Mine = liveView.use(signedIn).define({
  name: "Mine",
  authorize: ({ user }) => user !== "",
  mount: () => ({ note: "" }),
  events: { change: { params: anything, handle: (socket, { note }) => socket.assign({ note }) } },
  render: ({ user, note }, on) => html`
    <h1>Page of ${user}</h1>
    <form id="mine" phx-change=${on.change}><input id="note" name="note" value=${note} autocomplete="off"></form>
    <output id="echo">${note}</output>`,
});

const endpoint = createEndpoint({
  secret: process.env.SECRET,
  clientHooks: [new URL("./probe.mjs", import.meta.url), new URL("./probe.hooks.mjs", import.meta.url)],
  csp: { scriptSrc: [NONCE] },
  limits: { crashBudget: 1000, socketsPerSession: 1000, socketsPerIp: 1000 },
  log() {},
  live: [
    liveSession("public", {}, (live) => {
      live("/", Everything);
      live("/strict", Strict);
      live("/refused", Refused);
      live("/parent", Parent);
      live("/whole", Whole);
      live("/choosing", Choosing);
      live("/long", Long);
      live("/hooked", Hooked);
      live("/steps", Steps);
      live("/posted", Posted);
      live("/order", Order);
      live("/written", Written);
    }),
    liveSession("user", {}, (live) => live("/mine", Mine)),
  ],
  csrfExempt: (path) => path === "/post",
  routes(app) {
    app.post("/post", async (c) => {
      const { note } = await c.req.parseBody();
      if (note === "bad") return c.text("Bad gateway", 502);
      if (note === "worse") throw new Error("the post crashes");
      return c.redirect("/strict", 303);
    });
    app.get("/login", (c) => endpoint.renderPage(c, html`
      <h1>Log in</h1><form method="post">${csrfField(c)}<input id="user" name="user"><button id="log-in">Log in</button></form>`));
    app.post("/login", async (c) => {
      const { user } = await c.req.parseBody();
      await logIn(c, { user, liveSocketId: `users_socket:${user}` });
      return c.redirect("/mine");
    });
    app.get("/favicon.ico", (c) => c.body(null, 204));
  },
});

process.on("message", async ({ listen, slow, render, before, end }) => {
  if (listen !== undefined) {
    const { port } = await serve(endpoint, { port: listen });
    return say({ port });
  }
  if (slow !== undefined) slowMs = slow;
  if (slow === 0) for (const end of waiting) end();
  if (render !== undefined) text = render;
  if (before !== undefined) fillers = before;
  if (end !== undefined) await endpoint.endSessions(`users_socket:${end}`);
  say({ done: true });
});
process.on("disconnect", () => process.exit());
say({ ready: true });
