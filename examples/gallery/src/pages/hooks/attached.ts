import { halt, html, link, liveComponent, liveView, onMount, reply, topic } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/hooks/attached";
const rung = topic<string>("gallery:rung");

/** Attaches its hook in an on-mount hook, so that every view built on it has it. */
const counted = onMount((socket) => {
  const events = { count: 0 };
  socket.attachHook("count", "handleEvent", () => void events.count++);
  return { events };
}, { refresh: false });

const Lamp = liveComponent().define({
  name: "Lamp",
  mount(socket) {
    socket.attachHook("fuse", "handleEvent", (event) => (event === "light" && socket.assigns.id === "blown" ? halt() : undefined));
    return { lit: false };
  },
  events: { light: { handle: (socket) => socket.assign({ lit: true }) } },
  render: ({ id, lit }, on) => html`<button id=${id} phx-click=${on.light}>${id}: ${lit ? "lit" : "dark"}</button>`,
});

const Attached = liveView.use(counted).define({
  name: "Attached",
  authorize: "public",
  topics: () => ({ rung }),
  mount(socket) {
    const renders = { count: 0 };
    socket.attachHook("renders", "afterRender", () => void renders.count++);
    return { guarded: false, saved: 0, tab: "one", heard: "nothing", loaded: "nothing", renders, log: [] as readonly string[] };
  },
  messages: { rung: (socket, by) => socket.assign({ heard: `rung by ${by}` }) },
  handleParams: (socket, { uri }) => socket.assign({ tab: uri.searchParams.get("tab") ?? "one" }),
  events: {
    guard: {
      handle(socket) {
        if (socket.assigns.guarded) return;
        const note = (line: string) => socket.update("log", (log) => [...log, line]);
        socket.attachHook("guard", "handleEvent", (event) => {
          if (event !== "save" && event !== "ask") return;
          note(`halted the event ${event}`);
          return halt({ refused: true });
        });
        socket.attachHook("guard", "handleParams", ({ uri }) => {
          if (uri.searchParams.get("tab") !== "three") return;
          note("halted handleParams");
          return halt();
        });
        socket.attachHook("guard", "handleMessage", () => {
          note("halted a message");
          return halt();
        });
        socket.attachHook("guard", "handleAsync", (name) => {
          note(`halted the end of ${name}`);
          return halt();
        });
        socket.assign({ guarded: true });
      },
    },
    unguard: {
      handle(socket) {
        for (const stage of ["handleEvent", "handleParams", "handleMessage", "handleAsync"] as const) socket.detachHook("guard", stage);
        socket.assign({ guarded: false });
      },
    },
    twice: {
      handle(socket) {
        socket.attachHook("same name", "handleEvent", () => {});
        socket.attachHook("same name", "handleEvent", () => {});
      },
    },
    save: { handle: (socket) => socket.update("saved", (saved) => saved + 1) },
    // A client hook pushes it by its name.
    ask: { from: "anywhere", handle: () => reply({ refused: false }) },
    ring: { handle: (socket) => socket.broadcastFrom(rung, "another window") },
    load: {
      handle: (socket) => socket.startAsync("load", () => Promise.resolve("a value"), (outcome) =>
        socket.assign({ loaded: outcome.ok ? outcome.value : "a failure" })),
    },
    look: { handle: (socket) => socket.assign({ log: [...socket.assigns.log, `rendered ${socket.assigns.renders.count} times`] }) },
  },
  render: ({ guarded, saved, tab, heard, loaded, events, log }, on) => html`
    <p class="row"><button id="guard" phx-click=${on.guard}>Attach the guard</button>
      <button id="unguard" phx-click=${on.unguard}>Detach it</button>
      <b id="state">${guarded ? "guarded" : "open"}</b></p>
    <dl class="facts">
      <dt><button id="save" phx-click=${on.save}>handleEvent</button></dt><dd>saved <b id="saved">${saved}</b> times</dd>
      <dt>handleParams</dt><dd>tab <b id="tab">${tab}</b>: ${link({ patch: `${ROOT}?tab=two`, id: "two", inner: "two" })}
        ${link({ patch: `${ROOT}?tab=three`, id: "three", inner: "three" })}</dd>
      <dt><button id="ring" phx-click=${on.ring}>handleMessage</button></dt><dd><b id="heard">${heard}</b></dd>
      <dt><button id="load" phx-click=${on.load}>handleAsync</button></dt><dd>loaded <b id="loaded">${loaded}</b></dd>
      <dt><button id="look" phx-click=${on.look}>afterRender</button></dt><dd>counts renders</dd>
    </dl>
    <p class="row"><button id="ask" phx-hook="Asker" data-ask="ask" data-text="x" data-into="#answer">Ask, for a reply</button>
      <output id="answer" phx-update="ignore"></output>
      ${Lamp({ id: "lamp" })} ${Lamp({ id: "blown" })}
      <button id="twice" class="danger" phx-click=${on.twice}>Attach one name twice</button></p>
    <p class="soft"><span id="events">${events.count}</span> events counted by a hook of the view’s base.</p>
    <ol id="log" class="log">${log.map((line) => html`<li>${line}</li>`)}</ol>`,
});

export const page = galleryPage({
  title: "Attached hooks",
  path: ROOT,
  about: "While it lives, a view or a component attaches hooks to its events, parameters, messages, task results and " +
    "renders, and detaches them. They run in order before the handler, and one that halts is the last.",
  view: Attached,
  url: import.meta.url,
});
