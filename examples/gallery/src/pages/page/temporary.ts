import { html, liveView, temporaryAssign } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const report = (number: number) =>
  Array.from({ length: 200 }, (_, line) => `Report ${number}, line ${line + 1}`);

const Temporary = liveView.define({
  name: "Temporary",
  authorize: "public",
  mount: () => ({ lines: temporaryAssign(report(1)), number: 1, count: 0, shown: true }),
  events: {
    count: { handle: (socket) => socket.update("count", (count) => count + 1) },
    next: {
      handle(socket) {
        const number = socket.assigns.number + 1;
        socket.assign({ number, lines: temporaryAssign(report(number)) });
      },
    },
    toggle: { handle: (socket) => socket.update("shown", (shown) => !shown) },
  },
  render: ({ lines, count, shown }, on) => html`
    <p class="row"><button id="count" phx-click=${on.count}>Render the view: ${count}</button>
      <button id="next" phx-click=${on.next}>The next report</button>
      <button id="toggle" phx-click=${on.toggle}>${shown ? "Hide" : "Show"} the place</button></p>
    ${shown && html`
      <div id="report" class="scroll" tabindex="0">${lines.map((all) => all.map((line) => html`<div>${line}</div>`))}</div>`}`,
});

export const page = galleryPage({
  title: "Temporary assigns",
  path: "/page/temporary",
  about: "A temporary assign is forgotten once it has been sent: the browser keeps the two hundred lines, the server keeps " +
    "none. Assign another to replace what is shown; a place that disappears and returns is empty until then.",
  view: Temporary,
  url: import.meta.url,
});
