import { html, liveView, reply } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";
import { Asker } from "./asker.js";

const Bindings = liveView.define({
  name: "Bindings",
  authorize: "public",
  mount: () => ({ log: [] as readonly string[], text: "" }),
  events: {
    clicked: {
      params: z.object({ amount: z.coerce.number().int().max(10) }),
      handle: (socket, { amount }) => socket.update("log", (log) => [...log, `clicked, amount ${amount}`]),
    },
    away: { handle: (socket) => socket.update("log", (log) => [...log, "clicked away"]) },
    key: {
      params: z.object({ key: z.string() }),
      handle: (socket, { key }) => socket.update("log", (log) => [...log, `key ${key}`]),
    },
    focused: { handle: (socket) => socket.update("log", (log) => [...log, "focused"]) },
    blurred: { handle: (socket) => socket.update("log", (log) => [...log, "blurred"]) },
    typed: {
      params: z.object({ text: z.string().max(40) }),
      handle: (socket, { text }) => socket.assign({ text }),
    },
    ask: {
      from: Asker.pushes.ask,
      params: z.object({ text: z.string() }),
      handle: (_socket, { text }) => reply({ length: text.length }),
    },
    shine: { handle: (socket) => socket.pushEvent(Asker.messages.highlight, { text: "The server says hello." }) },
    forget: { handle: (socket) => socket.assign({ log: [] }) },
  },
  render: ({ log, text }, on) => html`
    <p class="row">
      <button id="one" phx-click=${on.clicked} phx-value-amount="1">Click: 1</button>
      <button id="ten" phx-click=${on.clicked} phx-value-amount="10">Click: 10</button>
      <button id="eleven" phx-click=${on.clicked} phx-value-amount="11">Click: 11, which the schema refuses</button>
      <span id="away" class="card" tabindex="0" phx-click-away=${on.away}>Click anywhere else</span>
    </p>
    <p class="row">
      <input id="keys" placeholder="Press Escape here" aria-label="Press Escape here" phx-keydown=${on.key} phx-key="Escape">
      <input id="focus" placeholder="Focus me" aria-label="Focus me" phx-focus=${on.focused} phx-blur=${on.blurred}>
    </p>
    <form id="typing" phx-change=${on.typed} phx-submit=${on.typed}>
      <label>Debounced <input id="text" name="text" value=${text} autocomplete="off" phx-debounce="100"></label>
      <output id="echo">${text}</output>
    </form>
    <p class="row">
      <button id="ask" phx-hook="Asker" data-ask="ask" data-text="Holdfast" data-into="#answer">A hook asks</button>
      <button id="ask-badly" phx-hook="Asker" data-ask="nothingOfThisName" data-text="x" data-into="#answer">A hook asks for what
        is not there</button>
      <button id="shine" phx-click=${on.shine}>The server pushes</button>
      <output id="answer" phx-update="ignore"></output>
    </p>
    <p><button id="forget" class="quiet" phx-click=${on.forget}>Forget</button></p>
    <ol id="log" class="log">${log.map((line) => html`<li>${line}</li>`)}</ol>
    <div phx-window-keydown=${on.key} phx-key="F2" class="soft">F2 works everywhere on the page.</div>`,
});

export const page = galleryPage({
  title: "Events",
  path: "/events/bindings",
  about: "Clicks, keys, focus and forms reach the handlers that the view declares, once their payload has passed the " +
    "handler’s schema. An undeclared or invalid event is answered and counted, and never reaches a handler.",
  view: Bindings,
  url: import.meta.url,
});
