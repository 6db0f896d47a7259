import { html, JS, liveView } from "holdfast";
import { button, closeModal, modal, openModal } from "holdfast/components";
import { galleryPage } from "../../gallery-page.js";

const Modals = liveView.define({
  name: "Modals",
  authorize: "public",
  mount: () => ({ asked: false, answer: "nothing yet" }),
  events: {
    ask: { handle: (socket) => socket.assign({ asked: true }) },
    answer: { handle: (socket) => socket.assign({ asked: false, answer: "yes" }) },
    cancel: { handle: (socket) => socket.assign({ asked: false, answer: "cancelled" }) },
    delete: { handle: (socket) => socket.assign({ answer: "deleted" }) },
  },
  render: ({ asked, answer }, on) => html`
    <p class="row">${button({ inner: "Delete …", id: "open", "phx-click": openModal("really") })}
      ${button({ inner: "Ask the server", id: "ask", "phx-click": JS.pushFocus().push(on.ask) })}</p>
    <p>Answered: <b id="answer">${answer}</b></p>
    ${modal({
      id: "really", title: "Delete this post?", inner: html`<p>Its readers see it go. It cannot be brought back.</p>`,
      footer: html`${button({ inner: "Keep it", "phx-click": closeModal("really") })}
        ${button({ kind: "danger", inner: "Delete", id: "delete", "phx-click": closeModal("really").push(on.delete) })}`,
    })}
    ${asked && modal({
      id: "asked", title: "The server opened this", open: true, onClose: on.cancel,
      inner: html`<p>It stands in the page only while it is open.</p>`,
      footer: button({ kind: "primary", inner: "Yes", id: "yes", "phx-click": on.answer }),
    })}`,
});

export const page = galleryPage({
  title: "Modal",
  path: "/kit/modal",
  about: "A dialog that the browser opens by itself, or the server by rendering it. It traps the focus, closes on Escape " +
    "and on a click beside it, and returns the focus to the button that opened it.",
  view: Modals,
  url: import.meta.url,
});
