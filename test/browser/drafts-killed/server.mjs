// An application with every kind of field, in its own process, which can be killed. It can stop at a given moment of a page's life,
// and says so, so that a kill hits exactly that moment.
import { createEndpoint, html, liveComponent, liveRender, liveSession, liveView } from "holdfast";
import { editable } from "holdfast/components";
import { serve } from "holdfast/node";

/** Accepts everything. A real schema would be loaded by each of the many processes. */
const anything = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
const say = (message) => process.send(message);

/** At which moment this process stops; see `Moment` in `killer.ts`. */
let armed;
/** How many components precede the one with a form: its component id is another in each process. */
let fillers = 0;

/** At its moment the process does nothing more for the page: it will be killed. */
async function reach(moment) {
  if (armed !== moment) return;
  armed = undefined;
  say({ at: moment });
  await new Promise(() => {});
}

/** A handler of changes. */
const change = (moment, take) => ({
  params: anything,
  async handle(socket, values) {
    say({ change: moment });
    await reach(moment);
    socket.assign(take(values));
    // The answer is written at the end of this turn of the loop.
    if (armed === "answered") setImmediate(() => process.kill(process.pid, "SIGKILL"));
  },
});

const save = (form, known) => ({ params: anything, handle: (_, values) => say({ saved: { form, values: known(values) } }) });
/** What is known of fields that hold one text, or nothing. */
const texts = (...names) => (values) => Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
const has = (values, value) => (Array.isArray(values) ? values.includes(value) : values === value);
const list = (value) => (value === undefined ? [] : [value].flat().filter((each) => each !== ""));
const options = (values, chosen) => values.map((value) => html`<option value=${value} selected=${has(chosen, value)}>${value}</option>`);
const radios = (id, name, chosen) => ["s", "m", "l"].map((value) => html`
  <label>${value}<input type="radio" id="${id}-${value}" name=${name} value=${value} checked=${chosen === value}></label>`);

const knownText = texts(
  "text", "late", "blur", "area", "rich", "mail", "link", "phone", "outside", "one", "size", "day", "hour", "moment", "month", "week", "count",
);
/** A browser gives `range` a value by itself. */
const knownAll = (values) => ({
  ...knownText(values), many: list(values.many), box: values.box ?? "false", colors: list(values.colors),
  range: values.range ?? "50", color: values.color ?? "#000000",
});
const knownPart = texts("part", "part-box", "part-size");
const knownInner = texts("inner", "inner-area", "inner-one");

const Filler = liveComponent().define({ mount: () => ({}), render: () => html`<span></span>` });

const Part = liveComponent().define({
  name: "Part",
  mount: () => ({ values: {} }),
  events: { change: change("part", (values) => ({ values })), save: save("part-form", knownPart) },
  render: ({ values }, on) => html`<div>
    <form id="part-form" phx-change=${on.change} phx-submit=${on.save}>
      <input id="part" name="part" value=${values.part} autocomplete="off">
      <input type="checkbox" id="part-box" name="part-box" value="true" checked=${values["part-box"] === "true"}>
      ${radios("part-size", "part-size", values["part-size"])}
      <button id="save-part-form">Save</button>
    </form>
    <output id="part-told">${JSON.stringify(knownPart(values))}</output>
  </div>`,
});

/** A component whose form has nothing but radio buttons. */
const Choice = liveComponent().define({
  name: "Choice",
  mount: () => ({ choice: "" }),
  events: { change: change("choice", ({ choice = "" }) => ({ choice })) },
  render: ({ choice }, on) => html`<div>
    <form id="choice-form" phx-change=${on.change}>${radios("choice", "choice", choice)}</form>
    <output id="choice-told">${JSON.stringify({ choice })}</output></div>`,
});

const Inner = liveView.define({
  name: "Inner",
  authorize: "public",
  async mount(socket) {
    if (socket.connected) await reach("inner join");
    return { values: {} };
  },
  events: { change: change("inner", (values) => ({ values })) },
  render: ({ values }, on) => html`
    <form id="inner-form" phx-change=${on.change}>
      <input id="inner" name="inner" value=${values.inner} autocomplete="off">
      <textarea id="inner-area" name="inner-area">${values["inner-area"]}</textarea>
      <select id="inner-one" name="inner-one">${options(["", "a", "b", "c"], values["inner-one"] ?? "")}</select>
    </form>
    <output id="inner-told">${JSON.stringify(knownInner(values))}</output>
    <output id="inner-process">${process.pid}</output>`,
});

const Everything = liveView.define({
  name: "Everything",
  authorize: "public",
  async mount(socket) {
    if (socket.connected) await reach("join");
    return { values: {}, own: "", nudges: 0, fillers };
  },
  events: {
    change: change("change", (values) => ({ values })),
    own: change("own", ({ own }) => ({ own })),
    nudge: { handle: (socket) => socket.update("nudges", (nudges) => nudges + 1) },
    save: save("all", knownAll),
    savePlain: save("plain-form", texts("plain", "plain-box")),
  },
  render: ({ values, own, nudges, fillers }, on) => html`
    <h1>Everything</h1>
    <form id="all" novalidate phx-change=${on.change} phx-submit=${on.save}>
      <input id="text" name="text" value=${values.text} autocomplete="off">
      <input id="late" name="late" value=${values.late} phx-debounce="150" autocomplete="off">
      <input id="blur" name="blur" value=${values.blur} phx-debounce="blur" autocomplete="off">
      <textarea id="area" name="area" rows="3">${values.area}</textarea>
      ${editable({ id: "rich", name: "rich", label: "Rich", value: values.rich, style: { "white-space": "pre-wrap" } })}
      <input type="email" id="mail" name="mail" value=${values.mail} autocomplete="off">
      <input type="url" id="link" name="link" value=${values.link} autocomplete="off">
      <input type="tel" id="phone" name="phone" value=${values.phone} autocomplete="off">
      <select id="one" name="one">${options(["", "a", "b", "c"], values.one ?? "")}</select>
      <select id="many" name="many[]" multiple>${options(["x", "y", "z"], values.many)}</select>
      <input type="hidden" name="box" value="false"><input type="checkbox" id="box" name="box" value="true" checked=${values.box === "true"}>
      ${["r", "g", "b"].map((value) => html`
        <label>${value}<input type="checkbox" id="colors-${value}" name="colors[]" value=${value} checked=${has(values.colors, value)}></label>`)}
      ${radios("size", "size", values.size)}
      <input type="date" id="day" name="day" value=${values.day}>
      <input type="time" id="hour" name="hour" value=${values.hour}>
      <input type="datetime-local" id="moment" name="moment" value=${values.moment}>
      <input type="month" id="month" name="month" value=${values.month}>
      <input type="week" id="week" name="week" value=${values.week}>
      <input type="number" id="count" name="count" value=${values.count}>
      <input type="range" id="range" name="range" value=${values.range}>
      <input type="color" id="color" name="color" value=${values.color ?? "#000000"}>
      <button id="save-all">Save</button>
    </form>
    <input id="outside" name="outside" form="all" value=${values.outside} autocomplete="off">
    <form id="own-form"><input id="own" name="own" value=${own} phx-change=${on.own} autocomplete="off"></form>
    <form id="plain-form" phx-submit=${on.savePlain}>
      <input id="plain" name="plain" autocomplete="off">
      <input type="checkbox" id="plain-box" name="plain-box" value="true">
      <button id="save-plain-form">Save</button>
    </form>
    <output id="told">${JSON.stringify({ ...knownAll(values), own })}</output>
    ${Array.from({ length: fillers }, (_, at) => Filler({ id: `filler-${at}` }))}
    ${Part({ id: "part" })}${Choice({ id: "choice" })}${liveRender(Inner, { id: "nested" })}
    <output id="process">${process.pid}</output>
    <button id="nudge" phx-click=${on.nudge}>${nudges}</button>`,
});

const endpoint = createEndpoint({
  secret: process.env.SECRET,
  log() {},
  live: [liveSession("public", {}, (live) => live("/", Everything))],
  routes(app) {
    app.use("/live/websocket", async (_, next) => {
      await reach("handshake");
      await next();
    });
    app.get("/favicon.ico", (c) => c.body(null, 204));
  },
});

process.on("message", async ({ listen, until, before = 0 }) => {
  armed = until;
  fillers = before;
  const { port } = await serve(endpoint, { port: listen });
  say({ port });
});
process.on("disconnect", () => process.exit());
say({ ready: true });
