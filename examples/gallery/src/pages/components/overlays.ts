import { focusWrap, html, JS, liveView, portal } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const Overlays = liveView.define({
  name: "Overlays",
  authorize: "public",
  mount: () => ({ open: false, answer: "none", tip: false, count: 0 }),
  events: {
    open: { handle: (socket) => socket.assign({ open: true }) },
    yes: { handle: (socket) => socket.assign({ open: false, answer: "yes" }) },
    no: { handle: (socket) => socket.assign({ open: false, answer: "no" }) },
    tip: { handle: (socket) => socket.update("tip", (tip) => !tip) },
    count: { handle: (socket) => socket.update("count", (count) => count + 1) },
  },
  render: ({ open, answer, tip, count }, on) => html`
    <p class="row"><button id="open" phx-click=${on.open}>Ask me something</button>
      The answer: <b id="answer">${answer}</b></p>
    ${open && html`
      <div id="dialog" class="dialog" role="dialog" aria-modal="true" aria-labelledby="question"
        phx-window-keydown=${on.no} phx-key="escape" phx-remove=${JS.focus({ to: "#open" })}>
        ${focusWrap({ id: "question-box", inner: html`
          <p id="question">Sure? Tab goes round in here.</p>
          <button id="yes" phx-click=${on.yes}>Yes</button> <button id="no" phx-click=${on.no}>No</button>` })}
      </div>`}
    <div class="clipped">
      <button id="tip" phx-click=${on.tip}>${tip ? "Hide" : "Show"} the note</button>
      ${tip && portal({
        id: "note", target: "body", class: "note",
        inner: html`<p id="note-text">Not clipped by the box that wrote me.
          <button id="count" phx-click=${on.count}>${count}</button></p>`,
      })}
    </div>`,
});

export const page = galleryPage({
  title: "Focus and portals",
  path: "/components/overlays",
  about: "focusWrap keeps the keyboard inside a dialog, and portal puts content elsewhere in the document, " +
    "out of reach of what clips it here. Its events still belong to the view that wrote it.",
  view: Overlays,
  url: import.meta.url,
});
